"""Learning the layouts of an archive from named captures; the same captures give the same layouts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.archive.layouts import ARTICLE, LayoutGroup, LayoutRow, list_groups, put_layout, read_layouts
from harbincrawl.archive.lists import list_line_titles
from harbincrawl.errors import HarbincrawlError
from harbincrawl.evidence import Source, find_sources, read_charset, read_source, site_as_read
from harbincrawl.pages.article.asked import AskedPage
from harbincrawl.pages.article.by_layout import find_failure
from harbincrawl.pages.article.learning import learn_article_layout
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.selectors import select_page
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.samples import COUNTS, FEWEST, SamplePage
from harbincrawl.pages.version import parser_of
from harbincrawl.records import CRAWLED
from harbincrawl.reread.book import LayoutBook
from harbincrawl.sites import Site


@dataclass(frozen=True, slots=True)
class Sample:
    """A captured page that a layout is learnt from."""

    asked: AskedPage
    visit: object
    """The run, or of a foreign capture its file or day."""


class LayoutLearner:
    """The layouts of a run that goes on: learnt anew as its pages come."""

    def __init__(
        self, connection: sqlite3.Connection, folder: Path, site: Site, run: int, before_commit: Callable[[], object]
    ) -> None:
        """`before_commit` has the log told what the transaction decided."""
        self._before_commit = before_commit
        self._connection = connection
        self._folder = folder
        self._site = site
        self._run = run
        self._counts: Counter[str] = Counter()
        self._is_due = False
        self.layouts = LayoutBook.read(connection).at_last()
        """Those by which the next page is read."""

    def note_page(self, frame: str | None) -> None:
        """A page of this frame was stored."""
        if frame is not None:
            self._counts[frame] += 1
            self._is_due = self._is_due or self._counts[frame] in COUNTS

    def learn(self) -> None:
        """Learns what is due, outside of any transaction, and commits it. Raises sqlite3.Error."""
        if self._is_due:
            self._is_due = False
            if store_due(self._connection, self._folder, self._site, self._run, self._before_commit):
                self.layouts = LayoutBook.read(self._connection).at_last()


def learn_due(connection: sqlite3.Connection, folder: Path, site: Site, run: int = 0) -> Iterator[LayoutRow]:
    """The layouts that `run` has to learn, or learn anew: of other captures, or by another reader."""
    known = {row.key: row for row in read_layouts(connection) if row.kind == ARTICLE}
    parser = parser_of(site)
    for group in list_groups(connection):
        row = known.get(group.key)
        if row is None or row.parser != parser or _is_outdated(row, group):
            learnt = learn_group(connection, folder, site, group, run)
            if learnt is not None:
                yield learnt


def _is_outdated(row: LayoutRow, group: LayoutGroup) -> bool:
    """Whether it was learnt from other pages than it has to be; one with a purged page stays until there are more."""
    if None in row.samples:
        return group.pages > row.pages
    return (row.samples, row.since) != (group.samples, group.since)


def store_due(
    connection: sqlite3.Connection, folder: Path, site: Site, run: int, before_commit: Callable[[], object]
) -> list[LayoutRow]:
    """Learns what is due, has it told by `before_commit`, and commits it; returns what was learnt.

    Raises sqlite3.Error, and what `before_commit` raises.
    """
    found = list(learn_due(connection, folder, site, run))
    if found:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for row in found:
                put_layout(connection, row)
            before_commit()
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return found


def learn_group(
    connection: sqlite3.Connection, folder: Path, site: Site, group: LayoutGroup, run: int
) -> LayoutRow | None:
    """The layout of a group; None where too few of its samples can still be read."""
    samples = list(read_samples(connection, folder, site, group.samples).values())
    if len(samples) < FEWEST:
        return None
    layout = learn_layout(samples, site)
    reason = find_reason(connection, samples, layout)
    return LayoutRow(
        group.origin,
        group.period,
        ARTICLE,
        group.frame,
        group.since,
        run,
        parser_of(site),
        group.pages,
        group.samples,
        None if reason else layout.digest,
        None if reason else layout.to_json(),
        reason,
    )


def find_reason(connection: sqlite3.Connection, samples: Sequence[Sample], layout: Layout) -> str | None:
    """Why no page is read by a layout that was learnt from these; None where it may be used."""
    ids = [sample.asked.meaning.id or "" for sample in samples]
    titles = [(sample.asked, list_line_titles(connection, id)) for sample, id in zip(samples, ids, strict=True)]
    return find_failure(titles, layout)


def learn_layout(samples: Sequence[Sample], site: Site) -> Layout:
    """What these pages have in common."""
    pages = [SamplePage(one.asked.document, one.asked.meaning.section_path, one.visit) for one in samples]
    return learn_article_layout(pages, site)


def read_samples(
    connection: sqlite3.Connection, folder: Path, site: Site, captures: Sequence[int | None]
) -> Mapping[int, Sample]:
    """The pages of these captures, as far as they can still be read, in their order."""
    found = {}
    for capture in captures:
        if capture is None:
            continue
        sources = find_sources(connection, capture)
        row = connection.execute("SELECT run FROM captures WHERE id = ?", (capture,)).fetchone()
        sample = _read_sample(folder, site, sources[0], row[0]) if sources else None
        if sample is not None:
            found[capture] = sample
    return found


def _read_sample(folder: Path, site: Site, source: Source, run: int) -> Sample | None:
    try:
        stored = read_source(folder, source)
        site = site_as_read(site, stored.target)
        text = decode_page(stored.body, read_charset(stored.http_headers))
        document = select_page(text, source.address, site.article_selectors)
        day = site_day(site, source.fetched_at)
        asked = AskedPage.make(document, source.address, site, day)
    except HarbincrawlError:
        return None
    return Sample(asked, run if source.source in CRAWLED else source.origin or day)
