"""What an address answered, as far as the crawl goes on from it, and the failure classes of what went wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from harbincrawl.pages.html.decode import decode_page
from harbincrawl.records import SERVED, Capture

from .guard import PrivateAddressError
from .session import FAILURES
from .stop import InterruptedRequestError

CAPTURE = "capture"
"""Key of a request's meta: the capture of its last answer."""
OWNER = "captures"
"""Key of a request's meta: the list that takes the captures of its answers, redirects and retries included."""
UNDECODABLE = "undecodable: "
"""How the flag of a response begins whose body cannot be decoded; the reason follows."""
REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CLASSES: dict[type[Exception], str] = {
    DownloadCancelledError: "too-large",
    DownloadConnectionRefusedError: "unreachable",
    CannotResolveHostError: "unreachable",
    DownloadTimeoutError: "timeout",
    ResponseDataLossError: "cut",
}
"""Failure class by what a download raises."""


class TooLargeError(DownloadCancelledError, IgnoreRequest):
    """A page that is too large once it is decoded; an IgnoreRequest, of which Scrapy logs no traceback."""


@dataclass(frozen=True, slots=True)
class Got:
    """A whole 200 answer."""

    address: str
    """The canonical address that answered, redirects followed."""
    body: bytes
    charset: str | None
    capture: Capture

    @property
    def text(self) -> str:
        return decode_page(self.body, self.charset)


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304."""

    capture: Capture


@dataclass(frozen=True, slots=True)
class NotThere:
    """404 or 410."""

    status: int


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer to work with, attempts included."""

    kind: str
    reason: str


Answer = Got | NotModified | NotThere | Broken
INTERRUPTED = Broken("interrupt", "interrupted")
"""Nothing is known of the address: the crawl ended before it had its turn, or all of its turns."""


def read_answer(response: Response) -> Answer:
    """What `response` means for its address; its request has CAPTURE in its meta."""
    capture: Capture = response.meta[CAPTURE]
    status = response.status
    if (undecodable := find_undecodable(response)) is not None:
        return Broken("cut", f"its body cannot be decoded: {undecodable}")
    if status == HTTPStatus.OK:
        if hashlib.sha256(response.body).hexdigest() != capture.body_hash:
            return Broken("altered", "a middleware changed the page after it was captured")
        return Got(capture.address, response.body, capture.charset, capture)
    if status == HTTPStatus.NOT_MODIFIED:
        return NotModified(capture)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        if capture.source not in SERVED:
            return Broken("http", f"HTTP {status}, from a {capture.source}")
        return NotThere(status)
    return Broken("http", f"HTTP {status}")


def read_failure(error: BaseException, request: Request) -> Answer:
    """What `error`, which a request ended with, means for its address."""
    if isinstance(error, InterruptedRequestError):
        return INTERRUPTED
    if isinstance(error, HttpError):
        return _read_status(error.response)
    if isinstance(error, PrivateAddressError):
        return Broken("refused", explain(error))
    if isinstance(error, FAILURES):
        kind, words = classify(error), explain(error)
        return Broken(kind, f"its body is too large ({words})" if kind == "too-large" else words)
    if isinstance(error, IgnoreRequest):
        words = explain(error)
        if words.startswith("max redirections"):
            words = f"more than {request.meta.get('redirect_times', 0)} redirects"
        return Broken("refused", words)
    if isinstance(error, ValueError) and CAPTURE in request.meta and request.meta[CAPTURE].status in REDIRECTS:
        return Broken("refused", "redirects to what is no address")
    return Broken("error", f"{type(error).__name__}: {explain(error)}"[:300])


def find_undecodable(response: Response) -> str | None:
    """Why the body of `response` cannot be decoded; None where it was."""
    return next((flag.removeprefix(UNDECODABLE) for flag in response.flags if flag.startswith(UNDECODABLE)), None)


def classify(error: BaseException) -> str:
    """The failure class of what a download raised."""
    return next((name for kind, name in _CLASSES.items() if isinstance(error, kind)), "connection")


def explain(error: BaseException) -> str:
    """What a download raised, in its own words."""
    text = " ".join(str(error).split()).rstrip(".")
    return (text or type(error).__name__)[:300]


def _read_status(response: Response) -> Broken:
    status, target = response.status, response.headers.get("Location")
    if status not in REDIRECTS:
        return Broken("http", f"HTTP {status}")
    if target:
        return Broken("refused", f"redirects to {target.decode('latin-1')[:200]}, which is not followed")
    return Broken("http", f"HTTP {status} without a Location")
