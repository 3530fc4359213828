"""HTTP messages as WARC blocks: as they were sent, but without cookies, passwords, and lengths that are not true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from harbincrawl.warc.heads import clean_address, compose_http_head

_REQUEST_SECRETS = {"cookie", "cookie2", "authorization", "proxy-authorization"}
_RESPONSE_SECRETS = {"set-cookie", "set-cookie2", "authentication-info", "proxy-authentication-info"}
_WITHOUT_BODY = {204, 304}
ORIGINAL_PREFIX = "X-Archive-Orig-"
"""Of the names of fields that are true of the answer as it was sent, not of the body as it is stored."""


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """The place of a response record that a revisit may refer to."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Rescued:
    """How a response came from an archive of others."""

    address: str
    """The address there that it was asked for at."""
    at: datetime
    """When, with a time zone."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response."""

    address: str
    """The address that was fetched."""
    method: str
    request_headers: list[tuple[str, str]]
    """As sent, in order, decoded as Latin-1. Text outside of Latin-1 is written as UTF-8."""
    status: int
    reason: str
    response_headers: list[tuple[str, str]]
    body: bytes
    """With its Content-Encoding, but without Transfer-Encoding."""
    ip: str | None
    """The server's IP address; None if it is unknown."""
    fetched_at: datetime
    """With a time zone."""
    protocol: str = "HTTP/1.1"
    refers: RecordPlace | None = None
    """For a 304: the response of this address in the archive."""
    truncated: str | None = None
    """Why the body is incomplete: `length`, `time`, `disconnect`, `unspecified`; None if it is complete."""
    origin: str | None = None
    """The other tool's WARC file that it comes from. Its request is unknown then, and none is written."""
    rescued: Rescued | None = None
    """Where an archive of others gave it; the site's request is unknown then, too."""
    answerer: str | None = None
    """`cache` or `middleware` where no server was asked, and so no request sent."""


def compose_request(exchange: Exchange) -> bytes:
    """The header of the request, with a Host field, without cookies and authorisation."""
    address = clean_address(exchange.address)
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = [
        (name, clean_address(value) if name.lower() == "referer" else value)
        for name, value in exchange.request_headers
        if name.lower() not in _REQUEST_SECRETS
    ]
    if all(name.lower() != "host" for name, _ in fields):
        fields.insert(0, ("Host", parts.netloc))
    method = re.sub(r"[^A-Za-z-]", "", exchange.method) or "GET"
    return compose_http_head(f"{method} {path} HTTP/1.1", fields)


def compose_response(exchange: Exchange) -> bytes:
    """The header of the response as it was sent, without cookies and authorisation.

    A Transfer-Encoding, which the body has no more, and a Content-Length that is not that of the body are kept as
    `X-Archive-Orig-…`. A 304 and the response to a HEAD have no body and keep the server's Content-Length.
    """
    without_body = not exchange.body and (exchange.status in _WITHOUT_BODY or exchange.method.upper() == "HEAD")
    length = len(exchange.body)
    fields: list[tuple[str, str]] = []
    for name, value in exchange.response_headers:
        key = name.strip().lower()
        if key in _RESPONSE_SECRETS:
            continue
        is_wrong = key == "content-length" and not without_body and not _is_number(value, length)
        fields.append(
            (ORIGINAL_PREFIX + name.strip(), value) if key == "transfer-encoding" or is_wrong else (name, value)
        )
    reason = f" {exchange.reason}" if exchange.reason else " "
    return compose_http_head(f"{_version(exchange)} {exchange.status:03d}{reason}", fields)


def _is_number(value: str, number: int) -> bool:
    return value.strip().lstrip("0") in (str(number), "" if number == 0 else str(number))


def compose_note(exchange: Exchange) -> bytes:
    """The header of the response as fields of a metadata record, for responses whose own record has no block."""
    status_line, *lines = compose_response(exchange).rstrip(b"\r\n").split(b"\r\n")
    return b"".join(
        [b"httpStatusLine: %b\r\n" % status_line, *(b"httpHeader: %b\r\n" % line for line in lines if line)]
    )


def _version(exchange: Exchange) -> str:
    # The media type of the block is HTTP/1. The real protocol is in the field WARC-Protocol.
    return exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
