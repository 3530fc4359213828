"""Which articles are meant and how one leaves the house: filters, the SELECT of records, a row made a record."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any, NamedTuple

from ..identity import BITS_FOR_NUMBER
from ..records import HarbincrawlError

KEYS = (
    "id",
    "url",
    "section",
    "section_path",
    "title",
    "updated",
    "created",
    "author",
    "authors",
    "source",
    "summary",
    "body",
    "word_count",
    "images",
    "first_seen",
    "last_seen",
    "last_changed",
    "revision",
    "status",
    "duplicate_of",
    "similarity",
    "fingerprint",
    "parser",
    "capture",
)
"""The keys of a record, in their order."""

ORDERS = {"newest": "a.key DESC", "oldest": "a.key", "number": "a.number", "change": "a.change"}
"""Ways to order records; each is a walk of an index."""

SITE_NAME = "coalesce((SELECT value FROM facts WHERE name = 'site'), 'harbin-today')"
"""SQL: the prefix of article ids."""

# Evaluated once a statement, not once a row: neither subquery of SITE_NAME looks at the row.
_COLUMNS = f"""{SITE_NAME} || ':' || a.number, a.url, a.section, a.section_path, a.title, a.updated, a.created,
 a.author, a.authors, a.source, a.summary, a.body, a.word_count,
 (SELECT json_group_array(json_array(i.url, i.caption, i.credit, i.file_name)) FROM
   (SELECT url, caption, credit, file_name FROM images WHERE number = a.number ORDER BY position) AS i),
 a.first_seen, a.last_seen, a.last_changed, a.revision, a.status,
 {SITE_NAME} || ':' || d.original, d.similarity, a.fingerprint, a.parser,
 c.warc, c."offset", c.digest, c.fetched_at"""

_TABLES = """articles AS a
 LEFT JOIN duplicates AS d ON d.number = a.number
 LEFT JOIN captures AS c ON c.id = a.capture"""

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?)?)?", re.ASCII)


class FilterError(HarbincrawlError):
    """A filter that cannot be understood."""

    exit_code = 2


class Filters(NamedTuple):
    """What narrows a choice of articles; several values of one filter are alternatives, filters add up."""

    sections: tuple[str, ...] = ()
    """Path prefixes (`news`, `culture`) or labels (`Harbin Today`), without regard to case."""
    sources: tuple[str, ...] = ()
    """Whole sources, without regard to the case of Latin letters."""
    authors: tuple[str, ...] = ()
    """Whole names, or the whole printed author, without regard to the case of Latin letters."""
    since: str | None = None
    """First day, by `updated`, else `created`: YYYY, YYYY-MM or YYYY-MM-DD."""
    until: str | None = None
    """Last day, in the same forms; a year or month is meant whole."""
    status: str | None = None
    """`live` or `gone`; None: both."""
    seen_since: str | None = None
    """First seen, or seen changed, on this day or later; a UTC time is understood too."""
    changed_since: int | None = None
    """The cursor of an export: what changed after it."""
    numbers: tuple[int, ...] = ()
    """The site's own numbers."""
    query: str = ""
    """Words, as `search` understands them."""


def day_range(text: str) -> tuple[date, date]:
    """First and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Raises FilterError for anything else."""
    match = _DAY.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        if year is None or month is None:
            return date(year or 0, 1, 1), date(year or 0, 12, 31)
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else date.max
            return date(year, month, 1), following - timedelta(days=1) if following != date.max else date.max
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise FilterError(f"{text!r} is no date: expected YYYY, YYYY-MM or YYYY-MM-DD.") from None


def key_range(since: str | None, until: str | None) -> tuple[int, int] | None:
    """(first, last) `articles.key` of the days from `since` to `until`; None where neither is given.

    Articles without any date are in no range.
    """
    if not since and not until:
        return None
    first = day_range(since)[0].toordinal() if since else 1
    last = day_range(until)[1].toordinal() if until else date.max.toordinal()
    return first << BITS_FOR_NUMBER, ((last + 1) << BITS_FOR_NUMBER) - 1


def conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    """SQL conditions on `articles AS a`, to be joined by AND, with their parameters; `query` is left out.

    Raises FilterError for a date or status that cannot be understood.
    """
    where: list[str] = []
    values: list[Any] = []
    if keys := key_range(filters.since, filters.until):
        where.append("a.key BETWEEN ? AND ?")
        values += keys
    if filters.sections:
        where.append("(" + " OR ".join([section_condition()] * len(filters.sections)) + ")")
        for name in filters.sections:
            values += section_values(name)
    if filters.sources:
        where.append(f"a.source COLLATE NOCASE IN ({_marks(filters.sources)})")
        values += filters.sources
    if filters.authors:
        names = _marks(filters.authors)
        where.append(
            f"(a.author COLLATE NOCASE IN ({names}) OR EXISTS "
            f"(SELECT 1 FROM json_each(a.authors) AS n WHERE n.value COLLATE NOCASE IN ({names})))"
        )
        values += filters.authors * 2
    if filters.status is not None:
        if filters.status not in ("live", "gone"):
            raise FilterError(f"{filters.status!r} is no status: expected live or gone.")
        where.append("a.status = ?")
        values.append(filters.status)
    if filters.seen_since:
        where.append("a.last_changed >= ?")
        values.append(_moment(filters.seen_since))
    if filters.changed_since is not None:
        where.append("a.change > ?")
        values.append(filters.changed_since)
    if filters.numbers:
        where.append(f"a.number IN ({_marks(filters.numbers)})")
        values += filters.numbers
    return where, values


def section_condition() -> str:
    """SQL: an article is in the section that `section_values` names."""
    return "(a.section_path = ? COLLATE NOCASE OR a.section_path LIKE ? ESCAPE '\\' OR a.section = ? COLLATE NOCASE)"


def section_values(name: str) -> tuple[str, str, str]:
    """The parameters of `section_condition`: the path, a pattern for what is below it, the label."""
    path = name.strip().strip("/")
    below = re.sub(r"([\\%_])", r"\\\1", path) + "/%"
    return path, below, name.strip()


def select_records(filters: Filters, order: str = "newest") -> tuple[str, list[Any]]:
    """(SQL, parameters) of the records that `filters` leave, in one of ORDERS; each row goes to `record`."""
    where, values = conditions(filters)
    return (
        f"SELECT {_COLUMNS} FROM {_TABLES}{' WHERE ' if where else ''}{' AND '.join(where)} ORDER BY {ORDERS[order]}",
        values,
    )


def record(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row of `select_records` as the record that leaves the house: KEYS in their order, absent values None."""
    found = dict(zip(KEYS, row, strict=False))
    for name in ("title", "author", "source", "summary", "body"):
        found[name] = found[name] or None
    found["authors"] = [] if row[8] == "[]" else json.loads(row[8])
    found["images"] = (
        []
        if row[13] == "[]"
        else [
            {"url": url, "caption": caption, "credit": credit, "file_name": file_name}
            for url, caption, credit, file_name in json.loads(row[13])
        ]
    )
    warc, offset, digest, fetched_at = row[23:]
    found["capture"] = (
        None if fetched_at is None else {"warc": warc, "offset": offset, "digest": digest, "fetched_at": fetched_at}
    )
    return found


def _marks(values: tuple[Any, ...]) -> str:
    return ", ".join("?" * len(values))


def _moment(text: str) -> str:
    """`text` in the form of the archive's times, cut to what it says, so that comparing text compares time."""
    text = text.strip().replace(" ", "T")
    if not _MOMENT.fullmatch(text):
        day_range(text)
        return "-".join(part.zfill(2) for part in text.split("-"))
    day_range(text[:10])
    return text.rstrip("Z")
