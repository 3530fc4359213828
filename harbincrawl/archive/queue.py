"""The queue: each article that was listed at least once, whether it is wanted, and when it is due."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harbincrawl.archive.articles.ids import find_number, find_numbers, take_number
from harbincrawl.archive.schema.tables import upsert
from harbincrawl.identity import precedence, write_id
from harbincrawl.walk.articles import ArticleState, read_state, state_text, with_address, with_news

from .purged import read_purged

_SELECT = f"SELECT {write_id('number')}, address, wanted, state FROM queue WHERE "
_LISTED = "number IN (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))"


def read_queue(connection: sqlite3.Connection, sections: Iterable[str]) -> Iterator[ArticleState]:
    """The articles that the lists of `sections` show or once showed."""
    return _read(connection, _LISTED, json.dumps(list(sections)))


def read_wanted(connection: sqlite3.Connection) -> Iterator[ArticleState]:
    """The wanted articles of all sections."""
    return _read(connection, "wanted")


def list_wanted(connection: sqlite3.Connection, sections: Iterable[str]) -> list[str]:
    """Ids of the articles that are still wanted in `sections`."""
    return [state.id for state in _read(connection, f"wanted AND {_LISTED}", json.dumps(list(sections)))]


def read_queued(connection: sqlite3.Connection, id: str) -> ArticleState | None:
    """An article of the queue; None if it was never listed."""
    return next(_read(connection, "number = ?", find_number(connection, id)), None)


def read_many_queued(connection: sqlite3.Connection, ids: Sequence[str]) -> list[ArticleState]:
    """As `read_queued`, for many articles, in the order of `ids`."""
    numbers = json.dumps(list(find_numbers(connection, ids).values()))
    found = _read(connection, "number IN (SELECT value FROM json_each(?))", numbers)
    states = {state.id: state for state in found}
    return [states[id] for id in ids if id in states]


def _read(connection: sqlite3.Connection, choice: str, *values: str | int | None) -> Iterator[ArticleState]:
    for id, address, wanted, text in connection.execute(_SELECT + choice, values):
        yield read_state(id, address, bool(wanted), text)


def put_state(connection: sqlite3.Connection, state: ArticleState) -> None:
    """Stores the state of an article, in the caller's transaction."""
    upsert(connection, "queue", {
        "number": take_number(connection, state.id), "address": state.address, "wanted": int(state.wanted),
        "state": state_text(state),
    })  # fmt: skip


def update_queue(connection: sqlite3.Connection, wanted: Iterable[str], addresses: Mapping[str, str]) -> None:
    """Stores which articles became wanted and the addresses on a list page, in the caller's transaction.

    Purged articles are never wanted again.
    """
    newly_wanted = set(wanted)
    ids = sorted((newly_wanted | addresses.keys()) - read_purged(connection), key=precedence)
    known = {state.id: state for state in read_many_queued(connection, ids)}
    for id in ids:
        stored = known.get(id)
        if stored is None:
            if id not in addresses:
                continue
            state = ArticleState(id, addresses[id])
        else:
            state = with_address(stored, addresses.get(id, stored.address))
        if id in newly_wanted:
            state = with_news(state)
        if state != stored:
            put_state(connection, state)
