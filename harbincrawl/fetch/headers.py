"""Headers: as they went over the wire, what is read from them, and what may be sent back in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from aiohttp import ClientResponse
from scrapy import Request
from scrapy.http import Response

from harbincrawl import evidence
from harbincrawl.warc.heads import Fields

LONGEST_HEADER = 500
"""Bytes of a value; a longer one is not used."""


_HEADS = "heads"
"""Key of a request's meta: (the answer that came over the wire, its heads), until they are read."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The fields that were sent and answered, with what Scrapy does not keep: spelling, order, reason."""

    request: Fields
    reason: str
    """Of the status line, decoded as Latin-1, as the fields are."""
    response: Fields
    answerer: str | None = None
    """`cache` or `middleware` where one answered in place of a server."""


def keep_heads(request: Request, response: Response, answer: ClientResponse) -> None:
    """Keeps with `request` the heads of `answer`, of which Scrapy has made `response`, and of what aiohttp sent."""
    request.meta[_HEADS] = (
        response,
        Heads(
            tuple((name, _as_sent(value)) for name, value in answer.request_info.headers.items()),
            _as_sent(answer.reason or ""),
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers),
        ),
    )


def read_heads(request: Request, response: Response) -> Heads:
    """The heads of an answer, once; what Scrapy knows of them where it did not come over the wire."""
    kept: tuple[Response, Heads] | None = request.meta.pop(_HEADS, None)
    if kept is not None and kept[0] is response:
        return kept[1]
    answerer = "cache" if "cached" in response.flags else "middleware"
    return Heads(_list_fields(request), "", _list_fields(response), answerer)


def _as_sent(text: str) -> str:
    # aiohttp decodes a reason as UTF-8, with surrogates for what is none, and encodes what it sends likewise.
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def _list_fields(message: Request | Response) -> Fields:
    """Every header of a Scrapy request or response, every value of it, as text."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    )


def read_header(response: Response, name: str) -> str | None:
    """The value of a header; None where there is none, or one too long to be meant."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value and len(value) <= LONGEST_HEADER else None


def is_sendable(value: str) -> bool:
    """Whether a validator may be sent back: others are no ASCII, or would end their line; nobody compares them well."""
    return value.isascii() and value.isprintable()


def read_charset(response: Response) -> str | None:
    """The charset that the Content-Type names, the first one if there are several; None where it names none."""
    return evidence.read_charset(_list_fields(response))


def read_retry_after(response: Response, now: datetime) -> float | None:
    """Seconds that the server asks to wait."""
    return read_wait(read_header(response, "Retry-After"), now)


def read_wait(retry_after: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After asks to wait, from a number or a date; None where it is neither."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError, OverflowError):
        return None
