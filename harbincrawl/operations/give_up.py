"""What no record says any more is given up by name: notices take its place, the log tells it, crawls ask again."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.captures import mark_lost
from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.queue import put_state, read_queued
from harbincrawl.archive.runs.log import REMOVED, RunLog
from harbincrawl.archive.runs.table import start_run
from harbincrawl.evidence import WARC_FOLDER, find_warc
from harbincrawl.files import sync_folder
from harbincrawl.operations.buckets import bring_back, replace_places
from harbincrawl.operations.verify.findings import DAMAGED, Findings
from harbincrawl.places import BucketFile
from harbincrawl.stamps.runs import end_run
from harbincrawl.version import __version__
from harbincrawl.walk.articles import with_news
from harbincrawl.warc.inventory import list_records
from harbincrawl.warc.log import find_number
from harbincrawl.warc.names import first_name
from harbincrawl.warc.notices import find_damage, replace_damage

_LOST = "SELECT value FROM json_each(?1)"
_ARTICLES = (
    f"SELECT number FROM articles WHERE capture IN (SELECT id FROM captures WHERE id IN ({_LOST})"
    f" UNION SELECT first_page FROM captures WHERE id IN ({_LOST}))"
)
_LIST_PAGES = f"DELETE FROM _list_pages WHERE address IN (SELECT address FROM captures WHERE id IN ({_LOST}))"


def give_up(folder: Path, findings: Findings, ids: Collection[str], pictures: Collection[str]) -> None:
    """Gives up what `findings` name of the log of the archive in `folder`, as a run; the caller holds the lock.

    The database is the one that was made of what is left. The articles `ids`, which are not in it, and those whose
    pages are lost are asked for again, and so are the files of `pictures`. Raises DatabaseError, NoSpaceError,
    WarcError, BucketError.
    """
    now = datetime.now(UTC)
    damaged = sorted(capture for capture, reason in findings.faults.items() if reason == DAMAGED)
    captures = json.dumps(damaged)
    with closing(open_writer(folder)) as connection, closing(RunLog(folder, connection, "rebuild")) as log:
        versions = {"harbincrawl": __version__, "parser": findings.parser}
        run = start_run(log, "rebuild", now, {"give_up": True}, versions)
        here = [name for name in sorted(findings.broken_files) if _replace(log, run, findings, name, now)]
        files: dict[str, list[int]] = {}
        for name, offset in sorted(findings.unsaid_removals):
            files.setdefault(name, []).append(offset)
        gone = {"lost": sorted(findings.lost_files), "missing": findings.missing_records}
        log.write_event(REMOVED, {"run": run, "files": files, **gone})
        with log.transaction():
            connection.executemany("DELETE FROM log_files WHERE number = ?", [(each,) for each in findings.lost_files])
            replace_places(connection, dict.fromkeys(here))
            mark_lost(connection, run, damaged, "damaged")
            numbers = connection.execute(_ARTICLES, (captures,)).fetchall()
            for id in sorted({*ids, *(read_id(connection, number) for (number,) in numbers)}):
                if (state := read_queued(connection, id)) is not None:
                    put_state(connection, with_news(state))
            connection.execute(_LIST_PAGES, (captures,))
            connection.executemany("UPDATE images SET media = NULL WHERE media = ?", [(each,) for each in pictures])
            log.tell_all()
        end_run(log, run, "complete", 0, {"captures": len(damaged)})


def _replace(log: RunLog, run: int, findings: Findings, name: str, now: datetime) -> bool:
    """Puts notices in the place of the damaged bytes of a file, told before; False where no record of it is left."""
    place = find_warc(log.folder, name)
    if isinstance(place, BucketFile):
        # Nothing is changed within an object: from here on the file is the archive's again.
        place = bring_back(place.address, log.folder / WARC_FOLDER / place.name)
    parts = find_damage(place)
    with log.transaction():
        log.write_event(REMOVED, {"run": run, "files": {first_name(name): [begin for begin, _ in parts]}})
    replace_damage(place, parts, now)
    number = find_number(name)
    if number is None or next(list_records(place), None) is not None:
        return True
    # It is lost, as a file that is gone.
    place.unlink()
    sync_folder(place.parent)
    findings.lost_files.add(number)
    return False
