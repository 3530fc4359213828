"""What an address answered, as far as the crawl goes on from it, and the failure classes of what a download raises."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from harbincrawl.pages.html.decode import decode_page
from harbincrawl.records import Capture

_CLASSES: dict[type[Exception], str] = {
    DownloadCancelledError: "too-large",
    DownloadConnectionRefusedError: "unreachable",
    CannotResolveHostError: "unreachable",
    DownloadTimeoutError: "timeout",
    ResponseDataLossError: "cut",
}
"""Failure class by what a download raises."""


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


def classify(error: BaseException) -> str:
    """The failure class of what a download raised."""
    return next((name for kind, name in _CLASSES.items() if isinstance(error, kind)), "connection")


def explain(error: BaseException) -> str:
    """What a download raised, in its own words."""
    text = " ".join(str(error).split()).rstrip(".")
    return (text or type(error).__name__)[:300]
