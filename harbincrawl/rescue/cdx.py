"""Reading what CDX servers answer: the arrays of the Wayback Machine, the lines of pywb and Common Crawl. Pure.

Which of the two it is shows in what comes. The Wayback Machine puts a key behind the rows where more follow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

LONGEST_ADDRESS = 2000
"""Characters; no page of a site has a longer one."""
MOST_VALUES = 1_000_000
"""In an answer: some 125,000 rows. In memory a value takes up to twenty times its bytes."""
_STAMP = re.compile(r"\d{4,14}", re.ASCII)
_NAMES = {"url": "original", "status": "statuscode"}
"""pywb's names of fields, and those of the Wayback Machine."""


class ListFormatError(ValueError):
    """An answer that is no list of captures."""


class CdxRow(NamedTuple):
    """A capture as a CDX server lists it."""

    original: str
    timestamp: str
    """14 digits, which need not be a date; fewer where the server writes fewer."""
    status: int | None
    """None: it does not say, as of a revisit."""
    digest: str | None
    """SHA-1 of the payload in Base32, without `sha1:`, or SHA-256 in upper-case hexadecimal digits."""
    length: int | None
    place: str | None = None
    """Offset and name of the WARC file that holds it."""


@dataclass(frozen=True, slots=True)
class CdxAnswer:
    """A part of a list."""

    rows: list[CdxRow]
    resume: str | None = None
    """What to ask for next, where the server says that more follows."""
    count: int = 0
    """Rows that the server sent, unusable ones included."""


def parse_answer(body: bytes) -> CdxAnswer:
    """The captures in the answer of a CDX server. Raises ListFormatError."""
    text = body.decode("utf-8", "replace").strip()
    if text[:1] != "{":
        return _parse_arrays(_load(text or "[]"))
    rows = _load(f"[{','.join(filter(str.strip, text.splitlines()))}]")
    if any(not isinstance(row, dict) for row in rows):
        raise ListFormatError("expected an object a line")
    if len(rows) == 1 and "timestamp" not in rows[0]:
        words = " ".join(map(str, rows[0].values()))
        if re.search("no captures? found", words, re.IGNORECASE):
            return CdxAnswer([])
        raise ListFormatError(f"it says {words[:100]!r}")
    return CdxAnswer(list(_make_rows(rows)), None, len(rows))


def parse_pages(body: bytes) -> int:
    """The number of pages of a list, from the answer to `showNumPages`. Raises ListFormatError where it names none."""
    found = _load(body.decode("utf-8", "replace"))
    pages = found.get("pages") if isinstance(found, dict) else found
    if not isinstance(pages, int) or not 0 <= pages < MOST_VALUES:
        raise ListFormatError("it does not say how many pages there are")
    return pages


def parse_indexes(body: bytes) -> list[tuple[str, str]]:
    """(name, address) of the indexes in Common Crawl's list of them. Raises ListFormatError."""
    found = _load(body.decode("utf-8", "replace"))
    with suppress(TypeError, KeyError):
        if indexes := [(str(each["id"]), str(each["cdx-api"])) for each in found]:
            return indexes
    raise ListFormatError("it names no index")


def read_moment(timestamp: str) -> datetime | None:
    """The moment that 14 digits stand for, UTC; None where they are no date, such as those with the month 00."""
    with suppress(ValueError):
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if len(timestamp) == 14 else None
    return None


def _load(text: str) -> Any:
    """What JSON says. Raises ListFormatError, too, where that would take much more memory than its bytes."""
    if sum(map(text.count, ",[{")) > MOST_VALUES:
        raise ListFormatError(f"it has more than {MOST_VALUES:,} values")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ListFormatError(f"expected JSON, found {' '.join(text[:60].split())!r}") from None


def _parse_arrays(found: Any) -> CdxAnswer:
    if not isinstance(found, list) or any(not isinstance(row, list) for row in found):
        raise ListFormatError("expected a list of rows")
    resume = None
    if len(found) >= 2 and found[-2] == [] and len(found[-1]) == 1:
        # An empty row stands before the key.
        resume = str(found[-1][0])
        if len(resume) > 3 * LONGEST_ADDRESS:
            raise ListFormatError("what to ask for next is too long")
        found = found[:-2]
    head, *rows = [row for row in found if row] or [[]]
    if any(len(row) != len(head) for row in rows):
        raise ListFormatError("its rows have not as many fields as the first one names")
    if rows and "timestamp" not in head:
        raise ListFormatError("its first row does not name the fields")
    return CdxAnswer(list(_make_rows(dict(zip(map(str, head), row, strict=True)) for row in rows)), resume, len(rows))


def _make_rows(named: Iterable[Mapping[str, Any]]) -> Iterator[CdxRow]:
    for fields in named:
        row = {_NAMES.get(name, name): value for name, value in fields.items()}
        original, timestamp = row.get("original"), row.get("timestamp")
        if not (isinstance(original, str) and isinstance(timestamp, str)):
            continue
        if not 0 < len(original) <= LONGEST_ADDRESS or not original.isprintable() or not _STAMP.fullmatch(timestamp):
            continue
        offset, name = _read_number(row.get("offset")), row.get("filename")
        digest = str(row.get("digest") or "").rpartition(":")[2].upper()
        yield CdxRow(
            original,
            timestamp,
            _read_number(row.get("statuscode")),
            digest if digest.isalnum() and digest.isascii() and 8 <= len(digest) <= 64 else None,
            _read_number(row.get("length")),
            f"{offset} {name}" if offset is not None and isinstance(name, str) and name.isprintable() else None,
        )


def _read_number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
