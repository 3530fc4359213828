"""What is read from the headers of a request or response, and what may be sent back in one."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.http import Response

LONGEST_HEADER = 500
"""Bytes of a value; a longer one is not used."""


def header_fields(message: Request | Response) -> tuple[tuple[str, str], ...]:
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
    value = next(iter(response.headers.getlist("Content-Type")), b"").decode("latin-1")
    for part in value.split(";")[1:]:
        name, _, charset = part.partition("=")
        if name.strip().lower() == "charset":
            return charset.strip().strip("\"'") or None
    return None


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
