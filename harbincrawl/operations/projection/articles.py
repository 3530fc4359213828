"""Articles as their captures say them, by layouts learnt again: each state that the log tells of; unaccounted lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.articles.states import COLUMNS, article_values, images_text
from harbincrawl.archive.captures import find_pages
from harbincrawl.archive.conversions import parse_article
from harbincrawl.archive.layouts import NEW_FRAME, LayoutRow, name_doubt, put_layout, read_layouts
from harbincrawl.archive.runs.table import READER
from harbincrawl.archive.schema.tables import column_names, write_insert
from harbincrawl.identity import fingerprint
from harbincrawl.pages.article.learning import learn_article_layout
from harbincrawl.pages.article.page import complete_article
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article, ListWords, Unaccounted
from harbincrawl.reread.layouts.learning import read_samples
from harbincrawl.reread.pages import CapturedArticle, LayoutBook, ReadArticle, read_articles

from .lists import Evidence, Progress, put_odd, read_conversion

OTHER = "it is not what the captures that it names say"
_OTHER_PARSER = "learnt by another parser version"
_LOST = "a page that it was learnt from was purged or is lost: it can no longer be learnt again"
State = tuple[int, int | None]
"""Number of an article, and of its revision; None: the current one."""
States = dict[State, ReadArticle]

_STATES = (
    "SELECT number, revision, first_capture, capture, line, NULL, seen, replaced, cause FROM temp.told_revisions"
    " UNION ALL SELECT number, revision, first_capture, capture, line, summary_line, NULL, NULL, NULL"
    " FROM temp.told_articles"
    " ORDER BY number, revision"
)
_REVISION = column_names("revisions")
_MISSING = (
    "SELECT DISTINCT u.capture, c.address FROM temp.told_unaccounted AS u JOIN captures AS c ON c.id = u.capture"
    " WHERE NOT EXISTS (SELECT 1 FROM temp.odd AS o WHERE o.capture = u.capture AND o.kind = u.kind"
    " AND text_digest(o.text) = u.text) ORDER BY 1"
)
_UNSHOWN = (
    "SELECT count(*) FROM temp.told_unaccounted AS t JOIN runs AS r ON r.run = t.run"
    f" WHERE {READER} = ? AND NOT EXISTS (SELECT 1 FROM main.unaccounted AS u"
    " WHERE u.run = t.run AND u.address = t.address AND u.kind = t.kind AND text_digest(u.text) = t.text)"
)


class _State(NamedTuple):
    """A revision that the log tells of; the current one has no `cause`."""

    number: int
    revision: int
    first_capture: int
    capture: int
    line: int | None
    summary_line: int | None
    seen: str | None
    replaced: str | None
    cause: str | None

    @property
    def key(self) -> State:
        return self.number, None if self.cause is None else self.revision


def put_layouts(connection: sqlite3.Connection, evidence: Evidence) -> Iterator[tuple[LayoutRow, str | None]]:
    """Learns each layout again and puts what its pages give; of each, as it was told, why it stays or is OTHER.

    One that failed its test stays as it was told: the test asked what lists said in those days.
    """
    for row in read_layouts(connection):
        if row.layout is None:
            continue
        if row.parser != parser_of(evidence.site):
            yield row, _OTHER_PARSER
            continue
        samples = read_samples(connection, evidence.folder, evidence.site, row.samples)
        if any(each is None or each not in samples for each in row.samples):
            yield row, _LOST
            continue
        layout = learn_article_layout([each.document for each in samples.values()], evidence.site)
        learnt = replace(row, digest=layout.digest, layout=layout.to_json(), reason=None)
        if learnt != row:
            put_layout(connection, learnt)
        yield row, None if learnt == row else OTHER


def put_articles(connection: sqlite3.Connection, evidence: Evidence, progress: Progress) -> tuple[States, States]:
    """Puts all articles with their revisions and pictures. `temp.words` has what lists said.

    Returns the states that could not be read at all, and those that were taken from a conversion, with why their pages
    could not be read.
    """
    (total,) = connection.execute("SELECT count(*) FROM temp.told_articles").fetchone()
    unread: States = {}
    converted: States = {}
    site = evidence.site
    done = 0
    captured = (_find_captured(connection, evidence, state) for state in _list_states(connection))
    book = LayoutBook.read(connection)
    answers = read_articles(evidence.executor, evidence.folder, site, captured, book)
    for state, answer in zip(_list_states(connection), answers, strict=True):
        article = answer.article
        if article is not None:
            put_odd(connection, state.capture, article.unaccounted, site)
        elif (said := read_conversion(connection, state.capture)) is not None and "article" in said:
            article = parse_article(said["article"])  # type: ignore[arg-type]
            odd: Any = said["unexplained"]
            put_odd(connection, state.capture, (Unaccounted(*each) for each in odd), site)
            converted[state.key] = answer
        if article is None:
            unread[state.key] = answer
        else:
            put = _put_article if state.cause is None else _put_revision
            put(connection, state, complete_article(article, _find_words(connection, state), site))
        if state.cause is None:
            done += 1
            progress(done, total)
    return unread, converted


def _find_captured(connection: sqlite3.Connection, evidence: Evidence, state: _State) -> CapturedArticle:
    pages = find_pages(connection, state.capture)
    if any(evidence.find_fault(page.id) is not None for page in pages):
        pages = ()
    return CapturedArticle(read_id(connection, state.number), pages)


def _list_states(connection: sqlite3.Connection) -> Iterator[_State]:
    return (_State(*row) for row in connection.execute(_STATES))


def _find_words(connection: sqlite3.Connection, state: _State) -> ListWords:
    """What lists gave to a state of an article."""
    id = read_id(connection, state.number)
    query = "SELECT title, summary, date FROM temp.words WHERE capture = ? AND item = ?"
    title, _, day = connection.execute(query, (state.line, id)).fetchone() or (None, None, None)
    _, summary, _ = connection.execute(query, (state.summary_line, id)).fetchone() or (None, None, None)
    shown = date.fromisoformat(day) if day else None
    return ListWords(title or None, summary, shown, None, state.line, state.summary_line)


def _put_article(connection: sqlite3.Connection, state: _State, article: Article) -> None:
    told = connection.execute("SELECT * FROM temp.told_articles WHERE number = ?", (state.number,))
    values = dict(zip((name for name, *_ in told.description), told.fetchone(), strict=True))
    article = replace(article, section=values["section"], section_path=values["section_path"])
    row = article_values(article, state.number, fingerprint(article)) | values
    connection.execute(write_insert("articles"), [row[name] for name in COLUMNS])
    connection.executemany(
        "INSERT INTO images(number, position, url, caption, credit, file_name, media) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
        " (SELECT media FROM temp.told_images WHERE number = ?1 AND position = ?2))",
        [
            (state.number, at, image.url, image.caption, image.credit, image.file_name)
            for at, image in enumerate(article.images, 1)
        ],
    )


def _put_revision(connection: sqlite3.Connection, state: _State, article: Article) -> None:
    row = article_values(article, state.number, fingerprint(article)) | state._asdict()
    row["images"] = images_text(article.images)
    connection.execute(write_insert("revisions"), [row[name] for name in _REVISION])


def put_unaccounted_rows(connection: sqlite3.Connection, evidence: Evidence) -> int:
    """Puts the rows of the log; how many no page shows. `temp.odd` has what lists and articles show."""
    site = evidence.site
    # Pages that give no state of an article, for another page said the same later.
    missing = [
        CapturedArticle(meaning.id, find_pages(connection, capture))
        for capture, address in connection.execute(_MISSING).fetchall()
        if evidence.find_fault(capture) is None
        and (meaning := site.read_address(address)) is not None
        and meaning.id is not None
    ]
    book = LayoutBook.read(connection)
    answers = read_articles(evidence.executor, evidence.folder, site, missing, book)
    for captured, answer in zip(missing, answers, strict=True):
        if answer.article is not None:
            put_odd(connection, captured.pages[0].id, answer.article.unaccounted, site)
    frames = connection.execute("SELECT DISTINCT frame FROM layouts")
    of_many = [NEW_FRAME, *(name_doubt(frame) for (frame,) in frames)]
    connection.executemany("INSERT OR IGNORE INTO temp.odd VALUES (0, ?, ?)", of_many)
    connection.execute(
        "INSERT INTO unaccounted(run, address, kind, text, capture)"
        " SELECT u.run, u.address, u.kind, o.text, u.capture FROM temp.told_unaccounted AS u"
        " JOIN temp.odd AS o ON o.capture = coalesce(u.capture, 0) AND o.kind = u.kind AND text_digest(o.text) = u.text"
    )
    # What another version of the reader left unaccounted, this one may explain.
    (count,) = connection.execute(_UNSHOWN, (parser_of(site),)).fetchone()
    return int(count)
