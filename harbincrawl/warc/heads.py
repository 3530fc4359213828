"""Header fields of WARC and HTTP: writing, parsing, cleaning; WARC dates and digests."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from harbincrawl.text import time_text

Fields = tuple[tuple[str, str], ...]
"""Names and values in order, with repeated names. Values are decoded as Latin-1, so that `value.encode("latin-1")`
gives the original bytes."""

VERSION = "WARC/1.1"

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+[ \t]*")
_BREAKS = re.compile(r"[\x00\n\r]+[ \t]*")
_NOT_NAME = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T(?!24)\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_ALGORITHMS = ("sha1", "sha256", "md5")
_END = re.compile(rb"\r?\n\r?\n")


def neutralise(text: str) -> str:
    """`text` with control characters replaced by a space, so that a value cannot end its line and add a field."""
    return (text if text.isprintable() else _CONTROLS.sub(" ", text)).strip(" \t")


@lru_cache(maxsize=1024)
def clean_name(name: str) -> str:
    """`name` with the characters that HTTP does not allow replaced by `-`."""
    return _NOT_NAME.sub("-", name) or "-"


def compose_head(first: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of a WARC header in UTF-8: `first` line, fields, empty line."""
    return f"{neutralise(first)}\r\n".encode("utf-8", "surrogatepass") + compose_lines(fields) + b"\r\n"


def compose_lines(fields: Iterable[tuple[str, str]]) -> bytes:
    """The lines of `fields` in UTF-8."""
    lines = (f"{clean_name(name)}: {neutralise(value)}\r\n" for name, value in fields)
    return "".join(lines).encode("utf-8", "surrogatepass")


def compose_http_head(first: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of an HTTP header as it was sent, names and values alike; only what would end a line is replaced.

    Latin-1; a line that it cannot encode becomes UTF-8, so that a Chinese value does not change those of other lines.
    """
    lines = [_keep_line(first), *(f"{_keep_line(name)}: {_keep_line(value)}" for name, value in fields), ""]
    return b"".join(_encode(line) + b"\r\n" for line in lines)


def _keep_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip(" \t")


def _encode(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogatepass")


def parse_head(head: bytes, *, encoding: str = "latin-1") -> tuple[str, Fields]:
    """(first line, fields) of `head`; folded lines are joined, lines without a colon ignored."""
    first, *lines = head.replace(b"\r\n", b"\n").split(b"\n")
    fields: list[tuple[str, list[str]]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:
            if more := _decode(line, encoding).strip(" \t"):
                fields[-1][1].append(more)
            continue
        name, colon, value = line.partition(b":")
        if colon:
            fields.append((_decode(name, encoding).strip(" \t"), [_decode(value, encoding).strip(" \t")]))
    return _decode(first, encoding).rstrip(" \t\r"), tuple((name, " ".join(parts).strip(" ")) for name, parts in fields)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def split_block(block: bytes) -> tuple[bytes, bytes]:
    """(header, payload) of an HTTP message; a message without an empty line is all header."""
    if block[:2] == b"\r\n":
        return b"", block[2:]
    end = _END.search(block)
    return (block, b"") if end is None else (block[: end.start()], block[end.end() :])


def find_field(fields: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of the first field `name`, case ignored; None if there is none."""
    wanted = name.lower()
    for key, value in fields:
        # Most names are spelled as they are asked for: only the others of the same length are looked at twice.
        if key == name or (len(key) == len(name) and key.lower() == wanted):
            return value
    return None


@lru_cache(maxsize=16)
def clean_address(address: str) -> str:
    """`address` without user, password, fragment and line breaks."""
    address = neutralise(address).replace(" ", "%20")
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def format_date(moment: datetime) -> str:
    """WARC-Date of `moment`: UTC in whole seconds, the precision of replay indexes.

    Raises ValueError if `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a capture needs a time with a time zone, found {moment!r}")
    return time_text(moment)


def parse_date(text: str) -> datetime:
    """The UTC time of a WARC-Date in any WARC 1.1 precision from the day on. Raises ValueError."""
    if _DATE.fullmatch(text.strip()) is None:
        raise ValueError(f"not a WARC-Date: {text[:60]!r}")
    moment = datetime.fromisoformat(text.strip())
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"not a WARC-Date: {text[:60]!r}") from error


def digest_of(data: bytes) -> str:
    """`sha256:` and the digest of `data` in hexadecimal digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def sha1_of(data: bytes) -> str:
    """The SHA-1 of `data` in Base32, by which archives of others list their captures."""
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def match_digest(claimed: str, data: bytes) -> bool | None:
    """Whether `claimed` (`sha1:…` in Base32, hex or Base64) is the digest of `data`; None for an unknown algorithm."""
    algorithm, _, value = claimed.partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return None
    raw = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    forms = (base64.b32encode(raw).decode("ascii"), raw.hex().upper())
    exact = (base64.b64encode(raw).decode("ascii"), base64.urlsafe_b64encode(raw).decode("ascii"))
    return value.upper().rstrip("=") in {form.rstrip("=") for form in forms} or value in exact
