"""Captures as web archives give them: one for each address and second, of those whose records are kept."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from harbincrawl.records import OWN
from harbincrawl.text import time_text

_NOTHING = f"sha256:{hashlib.sha256(b'').hexdigest()}"
_KEPT = (
    "c.warc IS NOT NULL AND c.status BETWEEN 200 AND 599 AND c.id NOT IN (SELECT capture FROM lost_captures)"
    f" AND (c.status <> 304 OR c.digest <> '{_NOTHING}')"
)
"""True of what can be given: its record is there, and a 304 names the page that it confirms."""
_FAILED = "c.status >= 400 AND c.status NOT IN (404, 410)"
"""The server could not, or did not want to, say anything of the page."""
_BEST = f"c.source IN {OWN} DESC, c.status = 200 DESC, c.id DESC"
"""Within a second: what the site answered us goes before what an archive of others has."""
_DISTANCE = "abs(strftime('%s', c.fetched_at) - strftime('%s', {}))"
_COLUMNS = "SELECT c.id, c.address, c.fetched_at, c.status, c.digest FROM captures AS c"


class Memento(NamedTuple):
    """A capture that can be given."""

    capture: int
    """Its id."""
    address: str
    """The page's address on the site (not on a mirror)."""
    fetched_at: str
    """UTC, RFC 3339."""
    status: int
    """304: the server said that the page is as it was."""
    digest: str | None
    """`sha256:` and hexadecimal digits, of the payload as received; for a 304, of the page that it confirms."""


class Around(NamedTuple):
    """Times (RFC 3339) of captures of one address: its first and last, and the neighbours of one moment."""

    first: str
    last: str
    before: str | None
    after: str | None


class MementoRange(NamedTuple):
    """What is to be listed; texts compare as they are."""

    first: str
    """The first address."""
    end: str
    """The first address behind the last one."""
    since: str = ""
    """What the earliest time begins with, `2024-06`."""
    until: str = ""
    """What the latest time begins with; empty: any."""
    after: tuple[str, str] = ("", "")
    """Address and time of the capture behind which the list goes on."""


def cover_address(address: str) -> tuple[str, str]:
    """(first, end) of a range with one address alone: none has a NUL."""
    return address, f"{address}\0"


def cover_prefix(prefix: str) -> tuple[str, str]:
    """(first, end) of a range with all addresses that begin with `prefix`."""
    return prefix, f"{prefix}\U0010ffff"


def has_address(connection: sqlite3.Connection, address: str) -> bool:
    """Whether `address` was ever captured."""
    return connection.execute("SELECT 1 FROM captures WHERE address = ? LIMIT 1", (address,)).fetchone() is not None


def find_memento(connection: sqlite3.Connection, address: str, moment: datetime | None) -> Memento | None:
    """The capture of `address` at `moment`, else the nearest to it, failures last; without a moment the newest.

    None: there is none.
    """
    if moment is None:
        values: tuple[str, ...] = (address,)
        order = f"{_FAILED}, c.fetched_at DESC"
    else:
        values = (address, time_text(moment))
        order = f"c.fetched_at <> ?2, {_FAILED}, {_DISTANCE.format('?2')}, c.fetched_at"
    sql = f"{_COLUMNS} WHERE c.address = ?1 AND {_KEPT} ORDER BY {order}, {_BEST} LIMIT 1"
    row = connection.execute(sql, values).fetchone()
    return Memento(*row) if row else None


def find_around(connection: sqlite3.Connection, address: str, fetched_at: str) -> Around | None:
    """The times of other captures of `address`, seen from `fetched_at`; None where there is none at all."""
    row = connection.execute(
        "SELECT min(c.fetched_at), max(c.fetched_at), max(iif(c.fetched_at < ?2, c.fetched_at, NULL)),"
        f" min(iif(c.fetched_at > ?2, c.fetched_at, NULL)) FROM captures AS c WHERE c.address = ?1 AND {_KEPT}",
        (address, fetched_at),
    ).fetchone()
    return Around(*row) if row[0] is not None else None


def count_captures(connection: sqlite3.Connection, chosen: MementoRange) -> int:
    """How many captures there are of the addresses of a range, whatever is known of them; a moment for a million."""
    sql = "SELECT count(*) FROM captures WHERE address >= ? AND address < ?"
    (count,) = connection.execute(sql, (chosen.first, chosen.end)).fetchone()
    return int(count)


def list_mementos(
    connection: sqlite3.Connection,
    chosen: MementoRange,
    *,
    near: datetime | None = None,
    page: tuple[int, int] = (-1, 0),
) -> Iterator[Memento]:
    """The captures of a range by address and time, or those nearest to `near` first.

    `page` are (how many, from which one on); -1: all.
    """
    sql, values = _select(_COLUMNS, chosen)
    if near is not None:
        order = f"{_DISTANCE.format('?')}, c.address, c.fetched_at"
        values = (*values, time_text(near))
    else:
        order = "c.address, c.fetched_at"
    rows = connection.execute(f"{sql} ORDER BY {order}, {_BEST} LIMIT ? OFFSET ?", (*values, *page))
    last = None
    for row in rows:
        memento = Memento(*row)
        if memento[1:3] != last:
            last = memento[1:3]
            yield memento


def _select(columns: str, chosen: MementoRange) -> tuple[str, tuple[str | int, ...]]:
    first = max(chosen.first, chosen.after[0])
    sql = f"{columns} WHERE c.address >= ? AND c.address < ? AND {_KEPT}"
    values: tuple[str | int, ...] = (first, chosen.end)
    if chosen.after[0]:
        sql += " AND (c.address, c.fetched_at) > (?, ?)"
        values = (*values, *chosen.after)
    if chosen.since:
        sql += " AND c.fetched_at >= ?"
        values = (*values, chosen.since)
    if chosen.until:
        sql += " AND substr(c.fetched_at, 1, ?) <= ?"
        values = (*values, len(chosen.until), chosen.until)
    return sql, values
