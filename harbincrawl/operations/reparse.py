"""Today's reader over all captured pages, in a copy of the database or in itself: what it changes, field by field."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.database.connection import check_archive, read_archive
from harbincrawl.archive.database.lock import write_archive
from harbincrawl.archive.database.scratch import choose_folder, copy_scratch
from harbincrawl.archive.origin import check_site, read_origin, remember_origin
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.unaccounted import put_unaccounted, summarize_unaccounted
from harbincrawl.errors import ExitCode
from harbincrawl.fields import CELLS, READ_KEYS
from harbincrawl.identity import plain_id
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.fold import History, fold_articles
from harbincrawl.reread.layouts.learning import store_due
from harbincrawl.reread.layouts.settling import put_again, settle_layouts
from harbincrawl.reread.lists import Lists
from harbincrawl.reread.pages import LayoutBook
from harbincrawl.reread.writer import RecordWriter, write_run
from harbincrawl.sites import Site

from .projection.compare import pair_rows
from .projection.lists import Progress

_EXAMPLES = 5
"""Of a field."""
_ABSENT = ("no-evidence", "removed")
"""Kinds of captures that were never made, or removed on purpose."""
_CURRENT = "SELECT capture FROM articles WHERE id = ?"
_RECORDS = f"SELECT number, {', '.join(CELLS[name] for name in READ_KEYS)} FROM articles AS a ORDER BY number"


@dataclass
class ReparseReport:
    """What a reparse found, and did, in the order of the keys in JSON."""

    parser: str
    applied: bool
    articles: int = 0
    """Stored ones that were looked at."""
    same: int = 0
    changed: int = 0
    unaccounted: dict[str, Any] = field(default_factory=dict)
    """As in the report of a crawl."""
    unread: Counter[str] = field(default_factory=Counter)
    """By kind, articles whose captures gave no record, so that they stay as they are; see `pages.ReadArticle`."""
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    """`number` of an article, `fields` by name with `before` and `after`, as the record would print them."""

    def count(self, id: str, differences: dict[str, dict[str, Any]]) -> None:
        """Counts an article and the fields that are otherwise, and keeps it as an example where one has too few."""
        self.articles += 1
        self.changed += bool(differences)
        self.same += not differences
        if any(self.fields[name] < _EXAMPLES for name in differences):
            self.examples.append({"number": plain_id(id), "fields": differences})
        self.fields.update(differences.keys())

    @property
    def outcome(self) -> str:
        """For the row of the run."""
        return "complete"

    @property
    def amiss(self) -> dict[str, int]:
        """By kind, articles whose evidence should be there, and could not be read."""
        return {kind: count for kind, count in self.unread.items() if kind not in _ABSENT}

    @property
    def exit_code(self) -> int:
        """3 where any is `amiss`."""
        return ExitCode.AMISS if self.amiss else ExitCode.DONE

    def as_record(self) -> dict[str, Any]:
        """For the row of the run: counts alone, no words of pages."""
        return {name: value for name, value in self.as_dict().items() if name != "examples"}

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return vars(self) | {
            "unread": dict(sorted(self.unread.items())),
            "fields": {name: self.fields[name] for name in READ_KEYS if self.fields[name]},
        }


def reparse(folder: Path, site: Site, *, apply: bool, executor: Executor, progress: Progress) -> ReparseReport:
    """Reads every captured article of the archive in `folder` again; stores what is found only where `apply` says so.

    An article whose pages give none today keeps the words that it has. Raises NoArchiveError, OptionsError, HeldError,
    DatabaseError, NoSpaceError, WorkerError.
    """
    report = ReparseReport(parser_of(site), apply)
    # A reader refuses what is no archive; the writer would make one.
    check_archive(folder)
    with ExitStack() as stack:
        opened = write_archive(folder, "reparse --apply") if apply else read_archive(folder)
        stored = stack.enter_context(opened)
        check_site(stored, folder, site)
        scratch = stack.enter_context(closing(copy_scratch(choose_folder(folder), stored)))
        if apply:
            if origin := read_origin(stored):
                remember_origin(stored, folder, site, origin)
            log = stack.enter_context(closing(RunLog(folder, stored, "reparse")))
            run = write_run(log, "reparse", {"apply": True}, report, report.parser)
            writer = stack.enter_context(run)
        else:
            (last,) = stored.execute("SELECT coalesce(max(run), 0) FROM runs").fetchone()
            writer = RecordWriter(folder, scratch, last + 1, None)
        _read_all(writer, site, executor, report, progress)
        if apply:
            settle_layouts(writer, site, executor)
        report.unaccounted = summarize_unaccounted(writer.connection, writer.store.run, site)
        _compare(*(scratch, stored) if apply else (stored, scratch), report)
    return report


def _read_all(writer: RecordWriter, site: Site, executor: Executor, report: ReparseReport, progress: Progress) -> None:
    connection = writer.connection
    store_due(writer, site)
    ids = [id for (id,) in connection.execute("SELECT id FROM articles")]
    done = 0
    progress(done, len(ids))
    lists = Lists(writer.folder, connection, site, executor)

    def put(history: History) -> str | None:
        nonlocal done
        done += 1
        (capture,) = connection.execute(_CURRENT, (history.id,)).fetchone()
        reading = history.readings.get(capture)
        if reading is None or reading.article is None:
            report.unread[reading.kind if reading else "no-evidence"] += 1
        else:
            found = reading.article
            put_unaccounted(connection, writer.store.run, found.url, found.unaccounted, site, capture)
        return put_again(writer, lists, history)

    for _ in fold_articles(writer, lists, ids, LayoutBook.read(connection), executor, put):
        progress(done, len(ids))


def _compare(before: sqlite3.Connection, after: sqlite3.Connection, report: ReparseReport) -> None:
    for (number,), old, new in pair_rows(before.execute(_RECORDS), after.execute(_RECORDS), 1):
        pairs = zip(READ_KEYS, old[1:] if old else (), new[1:] if new else (), strict=False)
        differences = {name: {"before": _parse(name, a), "after": _parse(name, b)} for name, a, b in pairs if a != b}
        report.count(read_id(after, number), differences)


def _parse(name: str, value: Any) -> Any:
    return json.loads(value) if name in ("authors", "images") and value is not None else value
