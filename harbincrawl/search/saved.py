"""Saved searches: a query with its filters under a name, and the articles that changed under it."""

from __future__ import annotations

import json
import shlex
import sqlite3
from typing import Any, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.text import clean

from .choice import ArticleCondition, fit_choice
from .filters import BY_NAME, Filters, make_filters
from .folding import fold_copies
from .hits import Hit

MATCHING = ("copies", "raw")
"""Options beside filters: whether copies are hits of their own, whether the query is FTS5's."""
_SELECT = "SELECT name, query, filters, saved, printed, notified FROM saved_searches"


class SavedSearch(NamedTuple):
    """A search under a name."""

    name: str
    query: str
    options: dict[str, Any]
    """The options of `search` that were given: filters by name, and MATCHING."""
    saved: str
    printed: int
    """The change up to which `watch run` has printed."""
    notified: int
    """The change up to which notices have gone out."""

    def filters(self) -> Filters:
        """For the search; days such as `7d` are counted from today, whenever that is.

        Raises FilterError for one that there is not, instead of finding more than was asked for.
        """
        if unknown := self.options.keys() - BY_NAME.keys() - set(MATCHING):
            raise FilterError(
                f"no filter {', '.join(sorted(unknown))} is known: a newer version saved {self.name}. "
                f"Update harbincrawl, or forget the search: `harbincrawl watch remove {self.name}`."
            )
        return make_filters(self.options, self.query)

    def describe(self) -> str:
        """Query and filters as one types them."""
        words = [self.query] if self.query else []
        for key, value in self.options.items():
            values = value if isinstance(value, list) else [value]
            option = f"--{key.replace('_', '-')}"
            words += [option if each is True else f"{option} {shlex.quote(str(each))}" for each in values]
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
    return fit_choice(connection, saved.filters(), raw=bool(saved.options.get("raw")))


def read_changes(connection: sqlite3.Connection, saved: SavedSearch, after: int) -> list[Change]:
    """What the search finds among the articles that changed after `after`, in the order of changes.

    A copy is told of only where its original is no hit, or with the option `copies`. Raises FilterError.
    """
    choice = understand_saved(connection, saved)
    changed = choice._replace(where=(*choice.where, "a.change > ?"), values=(*choice.values, after))
    where, values = changed.write_conditions()
    sql = f"SELECT a.key, a.change FROM {changed.tables()}{where} ORDER BY a.change"
    return _fold(connection, saved, choice, connection.execute(sql, values).fetchall())


def read_last_changes(connection: sqlite3.Connection, saved: SavedSearch, most: int) -> list[Change]:
    """The `most` hits that changed last, the last one first. Raises FilterError."""
    choice = understand_saved(connection, saved)
    where, values = choice.write_conditions()
    tables = choice.tables(articles=True)
    sql = f"SELECT a.key, a.change FROM {tables}{where} ORDER BY a.change DESC LIMIT ?"
    return _fold(connection, saved, choice, connection.execute(sql, [*values, most]).fetchall())


def _fold(
    connection: sqlite3.Connection, saved: SavedSearch, choice: ArticleCondition, rows: list[tuple[int, int]]
) -> list[Change]:
    found = []
    for key, change in rows:
        hit = Hit(key, key, 0, 0.0)
        also = () if saved.options.get("copies") else fold_copies(connection, choice, hit.number)
        if also is not None:
            found.append(Change(saved.name, hit._replace(also=also), change))
    return found
