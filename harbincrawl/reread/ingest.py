"""Articles out of WARC files that others made: their records go into the log, and the articles of these are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.database import lock
from harbincrawl.archive.origin import read_origin, remember_origin
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.unaccounted import put_unaccounted, summarize_unaccounted
from harbincrawl.errors import FileMissingError, HarbincrawlError, PageTooLargeError
from harbincrawl.pages.version import parser_of
from harbincrawl.places import Place
from harbincrawl.records import CRAWLED, Listing
from harbincrawl.sites import Site

from .executor import Executor
from .fold import History, fold_articles, replay_history
from .intake import IngestReport, Intake, RecordFilter, read_records
from .layouts.settling import settle_layouts
from .lists import Lists
from .pages import LayoutBook
from .spans import Progress, scan_files
from .writer import RecordWriter, write_run


def ingest(
    folder: Path,
    files: Iterable[Place],
    site: Site,
    *,
    executor: Executor,
    progress: Progress,
    origin: str | None = None,
) -> IngestReport:
    """Takes the site's articles in `files` into the archive in `folder`, which is made where there is none.

    `origin` is the host that was captured in place of the site's own (the --site-url of a crawl). Each page is copied
    to the archive's WARC, with the name of its file. What comes of it does not depend on the `executor`. Raises
    FileMissingError, OptionsError, HeldError, DatabaseError, NoSpaceError, WarcError, BucketError, WorkerError.
    """
    paths = [_check_file(place) for place in files]
    names = [path.name for path in paths]
    report = IngestReport(names)
    with ExitStack() as stack:
        connection = stack.enter_context(lock.write_archive(folder, "ingest"))
        mirror = origin or read_origin(connection) or site.base
        remember_origin(connection, folder, site, mirror)
        site = replace(site, mirror=None if mirror == site.base else mirror)
        log = stack.enter_context(closing(RunLog(folder, connection, "ingest")))
        options = {"files": names, "site_url": origin}
        with write_run(log, "ingest", options, report, parser_of(site)) as writer:
            taking = Taking(writer, site, executor, report)
            taking.append(paths, "ingest", progress, datetime.now(UTC))
            taking.fold()
    return report


def _check_file(place: Place) -> Place:
    if not isinstance(place, Path):
        return place
    # Other processes may work in other folders. A link is what it leads to: somebody has named it.
    found = place.resolve()
    if not found.is_file():
        raise FileMissingError(f"{place}: there is no such file; what is piped has to be saved first.")
    return found


@dataclass
class Taking:
    """Takes in what others captured, within a run: first all records, then the articles that they touch."""

    writer: RecordWriter
    site: Site
    executor: Executor
    report: IngestReport
    check: Callable[[], None] = lambda: None
    """Called before each record and each article; it may raise."""

    def append(self, files: Sequence[Place], source: str, progress: Progress, now: datetime) -> None:
        """Puts the site's pages in `files` into the log; `source` is that of their captures."""
        records = RecordFilter(self.site, now, read_purged(self.writer.connection))
        found = scan_files(self.executor, files, partial(read_records, records), progress)
        Intake(records, self.writer, self.report, source).put_all(found, self.check)

    def fold(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Stores the articles of all that was appended, in this run and in those before it that were ended early.

        `progress` is called with (articles done, articles in all).
        """
        connection, writer, site = self.writer.connection, self.writer, self.site
        runs = {writer.store.run, *list_unfinished(connection, writer.store.run)}
        ids, has_lists = self._list_touched(runs)
        lists = Lists(writer.folder, connection, site, self.executor)
        if has_lists:
            with writer.transaction():
                lists.read(partial(self._note_list, runs, ids))
        book = LayoutBook.read(connection)
        done = 0

        def put(history: History) -> str | None:
            nonlocal done
            self.check()
            done += 1
            return self._put(lists, runs, history)

        for outcomes in fold_articles(writer, lists, ids, book, self.executor, put):
            for outcome in outcomes.values():
                self.report.count(outcome)
            progress(done, len(ids))
        settle_layouts(writer, site, self.executor)
        self.report.unaccounted = summarize_unaccounted(connection, writer.store.run, site)

    def _list_touched(self, runs: set[int]) -> tuple[set[str], bool]:
        """Ids of the articles that these runs captured, and whether they captured lists."""
        rows = self.writer.connection.execute(
            f"SELECT DISTINCT address FROM captures WHERE run IN (SELECT value FROM json_each(?))"
            f" AND source NOT IN {CRAWLED}",
            (json.dumps(sorted(runs)),),
        )
        meanings = [meaning for (address,) in rows if (meaning := self.site.read_address(address)) is not None]
        return {each.id for each in meanings if each.id is not None}, any(each.kind == "listing" for each in meanings)

    def _note_list(
        self, runs: set[int], ids: set[str], source: CaptureRow, listing: Listing | HarbincrawlError | ValueError
    ) -> None:
        """Adds to `ids` the articles that a list page of these runs names, and whose words the walks do not tell."""
        if source.run not in runs or source.source in CRAWLED:
            return
        if not isinstance(listing, Listing):
            if isinstance(listing, PageTooLargeError):
                self.report.reject("too-large", source.address)
            return
        put_unaccounted(
            self.writer.connection, self.writer.store.run, source.address, listing.unaccounted, self.site, source.id
        )
        for line in listing.lines:
            number = find_number(self.writer.connection, line.id) if line.id is not None else None
            if line.id is not None and line.id not in ids and self._needs_words(number):
                ids.add(line.id)

    def _needs_words(self, number: int | None) -> bool:
        row = self.writer.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM articles WHERE number = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM listed WHERE number = ?1)",
            (number,),
        ).fetchone()
        return bool(row[0])

    def _put(self, lists: Lists, runs: set[int], history: History) -> str | None:
        """Stores an article as its captures say it; what it is in the run, None where there is none."""
        replay = replay_history(self.writer, lists, history)
        for event in history.events:
            reading = history.readings.get(event.source.id)
            if reading is None or event.source.run not in runs or event.source.source in CRAWLED:
                continue
            address, article = event.source.address, reading.article
            if article is None:
                self.report.refuse(reading.kind, reading.reason, address)
            else:
                put_unaccounted(
                    self.writer.connection, self.writer.store.run, address, article.unaccounted, self.site,
                    event.source.id,
                )  # fmt: skip
        for stray in history.strays:
            self.report.refuse("pages", "its first page was not captured", stray.address)
        if not replay.verdicts:
            return None
        return ("changed" if replay.is_other else "same") if replay.was_stored else "new"


def list_unfinished(connection: Connection, run: int) -> list[int]:
    """The ingests and rescues between `run` and the last one before it that came to its end."""
    kinds = "kind IN ('ingest', 'rescue')"
    runs = connection.execute(
        f"SELECT run FROM runs WHERE {kinds} AND run < ?1 AND run > (SELECT coalesce(max(run), 0) FROM runs"
        f" WHERE {kinds} AND outcome IN ('complete', 'partial') AND run < ?1)",
        (run,),
    )
    return [each for (each,) in runs]
