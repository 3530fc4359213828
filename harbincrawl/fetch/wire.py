"""Heads as they went over the wire, which Scrapy's requests and responses do not keep: spelling, order, reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse
from scrapy import Request
from scrapy.http import Response

from harbincrawl.warc.heads import Fields

from .headers import header_fields


@dataclass(frozen=True, slots=True)
class WireHeads:
    """The fields that were sent and those that were answered."""

    request: Fields
    reason: str
    """Of the status line, decoded as Latin-1, as the fields are."""
    response: Fields


class WireResponse(Response):
    """An answer that came over the wire; what a cache or a middleware answers is none."""

    __slots__ = ("heads",)

    def __init__(self, *args: Any, heads: WireHeads, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heads = heads


def make_heads(answer: ClientResponse) -> WireHeads:
    """The heads of `answer` and of what aiohttp sent for it."""
    return WireHeads(
        tuple((name, _as_sent(value)) for name, value in answer.request_info.headers.items()),
        _as_sent(answer.reason or ""),
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers),
    )


def read_heads(request: Request, response: Response) -> WireHeads:
    """The heads of an answer; what Scrapy knows of them where it did not come over the wire."""
    if isinstance(response, WireResponse):
        return response.heads
    return WireHeads(header_fields(request), "", header_fields(response))


def _as_sent(text: str) -> str:
    # aiohttp decodes a reason as UTF-8, with surrogates for what is none, and encodes what it sends likewise.
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")
