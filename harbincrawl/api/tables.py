"""What the archive holds, as rows: its articles counted, their responses, their wordings, their copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Literal, Unpack

from harbincrawl.archive.captures import read_rows
from harbincrawl.archive.edits import read_edits
from harbincrawl.archive.origin import read_site
from harbincrawl.duplicates.links import Copy, read_copies
from harbincrawl.fields import SITE_NAME
from harbincrawl.search.choice import ArticleCondition, fit_choice, has_counted
from harbincrawl.search.corpus.edits import Edit
from harbincrawl.search.facets import FACETS, count_facet
from harbincrawl.search.filters import FilterOptions
from harbincrawl.text import read_time

from .filtering import FilteringReader
from .options import check_choice
from .records import CaptureRow, DuplicateRow, EditRow, RevisionRow, StatRow
from .rows import Rows
from .values import read_day, read_moment

Facet = Literal["section", "source", "author", "year", "month", "length"]
_TIMES = ("year", "month")
_WORDINGS = (
    "SELECT w.number, w.revision, w.title, w.updated, w.author, w.source, w.body, w.seen, w.replaced, w.cause,"
    " w.fingerprint, w.parser FROM revisions AS w UNION ALL SELECT number, revision, title, updated, author, source,"
    " body, last_changed, NULL, NULL, fingerprint, parser FROM articles"
)


class Tables(FilteringReader):
    """Tables of an archive."""

    def stats(self, by: Facet | Sequence[Facet] | None = None, **filters: Unpack[FilterOptions]) -> Rows[StatRow]:
        """How many articles have each section, source, author, year, month or length, as `harbincrawl stats` counts.

        `by` is one of these or several; None: all, one after the other. Copies and gone articles count. Years, months
        and lengths are in their order, other values by their count.
        """
        names = FACETS if by is None else (by,) if isinstance(by, str) else tuple(by)
        for name in names:
            check_choice("by", name, FACETS)
        with self._one_state() as connection:
            choice = fit_choice(connection, self._read_filters(connection, filters, "by"))
            return Rows(
                StatRow,
                (
                    StatRow(name, bar.value, bar.hits, bar.path, choice.date if name in _TIMES else None)
                    for name in names
                    for bar in count_facet(connection, choice, name, copies=True)
                ),
            )

    def captures(self, **filters: Unpack[FilterOptions]) -> Rows[CaptureRow]:
        """Every response that was asked for as a page of one of these articles, in the order of the archive's log.

        Whole pages, 304s, errors: what the table `captures` has of them.
        """
        with self._one_state() as connection:
            choice = fit_choice(connection, self._read_filters(connection, filters))
            return Rows(CaptureRow, _read_captures(connection, choice), noun="capture")

    def revisions(self, **filters: Unpack[FilterOptions]) -> Rows[RevisionRow]:
        """Every wording of these articles, article by article from the oldest, the current wording of each last.

        The filters are those of the articles as they are today.
        """
        with self._one_state() as connection:
            choice = fit_choice(connection, self._read_filters(connection, filters))
            return Rows(RevisionRow, (row for _, row in _read_wordings(connection, choice)), noun="revision")

    def edits(self, **filters: Unpack[FilterOptions]) -> Rows[EditRow]:
        """Each wording that replaced another, by article: what differs, and how long after.

        Filters and query ask the present wordings; copies and gone articles count. An edit is what one visit shows
        beside the one before. Captured pages are read: lines that pages of both wordings show are no edit.
        """
        # It reads pages, and so brings BeautifulSoup, which takes as long to load as all the rest of the package.
        from harbincrawl.reread.standing import make_judge

        with self._one_state() as connection:
            given = self._read_filters(connection, filters)
            edits = read_edits(connection, given, make_judge(self.folder, connection))
            return Rows(EditRow, map(_make_edit, edits), noun="edit")

    def duplicates(self, kind: Literal["exact", "near"] | None = None) -> Rows[DuplicateRow]:
        """All copies with their originals, or those of one kind, as `harbincrawl duplicates` lists them."""
        if kind is not None:
            check_choice("kind", kind, ("exact", "near"))
        with self._one_state() as connection:
            rows = (_make_duplicate(each) for each in read_copies(connection, kind))
            return Rows(DuplicateRow, rows, noun="copy", nouns="copies")


def _make_edit(found: Edit) -> EditRow:
    dated = {
        "seen": read_time(found.seen), "last_shown": read_moment(found.last_shown),
        "replaced": read_time(found.replaced), "published": read_day(found.published), "share": found.share,
    }  # fmt: skip
    return EditRow(**found._asdict() | dated)


def _make_duplicate(found: Copy) -> DuplicateRow:
    copy, original = found.copy, found.original
    return DuplicateRow(
        copy.id, copy.url, copy.title, copy.section, read_day(copy.date), original.id, found.similarity, found.kind,
        original.url, original.title, original.section, read_day(original.date),
    )  # fmt: skip


def _read_captures(connection: sqlite3.Connection, choice: ArticleCondition) -> Iterator[CaptureRow]:
    where, values = choice.write_conditions()
    rows = connection.execute(
        f"SELECT a.id, {SITE_NAME} || ':' || a.id FROM {choice.tables(articles=True)}{where}", values
    )
    names = dict(rows.fetchall())
    site = read_site(connection)
    pages: dict[str, tuple[str, int] | None] = {}
    for row in read_rows(connection, "1 ORDER BY c.id", ()):
        if row.address not in pages:
            meaning = site.read_address(row.address)
            name = names.get(meaning.id) if meaning is not None and meaning.id is not None else None
            pages[row.address] = None if name is None or meaning is None else (name, meaning.page)
        page = pages[row.address]
        if page is not None:
            yield CaptureRow(
                page[0], row.id, page[1], row.address, read_time(row.fetched_at), row.status, row.digest, row.warc,
                row.offset, row.source, row.host, row.lost,
            )  # fmt: skip


def _read_wordings(connection: sqlite3.Connection, choice: ArticleCondition) -> Iterator[tuple[int, RevisionRow]]:
    """(internal number of the article, wording) of all wordings of the articles."""
    choice = choice._replace(counted=has_counted(connection))
    where, values = choice.write_conditions()
    rows = connection.execute(
        f"SELECT {SITE_NAME} || ':' || c.id, c.url, c.section, r.* FROM (SELECT a.number, a.id, a.url, a.section,"
        f" {choice.place} AS place FROM {choice.tables(articles=True)}{where}) AS c JOIN ({_WORDINGS}) AS r"
        " ON r.number = c.number ORDER BY c.place, r.revision",
        values,
    )
    for id, url, section, number, revision, title, updated, author, source, body, seen, replaced, *rest in rows:
        yield number, RevisionRow(
            id, url, section, revision, title, read_day(updated), author, source, body or "", read_time(seen),
            read_moment(replaced), *rest,
        )  # fmt: skip
