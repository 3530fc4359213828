"""Saved searches in `user.db`: a query with its filters under a name, its two positions, what changed under it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from harbincrawl.errors import HeldError, OptionsError
from harbincrawl.search.choice import ArticleCondition, Hit, fit_choice, make_hits, select_hits
from harbincrawl.search.filters import Filters, make_filters
from harbincrawl.text import clean, suggest, time_text

from .database.lock import hold_file

LOCK = "watch.lock"
"""The file that `watch run` holds; it says nothing."""
PATIENCE = 5.0
"""Seconds to wait for another command that writes, or prints what is new."""
_NAME = re.compile(r"\w[\w-]{0,63}")
MATCHING = ("copies", "exact")
"""Options beside the query: whether copies are hits of their own, and words are matched without stemming."""
COUNTER = (
    "SELECT max((SELECT coalesce(max(change), 0) FROM articles), (SELECT coalesce(max(change), 0) FROM purged),"
    " coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE name = 'changes'), 0))"
)
"""SQL of the last number of the change counter."""
_SELECT = "SELECT name, query, filters, saved, printed, notified FROM saved_searches"


class SavedSearch(NamedTuple):
    """A search under a name."""

    name: str
    query: str
    options: dict[str, Any]
    """`copies` and `exact` where they were given; all other filters are fields of the query."""
    saved: str
    printed: int
    """The change up to which `watch run` has printed."""
    notified: int
    """The change up to which notices have gone out."""

    def filters(self) -> Filters:
        """For the search; days such as `7d` are counted from today, whenever that is. Raises FilterError."""
        return make_filters(self.options, self.query)

    def describe(self) -> str:
        """Query and filters as one types them."""
        words = [self.query] if self.query else []
        words += [f"--{name}" for name in self.options]
        return clean(" ".join(words))


class Change(NamedTuple):
    """An article that changed, as a saved search tells of it."""

    search: str
    hit: Hit
    change: int

    def write_event(self, record: str) -> str:
        """`metro:harbin-today:5370:412`: one event, however often it is told; `record` is the id in full."""
        return f"{self.search}:{record}:{self.change}"


def read_saved(user: sqlite3.Connection, name: str | None = None) -> list[SavedSearch]:
    """All saved searches in `user.db` by name, or the one called `name`, if there is one."""
    rows = user.execute(f"{_SELECT} WHERE name = coalesce(?, name) ORDER BY name", (name,))
    return [SavedSearch(name, query, json.loads(filters), *rest) for name, query, filters, *rest in rows]


def understand_saved(connection: sqlite3.Connection, saved: SavedSearch) -> ArticleCondition:
    """The search, ready to be run on this connection. Raises FilterError."""
    return fit_choice(connection, saved.filters())


def read_counter(connection: sqlite3.Connection) -> int:
    """The number of the last change of any article."""
    (counter,) = connection.execute(COUNTER).fetchone()
    return int(counter)


def read_changes(connection: sqlite3.Connection, saved: SavedSearch, after: int) -> list[Change]:
    """What the search finds among the articles that changed after `after`, in the order of changes.

    A copy is told of only where its original is no hit, or with the option `copies`. Raises FilterError.
    """
    copies = bool(saved.options.get("copies"))
    sql, values = select_hits(connection, understand_saved(connection, saved), copies=copies)
    rows = connection.execute(
        f"WITH hits AS MATERIALIZED ({sql}) SELECT h.key, h.original, h.tier, h.score, a.change FROM hits AS h"
        " CROSS JOIN articles AS a ON a.key = h.key WHERE a.change > ? ORDER BY a.change",
        [*values, after],
    ).fetchall()
    hits = make_hits(connection, [row[:4] for row in rows], copies=copies)
    return [Change(saved.name, hit, row[4]) for hit, row in zip(hits, rows, strict=True)]


def make_search(
    connection: sqlite3.Connection, name: str, query: str, options: Mapping[str, Any], now: datetime
) -> SavedSearch:
    """A search of the archive; what changes from now on is new under it.

    Raises OptionsError for a name that is none, FilterError.
    """
    if not _NAME.fullmatch(name):
        raise OptionsError(f"{clean(name)!r} is no name: expected up to 64 letters, digits, - and _.")
    counter = read_counter(connection)
    saved = SavedSearch(name, query, dict(options), time_text(now), counter, counter)
    understand_saved(connection, saved)
    return saved


def save_search(user: sqlite3.Connection, saved: SavedSearch) -> None:
    """Saves a search, in the caller's transaction. Raises OptionsError for a name that is taken."""
    name = saved.name
    if read_saved(user, name):
        raise OptionsError(f"there is a saved search {name}: `harbincrawl watch remove {name}` removes it.")
    user.execute(
        "INSERT INTO saved_searches(name, query, filters, saved, printed, notified) VALUES (?, ?, ?, ?, ?, ?)",
        saved._replace(options=json.dumps(saved.options, ensure_ascii=False)),  # type: ignore[arg-type]
    )


def remove_search(user: sqlite3.Connection, name: str) -> None:
    """Removes a saved search, in the caller's transaction. Raises OptionsError."""
    find_saved(user, name)
    user.execute("DELETE FROM saved_searches WHERE name = ?", (name,))


def find_saved(user: sqlite3.Connection, name: str) -> SavedSearch:
    """The saved search called `name`. Raises OptionsError, which names the one that was meant."""
    found = read_saved(user, name)
    if found:
        return found[0]
    hint = suggest(name, [each.name for each in read_saved(user)], "{}", ": `harbincrawl watch list` lists them.")
    raise OptionsError(f"there is no saved search {clean(name)}{hint}")


def move_position(user: sqlite3.Connection, name: str, position: Literal["printed", "notified"], change: int) -> None:
    """Moves one of the two positions of a saved search on to `change`, in the caller's transaction."""
    user.execute(f"UPDATE saved_searches SET {position} = ? WHERE name = ?", (change, name))


def hold_printing(folder: Path) -> AbstractContextManager[int]:
    """One command prints what is new at a time, beside whatever writes to the archive in `folder`.

    Raises HeldError if another one prints for longer than PATIENCE, DatabaseError if the folder cannot be written,
    NoSpaceError.
    """
    said = f"another `watch run` prints what is new in {folder}: wait for it to end."
    return hold_file(folder / LOCK, PATIENCE, lambda _: HeldError(said))
