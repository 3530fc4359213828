"""The queue: each article that was listed at least once, whether it is wanted, and when it is due."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harbincrawl.archive.articles.ids import find_number, list_numbers, take_number
from harbincrawl.identity import precedence, write_id
from harbincrawl.walk.articles import ArticleState, read_state, state_text, with_address, with_news

from .purged import read_purged

_PUT = (
    "INSERT INTO queue(number, address, wanted, state) VALUES (?,?,?,?) ON CONFLICT(number) DO UPDATE SET"
    " address = excluded.address, wanted = excluded.wanted, state = excluded.state"
)
_SELECT = f"SELECT {write_id('number')}, address, wanted, state FROM queue"


def read_queue(connection: sqlite3.Connection, sections: Iterable[str]) -> Iterator[ArticleState]:
    """The articles that the lists of `sections` show or once showed."""
    rows = connection.execute(
        f"{_SELECT} WHERE number IN (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(sections)),),
    )
    yield from map(_read_row, rows)


def read_wanted(connection: sqlite3.Connection) -> Iterator[ArticleState]:
    """The wanted articles of all sections."""
    yield from map(_read_row, connection.execute(f"{_SELECT} WHERE wanted"))


def read_queued(connection: sqlite3.Connection, id: str) -> ArticleState | None:
    """An article of the queue; None if it was never listed."""
    row = connection.execute(f"{_SELECT} WHERE number = ?", (find_number(connection, id),)).fetchone()
    return _read_row(row) if row else None


def read_many_queued(connection: sqlite3.Connection, ids: Sequence[str]) -> list[ArticleState]:
    """As `read_queued`, for many articles, in the order of `ids`."""
    rows = connection.execute(
        f"{_SELECT} WHERE number IN (SELECT value FROM json_each(?))", (list_numbers(connection, ids),)
    )
    states = {state.id: state for state in map(_read_row, rows)}
    return [states[id] for id in ids if id in states]


def put_state(connection: sqlite3.Connection, state: ArticleState) -> None:
    """Stores the state of an article, in the caller's transaction."""
    connection.execute(_PUT, _values(connection, state))


def update_queue(connection: sqlite3.Connection, wanted: Iterable[str], addresses: Mapping[str, str]) -> None:
    """Stores which articles became wanted and the addresses on a list page, in the caller's transaction.

    Purged articles are never wanted again.
    """
    newly_wanted = set(wanted)
    ids = sorted((newly_wanted | addresses.keys()) - read_purged(connection), key=precedence)
    known = {state.id: state for state in read_many_queued(connection, ids)}
    changed = []
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
            changed.append(state)
    connection.executemany(_PUT, [_values(connection, state) for state in changed])


def _values(connection: sqlite3.Connection, state: ArticleState) -> tuple[int, str, int, str]:
    return take_number(connection, state.id), state.address, int(state.wanted), state_text(state)


def list_wanted(connection: sqlite3.Connection, sections: Iterable[str]) -> list[str]:
    """Ids of the articles that are still wanted in `sections`."""
    rows = connection.execute(
        f"SELECT {write_id('number')} FROM queue WHERE wanted AND number IN"
        " (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(sections)),),
    )
    return [id for (id,) in rows]


def _read_row(row: tuple[str, str, int, str]) -> ArticleState:
    id, address, wanted, text = row
    return read_state(id, address, bool(wanted), text)
