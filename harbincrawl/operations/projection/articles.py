"""Articles as their captures say them: each state that the log tells of, read with the words of its list page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.articles.states import COLUMNS, article_values, images_text
from harbincrawl.archive.conversions import parse_article
from harbincrawl.evidence import find_sources
from harbincrawl.identity import fingerprint
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import Article, ListWords, Unaccounted
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.pages import CapturedArticle, ReadArticle, read_articles

from .evidence import Evidence, Progress
from .lists import put_odd, read_conversion

State = tuple[int, int | None]
"""Number of an article, and of its revision; None: the current one."""

_STATES = (
    "SELECT number, revision, capture, line, NULL, seen, replaced, cause FROM temp.told_revisions"
    " UNION ALL SELECT number, revision, capture, line, summary_line, NULL, NULL, NULL FROM temp.told_articles"
    " ORDER BY number, revision"
)
_REVISION = (
    "number", "revision", "title", "updated", "author", "source", "body", "images", "fingerprint", "parser", "layout",
    "capture", "line", "seen", "replaced", "cause",
)  # fmt: skip
_INSERT = f"INSERT INTO articles({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_INSERT_REVISION = f"INSERT INTO revisions({', '.join(_REVISION)}) VALUES ({', '.join('?' * len(_REVISION))})"


class _State(NamedTuple):
    """A revision that the log tells of; the current one has no `cause`."""

    number: int
    revision: int
    capture: int
    line: int | None
    summary_line: int | None
    seen: str | None
    replaced: str | None
    cause: str | None

    @property
    def key(self) -> State:
        return self.number, None if self.cause is None else self.revision


class _Words(NamedTuple):
    """What lists gave to a state of an article."""

    said: ListWords
    lacks_line: bool
    """Whether a list page gave something, and says nothing of the article here."""
    lacks_summary: bool


@dataclass
class ReadStates:
    """Of which revisions the pages could not be read as they were."""

    unread: dict[State, ReadArticle] = field(default_factory=dict)
    """What could not be read at all, and why."""
    converted: dict[State, ReadArticle] = field(default_factory=dict)
    """What was taken from a conversion, and why its page could not be read."""
    lacking: dict[State, frozenset[str]] = field(default_factory=dict)
    """Columns that a list page gave which cannot be read."""


def put_articles(connection: sqlite3.Connection, evidence: Evidence, progress: Progress) -> ReadStates:
    """Puts all articles with their revisions and pictures. `temp.words` has what lists said."""
    (total,) = connection.execute("SELECT count(*) FROM temp.told_articles").fetchone()
    found = ReadStates()
    site = evidence.site
    done = 0
    captured = (_find_captured(connection, evidence, state) for state in _list_states(connection))
    book = LayoutBook.read(connection)
    answers = read_articles(evidence.executor, evidence.folder, site, captured, book, evidence.lose)
    for state, answer in zip(_list_states(connection), answers, strict=True):
        article, words = answer.article, _find_words(connection, state)
        if article is not None:
            put_odd(connection, state.capture, article.unaccounted, site)
        elif (said := read_conversion(connection, state.capture)) is not None and "article" in said:
            article = parse_article(said["article"])  # type: ignore[arg-type]
            odd: Any = said["unexplained"]
            put_odd(connection, state.capture, (Unaccounted(*each) for each in odd), site)
            found.converted[state.key] = answer
        if lacking := _list_lacking(words, article):
            found.lacking[state.key] = lacking
        if article is None:
            found.unread[state.key] = answer
        elif state.cause is None:
            _put_article(connection, state, complete_article(article, words.said, site))
        else:
            _put_revision(connection, state, complete_article(article, words.said, site))
        if state.cause is None:
            done += 1
            progress(done, total)
    return found


def _find_captured(connection: sqlite3.Connection, evidence: Evidence, state: _State) -> CapturedArticle:
    pages = find_sources(connection, state.capture)
    if any(evidence.find_fault(page.capture) is not None for page in pages):
        pages = ()
    title = _find_words(connection, state).said.title
    return CapturedArticle(read_id(connection, state.number), pages, (title,) if title else ())


def _list_lacking(words: _Words, article: Article | None) -> frozenset[str]:
    """The columns of a state that come from a list page without words here."""
    lacking = set()
    if words.lacks_line:
        if article is None or article.title_from != "heading":
            lacking |= {"title", "key", "fingerprint"}
        if article is None or article.updated is None:
            lacking |= {"updated", "key", "fingerprint"}
    if words.lacks_summary:
        lacking.add("summary")
    return frozenset(lacking)


def _list_states(connection: sqlite3.Connection) -> Iterator[_State]:
    return (_State(*row) for row in connection.execute(_STATES))


def _find_words(connection: sqlite3.Connection, state: _State) -> _Words:
    id = read_id(connection, state.number)
    query = "SELECT title, summary, date FROM temp.words WHERE capture = ? AND item = ?"
    line = connection.execute(query, (state.line, id)).fetchone()
    other = line
    if state.summary_line != state.line:
        other = connection.execute(query, (state.summary_line, id)).fetchone()
    title, _, day = line or (None, None, None)
    _, summary, _ = other or (None, None, None)
    shown = date.fromisoformat(day) if day else None
    return _Words(
        ListWords(title or None, summary, shown, None, state.line, state.summary_line),
        state.line is not None and line is None,
        state.summary_line is not None and other is None,
    )


def _put_article(connection: sqlite3.Connection, state: _State, article: Article) -> None:
    told = connection.execute("SELECT * FROM temp.told_articles WHERE number = ?", (state.number,))
    values = dict(zip((name for name, *_ in told.description), told.fetchone(), strict=True))
    article = replace(article, section=values["section"], section_path=values["section_path"])
    row = article_values(article, state.number, fingerprint(article)) | values
    connection.execute(_INSERT, [row[name] for name in COLUMNS])
    media = dict(
        connection.execute("SELECT position, media FROM temp.told_images WHERE number = ?", (state.number,)).fetchall()
    )
    connection.executemany(
        "INSERT INTO images(number, position, url, caption, credit, file_name, media) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (state.number, at, image.url, image.caption, image.credit, image.file_name, media.get(at))
            for at, image in enumerate(article.images, 1)
        ],
    )


def _put_revision(connection: sqlite3.Connection, state: _State, article: Article) -> None:
    row = article_values(article, state.number, fingerprint(article)) | state._asdict()
    row["images"] = images_text(article.images)
    connection.execute(_INSERT_REVISION, [row[name] for name in _REVISION])
