"""What a response means for its address: an answer, a redirect, or a reason to ask once more. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from harbincrawl.records import Capture
from harbincrawl.text import name_host
from harbincrawl.warc.reading.codings import CodingError, SizeError, undo_codings

from .answers import Answer, Broken, Got, NotModified, NotThere
from .attempt import read_attempt
from .headers import read_charset, read_header, read_retry_after
from .wire import read_heads

_TEMPORARY = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 522, 524))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Redirect:
    """The address asked for is elsewhere, maybe."""

    target: str
    """Absolute; whether it may be asked for is not checked yet."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Nothing that would not change if it were asked again."""

    kind: str
    """Failure class, if it stays so."""
    reason: str
    retry_after: float | None = None
    """Seconds that the server asks to wait."""


def judge_response(
    request: Request, response: Response, most_bytes: int, now: datetime
) -> tuple[Capture, Answer | Redirect | Retry]:
    """(the capture of `response`, what it means); `most_bytes` bounds the body after decompression."""
    status = response.status
    if status == 200:
        try:
            body = undo_codings(response.body, read_heads(request, response).response, most_bytes)
        except SizeError as error:
            return make_capture(request, response, now), Broken("too-large", str(error))
        except CodingError as error:
            return make_capture(request, response, now), Retry("cut", f"its body cannot be decoded: {error}")
        capture = make_capture(request, response, now, body)
        return capture, Got(capture.address, body, read_charset(response), capture)
    capture = make_capture(request, response, now)
    if status == 304:
        return capture, NotModified(capture)
    if status in (404, 410):
        return capture, NotThere(status)
    if status in _REDIRECTS:
        return capture, _read_redirect(response)
    if status in _TEMPORARY:
        return capture, Retry("http", f"HTTP {status}", read_retry_after(response, now))
    return capture, Broken("http", f"HTTP {status}")


def _read_redirect(response: Response) -> Redirect | Broken:
    location = response.headers.get("Location")
    if not location:
        return Broken("http", f"HTTP {response.status} without a Location")
    # The standard wants ASCII; servers send UTF-8 as it is, and mean it escaped, as browsers ask for it.
    written = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in location.strip())
    try:
        # A relative Location belongs to the address asked for; an absolute one is taken as it is.
        return Redirect(urljoin(response.url, written))
    except ValueError:
        return Broken("refused", "redirects to what is no address")


def make_capture(request: Request, response: Response, now: datetime, body: bytes | None = None) -> Capture:
    """The row of `captures` for `response`; `body` is decoded, None where it is no page."""
    attempt = read_attempt(request)
    place = attempt.place
    return Capture(
        address=attempt.address,
        fetched_at=attempt.fetched_at or now,
        status=response.status,
        etag=read_header(response, "ETag"),
        last_modified=read_header(response, "Last-Modified"),
        digest=place.digest if place else None,
        body_hash=hashlib.sha256(body).hexdigest() if body is not None else None,
        warc=place.file if place else None,
        offset=place.offset if place else None,
        source=attempt.source,
        host=name_host(request.url),
    )
