"""What CDX servers are asked, and the lines that they answer: the language of the Wayback Machine's. Pure."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from multidict import MultiMapping

from harbincrawl.archive.mementos import Memento
from harbincrawl.text import clean

from .mementos import read_stamp, write_address, write_stamp

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
PAGE_ROWS = 100_000
"""Captures in what counts as a page of a list."""
_OTHER_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
_MATCHES = ("exact", "prefix", "host", "domain")
_UNKNOWN = "-"
_STAMP = re.compile(r"\d{1,14}", re.ASCII)
_FILTER = re.compile(r"(!?)([=~]?)([a-z]+):(.*)", re.DOTALL)
_COLLAPSE = re.compile(r"([a-z]+)(?::(\d{1,4}))?", re.ASCII)
_BATCH = 500
Row = tuple[str, ...]
Test = Callable[[Row], bool]


class CdxError(ValueError):
    """A question that cannot be answered; the text says what was expected."""


class CdxQuery(NamedTuple):
    """What is asked of the list."""

    url: str
    match: str
    """`exact`, `prefix`, `host` or `domain`."""
    since: str
    until: str
    """What the first and the last time begin with, `2024-06`; empty: any."""
    fields: tuple[int, ...]
    """Which of FIELDS are given, in their order."""
    tests: tuple[Test, ...]
    collapse: tuple[int, int | None] | None
    """A field, and how many of its letters; of neighbours that are alike in it only the first one is given."""
    limit: int | None
    near: datetime | None
    """The nearest captures come first."""
    after: tuple[str, str]
    """Address and time of the capture behind which it goes on."""
    page: int | None
    is_json: bool
    shows_key: bool
    counts_pages: bool


def read_query(query: MultiMapping[str]) -> CdxQuery:
    """The question in the parameters of an address; those that it does not know are no part of it. Raises CdxError."""
    url, match = query.get("url", "").strip(), query.get("matchType", "").strip()
    if not url.strip("*"):
        raise CdxError("url: expected the address of a page, as in /cdx?url=http://news.example/today.html")
    if not match and url.endswith("*"):
        url, match = url[:-1], "prefix"
    elif not match and url.startswith("*."):
        url, match = url[2:], "domain"
    for name in ("collapseTime", "offset", "showDupeCount", "showSkipCount", "lastSkipTimestamp"):
        if name in query:
            raise CdxError(f"{name} is not supported")
    found = CdxQuery(
        url=url,
        match=_choose("matchType", match or "exact", _MATCHES),
        since=_read_time("from", query),
        until=_read_time("to", query),
        fields=_read_fields(query.get("fl") or query.get("fields") or ""),
        tests=tuple(_read_filter(text) for text in query.getall("filter", ()) if text),
        collapse=_read_collapse(query.get("collapse", "")),
        limit=_read_number("limit", query, 1),
        near=_read_near(query),
        after=_read_key(query.get("resumeKey", "")),
        page=_read_number("page", query, 0),
        is_json=_choose("output", query.get("output") or "text", ("text", "json")) == "json",
        shows_key=_is_set("showResumeKey", query),
        counts_pages=_is_set("showNumPages", query),
    )
    if found.near is not None and (found.match != "exact" or found.shows_key):
        raise CdxError("sort=closest: expected one address, and no showResumeKey")
    return found


def _choose(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise CdxError(f"{name}={clean(value)[:60]}: expected {', '.join(choices[:-1])} or {choices[-1]}")
    return value


def _is_set(name: str, query: MultiMapping[str]) -> bool:
    return query.get(name, "").lower() not in ("", "0", "false", "no")


def _read_number(name: str, query: MultiMapping[str], least: int) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise CdxError(f"{name}={clean(text)[:60]}: expected a number, {least} or more")
    return int(text)


def _read_time(name: str, query: MultiMapping[str]) -> str:
    """What a time begins with as the archive writes it, from up to 14 digits."""
    text = query.get(name, "").strip()
    if text and not _STAMP.fullmatch(text):
        raise CdxError(f"{name}={clean(text)[:60]}: expected up to 14 digits, such as 2024 or 20240601080000")
    marks = ("", "-", "-", "T", ":", ":")
    ends = (0, 4, 6, 8, 10, 12, 14)
    parts = (text[begin:end] for begin, end in pairwise(ends))
    return "".join(f"{mark}{part}" for mark, part in zip(marks, parts, strict=True) if part)


def _read_near(query: MultiMapping[str]) -> datetime | None:
    if query.get("sort", "") in ("", "regular"):
        return None
    _choose("sort", query["sort"], ("regular", "closest"))
    text = query.get("closest", "")
    if not _STAMP.fullmatch(text):
        raise CdxError("sort=closest: expected closest with up to 14 digits, such as 20240601080000")
    return read_stamp(text)


def _find_field(name: str, what: str) -> int:
    name = _OTHER_NAMES.get(name, name)
    return FIELDS.index(_choose(what, name, FIELDS))


def _read_fields(text: str) -> tuple[int, ...]:
    return tuple(_find_field(name.strip(), "fl") for name in text.split(",")) if text else tuple(range(len(FIELDS)))


def _read_collapse(text: str) -> tuple[int, int | None] | None:
    if not text:
        return None
    if (match := _COLLAPSE.fullmatch(text)) is None:
        raise CdxError(f"collapse={clean(text)[:60]}: expected a field, or a field and a number: timestamp:8")
    return _find_field(match[1], "collapse"), int(match[2]) if match[2] else None


def _read_filter(text: str) -> Test:
    match = _FILTER.fullmatch(text)
    if match is None:
        raise CdxError(f"filter={clean(text)[:60]}: expected a field and a value, such as statuscode:200")
    is_wanted, at, value = not match[1], _find_field(match[3], "filter"), match[4]
    if match[2] == "=":
        return lambda row: (row[at] == value) is is_wanted
    pattern = _read_pattern(value)
    return lambda row: (pattern.fullmatch(row[at]) is not None) is is_wanted


def _read_pattern(text: str) -> re.Pattern[str]:
    """A pattern of letters, `.`, `.*` and `|` alone: others, written by strangers, may take hours. Raises CdxError."""
    words = []
    for part in text.removeprefix("^").removesuffix("$").split("|"):
        word = re.sub(r"\\(.)", r"[\1]", part.replace(".*", "\0"))
        if re.search(r"[*+?(){}^$\\]|\[(?!.\])", word):
            raise CdxError(f"filter={clean(text)[:60]}: expected letters, digits, . .* and | alone")
        words.append(re.sub(r"(?<!\[)\.", "?", word).replace("\0", "*"))
    return re.compile("|".join(fnmatch.translate(word) for word in words))


def _read_key(text: str) -> tuple[str, str]:
    """Address and time that a key names; both empty where there is none. Raises CdxError."""
    address, _, stamp = text.rpartition(" ")
    if text and not (address.isprintable() and address and len(stamp) == 14 and _STAMP.fullmatch(stamp)):
        raise CdxError("resumeKey: expected the last line of an answer to showResumeKey=true")
    moment = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z" if text else ""
    return address, moment


def describe_row(memento: Memento) -> Row:
    """The values of FIELDS; what the database does not know is `-`."""
    is_confirmed = memento.status == 304
    return (
        make_key(memento.address),
        write_stamp(memento.fetched_at),
        write_address(memento.address),
        "warc/revisit" if is_confirmed else _UNKNOWN,
        _UNKNOWN if is_confirmed else str(memento.status),
        memento.digest or _UNKNOWN,
        _UNKNOWN,
    )


def make_key(address: str) -> str:
    """The sort-friendly form of an address: `com,example,news)/today.html`."""
    parts = urlsplit(write_address(address))
    host = ",".join(reversed((parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}".lower()


def choose_rows(query: CdxQuery, mementos: Iterable[Memento]) -> Iterator[tuple[Row, tuple[str, str]]]:
    """(values, address and time) of the captures that are asked for, however many."""
    before = None
    for memento in mementos:
        row = describe_row(memento)
        if not all(test(row) for test in query.tests):
            continue
        if query.collapse is not None:
            at, letters = query.collapse
            mark = row[at][:letters]
            if mark == before:
                continue
            before = mark
        yield row, (memento.address, memento.fetched_at)


def write_answer(query: CdxQuery, mementos: Iterable[Memento]) -> Iterator[bytes]:
    """The answer, some rows at a time."""
    text, count, key, last = "", 0, None, ("", "")
    for row, place in choose_rows(query, mementos):
        if query.limit is not None and count >= query.limit:
            key = f"{last[0]} {write_stamp(last[1])}" if query.shows_key else None
            break
        values = [row[at] for at in query.fields]
        if not query.is_json:
            text += " ".join(values) + "\n"
        elif count:
            text += ",\n" + json.dumps(values)
        else:
            text += "[" + json.dumps([FIELDS[at] for at in query.fields]) + ",\n" + json.dumps(values)
        count, last = count + 1, place
        if count % _BATCH == 0:
            yield text.encode()
            text = ""
    if not query.is_json:
        text += f"\n{key}\n" if key else ""
    else:
        text += ",\n[],\n" + json.dumps([key]) if key else ""
        text += "]\n" if count else "[]\n"
    yield text.encode()
