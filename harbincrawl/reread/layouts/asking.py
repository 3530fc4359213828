"""The second opinion asked: some pages of each layout read without it as well, and templates in doubt named."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harbincrawl.archive.layouts import list_doubts, list_unasked, name_doubt, put_opinion
from harbincrawl.archive.lists import find_line
from harbincrawl.evidence import find_sources
from harbincrawl.pages.article.page import complete_article
from harbincrawl.pages.layout.samples import is_asked, list_differences
from harbincrawl.records import Article, ListWords
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.pages import CapturedArticle, read_articles
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site


def ask_opinions(folder: Path, writer: RecordWriter, site: Site, book: LayoutBook, executor: Executor) -> None:
    """Reads the pages that are to be asked both ways and commits in what they differ. Raises what stores raise."""
    connection = writer.connection
    asked = list(_list_asked(connection, site))
    own = list(read_articles(executor, folder, site, asked, book))
    alone = list(read_articles(executor, folder, site, asked, LayoutBook()))
    for captured, by_layout, without in zip(asked, own, alone, strict=True):
        if by_layout.article is not None:
            fields = compare_readings(connection, site, by_layout.article, without.article)
            writer.begin()
            put_opinion(connection, captured.pages[0].capture, fields)
    _name_doubts(writer)
    writer.commit({})


def _list_asked(connection: sqlite3.Connection, site: Site) -> Iterator[CapturedArticle]:
    counts: Counter[tuple[str, int]] = Counter()
    for frame, layout, before, capture, address in list_unasked(connection):
        meaning = site.read_address(address)
        if meaning is not None and meaning.id and is_asked(before + counts[frame, layout], meaning.id):
            counts[frame, layout] += 1
            yield CapturedArticle(meaning.id, find_sources(connection, capture))


def compare_readings(connection: sqlite3.Connection, site: Site, own: Article, alone: Article | None) -> list[str]:
    """The fields in which the record of an article is another one without the layout, both with what lists say."""
    words = find_line(connection, own.id, own.section_path) or ListWords()
    other = complete_article(alone, words, site) if alone is not None else None
    return list_differences(complete_article(own, words, site), other)


def _name_doubts(writer: RecordWriter) -> None:
    """Puts each template in doubt among what the run leaves unaccounted, once for all its pages and runs."""
    for doubt in list_doubts(writer.connection):
        kind, text = name_doubt(doubt.frame)
        writer.begin()
        writer.connection.execute(
            "INSERT INTO unaccounted(run, address, kind, text, capture) SELECT ?1, ?2, ?3, ?4, NULL"
            " WHERE NOT EXISTS (SELECT 1 FROM unaccounted WHERE kind = ?3 AND text = ?4)",
            (writer.store.run, doubt.example, kind, text),
        )
