"""What an answer is sent as (RFC 9110): packed for who takes that, with a tag, and not at all to who has it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from aiohttp import web

from .answers import WebAnswer

_LEVEL, _WRAPPED = 3, 31
"""zlib's level, and the `wbits` of gzip."""
_LEAST = 800
"""Bytes that are worth it."""
_TEXTS = re.compile(
    r"text/|application/(?:json|x-ndjson|x-bibtex|x-research-info-systems|link-format|\S+\+json|\S+\+xml)|image/svg\+xml"
)
"""Types that are texts; pictures and captured bytes are sent as they are."""
_ITEM = re.compile(
    r"\s*(?P<coding>[^\s;,]+)\s*(?:;\s*[qQ]=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII
)  # fmt: skip
_TAG = re.compile(r'[\s,]*(?:W/)?("[^"\s]*")\s*(?=,|$)')
VARY = "Accept-Encoding"
"""What the bytes of an answer depend on beside its address."""


def takes_gzip(request: web.BaseRequest) -> bool:
    """Whether a client takes gzip, and nothing rather (RFC 9110, 12.5.3); what is not well written names nothing."""
    weights: dict[str, float] = {}
    for text in ",".join(request.headers.getall("Accept-Encoding", ())).split(","):
        if item := _ITEM.fullmatch(text):
            weights[item["coding"].lower()] = float(item["weight"] or 1)
    weight = weights.get("gzip", weights.get("*", 0.0))
    return weight > 0 and weight >= weights.get("identity", 0.0)


def is_text(kind: str, headers: Mapping[str, str]) -> bool:
    """Whether an answer of this type with these headers may be packed, and is not packed yet."""
    return _TEXTS.match(kind) is not None and "Content-Encoding" not in headers


def pack(answer: WebAnswer, *, gzip: bool) -> WebAnswer:
    """`answer` as it is sent to whoever takes `gzip` or not: with a tag, that of its very bytes.

    What leads elsewhere and what says that something is wrong stay as they are.
    """
    if answer.status != 200:
        return answer
    body, headers = answer.body, dict(answer.headers)
    if is_text(answer.type, headers):
        headers["Vary"] = VARY
        if gzip and len(body) >= _LEAST:
            body = zlib.compress(body, _LEVEL, _WRAPPED)
            headers["Content-Encoding"] = "gzip"
        headers.pop("ETag", None)
    headers.setdefault("ETag", f'"{sha256(body).hexdigest()[:32]}"')
    return replace(answer, body=body, headers=headers)


def pack_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of a download as gzip, sent on whenever there is enough of it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WRAPPED)
    for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()


def confirm(request: web.BaseRequest, answer: WebAnswer) -> WebAnswer:
    """`answer`, or the 304 in its place where the client has these bytes (RFC 9110, 13.1).

    It is the present answer that is compared, so what was taken down is never confirmed. If-Modified-Since counts where
    an answer has a time that stands for one state alone. A 304 has the headers of the answer but for those of a body,
    with its policy.
    """
    wanted = request.headers.getall("If-None-Match", ())
    since, dated = request.headers.get("If-Modified-Since"), answer.headers.get("Last-Modified")
    is_known = _names(",".join(wanted), answer.headers.get("ETag", "")) if wanted else bool(dated) and since == dated
    if answer.status != 200 or "ETag" not in answer.headers or not is_known:
        return answer
    headers = {name: value for name, value in answer.headers.items() if not name.lower().startswith("content-")}
    return replace(answer, body=b"", status=304, headers=headers)


def _names(wanted: str, tag: str) -> bool:
    """Whether a list of tags names one; weak and strong ones are compared alike."""
    if wanted.strip() == "*":
        return True
    at = 0
    while match := _TAG.match(wanted, at):
        if match[1] == tag.removeprefix("W/"):
            return True
        at = match.end()
    return False
