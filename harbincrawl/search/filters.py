"""Which articles are meant and how one leaves the house: filters, the SELECT of records, a row made a record."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from harbincrawl.errors import FilterError

from .days import key_range, moment
from .grammar import has_word, read_query
from .matching import IN_SECTION, Choice, Matching, expression, match_tree, overlap, section_values
from .tree import Words

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

_JOINS = """LEFT JOIN duplicates AS d ON d.number = a.number
 LEFT JOIN captures AS c ON c.id = a.capture"""


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


def conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    """SQL conditions on `articles AS a`, to be joined by AND, with their parameters; days and `query` are left out.

    Raises FilterError for a time or status that cannot be understood.
    """
    where: list[str] = []
    values: list[Any] = []
    if filters.sections:
        where.append("(" + " OR ".join([IN_SECTION] * len(filters.sections)) + ")")
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
        values.append(moment(filters.seen_since))
    if filters.changed_since is not None:
        where.append("a.change > ?")
        values.append(filters.changed_since)
    if filters.numbers:
        where.append(f"a.number IN ({_marks(filters.numbers)})")
        values += filters.numbers
    return where, values


def choose(filters: Filters, matching: Matching | None = None) -> Choice:
    """Filters and query together, ready for SQL; `matching` in place of the query's own. Raises FilterError."""
    where, values = conditions(filters)
    if matching is None:
        matching = match_tree(read_query(filters.query).tree) if filters.query.strip() else Matching()
    keys = overlap(key_range(filters.since, filters.until), matching.keys)
    if matching.match is None and (known := _index_of(filters)):
        matching = matching._replace(match=known)
    return Choice(matching, (*where, *matching.where), (*values, *matching.values), keys)


def _index_of(filters: Filters) -> str | None:
    """An FTS5 expression that finds all that a filter by source or author leaves, so that no other row is read."""
    for column, names in (("source", filters.sources), ("author", filters.authors)):
        if names and all(map(has_word, names)):
            return " OR ".join(expression(Words(name, column)) for name in names)
    return None


def select_records(filters: Filters, order: str = "newest") -> tuple[str, list[Any]]:
    """(SQL, parameters) of the records that `filters` leave, in one of ORDERS; each row goes to `record`."""
    choice = choose(filters)
    where, values = choice.conditions()
    by = ORDERS[order].replace("a.key", choice.key)
    return f"SELECT {_COLUMNS} FROM {choice.tables(articles=True)} {_JOINS}{where} ORDER BY {by}", values


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
