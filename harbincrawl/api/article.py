"""An article as Python has it, with its revisions, the page it was read from, and articles like it.

Days and times are texts as records have them (`2020-05-31`, UTC in RFC 3339); frames have dates.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from harbincrawl.records import Image

from .rows import Rows

if TYPE_CHECKING:
    from harbincrawl.archive.articles.revisions import DiffPiece as DiffPiece
    from harbincrawl.archive.articles.revisions import Revision as StoredRevision
    from harbincrawl.archive.captures import CaptureRow
    from harbincrawl.duplicates.links import Member


class Opened(Protocol):
    """What an article asks of its archive."""

    @property
    def folder(self) -> Path: ...

    def reading(self) -> AbstractContextManager[sqlite3.Connection]: ...

    def similar(self, identity: int | str, *, limit: int) -> Rows[Similar]: ...


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Article:
    """An article in its current revision. It can ask its archive for more as long as that is open.

    Two are equal if all that is known of them is, also where one is a hit of a search.
    """

    id: str
    """The site and its id: `harbin-today:5370`."""
    url: str
    """The address on the site, of the first page."""
    section: str
    """The label: `Photo Gallery`."""
    section_path: str
    """`news`, `culture/music`."""
    title: str | None
    """The heading."""
    updated: str | None
    """The printed date."""
    created: str | None
    """The date in the address."""
    author: str | None
    """As printed; None if the page names none."""
    authors: tuple[str, ...]
    """The names in `author`."""
    source: str | None
    """As printed in brackets."""
    summary: str | None
    """From the list line."""
    body: str
    """The paragraphs, a blank line between them; empty where there are only pictures."""
    word_count: int
    """Words of the body."""
    images: tuple[Image, ...]
    """In reading order."""
    first_seen: str
    """When it was first captured, by the crawler or by another archive; all times are UTC."""
    last_seen: str
    """When the site last answered with it; to others, where it never answered us."""
    last_changed: str
    """When this revision was first seen."""
    revision: int
    """1: as first seen."""
    status: str
    """`live`; `gone` if the site no longer has it; `unknown` if only archives of others know it."""
    duplicate_of: str | None
    """The id of the earliest article with this text, if this one is a copy."""
    similarity: float | None
    """Of a copy: 1.0 for the same text."""
    fingerprint: str
    """sha256 of the normal form of title, body, captions, author, source and date."""
    parser: str
    """Version of the parser that read it."""
    _archive: Opened = field(compare=False)
    _number: int = field(compare=False)
    _record: dict[str, Any] = field(compare=False)

    def __repr__(self) -> str:
        day = self.updated or self.created or "no date"
        return f"<{type(self).__name__} {self.id}, {day}: {self.title or '(no title)'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Article) and all(
            getattr(self, each.name) == getattr(other, each.name) for each in fields(Article) if each.compare
        )

    def __hash__(self) -> int:
        return hash((self.id, self.fingerprint, self.last_seen))

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs of the body."""
        return self.body.split("\n\n") if self.body else []

    @property
    def text(self) -> str:
        """Title, body and captions, a blank line between them: what words are counted in."""
        captions = "\n".join(each.caption for each in self.images if each.caption)
        return "\n\n".join(part for part in (self.title, self.body, captions) if part)

    def to_dict(self) -> dict[str, Any]:
        """The record, with the keys and values of JSON and of an export."""
        return deepcopy(self._record)

    def revisions(self) -> Rows[Revision]:
        """All its revisions, the oldest first, the current one last."""
        from harbincrawl.archive.articles.revisions import read_revisions

        with self._archive.reading() as connection:
            found = read_revisions(connection, self._number)
        return Rows(Revision, (_make_revision(each, self) for each in found), noun="revision")

    def at(self, moment: str) -> Revision | None:
        """The wording that it had at the end of this day, month or year, or at this time (UTC), as far as was seen.

        None: it was first seen later. Raises FilterError for what is no date.
        """
        from harbincrawl.archive.articles.revisions import find_revision_at, read_revisions
        from harbincrawl.search.days import read_moment

        with self._archive.reading() as connection:
            found = find_revision_at(read_revisions(connection, self._number), read_moment(moment))
        return None if found is None else _make_revision(found, self)

    def pages(self) -> list[Capture]:
        """The responses that this revision was read from, that of the first page first; empty where none is known."""
        from harbincrawl.archive.captures import find_pages

        with self._archive.reading() as connection:
            (first,) = connection.execute("SELECT capture FROM articles WHERE number = ?", (self._number,)).fetchone()
            rows = find_pages(connection, first)
        return [make_capture(row, self.id, page, self._archive) for page, row in enumerate(rows, 1)]

    def capture(self, page: int = 1) -> Capture:
        """The response that this revision was read from; `page` counts the pages of an article of several, from 1.

        Raises NoEvidenceError where there is none.
        """
        from harbincrawl.errors import NoEvidenceError

        pages = self.pages()
        if not 1 <= page <= len(pages):
            raise NoEvidenceError(f"there is no capture of page {page} of {self.id}.")
        return pages[page - 1]

    def pictures(self) -> dict[str, str]:
        """The file in `media/` of each of its pictures that was kept, by the picture's address."""
        from harbincrawl.archive.media import read_media

        with self._archive.reading() as connection:
            return read_media(connection, self._number)

    def list_group(self) -> list[Member]:
        """The other articles with its text."""
        from harbincrawl.duplicates.links import read_group

        with self._archive.reading() as connection:
            return read_group(connection, self._number)

    def related(self, limit: int = 5) -> Rows[Similar]:
        """Articles that share its typical words, the most similar first, copies folded."""
        return self._archive.similar(self.id, limit=limit)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Hit(Article):
    """An article that a search found."""

    score: float | None
    """How well it answers the query: bm25 over title, body, captions, author and source, higher is better.
    The order `best` puts hits in titles first, whatever their score. None without
    words, and in orders by date."""
    copies: tuple[str, ...]
    """The ids of the other hits with the same text, which stand for no hit of their own."""
    _found: tuple[Any, Any] = field(compare=False)

    def cut_snippet(self, words: int = 36, marks: tuple[str, str] = ("**", "**")) -> tuple[str | None, str]:
        """(title, a piece of the text of some `words`) with what was found between `marks`.

        The title is None where nothing was looked for; then, and of a very long text, the piece is its beginning.
        """
        from harbincrawl.search.choice import read_snippet
        from harbincrawl.text import CLOSE, OPEN

        with self._archive.reading() as connection:
            title, text = read_snippet(connection, *self._found, words)
        begin, end = marks
        marked = [None if each is None else each.replace(OPEN, begin).replace(CLOSE, end) for each in (title, text)]
        return marked[0], marked[1] or ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class News(Hit):
    """A hit of a saved search, because it was stored or changed, or is gone or back."""

    search: str
    """The name of the search."""
    event: str
    """`metro:harbin-today:5370:412`: search, article, change; the same each time that it is told."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Similar(Article):
    """An article that shares typical words with another."""

    score: float
    """Which part of the other's typical words it has, by weight (TF-IDF): above 0, at most 1."""
    shared_words: tuple[str, ...]
    """Those words, the most typical first."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One wording of an article."""

    revision: int
    """1: as first seen."""
    title: str | None
    """This and what follows are as in Article."""
    updated: str | None
    """The date that was printed."""
    author: str | None
    """The author that was printed."""
    source: str | None
    """The source that was printed."""
    body: str
    """Empty where there were only pictures."""
    images: tuple[Image, ...]
    """In reading order."""
    seen: str
    """When it was first seen."""
    replaced: str | None
    """When the next one was first seen; None: it is the current one."""
    cause: str | None
    """What replaced it: crawl, ingest or rescue."""
    fingerprint: str
    """sha256 of its normal form."""
    parser: str
    """Version of the parser that read it."""
    _article: Article = field(repr=False, compare=False)
    _stored: Any = field(repr=False, compare=False)

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs of the body."""
        return self.body.split("\n\n") if self.body else []

    @property
    def captions(self) -> str | None:
        """Captions with their credits in brackets, a line each; None: there are none."""
        captions: str | None = self._stored.captions
        return captions

    def as_object(self) -> dict[str, Any]:
        """What is known of this wording, as JSON has it."""
        return deepcopy(self._stored._asdict())

    def to_record(self) -> dict[str, Any]:
        """The record of the article as it was in this wording; address, section and summary are the present ones."""
        from harbincrawl.export.wording import make_wording

        with self._article._archive.reading() as connection:
            return make_wording(connection, self._article._number, self._article.to_dict(), self._stored)

    def compare(self, newer: Revision) -> dict[str, list[DiffPiece]]:
        """The word diff of each field that differs in another revision, in reading order."""
        from harbincrawl.archive.articles.revisions import compare_revisions

        return compare_revisions(self._stored, newer._stored)

    def read_page(self, page: int = 1) -> tuple[bytes, int, int]:
        """(a captured page of this wording, the number of its response, that of the one which the wording is of).

        The bytes are in their own charset, Content-Encoding undone; another response that shows the wording stands in
        for one whose record is lost. Raises NoEvidenceError, WarcError, BucketError.
        """
        from harbincrawl.archive.articles.shown import find_read, list_shown
        from harbincrawl.archive.captures import find_pages
        from harbincrawl.archive.origin import read_site
        from harbincrawl.errors import NoEvidenceError
        from harbincrawl.evidence import read_page

        article = self._article
        with article._archive.reading() as connection:
            shown = list_shown(connection, read_site(connection), article._number)[self.revision]
            read_from = find_read(connection, article._number, self.revision)
            firsts = sorted(shown, key=lambda each: (each.id != read_from, -each.id))
            captured = [find_pages(connection, first.id) for first in firsts]
        pages = [of_article[page - 1] for of_article in captured if page <= len(of_article)]
        if not pages:
            raise NoEvidenceError(f"there is no capture of page {page} of revision {self.revision} of {article.id}.")
        taken, body = read_page(article._archive.folder, pages)
        return body, taken.id, pages[0].id


@dataclass(frozen=True, slots=True)
class Capture:
    """A response that was asked for as a page of an article, as it was received."""

    id: str
    """Of the article: `harbin-today:5370`."""
    capture: int
    """Its number in the archive."""
    page: int
    """Of an article of several pages, from 1."""
    address: str
    """On the site, also if it was read from a mirror."""
    fetched_at: str
    """UTC."""
    status: int
    """Of HTTP."""
    digest: str | None
    """`sha256:` and the hexadecimal digest of the payload as received."""
    warc: str | None
    """The file in `warc/`; None: no record was kept, as of a list that names a purged article."""
    offset: int | None
    """Byte offset of its record in that file."""
    source: str
    """Who answered: `site`, `mirror`, `ingest`, else the archive of others that it was rescued from."""
    host: str
    """The host that answered, with its port where that is not the scheme's own."""
    lost: str | None
    """Why its record is lost: `purged`, `damaged`; None: it is there."""
    _archive: Opened = field(repr=False, compare=False)
    _row: Any = field(repr=False, compare=False)

    @property
    def origin(self) -> str | None:
        """The other tool's WARC file that it was ingested from."""
        origin: str | None = self._row.origin
        return origin

    def read(self) -> bytes:
        """The page byte by byte, in its own charset, Content-Encoding undone. Raises NoEvidenceError, WarcError."""
        from harbincrawl.evidence import read_source

        return read_source(self._archive.folder, self._row).body


A = TypeVar("A", bound=Article)


def make_article(kind: type[A], record: dict[str, Any], archive: Opened, number: int, **more: Any) -> A:
    """The article of an exported record; `more` are the values that its kind has beside those of an Article."""
    values = {name: value for name, value in record.items() if name != "capture"}
    values |= {"body": record["body"] or "", "authors": tuple(record["authors"]), "images": _make_images(record)}
    return kind(**values, _archive=archive, _number=number, _record=record, **more)


def _make_images(record: dict[str, Any]) -> tuple[Image, ...]:
    return tuple(Image(**image) for image in record["images"])


def _make_revision(stored: StoredRevision, article: Article) -> Revision:
    values = stored._asdict()
    values |= {"body": stored.body or "", "images": _make_images(values)}
    return Revision(**values, _article=article, _stored=stored)


def make_capture(row: CaptureRow, id: str, page: int, archive: Opened) -> Capture:
    """The capture of a row of the archive, as page `page` of the article `id`."""
    return Capture(
        id, row.id, page, row.address, row.fetched_at, row.status, row.digest, row.warc, row.offset, row.source,
        row.host, row.lost, _archive=archive, _row=row,
    )  # fmt: skip
