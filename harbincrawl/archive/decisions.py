"""Rows that no page can tell by itself: each change of them is told in the log, in its transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from harbincrawl.archive.schema.tables import column_names, find_keys
from harbincrawl.fields import IMAGE_KEYS, READ_KEYS, SITE_NAME, WORDING_KEYS
from harbincrawl.identity import hash_document, write_id
from harbincrawl.warc.log import SEAL

EVENT = "decided"
"""The event that tells rows as a transaction left them: `rows` and, of rows that it deleted, the keys in `gone`.

With `all` it tells all rows that there are: what was told before it counts no more. With `more` the next one goes on:
the rows of a transaction count together. Each article whose words are new, or stood in other bytes, has an event of its
own, which can be shown to others without those of other articles. A seal tells by itself of which run it is.
"""
_Row = tuple[str, str, list[Any]]
"""A table, `rows` or `gone`, the values of the row that is there or the keys of the one that is not."""
MOST_ROWS, MOST_TEXT = 5_000, 2_000_000
"""Rows in an event, and characters of their texts: whoever reads it has it in memory."""


class ToldTable(NamedTuple):
    """A table whose rows are told."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    """Of a row in the event, in this order; the keys are among them. None has words of a page."""
    functions: Mapping[str, str]
    """By column with words, the SQL function of what is told of it."""
    computed: Mapping[str, str]
    """By what is told and no column, its SQL over `{row}`."""

    @property
    def stored(self) -> tuple[str, ...]:
        """Those of `columns` that the table has."""
        return tuple(name for name in self.columns if name not in self.computed)

    def list_values(self, row: str, names: Iterable[str]) -> str:
        """These columns of `row` as SQL, as they are told."""
        return ", ".join(
            self.computed[name].format(row=row)
            if name in self.computed
            else f'{self.functions.get(name, "")}({row}."{name}")'
            for name in names
        )


_PRINTED = ", ".join(f'{{row}}."{name}"' for name in WORDING_KEYS)
_IMAGES = ", ".join(f"'{name}', i.{name}" for name in IMAGE_KEYS)
_IMAGES_OF = f"(SELECT json_group_array(json_object({_IMAGES})) FROM main.images AS i WHERE i.number = {{row}}.number)"
_SAID = {
    "articles": f'{SITE_NAME}, {{row}}."id", {_PRINTED}, {_IMAGES_OF}',
    "revisions": f"""{SITE_NAME}, {write_id('{row}."number"')}, {_PRINTED}, {{row}}."images\"""",
}
"""By table, what `describe_wording` takes, as SQL over `{row}`."""


_READ = {
    "listed": {"address", "title", "date", "summary"},
    "_list_pages": {"etag", "last_modified", "parser", "listing"},
    "articles": {"key", "id", "captions", "fingerprint", "parser", "layout", *READ_KEYS} - {"section", "section_path"},
    "revisions": {*WORDING_KEYS, "images", "fingerprint", "parser", "layout"},
    "images": set(IMAGE_KEYS),
}
"""By table, columns that are not told: pages say them."""
_FUNCTIONS = {"runs": {"report": "report_without_words"}, "unaccounted": {"text": "text_digest"}}


def _tell(name: str) -> ToldTable:
    columns = (each for each in column_names(name) if each not in _READ.get(name, ()))
    computed = {"wording": f"hash_wording({_SAID[name]})"} if name in _SAID else {}
    keys = ("number",) if name == "articles" else find_keys(name)
    return ToldTable(keys, (*columns, *computed), _FUNCTIONS.get(name, {}), computed)


TOLD = {
    name: _tell(name)
    for name in (
        "facts", "_ids", "runs", "timestamps", "sections", "walks", "queue", "listed", "_list_pages", "captures",
        "lost_captures", "articles", "revisions", "images", "frames", "layouts", "failures", "unaccounted", "outcomes",
        "purged", "places",
    )
}  # fmt: skip
_MARK_WORDED = """
WITH shown(number, capture) AS (
 SELECT number, capture FROM temp.worded CROSS JOIN main.articles USING (number)
 UNION SELECT number, first_capture FROM temp.worded CROSS JOIN main.articles USING (number)
 UNION SELECT number, capture FROM temp.worded CROSS JOIN main.revisions USING (number)
 UNION SELECT number, first_capture FROM temp.worded CROSS JOIN main.revisions USING (number)
), own(name, key, number) AS (
 SELECT 'captures', json_array(p.id), number FROM shown AS s
  JOIN main.captures AS p ON p.id = s.capture OR p.first_page = s.capture
 UNION SELECT 'articles', json_array(number), number FROM temp.worded
 UNION SELECT name, key, number FROM temp.changed
  CROSS JOIN temp.worded ON number = json_extract(key, '$[0]') WHERE name = 'revisions'
)
UPDATE temp.changed AS c SET worded = o.number FROM own AS o WHERE (c.name, c.key) = (o.name, o.key)"""
"""Notes of the changed rows which of them tell what an article with new words says."""
_HAS_OTHER_BYTES = (
    "EXISTS (SELECT 1 FROM main.captures AS n WHERE (n.id = NEW.capture OR n.first_page = NEW.capture)"
    " AND n.digest NOT IN (SELECT o.digest FROM main.captures AS o"
    " WHERE (o.id = OLD.capture OR o.first_page = OLD.capture) AND o.digest NOT NULL))"
)
"""Of an article whose words were read again: no answer with these very bytes is noted with them."""
PASSING = ("purging", "loose_objects")
"""Facts that are not told: they stand for as long as a command has work to end."""


def watch_changes(connection: sqlite3.Connection) -> None:
    """From now on the connection notes which of these rows change; it is rolled back with them."""
    add_functions(connection)
    # A key that is to be unique would end a statement of its own conflicts: its rule counts within a trigger, too.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS changed(name TEXT, key TEXT, worded INTEGER)")
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS worded(number INTEGER PRIMARY KEY)")
    for name, table in TOLD.items():
        columns = ", ".join(f'"{column}"' for column in table.stored)
        old, new = (table.list_values(row, table.stored) for row in ("OLD", "NEW"))
        is_other = f"WHEN ({old}) IS NOT ({new})"
        for action, row, when in (
            ("INSERT", "NEW", ""), (f"UPDATE OF {columns}", "NEW", is_other), ("DELETE", "OLD", ""),
        ):  # fmt: skip
            keys = table.list_values(row, table.keys)
            connection.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS {name}_{action[:6]} AFTER {action} ON main.{name} {when} BEGIN"
                f" INSERT INTO changed(name, key) VALUES ('{name}', json_array({keys})); END"
            )
    worded = (
        ("INSERT ON main.articles", ""),
        (f"UPDATE OF {', '.join(WORDING_KEYS)} ON main.articles", ""),
        ("INSERT ON main.images", ""),
        # What noted the words before names an answer that nobody can be shown any more.
        (
            "UPDATE OF capture ON main.articles",
            f"WHEN OLD.capture IN (SELECT capture FROM main.lost_captures) OR {_HAS_OTHER_BYTES}",
        ),
    )
    for at, (event, when) in enumerate(worded):
        connection.execute(
            f"CREATE TEMP TRIGGER IF NOT EXISTS worded_{at} AFTER {event} {when} BEGIN"
            " INSERT INTO worded SELECT NEW.number WHERE NOT EXISTS (SELECT 1 FROM worded WHERE number = NEW.number);"
            " END"
        )
    # What is known of the site is told by every run: some of it is stored before a run begins.
    connection.execute("INSERT INTO temp.changed(name, key) SELECT 'facts', json_array(name) FROM main.facts")


def add_functions(connection: sqlite3.Connection) -> None:
    """Adds the SQL functions of what is told in the place of words."""
    connection.create_function("hash_wording", len(WORDING_KEYS) + 3, hash_wording, deterministic=True)
    connection.create_function("text_digest", 1, make_digest, deterministic=True)
    connection.create_function("report_without_words", 1, leave_out_words, deterministic=True)


def make_digest(text: str | None) -> str | None:
    """The sha256 of a text, in hexadecimal digits."""
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash_wording(*said: str | None) -> str | None:
    """The hash by which the log tells what the pages of an article said; None where that is damaged."""
    try:
        return hash_document(describe_wording(*said))
    except ValueError:
        return None


def describe_wording(*said: str | None) -> dict[str, Any]:
    """What the pages of an article said, as it is hashed: of its site, id and words, and a JSON list of its pictures.

    Raises ValueError where that is damaged.
    """
    site, id, *words, images = said
    return {"id": f"{site}:{id}", **dict(zip(WORDING_KEYS, words, strict=True)), "images": json.loads(images or "[]")}


def read_wording(connection: sqlite3.Connection, number: int, revision: int) -> dict[str, Any]:
    """The same of a revision of a stored article. Raises KeyError where there is none, ValueError for a damaged one."""
    for name, said in _SAID.items():
        query = f"SELECT {said.format(row='t')} FROM main.{name} AS t WHERE number = ? AND revision = ?"
        row = connection.execute(query, (number, revision)).fetchone()
        if row is not None:
            return describe_wording(*row)
    raise KeyError(revision)


def leave_out_words(text: str | None) -> str | None:
    """The report of a run without words and addresses of pages, which may be purged, and without its seal.

    These stand elsewhere; what is left out is null, in its place.
    """
    try:
        report = json.loads(text or "null")
    except ValueError:
        return None
    if not isinstance(report, dict):
        return None
    report |= {name: None for name in ("failures", "seal") if name in report}
    if isinstance(unaccounted := report.get("unaccounted"), dict):
        report["unaccounted"] = unaccounted | {"wordings": None}
    return json.dumps(report, ensure_ascii=False)


def tell_all(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The values of events that tell all rows, for a log that has lost records."""
    forget_changes(connection)
    rows = (
        (name, "rows", list(row))
        for name, table in TOLD.items()
        for row in connection.execute(
            f"SELECT {table.list_values('t', table.columns)} FROM main.{name} AS t"
            f" WHERE {choose_told(name, f't.{table.keys[0]}')}"
        )
    )
    return _join_events(_make_events(rows, {"all": True}))


def forget_changes(connection: sqlite3.Connection) -> None:
    """Leaves untold what has changed since the last call of `take_changes`: other events tell it."""
    connection.execute("DELETE FROM temp.changed")
    connection.execute("DELETE FROM temp.worded")


def take_changes(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The values of events that tell what has changed since the last call; none where nothing has.

    Each article with new words has one of its own, of what it says and which pages say it.
    """
    if connection.execute("SELECT 1 FROM temp.worded").fetchone() is not None:
        connection.execute(_MARK_WORDED)
    names = {name for (name,) in connection.execute("SELECT DISTINCT name FROM temp.changed")}
    articles: dict[int, list[_Row]] = {}
    others: list[_Row] = []
    for name in TOLD:
        for number, key, is_there, *row in connection.execute(_select_changed(name)) if name in names else ():
            told = others if number is None else articles.setdefault(number, [])
            told.append((name, "rows", row) if is_there else (name, "gone", json.loads(key)))
    events = (_make_events(rows, {}) for rows in (*(articles[number] for number in sorted(articles)), others))
    yield from _join_events(chain.from_iterable(events))
    forget_changes(connection)


def choose_told(name: str, key: str) -> str:
    """SQL that is true of the rows of a table that are told; `key` is their first key."""
    return f"{key} NOT IN ({', '.join(map(repr, PASSING))})" if name == "facts" else "1"


@cache
def _select_changed(name: str) -> str:
    """SQL of the rows that changed, each with the article that it is told with, its keys and whether it is there."""
    table, first = TOLD[name], "json_extract(c.key, '$[0]')"
    keys = enumerate(table.list_values("t", (key,)) for key in table.keys)
    same = " AND ".join(f"{key} IS json_extract(c.key, '$[{at}]')" for at, key in keys)
    return (
        f"SELECT DISTINCT c.worded, c.key, t.{table.keys[0]} IS NOT NULL, {table.list_values('t', table.columns)}"
        f" FROM temp.changed AS c LEFT JOIN main.{name} AS t ON {same} WHERE c.name = '{name}'"
        f" AND {choose_told(name, first)} ORDER BY c.key"
    )


def _make_events(rows: Iterable[_Row], first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Events of `rows`, `first` with the first of them."""
    event, count, size = dict(first), 0, 0
    for name, part, values in rows:
        if count == MOST_ROWS or size > MOST_TEXT:
            yield event
            event, count, size = {}, 0, 0
        event.setdefault(part, {}).setdefault(name, []).append(values)
        count += 1
        size += sum(len(value) for value in values if isinstance(value, str))
    if event:
        yield event


def _join_events(events: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same, all but the last saying that more follow."""
    event = next(events, None)
    while event is not None:
        following = next(events, None)
        yield event if following is None else {**event, "more": True}
        event = following


def replay_changes(connection: sqlite3.Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """Makes the rows that `events` and seals tell, in their order, in temporary tables `told_…`.

    Raises sqlite3.Error, TypeError, ValueError, AttributeError for an event that is none.
    """
    for name, table in TOLD.items():
        connection.execute(f"DROP TABLE IF EXISTS temp.told_{name}")
        # Of the same types: else no index is used where they are compared.
        types = {column: kind for _, column, kind, *_ in connection.execute(f"PRAGMA main.table_info({name})")}
        names = ", ".join(f'"{column}" {types.get(column, "TEXT")}' for column in table.columns)
        connection.execute(
            f"CREATE TEMP TABLE told_{name}({names}, PRIMARY KEY ({', '.join(table.keys)})) WITHOUT ROWID"
        )
    waiting: list[Mapping[str, Any]] = []
    for event in events:
        waiting.append(event)
        if event.get("more"):
            continue
        for each in waiting:
            _put_event(connection, each)
        waiting.clear()


def _put_event(connection: sqlite3.Connection, event: Mapping[str, Any]) -> None:
    if event["event"] == SEAL:
        connection.execute("UPDATE temp.told_runs SET seal = ? WHERE run = ?", (event["seal"], event["run"]))
        return
    for name, table in TOLD.items():
        if event.get("all"):
            connection.execute(f"DELETE FROM temp.told_{name}")
        places = ", ".join("?" * len(table.columns))
        put = f"INSERT OR REPLACE INTO temp.told_{name} VALUES ({places})"
        connection.executemany(put, event.get("rows", {}).get(name, ()))
        same = " AND ".join(f"{key} = ?" for key in table.keys)
        connection.executemany(f"DELETE FROM temp.told_{name} WHERE {same}", event.get("gone", {}).get(name, ()))
