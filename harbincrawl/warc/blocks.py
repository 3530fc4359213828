"""The HTTP messages of an exchange as WARC blocks: secrets left out, lengths that agree with what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from .heads import clean_address, compose_head

_ASKED_SECRETS = {"cookie", "cookie2", "authorization", "proxy-authorization"}
_ANSWERED_SECRETS = {"set-cookie", "set-cookie2", "authentication-info", "proxy-authentication-info"}
_BODILESS = {204, 304}
_KEPT = "X-Archive-Orig-"


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where the response record is that a revisit may refer to; address, date and digest are read off the record."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the server's answer to it."""

    address: str
    """The address really fetched."""
    method: str
    request_headers: list[tuple[str, str]]
    """Every value, in order. Text is Latin-1 (the bytes of the wire one to one); what is beyond is written as UTF-8."""
    status: int
    reason: str
    response_headers: list[tuple[str, str]]
    body: bytes
    """With its Content-Encoding, without any Transfer-Encoding."""
    ip: str | None
    """The server's address; None where it is not known."""
    fetched_at: datetime
    """Aware."""
    protocol: str = "HTTP/1.1"
    refers: RecordPlace | None = None
    """For a 304: the response that the archive has of this address."""
    truncated: str | None = None
    """Why the body is not whole: `length`, `time`, `disconnect`, `unspecified`; None for a whole one."""
    origin: str | None = None
    """The foreign WARC file that it was found in. How it was asked for is not known then, and no request is written."""


def compose_request(exchange: Exchange) -> bytes:
    """The request's head: path and query, every header but cookies and authorisation, the Host that HTTP/1.1 wants."""
    address = clean_address(exchange.address)
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = [
        (name, clean_address(value) if name.lower() == "referer" else value)
        for name, value in exchange.request_headers
        if name.lower() not in _ASKED_SECRETS
    ]
    if all(name.lower() != "host" for name, _ in fields):
        fields.insert(0, ("Host", parts.netloc))
    method = re.sub(r"[^A-Za-z-]", "", exchange.method) or "GET"
    return compose_head(f"{method} {path} {_version(exchange)}", fields)


def compose_response(exchange: Exchange) -> bytes:
    """The response's head. Its Content-Length is that of the body, and no Transfer-Encoding is claimed for it.

    What the server said instead stays readable as `X-Archive-Orig-…`. A 304 or an answer to HEAD has no body to
    measure: there the server's own length stays.
    """
    bodiless = not exchange.body and (exchange.status in _BODILESS or exchange.method.upper() == "HEAD")
    length = str(len(exchange.body))
    fields: list[tuple[str, str]] = []
    measured = bodiless
    for name, value in exchange.response_headers:
        key = name.strip().lower()
        if key in _ANSWERED_SECRETS:
            continue
        if key == "transfer-encoding" or (key == "content-length" and not bodiless and (measured or value != length)):
            fields.append((_KEPT + name.strip(), value))
            continue
        measured = measured or key == "content-length"
        fields.append((name, value))
    if not measured:
        fields.append(("Content-Length", length))
    reason = f" {exchange.reason}" if exchange.reason else " "
    return compose_head(f"{_version(exchange)} {exchange.status:03d}{reason}", fields)


def compose_note(exchange: Exchange) -> bytes:
    """The response's head as named fields, for the metadata record that keeps it where its own record may not."""
    status_line, *lines = compose_response(exchange).rstrip(b"\r\n").split(b"\r\n")
    return b"".join(
        [b"httpStatusLine: %b\r\n" % status_line, *(b"httpHeader: %b\r\n" % line for line in lines if line)]
    )


def _version(exchange: Exchange) -> str:
    # A WARC block is HTTP/1 by its media type; what was really spoken stands in the record's WARC-Protocol.
    return exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
