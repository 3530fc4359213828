"""What is known of pages whose records are not kept: told in the log, so that it need not be read from them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date
from typing import Any

from harbincrawl.fields import READ_KEYS
from harbincrawl.records import Article, Image

from .articles.states import load_article, load_wordings

_UNKEPT = "(warc IS NULL OR id IN (SELECT capture FROM lost_captures))"
_CHANGED = f"""
WITH keys(name, one, two) AS (SELECT name, json_extract(key, '$[0]'), json_extract(key, '$[1]') FROM temp.changed),
 told(capture) AS (SELECT one FROM keys WHERE name IN ('captures', 'lost_captures')
 UNION SELECT capture FROM articles WHERE number IN (SELECT one FROM keys WHERE name = 'articles')
 UNION SELECT line FROM articles WHERE number IN (SELECT one FROM keys WHERE name = 'articles')
 UNION SELECT summary_line FROM articles WHERE number IN (SELECT one FROM keys WHERE name = 'articles')
 UNION SELECT r.capture FROM keys JOIN revisions AS r ON r.number = one AND r.revision = two WHERE name = 'revisions'
 UNION SELECT r.line FROM keys JOIN revisions AS r ON r.number = one AND r.revision = two WHERE name = 'revisions'
 UNION SELECT l.capture FROM keys JOIN listed AS l ON l.section = one AND l.item = two WHERE name = 'listed'
 UNION SELECT p.capture FROM keys JOIN _list_pages AS p ON p.address = one WHERE name = '_list_pages'
 UNION SELECT u.capture FROM keys JOIN unaccounted AS u ON u.run = one AND u.address = two WHERE name = 'unaccounted')
SELECT coalesce(first_page, id) FROM captures WHERE id IN (SELECT capture FROM told) AND {_UNKEPT}"""
_ALL = f"SELECT coalesce(first_page, id) FROM captures WHERE {_UNKEPT}"
_HAVE_ALL = "SELECT NOT EXISTS (SELECT 1 FROM captures WHERE warc IS NULL) AND NOT EXISTS (SELECT 1 FROM lost_captures)"
_WANTED = "IN (SELECT capture FROM temp.unkept)"
# Whole tables are gone through once, however many pages there are.
_TABLES = {
    "states": "SELECT capture, number FROM articles WHERE capture {wanted}"
    " UNION SELECT capture, number FROM revisions WHERE capture {wanted}",
    "shown": "SELECT capture, 1 AS rank, item, address, title, date, summary FROM listed WHERE capture {wanted}"
    " UNION ALL SELECT summary_line, 2, id, url, title, updated, summary FROM articles WHERE summary_line {wanted}"
    " UNION ALL SELECT line, 3, id, url, title, updated, NULL FROM articles WHERE line {wanted}"
    " UNION ALL SELECT r.line, 4, a.id, a.url, r.title, r.updated, NULL FROM revisions AS r"
    " JOIN articles AS a ON a.number = r.number WHERE r.line {wanted}",
    "pages": "SELECT capture, listing FROM _list_pages WHERE capture {wanted}",
    "odd": "SELECT capture, kind, text FROM unaccounted WHERE capture {wanted}",
}


_FIELDS = ("id", *(key for key in READ_KEYS if key not in ("summary", "word_count")), "parser", "layout")
"""Of an article, as the log tells it."""
Conversion = tuple[str, str, dict[str, Any]]
"""Address and time of a page, and what it said: `capture`; `article` or `lines` and, where it is kept, the whole
`listing`; `unexplained` as kind and text."""


def list_conversions(connection: sqlite3.Connection, *, changed: bool) -> Iterator[Conversion]:
    """Of all pages without a record that rows refer to, or of those to which rows do that have `changed`."""
    if not connection.execute(_HAVE_ALL).fetchone()[0]:
        yield from convert_pages(connection, _CHANGED if changed else _ALL)


def convert_pages(connection: sqlite3.Connection, query: str, *values: str) -> Iterator[Conversion]:
    """What rows have of the pages whose captures the `query` gives, with `values` in its places."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS unkept(capture INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.unkept")
    connection.execute(f"INSERT OR IGNORE INTO temp.unkept {query}", values)
    captures = [capture for (capture,) in connection.execute("SELECT capture FROM temp.unkept ORDER BY 1")]
    for name, query in _TABLES.items() if captures else ():
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(f"CREATE TEMP TABLE {name} AS {query.format(wanted=_WANTED)}")
        connection.execute(f"CREATE INDEX temp.{name}_capture ON {name}(capture)")
    for capture in captures:
        said = _make_article(connection, capture) or _make_listing(connection, capture)
        odd = connection.execute("SELECT DISTINCT kind, text FROM temp.odd WHERE capture = ? ORDER BY 1, 2", (capture,))
        unaccounted = odd.fetchall()
        if said or unaccounted:
            address, fetched_at = connection.execute(
                "SELECT address, fetched_at FROM captures WHERE id = ?", (capture,)
            ).fetchone()
            yield address, fetched_at, {"capture": capture, **said, "unexplained": unaccounted}


def _make_article(connection: sqlite3.Connection, capture: int) -> dict[str, Any]:
    for (number,) in connection.execute("SELECT number FROM temp.states WHERE capture = ?", (capture,)).fetchall():
        stored = load_article(connection, number)
        if stored is not None:
            wordings = {of: article for of, _, article in load_wordings(connection, stored)}
            return {"article": dump_article(wordings[capture])}
    return {}


def _make_listing(connection: sqlite3.Connection, capture: int) -> dict[str, Any]:
    lines = connection.execute(
        "SELECT item, address, title, date, summary FROM temp.shown WHERE capture = ? ORDER BY rank DESC", (capture,)
    )
    # What stands in the list counts more than what an article took from it.
    said: dict[str, Any] = {"lines": sorted({line[0]: line for line in lines}.values())}
    row = connection.execute("SELECT listing FROM temp.pages WHERE capture = ?", (capture,)).fetchone()
    if row:
        said["listing"] = json.loads(row[0])
    return said if row or said["lines"] else {}


def dump_article(article: Article) -> dict[str, Any]:
    """The fields of a stored article as JSON has them."""
    values = {name: getattr(article, name) for name in _FIELDS}
    days = {name: values[name] and values[name].isoformat() for name in ("updated", "created")}
    return values | days | {"images": [astuple(image) for image in article.images]}


def parse_article(values: dict[str, Any]) -> Article:
    """An article as `dump_article` gave it. Raises ValueError, TypeError, KeyError if it is none."""
    days = {name: values[name] and date.fromisoformat(values[name]) for name in ("updated", "created")}
    lists = {name: tuple(values[name]) for name in ("authors", "body")}
    images = tuple(Image(*each) for each in values["images"])
    return Article(**{**values, **days, **lists, "images": images, "unread_label": values["section_path"]})
