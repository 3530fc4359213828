"""The passages that the product finds in a planted corpus, from an archive of it, as words of the articles' bodies."""

from __future__ import annotations

import tempfile
import time
from bisect import bisect_left
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.filters import Filters
from harbincrawl.search.passages.rows import Source, find_passages
from tests.support.archives import build_archive
from tests.support.invented_news import find_words
from tests.support.planted_reuse import Corpus
from tests.support.reuse_judge import Found


class Asked(NamedTuple):
    found: list[Found]
    lines: int
    """Lines under many articles, listed once."""
    seconds: float
    """Of processor time, from the open archive to the passages."""


def ask_passages(corpus: Corpus) -> Asked:
    """All passages of the corpus. Fails where one is not in a body: nothing long enough is planted elsewhere."""
    articles = [
        {"number": at, "title": title, "body": body, "created": f"20{10 + at % 12}-0{1 + at % 9}-11"}
        for at, (title, body) in enumerate(corpus.articles, 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        archive = build_archive(Path(folder) / "archive", articles)
        with closing(open_reader(archive)) as connection:
            begin = time.process_time()
            found = find_passages([Source(connection, "harbin-today")], Filters())
            seconds = time.process_time() - begin
    words = [find_words(article.body) for article in corpus.articles]

    def locate(id: str, start: int, end: int) -> tuple[int, int, int]:
        number = int(id.rpartition(":")[2]) - 1
        spans = words[number]
        first = bisect_left(spans, start, key=lambda span: span[0])
        last = bisect_left(spans, end, key=lambda span: span[1])
        assert spans[first][0] == start, "it begins with a word"
        assert spans[last][1] == end, "it ends with a word"
        return number, first, last + 1

    rows: list[Found] = []
    for each in found.passages:
        assert (each.field, each.other_field) == ("body", "body")
        rows.append(
            (*locate(each.article, each.start, each.end), *locate(each.other, each.other_start, each.other_end))
        )
    return Asked(rows, len(found.standing), seconds)
