"""What an address answered, as far as the crawl goes on from it, and what is read from the head of a response."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from harbincrawl.pages.html.decode import decode_page
from harbincrawl.records import Capture

_CLASSES: dict[type[Exception], str] = {
    DownloadCancelledError: "too-large",
    DownloadConnectionRefusedError: "unreachable",
    CannotResolveHostError: "unreachable",
    DownloadTimeoutError: "timeout",
    ResponseDataLossError: "cut",
}
"""What a download raises, and what we call it."""


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
LONGEST_HEADER = 500
INTERRUPTED = Broken("interrupt", "interrupted")
"""Nothing is known of the address: the crawl ended before it had its turn, or all of its turns."""


def classify(error: BaseException) -> str:
    """The failure class of what a download raised."""
    return next((found for kind, found in _CLASSES.items() if isinstance(error, kind)), "connection")


def explain(error: BaseException) -> str:
    """What a download raised, in its own words."""
    text = " ".join(str(error).split()).rstrip(".")
    return (text or type(error).__name__)[:300]


def header_fields(message: Any) -> tuple[tuple[str, str], ...]:
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
    """What the Content-Type says of it."""
    value = read_header(response, "Content-Type") or ""
    for part in value.split(";")[1:]:
        name, _, charset = part.partition("=")
        if name.strip().lower() == "charset":
            return charset.strip().strip("\"'") or None
    return None


def read_retry_after(response: Response, now: datetime) -> float | None:
    """Seconds that the server asks to wait, from a number or a date."""
    value = (read_header(response, "Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError, OverflowError):
        return None
