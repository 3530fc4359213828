"""How the articles of a bundle came together: who, with what, how well, and what leans to one side; all counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harbincrawl.export.selection import FIRST_CAPTURE, Selection
from harbincrawl.version import __version__

_VERSIONS = """SELECT DISTINCT json_extract(versions, '$.harbincrawl') AS version FROM runs
 WHERE version IS NOT NULL ORDER BY run"""
_UNFINISHED = """SELECT outcome, count(*) FROM runs WHERE kind = 'crawl' AND outcome <> 'complete'
 GROUP BY outcome ORDER BY outcome"""
_RUN = "SELECT coalesce(max(run), 0) FROM runs"
_SEAL = "SELECT run, seal FROM runs WHERE seal IS NOT NULL ORDER BY run DESC LIMIT 1"
_UNACCOUNTED = """SELECT count(DISTINCT address) FROM unaccounted
 WHERE run = (SELECT max(run) FROM runs WHERE kind = 'crawl')"""


@dataclass(frozen=True)
class Collection:
    """What is known of the collecting: runs and seal of the whole archive, the rest of the selected articles."""

    compiler: str | None
    """Who compiled the archive, by the settings."""
    versions: tuple[str, ...]
    """The versions of harbincrawl that the runs were made with, in their order."""
    written_with: str
    """The version that wrote the bundle."""
    unfinished: tuple[tuple[str, int], ...]
    """The number of crawls by outcome, other than `complete`."""
    run: int
    """The last run of the archive; 0 without any."""
    seal: tuple[int, str] | None
    """The last sealed run and its seal."""
    unaccounted: int
    """Pages of the last crawl with a line or link that the reader could give no meaning."""
    captured: tuple[str, str] | None
    """First and last time at which the pages of the articles were fetched; None: no response is known."""
    kept: int
    """Articles whose response is in a WARC file of the archive."""
    pictures: int
    """Pictures of the articles that were fetched, too."""
    changed: int
    """Articles that were seen to change; `wordings` counts the earlier wordings of them."""
    wordings: int
    moved: int
    """Articles whose printed date is another day than that in the address."""
    apart: int
    """Days between the two in the median of these; 0 without any."""


def read_collection(selection: Selection, compiler: str | None) -> Collection:
    """What is known of the collecting of the selected articles."""
    db = selection.connection
    selected, values = selection.choice()

    def row(head: str, tail: str = "") -> tuple[Any, ...]:
        found: tuple[Any, ...] = db.execute(f"SELECT {head} {selected}{tail}", values).fetchone()
        return found

    first, last, kept = db.execute(
        "SELECT min(fetched_at), max(fetched_at), count(warc) FROM captures"
        f" WHERE id IN (SELECT {FIRST_CAPTURE} {selected})",
        values,
    ).fetchone()
    ((pictures,),) = db.execute(
        f"SELECT count(media) FROM images WHERE number IN (SELECT a.number {selected})", values
    ).fetchall()
    ((wordings, changed),) = db.execute(
        f"SELECT count(*), count(DISTINCT number) FROM revisions WHERE number IN (SELECT a.number {selected})", values
    ).fetchall()
    apart = "abs(julianday(a.updated) - julianday(a.created))"
    (moved,) = row(f"coalesce(sum({apart} > 0), 0)")
    inner = f"SELECT {apart} AS days {selected}"
    median = f"SELECT days FROM ({inner}) WHERE days > 0 ORDER BY days LIMIT 1 OFFSET {int(moved) // 2}"
    days = db.execute(median, values).fetchone() if moved else (0,)
    return Collection(
        compiler=compiler,
        versions=tuple(version for (version,) in db.execute(_VERSIONS)),
        written_with=__version__,
        unfinished=tuple(db.execute(_UNFINISHED)),
        run=db.execute(_RUN).fetchone()[0],
        seal=db.execute(_SEAL).fetchone(),
        unaccounted=db.execute(_UNACCOUNTED).fetchone()[0],
        captured=(first, last) if first else None,
        kept=kept,
        pictures=pictures,
        changed=changed,
        wordings=wordings,
        moved=moved,
        apart=int(days[0]),
    )
