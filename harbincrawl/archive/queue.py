"""The queue: each article that was listed at least once, whether it is wanted, and when it is due."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harbincrawl.walk import ArticleState, read_state, state_text, with_address, with_news

from .purged import read_purged

_PUT = (
    "INSERT INTO queue(number, address, wanted, state) VALUES (?,?,?,?) ON CONFLICT(number) DO UPDATE SET"
    " address = excluded.address, wanted = excluded.wanted, state = excluded.state"
)


def read_queue(connection: sqlite3.Connection, sections: Iterable[str]) -> Iterator[ArticleState]:
    """The articles that the lists of `sections` show or once showed."""
    rows = connection.execute(
        "SELECT number, address, wanted, state FROM queue WHERE number IN"
        " (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(sections)),),
    )
    for number, address, wanted, text in rows:
        yield read_state(number, address, bool(wanted), text)


def read_wanted(connection: sqlite3.Connection) -> Iterator[ArticleState]:
    """The wanted articles of all sections."""
    rows = connection.execute("SELECT number, address, state FROM queue WHERE wanted")
    for number, address, text in rows:
        yield read_state(number, address, True, text)


def read_queued(connection: sqlite3.Connection, number: int) -> ArticleState | None:
    """An article of the queue; None if it was never listed."""
    row = connection.execute("SELECT number, address, wanted, state FROM queue WHERE number = ?", (number,)).fetchone()
    return read_state(row[0], row[1], bool(row[2]), row[3]) if row else None


def read_many_queued(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[ArticleState]:
    """As `read_queued`, for many articles, in the order of `numbers`."""
    rows = connection.execute(
        "SELECT number, address, wanted, state FROM queue WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    states = {number: read_state(number, address, bool(wanted), text) for number, address, wanted, text in rows}
    return [states[number] for number in numbers if number in states]


def put_state(connection: sqlite3.Connection, state: ArticleState) -> None:
    """Stores the state of an article, in the caller's transaction."""
    connection.execute(_PUT, _values(state))


def update_queue(connection: sqlite3.Connection, wanted: Iterable[int], addresses: Mapping[int, str]) -> None:
    """Stores which articles became wanted and the addresses on a list page, in the caller's transaction.

    Purged articles are never wanted again.
    """
    newly_wanted = set(wanted)
    numbers = sorted((newly_wanted | addresses.keys()) - read_purged(connection))
    known = {state.number: state for state in read_many_queued(connection, numbers)}
    changed = []
    for number in numbers:
        stored = known.get(number)
        if stored is None:
            if number not in addresses:
                continue
            state = ArticleState(number, addresses[number])
        else:
            state = with_address(stored, addresses.get(number, stored.address))
        if number in newly_wanted:
            state = with_news(state)
        if state != stored:
            changed.append(state)
    connection.executemany(_PUT, map(_values, changed))


def _values(state: ArticleState) -> tuple[int, str, int, str]:
    return state.number, state.address, int(state.wanted), state_text(state)


def list_wanted(connection: sqlite3.Connection, sections: Iterable[str]) -> list[int]:
    """Numbers of the articles that are still wanted in `sections`."""
    rows = connection.execute(
        "SELECT number FROM queue WHERE wanted AND number IN"
        " (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(sections)),),
    )
    return [number for (number,) in rows]
