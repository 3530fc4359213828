"""HTTP messages as WARC blocks: without cookies and passwords, and with lengths that fit the stored body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from .heads import clean_address, compose_head

_REQUEST_SECRETS = {"cookie", "cookie2", "authorization", "proxy-authorization"}
_RESPONSE_SECRETS = {"set-cookie", "set-cookie2", "authentication-info", "proxy-authentication-info"}
_WITHOUT_BODY = {204, 304}
_ORIGINAL_PREFIX = "X-Archive-Orig-"


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """The place of a response record that a revisit may refer to."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response."""

    address: str
    """The address that was fetched."""
    method: str
    request_headers: list[tuple[str, str]]
    """All values in order, decoded as Latin-1. Text outside of Latin-1 is written as UTF-8."""
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
    return compose_head(f"{method} {path} {_version(exchange)}", fields)


def compose_response(exchange: Exchange) -> bytes:
    """The header of the response, with the Content-Length of the stored body and without Transfer-Encoding.

    The server's own fields are kept as `X-Archive-Orig-…`. A 304 and the response to a HEAD have no body and keep the
    server's Content-Length.
    """
    without_body = not exchange.body and (exchange.status in _WITHOUT_BODY or exchange.method.upper() == "HEAD")
    length = str(len(exchange.body))
    fields: list[tuple[str, str]] = []
    has_length = without_body
    for name, value in exchange.response_headers:
        key = name.strip().lower()
        if key in _RESPONSE_SECRETS:
            continue
        is_wrong_length = key == "content-length" and not without_body and (has_length or value != length)
        if key == "transfer-encoding" or is_wrong_length:
            fields.append((_ORIGINAL_PREFIX + name.strip(), value))
            continue
        has_length = has_length or key == "content-length"
        fields.append((name, value))
    if not has_length:
        fields.append(("Content-Length", length))
    reason = f" {exchange.reason}" if exchange.reason else " "
    return compose_head(f"{_version(exchange)} {exchange.status:03d}{reason}", fields)


def compose_note(exchange: Exchange) -> bytes:
    """The header of the response as fields of a metadata record, for responses whose own record has no block."""
    status_line, *lines = compose_response(exchange).rstrip(b"\r\n").split(b"\r\n")
    return b"".join(
        [b"httpStatusLine: %b\r\n" % status_line, *(b"httpHeader: %b\r\n" % line for line in lines if line)]
    )


def _version(exchange: Exchange) -> str:
    # The media type of the block is HTTP/1. The real protocol is in the field WARC-Protocol.
    return exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
