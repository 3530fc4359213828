"""Repairing what needs neither a backup nor the network; what only the site has, the next crawl is to fetch."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.articles.ids import read_id, take_number
from harbincrawl.archive.captures import mark_lost
from harbincrawl.archive.places import drop_place, list_places, read_loose, write_loose
from harbincrawl.archive.queue import put_state, read_queued
from harbincrawl.archive.runs.log import REMOVED, RunLog
from harbincrawl.archive.runs.table import end_run, start_run
from harbincrawl.errors import NoSpaceError, WarcError
from harbincrawl.evidence import WARC_FOLDER, find_warc
from harbincrawl.operations.buckets.objects import bring_back
from harbincrawl.places import BucketFile
from harbincrawl.records import CRAWLED
from harbincrawl.text import count_text
from harbincrawl.version import __version__
from harbincrawl.walk import ArticleState, with_news
from harbincrawl.warc.names import first_name
from harbincrawl.warc.repair import find_damage, replace_damage

from .findings import MEND, Findings, Note


@dataclass
class Mended:
    """What was repaired, in words."""

    lines: list[str] = field(default_factory=list)
    seal: str | None = None
    """Of the run; None if nothing had to be done."""

    def as_dict(self) -> dict[str, Any]:
        """For the report of the run."""
        return {"mended": self.lines}


def mend(folder: Path, connection: sqlite3.Connection, log: RunLog, findings: Findings) -> Mended:
    """Repairs what `findings` name of the archive in `folder`; the caller holds the lock.

    It is a run. Captures whose record is damaged are given up as lost, notices take the place of their bytes, and
    their articles are wanted again. Raises DatabaseError, NoSpaceError, WarcError, sqlite3.Error.
    """
    done = Mended()
    if not any(MEND in problem.mend for problem in findings.problems):
        return done
    now = datetime.now(UTC)
    versions = {"harbincrawl": __version__, "parser": findings.parser}
    run = start_run(connection, log, "mend", now, {}, versions)
    files = _repair_files(folder, log, run, findings, now)
    _forget_files(connection, log, run, findings)
    with log.transaction():
        steps = (
            _keep_here(folder, connection, findings),
            _rebuild_index(connection, findings),
            _give_up(connection, run, findings),
            _take_back(connection, findings),
            _want_again(connection, findings),
            _mend_lists(connection, findings),
            _mend_unaccounted(connection, findings),
            _drop_pages(connection, findings),
            _mend_queue(connection, findings),
            _want_pictures(connection, findings),
            _drop_orphans(connection),
        )
        log.tell_all()
    done.lines = [line for line in (files, *steps) if line is not None]
    done.seal = end_run(connection, log, run, datetime.now(UTC), "complete", 0, done.as_dict()).hash
    return done


def _repair_files(folder: Path, log: RunLog, run: int, findings: Findings, now: datetime) -> str | None:
    """Notices in the place of damaged bytes, on disk before any row says that a capture is lost."""
    count = 0
    for name in sorted(findings.broken_files):
        try:
            place = find_warc(folder, name)
            if isinstance(place, BucketFile):
                # Nothing is changed within an object: from here on the file is the archive's again.
                place = bring_back(place.address, folder / WARC_FOLDER / place.name)
            parts = find_damage(place)
            log.put_event(REMOVED, {"run": run, "files": {first_name(name): [begin for begin, _ in parts]}})
            log.commit()
            replace_damage(place, parts, now)
            count += len(parts)
        except NoSpaceError:
            raise
        except WarcError as error:
            # What stays damaged is named again; the others are repaired.
            findings.notes.append(Note("lost", f"warc/{name}", str(error)))
    return f"{count_text(count, 'damaged record')} replaced by notices" if count else None


def _forget_files(connection: sqlite3.Connection, log: RunLog, run: int, findings: Findings) -> None:
    """Says in the log which of its files are nowhere any more."""
    if findings.lost_files:
        log.put_event(REMOVED, {"run": run, "lost": sorted(findings.lost_files)})
        log.commit()
        connection.executemany("DELETE FROM log_files WHERE number = ?", [(each,) for each in findings.lost_files])


def _keep_here(folder: Path, connection: sqlite3.Connection, findings: Findings) -> str | None:
    """The files that were brought back are in no bucket any more; a damaged object is deleted by the next offload."""
    here = [
        placed
        for placed in list_places(connection)
        if placed.file in findings.broken_files and (folder / WARC_FOLDER / placed.file).is_file()
    ]
    loose = read_loose(connection)
    for placed in here:
        drop_place(connection, placed.file)
    write_loose(connection, loose.union(placed.address for placed in here))
    return f"{count_text(len(here), 'file')} brought back from a bucket" if here else None


def _rebuild_index(connection: sqlite3.Connection, findings: Findings) -> str | None:
    if not findings.is_index_broken:
        return None
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    return "the index was rebuilt"


def _give_up(connection: sqlite3.Connection, run: int, findings: Findings) -> str | None:
    if not findings.broken_captures:
        return None
    mark_lost(connection, run, sorted(findings.broken_captures), "damaged")
    return f"{count_text(len(findings.broken_captures), 'capture')} given up as lost"


def _take_back(connection: sqlite3.Connection, findings: Findings) -> str | None:
    if not findings.found_captures:
        return None
    connection.executemany("DELETE FROM lost_captures WHERE capture = ?", [(one,) for one in findings.found_captures])
    return f"{count_text(len(findings.found_captures), 'capture')} no longer given up as lost"


def _want_again(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """The articles whose current capture is lost, and those that are gone without a trace."""
    lost = json.dumps(sorted(findings.broken_captures))
    numbers = {
        number
        for (number,) in connection.execute(
            "SELECT number FROM articles WHERE capture IN (SELECT id FROM captures WHERE id IN"
            " (SELECT value FROM json_each(?1)) UNION SELECT first_page FROM captures WHERE id IN"
            " (SELECT value FROM json_each(?1)))",
            (lost,),
        )
    }
    count = 0
    for number in sorted(numbers | findings.deleted):
        state = read_queued(connection, read_id(connection, number))
        if state is not None:
            put_state(connection, with_news(state))
            count += 1
    return f"the next crawl fetches {count_text(count, 'article')} again" if count else None


def _mend_lists(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """Lines as their captures say them; what no capture ever said goes."""
    for (section, item), line in findings.right_lines.items():
        if line is None:
            connection.execute("DELETE FROM listed WHERE section = ? AND item = ?", (section, item))
            continue
        connection.execute(
            "INSERT INTO listed(section, item, number, address, title, date, summary, since, stands)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT(section, item) DO UPDATE SET number = excluded.number,"
            " address = excluded.address, title = excluded.title, date = excluded.date, summary = excluded.summary,"
            " since = excluded.since",
            (section, item, line.number and take_number(connection, item), *line[1:]),
        )
    count = len(findings.right_lines)
    return f"{count_text(count, 'list line')} put as the captures say them" if count else None


def _mend_unaccounted(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """Unexplained lines as the captures show them."""
    for (run, address), rows in findings.right_unaccounted.items():
        connection.execute("DELETE FROM unaccounted WHERE run = ? AND address = ?", (run, address))
        connection.executemany(
            "INSERT INTO unaccounted(run, address, kind, text) VALUES (?, ?, ?, ?)",
            [(run, address, *row) for row in rows],
        )
    count = len(findings.right_unaccounted)
    return f"the unexplained lines of {count_text(count, 'page')} put as the captures show them" if count else None


def _drop_pages(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """Without them the next crawl asks for these list pages without conditions."""
    dropped = connection.execute(
        "DELETE FROM _list_pages WHERE address IN (SELECT value FROM json_each(?1)) OR address IN"
        " (SELECT address FROM captures WHERE id IN (SELECT value FROM json_each(?2)))",
        (json.dumps(sorted(findings.wrong_pages)), json.dumps(sorted(findings.broken_captures))),
    ).rowcount
    return f"the next crawl reads {count_text(dropped, 'list page')} again" if dropped else None


def _mend_queue(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """Rows that are missing or wrong are made anew from lists and articles, and wanted."""
    rows = connection.execute(
        "SELECT number, max(address), max(status), max(run) FROM ("
        " SELECT number, address, NULL AS status, 0 AS run FROM listed WHERE number IS NOT NULL"
        " UNION ALL SELECT number, NULL, NULL, max(run) FROM outcomes GROUP BY number"
        " UNION ALL SELECT a.number, a.url, a.status, 0 FROM articles AS a JOIN captures AS c ON c.id = a.capture"
        f" WHERE c.source IN {CRAWLED}) WHERE number NOT IN (SELECT number FROM purged)"
        " AND (number IN (SELECT value FROM json_each(?)) OR number NOT IN (SELECT number FROM queue))"
        " GROUP BY number HAVING max(address) IS NOT NULL",
        (json.dumps(sorted(findings.wrong_queue)),),
    ).fetchall()
    for number, address, status, run in rows:
        listed = connection.execute(
            "SELECT address FROM listed WHERE number = ? ORDER BY stands DESC, since DESC LIMIT 1", (number,)
        ).fetchone()
        known = listed[0] if listed else address
        put_state(
            connection,
            ArticleState(read_id(connection, number), known, wanted=True, last_run=run, gone=status == "gone"),
        )
    strays = connection.execute(
        "DELETE FROM queue WHERE number NOT IN (SELECT number FROM articles) AND number NOT IN"
        " (SELECT number FROM listed WHERE number IS NOT NULL) AND number IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(findings.wrong_queue)),),
    ).rowcount
    count = len(rows) + strays
    return f"{count_text(count, 'row')} of the queue made anew" if count else None


def _want_pictures(connection: sqlite3.Connection, findings: Findings) -> str | None:
    if not findings.broken_media:
        return None
    connection.executemany(
        "UPDATE images SET media = NULL WHERE media = ?", [(name,) for name in findings.broken_media]
    )
    return f"the next crawl --images fetches {count_text(len(findings.broken_media), 'picture')} again"


def _drop_orphans(connection: sqlite3.Connection) -> str | None:
    """Rows of articles that are not stored, and of captures that are not there."""
    count = sum(
        connection.execute(f"DELETE FROM {table} WHERE {condition}").rowcount
        for table, condition in (
            ("images", "number NOT IN (SELECT number FROM articles)"),
            ("revisions", "number NOT IN (SELECT number FROM articles)"),
            ("lost_captures", "capture NOT IN (SELECT id FROM captures)"),
        )
    )
    return f"{count_text(count, 'row')} of nothing removed" if count else None
