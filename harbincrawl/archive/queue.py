"""The queue: every article that was ever listed, whether it is wanted, and when it is due."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from harbincrawl.walk import ArticleState, read_state, state_text, with_address, with_news

from .purged import read_purged


def read_queue(connection: sqlite3.Connection, sections: Iterable[str]) -> Iterator[ArticleState]:
    """The articles that stand or ever stood in the lists of some sections, one at a time."""
    rows = connection.execute(
        "SELECT number, address, wanted, state FROM queue WHERE number IN"
        " (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(sections)),),
    )
    for number, address, wanted, text in rows:
        yield read_state(number, address, bool(wanted), text)


def read_wanted(connection: sqlite3.Connection) -> Iterator[ArticleState]:
    """The articles of all sections that are wanted, one at a time."""
    rows = connection.execute("SELECT number, address, state FROM queue WHERE wanted")
    for number, address, text in rows:
        yield read_state(number, address, True, text)


def read_queued(connection: sqlite3.Connection, number: int) -> ArticleState | None:
    """One article of the queue; None where it was never listed."""
    row = connection.execute("SELECT number, address, wanted, state FROM queue WHERE number = ?", (number,)).fetchone()
    return read_state(row[0], row[1], bool(row[2]), row[3]) if row else None


def read_many_queued(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[ArticleState]:
    """As `read_queued`, for many articles, in the order of their numbers as given."""
    rows = connection.execute(
        "SELECT number, address, wanted, state FROM queue WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    found = {number: read_state(number, address, bool(wanted), text) for number, address, wanted, text in rows}
    return [found[number] for number in numbers if number in found]


def put_state(connection: sqlite3.Connection, state: ArticleState) -> None:
    """Stores an article's state; the caller has begun the transaction."""
    connection.execute(
        "INSERT INTO queue(number, address, wanted, state) VALUES (?,?,?,?) ON CONFLICT(number) DO UPDATE SET"
        " address = excluded.address, wanted = excluded.wanted, state = excluded.state",
        (state.number, state.address, int(state.wanted), state_text(state)),
    )


def want(connection: sqlite3.Connection, wanted: Iterable[int], addresses: Mapping[int, str]) -> None:
    """Takes in where each article of a list page is, and which are news; the caller has begun the transaction.

    Purged articles are never wanted again.
    """
    news = set(wanted)
    for number in sorted((news | addresses.keys()) - read_purged(connection)):
        state = read_queued(connection, number)
        if state is None:
            if number not in addresses:
                continue
            found = ArticleState(number, addresses[number])
        else:
            found = with_address(state, addresses.get(number, state.address))
        if number in news:
            found = with_news(found)
        if found != state:
            put_state(connection, found)


def count_wanted(connection: sqlite3.Connection, sections: Iterable[str]) -> list[int]:
    """Numbers of the articles still wanted in some sections."""
    rows = connection.execute(
        "SELECT number FROM queue WHERE wanted AND number IN"
        " (SELECT number FROM listed WHERE section IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(sections)),),
    )
    return [number for (number,) in rows]
