"""Articles as their captures say them: each state that the log tells of, read with the words of its list page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.articles.states import COLUMNS, article_values, images_text
from harbincrawl.archive.conversions import parse_article
from harbincrawl.duplicates.links import link_copies
from harbincrawl.evidence import find_sources
from harbincrawl.identity import fingerprint
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import Article, ListWords, Unexplained
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.pages import CapturedArticle, read_articles
from harbincrawl.reread.restore import Progress
from harbincrawl.sites import Site

from .lists import put_odd, read_conversion

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


def put_articles(
    connection: sqlite3.Connection, folder: Path, site: Site, executor: Executor, progress: Progress
) -> list[str]:
    """Puts all articles with their revisions, pictures and copies; returns the ids of those that cannot be read.

    `temp.words` has what lists said.
    """
    (total,) = connection.execute("SELECT count(*) FROM temp.told_articles").fetchone()
    unread: dict[str, None] = {}
    done = 0
    captured = (
        CapturedArticle(
            read_id(connection, state.number),
            find_sources(connection, state.capture),
            tuple(filter(None, (_find_words(connection, state).title,))),
        )
        for state in _list_states(connection)
    )
    answers = read_articles(executor, folder, site, captured, LayoutBook.read(connection))
    for state, answer in zip(_list_states(connection), answers, strict=True):
        article = answer.article
        if article is not None:
            put_odd(connection, state.capture, article.unexplained, site)
        elif (said := read_conversion(connection, state.capture)) is not None and "article" in said:
            article = parse_article(said["article"])  # type: ignore[arg-type]
            odd: Any = said["unexplained"]
            put_odd(connection, state.capture, (Unexplained(*each) for each in odd), site)
        if article is None:
            unread[answer.id] = None
        elif state.cause is None:
            _put_article(connection, state, complete_article(article, _find_words(connection, state), site))
        else:
            _put_revision(connection, state, complete_article(article, _find_words(connection, state), site))
        if state.cause is None:
            done += 1
            progress(done, total)
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    numbers = [number for (number,) in connection.execute("SELECT number FROM articles")]
    link_copies(connection, numbers, lambda: 0)
    connection.execute(
        "UPDATE articles SET change = (SELECT change FROM temp.told_articles AS t WHERE t.number = articles.number)"
        " WHERE change = 0"
    )
    return list(unread)


def _list_states(connection: sqlite3.Connection) -> Iterator[_State]:
    return (_State(*row) for row in connection.execute(_STATES))


def _find_words(connection: sqlite3.Connection, state: _State) -> ListWords:
    """What lists gave to a state of an article."""
    id = read_id(connection, state.number)
    query = "SELECT title, summary, date FROM temp.words WHERE capture = ? AND item = ?"
    title, summary, day = connection.execute(query, (state.line, id)).fetchone() or (None, None, None)
    if state.summary_line != state.line:
        _, summary, _ = connection.execute(query, (state.summary_line, id)).fetchone() or (None, None, None)
    shown = date.fromisoformat(day) if day else None
    return ListWords(title or None, summary, shown, None, state.line, state.summary_line)


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
