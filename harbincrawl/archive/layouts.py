"""The tables `frames` and `layouts`: which pages share a template, what was learnt of it, whether it is in doubt."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from harbincrawl.archive.schema.tables import upsert
from harbincrawl.pages.layout.samples import COUNTS, FEWEST, choose_samples, is_in_doubt
from harbincrawl.records import CRAWLED, Unaccounted

NEW_FRAME = Unaccounted("reading", "nothing was learnt yet of the template of this page: read by itself")
"""Of a page that is printed otherwise than those that layouts were learnt from."""
_IS_KEPT = "c.warc IS NOT NULL AND c.id NOT IN (SELECT capture FROM lost_captures)"
"""True of a capture `c` that can be read again."""
_IS_NEW = (
    "a.layout IS NULL AND (SELECT min(o.run) FROM frames AS p JOIN captures AS o ON o.id = p.capture"
    " WHERE p.frame = f.frame) > (SELECT min(learnt) FROM layouts WHERE layout IS NOT NULL)"
)
"""True of an article `a` whose frame `f` was first met when layouts of others were known, and has none."""


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A layout as it is stored."""

    frame: str
    pages: int
    """At which page of the template it was learnt: 5, 20, 80."""
    learnt: int
    """The run that learnt it."""
    parser: str
    samples: tuple[int | None, ...]
    """The captures that it was learnt from; None for those that were purged."""
    digest: str | None
    layout: str | None
    """Canonical JSON; None where it failed its test."""
    reason: str | None


@dataclass(slots=True)
class Opinion:
    """What reading pages without their layout, too, says of it."""

    frame: str
    pages: int
    """As in `LayoutRow`."""
    asked: int = 0
    """Pages that were read both ways."""
    differing: int = 0
    """Of these, whose record is another one."""
    fields: Counter[str] = field(default_factory=Counter)
    """In what, and on how many of them."""
    example: str = ""
    """The address of the first of them."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether so many differ that the layout is in doubt."""
        return is_in_doubt(self.asked, self.differing)

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "frame": self.frame,
            "learnt_at": self.pages,
            "asked": self.asked,
            "differ": self.differing,
            "fields": dict(sorted(self.fields.items())),
            "example": self.example or None,
        }


def put_frame(connection: sqlite3.Connection, capture: int, frame: str, digest: str | None) -> None:
    """Stores the frame of a page and the layout that read it, in the caller's transaction."""
    connection.execute(
        "INSERT INTO frames(capture, frame, layout)"
        " VALUES (?1, ?2, coalesce((SELECT pages FROM layouts WHERE frame = ?2 AND digest = ?3), 0))"
        " ON CONFLICT(capture) DO UPDATE SET frame = excluded.frame, layout = excluded.layout,"
        " opinion = iif((frame, layout) = (excluded.frame, excluded.layout), opinion, NULL)",
        (capture, frame, digest),
    )


def copy_frame(connection: sqlite3.Connection, number: int, capture: int) -> None:
    """Gives a capture that brought the bytes of the article's current one its frame, in the caller's transaction."""
    connection.execute(
        "INSERT OR IGNORE INTO frames(capture, frame, layout) SELECT ?, f.frame, f.layout FROM frames AS f"
        " JOIN articles AS a ON a.capture = f.capture WHERE a.number = ?",
        (capture, number),
    )


def list_due(
    connection: sqlite3.Connection, frames: Iterable[str] | None = None
) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """The layouts that are to be learnt: frame, at which page, captures. `frames` are those to ask for; None: all."""
    known: dict[str, int] = dict(connection.execute("SELECT frame, max(pages) FROM layouts GROUP BY frame"))
    if frames is None:
        query = "SELECT frame FROM frames GROUP BY frame HAVING count(*) >= ?"
        frames = [frame for (frame,) in connection.execute(query, (FEWEST,))]
    for frame in sorted(frames):
        counts = [count for count in COUNTS if count > known.get(frame, 0)]
        pages = _list_first(connection, frame) if counts else []
        for count in counts:
            if count <= len(pages):
                yield frame, count, tuple(choose_samples(pages[:count]))


def _list_first(connection: sqlite3.Connection, frame: str) -> list[int]:
    """The first captures of a frame, one an article, in the order of the log; a body that another one had is none."""
    found: list[int] = []
    known: set[str] = set()
    for capture, *names in connection.execute(
        "SELECT c.id, c.address, c.body_hash FROM frames AS f JOIN captures AS c ON c.id = f.capture"
        " WHERE f.frame = ? ORDER BY c.id",
        (frame,),
    ):
        own = set(filter(None, names))
        if known.isdisjoint(own):
            known |= own
            found.append(capture)
            if len(found) == COUNTS[-1]:
                break
    return found


def read_layouts(connection: sqlite3.Connection) -> list[LayoutRow]:
    """All stored layouts."""
    rows = connection.execute("SELECT * FROM layouts ORDER BY frame, pages")
    return [replace(LayoutRow(*row), samples=tuple(json.loads(row[4]))) for row in rows]


def put_layout(connection: sqlite3.Connection, row: LayoutRow) -> None:
    """Stores a layout, in the caller's transaction; what was said of one in its place is forgotten."""
    values = {**asdict(row), "samples": json.dumps(row.samples)}
    upsert(connection, "layouts", values)
    connection.execute(
        "UPDATE frames SET opinion = NULL WHERE frame = :frame AND layout = :pages AND opinion IS NOT NULL", values
    )


def forget_captures(connection: sqlite3.Connection) -> None:
    """Forgets the captures that were removed, in the caller's transaction: their numbers may be given again.

    A layout that was learnt from them stays.
    """
    connection.execute("DELETE FROM frames WHERE capture NOT IN (SELECT id FROM captures)")
    connection.execute(
        "UPDATE layouts SET samples = (SELECT json_group_array(iif(value IN (SELECT capture FROM frames), value, NULL))"
        " FROM json_each(samples)) WHERE EXISTS"
        " (SELECT 1 FROM json_each(samples) WHERE value NOT IN (SELECT capture FROM frames))"
    )


def list_stale(connection: sqlite3.Connection) -> list[str]:
    """The addresses of pages that another layout read than the last one of their frame that is in use, or none."""
    rows = connection.execute(
        "SELECT DISTINCT c.address FROM captures AS c WHERE c.id IN (SELECT f.capture FROM frames AS f LEFT JOIN"
        " (SELECT frame, max(pages) AS last FROM layouts WHERE layout IS NOT NULL GROUP BY frame) AS l"
        f" ON l.frame = f.frame WHERE f.layout != coalesce(l.last, 0)) AND {_IS_KEPT}"
    )
    return [address for (address,) in rows]


def list_unasked(connection: sqlite3.Connection) -> list[tuple[str, int, int, int, str]]:
    """The articles that a layout reads behind the last one that was read without it, too, in the log's order.

    Of each its frame, the layout, how many of it were asked, its first capture and the address.
    """
    # CROSS: from the few captures of an address to their frames. The other way round, which SQLite takes while it has
    # no statistics, each page would be compared with all before it.
    return connection.execute(
        "SELECT l.frame, l.pages, (SELECT count(*) FROM frames AS g WHERE g.frame = l.frame AND g.layout = l.pages"
        " AND g.opinion IS NOT NULL), c.id, c.address FROM layouts AS l JOIN frames AS f ON f.frame = l.frame"
        " AND f.layout = l.pages AND f.capture > coalesce((SELECT max(g.capture) FROM frames AS g"
        " WHERE g.frame = l.frame AND g.layout = l.pages AND g.opinion IS NOT NULL), 0)"
        f" JOIN captures AS c ON c.id = f.capture WHERE {_IS_KEPT} AND NOT EXISTS"
        " (SELECT 1 FROM captures AS o CROSS JOIN frames AS g ON g.capture = o.id WHERE o.address = c.address"
        " AND o.id < c.id AND g.frame = f.frame AND g.layout = f.layout) ORDER BY 1, 2, 4"
    ).fetchall()


def read_opinions(connection: sqlite3.Connection) -> dict[tuple[str, int], Opinion]:
    """What is said of each layout that was asked for, by frame and page at which it was learnt."""
    found: dict[tuple[str, int], Opinion] = {}
    for frame, pages, fields, count, address, _ in connection.execute(
        "SELECT f.frame, f.layout, f.opinion, count(*), c.address, min(c.id) FROM frames AS f"
        " JOIN captures AS c ON c.id = f.capture WHERE f.opinion IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 6"
    ):
        opinion = found.setdefault((frame, pages), Opinion(frame, pages))
        opinion.asked += count
        if fields:
            opinion.differing += count
            opinion.fields.update(dict.fromkeys(fields.split(), count))
            opinion.example = opinion.example or address
    return dict(sorted(found.items()))


def find_opinion(connection: sqlite3.Connection, capture: int) -> Opinion | None:
    """What is said of the layout that read a page; None of one without."""
    row = connection.execute("SELECT frame, layout FROM frames WHERE capture = ?", (capture,)).fetchone()
    return read_opinions(connection).get(row) if row else None


def list_doubts(connection: sqlite3.Connection) -> list[Opinion]:
    """The layouts in doubt."""
    return [opinion for opinion in read_opinions(connection).values() if opinion.is_in_doubt]


def name_doubt(frame: str) -> Unaccounted:
    """What is unaccounted of a template in doubt: one row for all its pages."""
    return Unaccounted("template", f"the template {frame} is in doubt: its pages are read otherwise without its layout")


def list_new_frames(connection: sqlite3.Connection, run: int) -> list[str]:
    """The articles whose pages the run read, and of whose template nothing was learnt though others' were."""
    rows = connection.execute(
        "SELECT a.url FROM articles AS a JOIN captures AS c ON c.id = a.capture JOIN frames AS f ON f.capture = c.id"
        f" WHERE c.run = ? AND c.source IN {CRAWLED} AND {_IS_NEW} ORDER BY a.number",
        (run,),
    )
    return [address for (address,) in rows]
