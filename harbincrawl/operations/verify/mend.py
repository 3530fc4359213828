"""Repairing what needs neither a backup nor the network; what only the site has, the next crawl is to fetch."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.captures import mark_lost
from harbincrawl.archive.places import list_places
from harbincrawl.archive.queue import put_state, read_queued
from harbincrawl.archive.runs.log import REMOVED, RunLog
from harbincrawl.archive.runs.table import start_run
from harbincrawl.disk import sync_folder
from harbincrawl.errors import NoSpaceError, WarcError
from harbincrawl.evidence import WARC_FOLDER, find_warc
from harbincrawl.operations.buckets.objects import bring_back, replace_places
from harbincrawl.places import BucketFile
from harbincrawl.records import CRAWLED
from harbincrawl.stamps.runs import end_run
from harbincrawl.text import count_text
from harbincrawl.version import __version__
from harbincrawl.walk import ArticleState, with_news
from harbincrawl.warc.inventory import list_records
from harbincrawl.warc.log import find_number
from harbincrawl.warc.names import first_name
from harbincrawl.warc.notices import find_damage, replace_damage

from .comparison import match_key
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
    notices = _take_notices(log, run, findings)
    with log.transaction():
        steps = (
            _keep_here(folder, connection, findings),
            _put_rows(connection, findings),
            _rebuild_index(connection, findings),
            _give_up(connection, run, findings),
            _take_back(connection, findings),
            _want_again(connection, findings),
            _drop_pages(connection, findings),
            _fill_queue(connection),
            _want_pictures(connection, findings),
        )
        log.tell_all()
    done.lines = [line for line in (files, notices, *steps) if line is not None]
    done.seal = end_run(folder, connection, log, run, "complete", 0, done.as_dict()).seal
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
            number = find_number(name)
            if number is not None and next(list_records(place), None) is None:
                # No record is left in it: it is lost, as a file that is gone.
                place.unlink()
                sync_folder(place.parent)
                findings.lost_files.add(number)
        except NoSpaceError:
            raise
        except WarcError as error:
            # What stays damaged is named again; the others are repaired.
            findings.notes.append(Note("lost", f"warc/{name}", str(error)))
    return f"{count_text(count, 'damaged record')} replaced by notices" if count else None


def _forget_files(connection: sqlite3.Connection, log: RunLog, run: int, findings: Findings) -> None:
    """Says in the log which of its files are nowhere any more, and forgets where lost seals were."""
    if findings.lost_files:
        log.put_event(REMOVED, {"run": run, "lost": sorted(findings.lost_files)})
        log.commit()
        connection.executemany("DELETE FROM log_files WHERE number = ?", [(each,) for each in findings.lost_files])
    connection.executemany("DELETE FROM _seals WHERE run = ?", [(each,) for each in findings.lost_seals])


def _take_notices(log: RunLog, run: int, findings: Findings) -> str | None:
    """Says in the log in the place of which records notices stand, where it has lost what their run said."""
    if not findings.unsaid_removals:
        return None
    files: dict[str, list[int]] = {}
    for name, offset in sorted(findings.unsaid_removals):
        files.setdefault(name, []).append(offset)
    log.put_event(REMOVED, {"run": run, "files": files})
    log.commit()
    return f"{count_text(len(findings.unsaid_removals), 'removed record')} taken over from a run whose word is lost"


def _keep_here(folder: Path, connection: sqlite3.Connection, findings: Findings) -> str | None:
    """The files that were brought back are in no bucket any more; a damaged object is deleted by the next offload."""
    broken = (placed.file for placed in list_places(connection) if placed.file in findings.broken_files)
    here = [name for name in broken if (folder / WARC_FOLDER / name).is_file()]
    replace_places(connection, dict.fromkeys(here))
    return f"{count_text(len(here), 'file')} brought back from a bucket" if here else None


def _put_rows(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """Rows as the log and the captured pages say them."""
    for name, key in findings.right_rows:
        connection.execute(f"DELETE FROM {name} AS t WHERE {match_key(name)}", key)
    for (name, _), row in findings.right_rows.items():
        if row is not None:
            names = ", ".join(f'"{column}"' for column in row)
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {name}({names}) VALUES ({places})", list(row.values()))
    count = len(findings.right_rows)
    return f"{count_text(count, 'row')} put as the log and the captured pages say" if count else None


def _rebuild_index(connection: sqlite3.Connection, findings: Findings) -> str | None:
    if not findings.is_index_broken and all(name != "articles" for name, _ in findings.right_rows):
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
    numbers = connection.execute(
        "SELECT number FROM articles WHERE capture IN (SELECT id FROM captures WHERE id IN"
        " (SELECT value FROM json_each(?1)) UNION SELECT first_page FROM captures WHERE id IN"
        " (SELECT value FROM json_each(?1)))"
        " UNION SELECT value FROM json_each(?2) WHERE value NOT IN (SELECT number FROM articles) ORDER BY 1",
        (json.dumps(sorted(findings.broken_captures)), json.dumps(sorted(findings.deleted))),
    ).fetchall()
    count = 0
    for (number,) in numbers:
        state = read_queued(connection, read_id(connection, number))
        if state is not None:
            put_state(connection, with_news(state))
            count += 1
    return f"the next crawl fetches {count_text(count, 'article')} again" if count else None


def _drop_pages(connection: sqlite3.Connection, findings: Findings) -> str | None:
    """Without them the next crawl asks for these list pages without conditions."""
    dropped = connection.execute(
        "DELETE FROM _list_pages WHERE address IN"
        " (SELECT address FROM captures WHERE id IN (SELECT value FROM json_each(?)))",
        (json.dumps(sorted(findings.broken_captures)),),
    ).rowcount
    return f"the next crawl reads {count_text(dropped, 'list page')} again" if dropped else None


def _fill_queue(connection: sqlite3.Connection) -> str | None:
    """Listed and crawled articles that no row of the queue has, where the log has lost what it told of them."""
    rows = connection.execute(
        "SELECT number, max(address) FROM (SELECT number, address FROM listed WHERE number IS NOT NULL"
        " UNION ALL SELECT a.number, a.url FROM articles AS a JOIN captures AS c ON c.id = a.capture"
        f" WHERE c.source IN {CRAWLED}) WHERE number NOT IN (SELECT number FROM purged UNION SELECT number FROM queue)"
        " GROUP BY number"
    ).fetchall()
    for number, address in rows:
        put_state(connection, ArticleState(read_id(connection, number), address, wanted=True))
    return f"{count_text(len(rows), 'article')} put into the queue again" if rows else None


def _want_pictures(connection: sqlite3.Connection, findings: Findings) -> str | None:
    if not findings.broken_media:
        return None
    connection.executemany(
        "UPDATE images SET media = NULL WHERE media = ?", [(name,) for name in findings.broken_media]
    )
    return f"the next crawl --images fetches {count_text(len(findings.broken_media), 'picture')} again"
