"""Header fields of WARC and HTTP: writing, parsing, cleaning; WARC dates and digests."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from harbincrawl.text import is_plain_time, time_text

Fields = tuple[tuple[str, str], ...]
"""Names and values in order, with repeated names. Values are decoded as Latin-1, so that `value.encode("latin-1")`
gives the original bytes."""

VERSION = "WARC/1.1"

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+[ \t]*")
_BREAKS = re.compile(r"[\x00\n\r]+[ \t]*")
_NOT_NAME = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
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
    named = [(clean_name(name), value.strip(" \t")) for name, value in fields]
    lines = [first.strip(" \t"), *(f"{name}: {value}" for name, value in named)]
    if not "".join(lines).isprintable():
        lines = [neutralise(first), *(f"{name}: {neutralise(value)}" for name, value in named)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogatepass")


def compose_http_head(first: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of an HTTP header as it was sent, names and values alike; only what would end a line is replaced.

    Latin-1; a line that it cannot encode becomes UTF-8, so that a Chinese value does not change those of other lines.
    """
    named = ((name.strip(" \t"), value.strip(" \t")) for name, value in fields)
    lines = [first.strip(" \t"), *(f"{name}: {value}" for name, value in named)]
    if not "".join(lines).isprintable():
        lines = [_BREAKS.sub(" ", line).strip(" \t") for line in lines]
    try:
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    except UnicodeEncodeError:
        return b"\r\n".join(map(_encode, lines)) + b"\r\n\r\n"


def _encode(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogatepass")


def parse_head(head: bytes, *, encoding: str = "latin-1") -> tuple[str, Fields]:
    """(first line, fields) of `head`; folded lines are joined, lines without a colon ignored."""
    if b"\n " not in head and b"\n\t" not in head and (text := _decode_plain(head, encoding)) is not None:
        return _parse_plain(text)
    first, _, rest = head.replace(b"\r\n", b"\n").partition(b"\n")
    fields: list[tuple[str, list[str]]] = []
    for line in rest.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            if more := _decode(line, encoding).strip(" \t"):
                fields[-1][1].append(more)
            continue
        name, colon, value = line.partition(b":")
        if colon:
            fields.append((_decode(name, encoding).strip(" \t"), [_decode(value, encoding).strip(" \t")]))
    joined = tuple((name, parts[0] if len(parts) == 1 else " ".join(parts).strip(" ")) for name, parts in fields)
    return _decode(first, encoding).rstrip(" \t\r"), joined


def _parse_plain(head: str) -> tuple[str, Fields]:
    first, *lines = head.replace("\r\n", "\n").split("\n")
    parted = (line.partition(":") for line in lines)
    return first.rstrip(" \t\r"), tuple(
        (name.strip(" \t"), value.strip(" \t")) for name, colon, value in parted if colon
    )


def _decode_plain(head: bytes, encoding: str) -> str | None:
    """All of `head` at once, as nearly every head can be; None where a line has to be decoded otherwise."""
    try:
        return head.decode(encoding)
    except UnicodeDecodeError:
        return None


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
    if is_plain_time(text):
        # In a tenth of the time of what follows.
        return datetime.fromisoformat(text)
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a WARC-Date: {text[:60]!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    moment = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro, tzinfo=UTC
    )
    if zone and zone != "Z":
        offset = datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").utcoffset()
        try:
            moment -= offset or timedelta()
        except OverflowError as error:
            raise ValueError(f"not a WARC-Date: {text[:60]!r}") from error
    return moment


def digest_of(data: bytes) -> str:
    """`sha256:` and the digest of `data` in hexadecimal digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def sha1_of(data: bytes) -> str:
    """The SHA-1 of `data` in Base32, by which archives of others list their captures."""
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def match_digest(claimed: str, digests: dict[str, bytes]) -> bool | None:
    """Whether `claimed` (`sha1:…` in Base32, hex or Base64) equals the raw digest of its algorithm in `digests`.

    None if `digests` does not have its algorithm.
    """
    algorithm, _, value = claimed.partition(":")
    raw = digests.get(algorithm.lower().replace("-", ""))
    if raw is None:
        return None
    forms = (base64.b32encode(raw).decode("ascii"), raw.hex().upper())
    exact = (base64.b64encode(raw).decode("ascii"), base64.urlsafe_b64encode(raw).decode("ascii"))
    return value.upper().rstrip("=") in {form.rstrip("=") for form in forms} or value in exact
