"""The stored state of lists: sections, list lines, walks, and list pages for conditional requests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date

from harbincrawl.archive.articles.ids import find_number, take_number
from harbincrawl.archive.schema.tables import upsert
from harbincrawl.records import Capture, Listed, Listing, ListWords
from harbincrawl.text import read_time, time_text
from harbincrawl.walk.articles import Rhythm
from harbincrawl.walk.types import Row, SectionState, WalkResult

_LINE = "item, address, iif(number IS NULL, NULL, item), title"
"""The first columns of a line; its item is the article's id where it leads to one."""


class StoredRows:
    """The rows of a section; each is read from the database when a walk asks for it."""

    def __init__(self, connection: sqlite3.Connection, section: str) -> None:
        self.connection = connection
        self.section = section
        self._unwritten: dict[str, Row] = {}

    def forget_written(self) -> None:
        """Forgets the rows that were set; call it when they are in the database."""
        self._unwritten.clear()

    def get(self, key: str, /) -> Row | None:
        """The row, or None."""
        if key in self._unwritten:
            return self._unwritten[key]
        row = self.connection.execute(
            f"SELECT {_LINE}, date, summary, capture, since, stands FROM listed WHERE section = ? AND item = ?",
            (self.section, key),
        ).fetchone()
        if row is None:
            return None
        item, address, id, title, day, summary, capture, since, active = row
        line = Listed(item, address, id, title, date.fromisoformat(day) if day else None, summary, capture)
        return Row(line, since, bool(active))

    def __getitem__(self, key: str, /) -> Row:
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def __setitem__(self, key: str, row: Row, /) -> None:
        self._unwritten[key] = row

    def count_active(self) -> int:
        """Number of active rows."""
        return sum(1 for _ in self._read_active())

    def list_active(self) -> Iterator[str]:
        """Keys of the active rows."""
        return (key for _, key in self._read_active())

    def list_dated(self) -> Iterator[tuple[date, str]]:
        """(date, key) of the active rows that have a date."""
        return ((date.fromisoformat(day), key) for day, key in self._read_active() if day)

    def _read_active(self) -> Iterator[tuple[str | None, str]]:
        rows = self.connection.execute("SELECT date, item FROM listed WHERE section = ? AND stands", (self.section,))
        for day, key in rows:
            if key not in self._unwritten:
                yield day, key
        for key, row in self._unwritten.items():
            if row.active:
                yield row.line.date.isoformat() if row.line.date else None, key


def load_section(connection: sqlite3.Connection, path: str, rows: StoredRows) -> SectionState:
    """The state of a section for `walk`, with `rows` for its lines."""
    state = SectionState(path, rows=rows)
    stored = connection.execute(
        'SELECT floor, "offset", last_page, hole, full_at, total, seen FROM sections WHERE path = ?', (path,)
    ).fetchone()
    if stored:
        state.floor, state.offset, state.last, state.hole, full_at, state.total, seen = stored
        state.full_at = read_time(full_at) if full_at else None
        state.seen = bool(seen)
    return state


def put_rows(connection: sqlite3.Connection, section: str, rows: Iterable[tuple[str, Row]]) -> None:
    """Stores list lines of a section, in the caller's transaction."""
    for key, row in rows:
        line, day = row.line, row.line.date.isoformat() if row.line.date else None
        upsert(connection, "listed", {
            "section": section, "item": key, "number": line.id and take_number(connection, line.id),
            "address": line.address, "title": line.title, "date": day, "summary": line.summary,
            "capture": line.capture, "since": row.since, "stands": int(row.active),
        })  # fmt: skip


def list_line_titles(connection: sqlite3.Connection, id: str) -> tuple[str, ...]:
    """What the lines of lists call the article `id`."""
    rows = connection.execute("SELECT DISTINCT title FROM listed WHERE number = ?", (find_number(connection, id),))
    return tuple(title for (title,) in rows if title)


def end_walk(connection: sqlite3.Connection, run: int, section: str, result: WalkResult) -> None:
    """Stores the result of a walk, with the section's new floor and offset, in the caller's transaction."""
    full_at = time_text(result.full_at) if result.full_at else None
    upsert(connection, "sections", {
        "path": section, "floor": result.floor, "offset": result.offset, "last_page": result.last, "hole": result.hole,
        "full_at": full_at, "total": result.total, "seen": int(result.seen),
    })  # fmt: skip
    upsert(connection, "walks", {
        "run": run, "section": section, "walk": result.outcome, "listing_pages": result.pages_read,
        "total_records": result.total, "known": result.active_rows, "gap": result.gap, "reason": result.reason,
    })  # fmt: skip


def read_active_lines(connection: sqlite3.Connection, sections: Iterable[str]) -> Iterator[Listed]:
    """The active lines of `sections`, without date and summary."""
    rows = connection.execute(
        f"SELECT {_LINE} FROM listed WHERE stands AND section IN (SELECT value FROM json_each(?))",
        (json.dumps(list(sections)),),
    )
    for row in rows:
        yield Listed(*row)


def find_line(connection: sqlite3.Connection, id: str, section: str) -> ListWords | None:
    """What an article's list line says, preferably an active one of its own section; None: never listed."""
    rows = connection.execute(
        "SELECT section, stands, title, summary, date, capture FROM listed WHERE number = ?"
        " ORDER BY since DESC, section DESC",
        (find_number(connection, id),),
    ).fetchall()
    if not rows:
        return None
    _, _, title, summary, day, capture = min(rows, key=lambda row: (not row[1], row[0] != section, row[0]))
    return ListWords(title, summary, date.fromisoformat(day) if day else None, rows[-1][0], capture, capture)


def has_line(connection: sqlite3.Connection, line: Listed) -> bool:
    """Whether some list shows the article by the same address, title and day; a list without days shows any."""
    row = connection.execute(
        "SELECT 1 FROM listed WHERE number = ? AND stands AND address = ? AND title = ? AND (?4 IS NULL OR date IS ?4)",
        (find_number(connection, line.id or ""), line.address, line.title, line.date and line.date.isoformat()),
    ).fetchone()
    return row is not None


def find_latest_day(connection: sqlite3.Connection, id: str) -> str | None:
    """The latest date of the active lines of an article; None where none has one."""
    (day,) = connection.execute(
        "SELECT max(date) FROM listed WHERE number = ? AND stands", (find_number(connection, id),)
    ).fetchone()
    return None if day is None else str(day)


def read_rhythm(connection: sqlite3.Connection, section: str) -> Rhythm:
    """How often the articles of a section change."""
    row = connection.execute("SELECT rhythm_days, rhythm_changes FROM sections WHERE path = ?", (section,)).fetchone()
    return Rhythm(*row) if row else Rhythm()


def put_rhythm(connection: sqlite3.Connection, section: str, rhythm: Rhythm) -> None:
    """Stores the rhythm of a section, in the caller's transaction."""
    connection.execute(
        "UPDATE sections SET rhythm_days = ?, rhythm_changes = ? WHERE path = ?",
        (rhythm.days, rhythm.changes, section),
    )


def read_list_page(
    connection: sqlite3.Connection, address: str, parser: str
) -> tuple[str | None, str | None, Listing] | None:
    """(ETag, Last-Modified, listing) of a list page; None if it has neither or another parser version read it."""
    row = connection.execute(
        "SELECT etag, last_modified, listing, capture FROM _list_pages WHERE address = ? AND parser = ?",
        (address, parser),
    ).fetchone()
    if row is None or not (row[0] or row[1]):
        return None
    return row[0], row[1], parse_listing(row[2], row[3])


def parse_listing(text: str, capture: int | None = None) -> Listing:
    """A list page as it is kept, which `capture` shows.

    Raises ValueError, TypeError, LookupError, AttributeError if it is none.
    """
    values = json.loads(text)
    lines = tuple(
        Listed(**{**line, "date": date.fromisoformat(line["date"]) if line["date"] else None, "capture": capture})
        for line in values.pop("lines")
    )
    return Listing(lines=lines, **values)


def put_list_page(connection: sqlite3.Connection, listing: Listing, capture: Capture, parser: str) -> None:
    """Stores what was read from a list page, in the caller's transaction."""
    upsert(connection, "_list_pages", {
        "address": listing.address, "capture": capture.ordinal, "etag": capture.etag,
        "last_modified": capture.last_modified, "parser": parser, "listing": dump_listing(listing),
    })  # fmt: skip


def _plain(value: object) -> object:
    """What JSON makes of a listing, of its lines, and of a day; what stands in other columns or tables is left out."""
    names = getattr(value, "__dataclass_fields__", None)
    if names is None:
        return str(value)
    return {name: getattr(value, name) for name in names if name not in ("unaccounted", "capture")}


dump_listing = json.JSONEncoder(default=_plain, ensure_ascii=False).encode
"""A listing as `_list_pages` holds it."""
