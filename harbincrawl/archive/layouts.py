"""The tables `frames` and `layouts`: which pages share a template, and what was learnt from them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from harbincrawl.pages.layout.samples import COUNTS, FEWEST, list_choices
from harbincrawl.records import CRAWLED, Unaccounted

OWN, FOREIGN = "own", "foreign"
ARTICLE = "article"
NEW_FRAME = Unaccounted("reading", "nothing was learnt yet of the template of this page: read by itself")
"""Of a page that is printed otherwise than those that layouts were learnt from."""
_IS_NEW = (
    "a.layout IS NULL AND (SELECT min(o.run) FROM frames AS p JOIN captures AS o ON o.id = p.capture"
    " WHERE p.frame = f.frame) > (SELECT min(learnt) FROM layouts WHERE layout IS NOT NULL)"
)
"""True of an article `a` whose frame `f` was first met when layouts of others were known, and has none."""
_Row = tuple[Any, ...]
"""Frame, visit or batch, place in the order, capture, run, address."""
_PLACE, _CAPTURE, _RUN, _ADDRESS = 2, 3, 4, 5
_POOLS = {
    # The first capture of the same bytes stands for all: later ones add nothing.
    # A killed run and the one behind it are one visit.
    OWN: "SELECT f.frame, (SELECT min(r.run) FROM runs AS r WHERE r.run >= c.run AND r.outcome != 'aborted') AS visit,"
    " min(c.id), c.id, c.run, c.address FROM frames AS f JOIN captures AS c ON c.id = f.capture"
    f" WHERE c.source IN {CRAWLED} GROUP BY f.frame, c.body_hash ORDER BY 1, 2, 3",
    # Those of others come in any order: what they say of their time orders them, and the file that they were in. Files
    # that begin in one second are one batch, as several programs write them together.
    FOREIGN: "SELECT frame, substr(min(moment) OVER (PARTITION BY frame, batch), 1, 19) AS begin, moment, id, 0,"
    " address FROM (SELECT f.frame,"
    " coalesce(c.origin, substr(c.fetched_at, 1, 10)) AS batch,"
    " min(c.fetched_at || ' ' || c.body_hash || ' ' || coalesce(c.origin, '')) AS moment,"
    " c.id, c.address FROM frames AS f JOIN captures AS c ON c.id = f.capture"
    f" WHERE c.source NOT IN {CRAWLED} GROUP BY f.frame, c.body_hash)"
    " ORDER BY 1, 2, 3",
}


@dataclass(frozen=True, slots=True)
class LayoutGroup:
    """Pages of one frame and period, from some of which a layout is learnt."""

    origin: str
    """`own` or `foreign`."""
    period: int
    """The run that captured them; of foreign captures the time of the first one, as a number: 20240131235959."""
    frame: str
    since: int
    """Id of the first of the captures."""
    pages: int
    """How many pages of the period the choice of samples goes by."""
    samples: tuple[int, ...]
    """Captures that the layout is learnt from; of runs before it, too, where these are too few."""
    earlier: tuple[tuple[int, ...], ...] = ()
    """Those that it was learnt from while there were fewer."""

    @property
    def key(self) -> tuple[str, str, int]:
        """Whose pages they are: origin, frame, period."""
        return self.origin, self.frame, self.period


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A layout as it is stored."""

    origin: str
    period: int
    kind: str
    frame: str
    since: int
    learnt: int
    """The run that learnt it."""
    parser: str
    pages: int
    samples: tuple[int | None, ...]
    """None for those that were purged."""
    digest: str | None
    layout: str | None
    """Canonical JSON; None where it failed its test."""
    reason: str | None

    @property
    def key(self) -> tuple[str, str, int]:
        """That of its group."""
        return self.origin, self.frame, self.period


def put_frame(connection: sqlite3.Connection, capture: int, frame: str) -> None:
    """Stores the frame of a page, in the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO frames(capture, frame) VALUES (?, ?)", (capture, frame))


def copy_frame(connection: sqlite3.Connection, number: int, capture: int) -> None:
    """Gives a capture that brought the bytes of the article's current one its frame, in the caller's transaction."""
    connection.execute(
        "INSERT OR IGNORE INTO frames(capture, frame) SELECT ?, f.frame FROM frames AS f"
        " JOIN articles AS a ON a.capture = f.capture WHERE a.number = ?",
        (capture, number),
    )


def list_groups(connection: sqlite3.Connection) -> Iterator[LayoutGroup]:
    """The groups of pages that are large enough for a layout."""
    for origin, query in _POOLS.items():
        rows = connection.execute(query).fetchall()
        for frame, of_frame in groupby(rows, itemgetter(0)):
            before: list[_Row] = []
            batches = (list(batch) for _, batch in groupby(of_frame, itemgetter(1)))
            for small, batch in _gather(batches):
                if choices := list_choices(batch, before + small, itemgetter(_ADDRESS)):
                    all_rows = small + batch
                    runs, moments = [row[_RUN] for row in all_rows], [row[_PLACE] for row in all_rows]
                    period = min(runs) if origin == OWN else read_period(min(moments))
                    pages = max(count for count in COUNTS if count <= len(batch))
                    samples = [tuple(row[_CAPTURE] for row in choice) for choice in choices]
                    since = min(row[_CAPTURE] for row in all_rows)
                    yield LayoutGroup(origin, period, frame, since, pages, samples[-1], tuple(samples[:-1]))
                before += small + batch


def _gather(batches: Iterable[list[_Row]]) -> Iterator[tuple[list[_Row], list[_Row]]]:
    """Batches with enough pages for a layout, each with the small ones before it, or small ones together.

    Of each address the first: what a page shows twice is its own, not what pages of its template share.
    """
    small: list[_Row] = []
    for rows in batches:
        batch = _drop_repeated(rows)
        if len(batch) >= FEWEST:
            yield small, batch
            small = []
        elif len(together := _drop_repeated(small + batch)) >= FEWEST:
            yield [], together
            small = []
        else:
            small += batch


def _drop_repeated(rows: Iterable[_Row]) -> list[_Row]:
    """The first row of each address."""
    found: dict[Any, _Row] = {}
    for row in rows:
        found.setdefault(row[_ADDRESS], row)
    return [*found.values()]


def read_period(moment: str) -> int:
    """A time in RFC 3339 as a number: 20240131235959."""
    return int("".join(filter(str.isdigit, moment[:19])))


def read_layouts(connection: sqlite3.Connection) -> list[LayoutRow]:
    """All stored layouts."""
    rows = connection.execute(
        "SELECT origin, period, kind, frame, since, learnt, parser, pages, samples, digest, layout, reason FROM layouts"
        " ORDER BY origin, kind, frame, period"
    )
    names = [name for name, *_ in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [LayoutRow(**{**values, "samples": tuple(json.loads(values["samples"]))}) for values in found]


def put_layout(connection: sqlite3.Connection, row: LayoutRow) -> None:
    """Stores a layout in place of that of the same pages, in the caller's transaction."""
    values = {**asdict(row), "samples": json.dumps(row.samples)}
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT OR REPLACE INTO layouts({names}) VALUES ({marks})", values)


def forget_captures(connection: sqlite3.Connection) -> None:
    """Forgets the captures that were removed, in the caller's transaction: their numbers may be given again.

    A layout that was learnt from them stays.
    """
    connection.execute("DELETE FROM frames WHERE capture NOT IN (SELECT id FROM captures)")
    kept = {capture for (capture,) in connection.execute("SELECT capture FROM frames")}
    for row in read_layouts(connection):
        samples = tuple(capture if capture in kept else None for capture in row.samples)
        if samples != row.samples:
            put_layout(connection, replace(row, samples=samples))


def list_wordings(
    connection: sqlite3.Connection,
) -> Iterator[tuple[int, int, str, str, int | None, str, str | None]]:
    """All wordings whose page has a frame, by article.

    Of each the article's number; of its page the capture, who answered, when, the first capture of a crawl that brought
    the same bytes, and the frame; the layout that read it.
    """
    rows = connection.execute(
        "SELECT w.number, w.capture, c.source, c.fetched_at, (SELECT min(o.id) FROM captures AS o"
        f" WHERE o.address = c.address AND o.body_hash = c.body_hash AND o.source IN {CRAWLED}), f.frame, w.layout FROM"
        " (SELECT number, capture, layout FROM articles UNION ALL SELECT number, capture, layout FROM revisions) AS w"
        " JOIN captures AS c ON c.id = w.capture JOIN frames AS f ON f.capture = w.capture ORDER BY w.number"
    )
    yield from rows


def list_new_frames(connection: sqlite3.Connection, run: int) -> list[str]:
    """The articles whose pages the run read, and of whose template nothing was learnt though others' were."""
    rows = connection.execute(
        "SELECT a.url FROM articles AS a JOIN captures AS c ON c.id = a.capture JOIN frames AS f ON f.capture = c.id"
        f" WHERE c.run = ? AND c.source IN {CRAWLED} AND {_IS_NEW} ORDER BY a.number",
        (run,),
    )
    return [address for (address,) in rows]


def measure_templates(connection: sqlite3.Connection, run: int) -> dict[str, int]:
    """How many pages of articles the run read anew (`pages`), of these of frames that no run before it had (`new`).

    `before` are those that earlier runs read; what sections have of which they read none counts for nothing. Of several
    new frames the most frequent one counts.
    """
    rows = connection.execute(
        "WITH page AS MATERIALIZED (SELECT f.frame, a.section_path, c.run < ?1 AS is_before FROM frames AS f"
        " JOIN captures AS c ON c.id = f.capture JOIN articles AS a ON a.url = c.address"
        f" WHERE c.source IN {CRAWLED} AND c.run <= ?1)"
        " SELECT sum(NOT is_before), sum(is_before) FROM page"
        " WHERE section_path IN (SELECT section_path FROM page WHERE is_before) GROUP BY frame",
        (run,),
    ).fetchall()
    return {
        "pages": sum(now for now, _ in rows),
        "new": max((now for now, before in rows if not before), default=0),
        "before": sum(before for _, before in rows),
    }
