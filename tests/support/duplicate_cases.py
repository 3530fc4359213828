"""Articles and an archive whose copies are looked for."""

import random
import sqlite3
from collections.abc import Sequence
from itertools import count
from typing import Any

from harbincrawl.duplicates.links import CopyLink, link_all, link_copies
from tests.support.archives import add_article
from tests.support.twin.newsroom.news import Newsroom

Links = dict[int, tuple[int, float, str]]


class Archive:
    """An archive in memory or in a file, whose articles come and change as in a crawl."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.counter = count(1000)

    def put(self, *articles: dict[str, Any]) -> dict[int, CopyLink]:
        """Stores or replaces articles in one batch and links them."""
        numbers = [article["number"] for article in articles]
        for article in articles:
            self._drop(article["number"])
            add_article(self.connection, article["number"], article)
        return link_copies(self.connection, numbers, self.next_change)

    def remove(self, number: int) -> None:
        self._drop(number)
        link_copies(self.connection, [number], self.next_change)

    def _drop(self, number: int) -> None:
        self.connection.execute("DELETE FROM images WHERE number = ?", (number,))
        self.connection.execute("DELETE FROM articles WHERE number = ?", (number,))

    def next_change(self) -> int:
        return next(self.counter)

    def rebuild(self) -> None:
        link_all(self.connection)

    def links(self) -> Links:
        rows = self.connection.execute("SELECT number, original, similarity, kind FROM duplicates")
        return {number: (original, similarity, kind) for number, original, similarity, kind in rows}

    def originals(self) -> dict[int, int]:
        return {number: original for number, (original, _, _) in self.links().items()}

    def change(self, number: int) -> int:
        (change,) = self.connection.execute("SELECT change FROM articles WHERE number = ?", (number,)).fetchone()
        return int(change)

    def dump(self) -> list[list[tuple[Any, ...]]]:
        tables = ("duplicates", "_signatures", "_bands")
        return [self.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]


def paragraphs(seed: int, number: int = 6) -> list[str]:
    news = Newsroom(random.Random(seed))
    return [news.paragraph("ice", 2) for _ in range(number)]


def retouch(text: Sequence[str], every: int, word: str = "retouched", first: int | None = None) -> list[str]:
    """Each `every`th word of each paragraph is another one, from the `first` on (else from half of `every`)."""
    start = every // 2 if first is None else first
    return [
        " ".join(word if at % every == start else old for at, old in enumerate(paragraph.split())) for paragraph in text
    ]


def article(number: int, body: Sequence[str] | None = None, **columns: Any) -> dict[str, Any]:
    return {"number": number, "body": list(body) if body is not None else None, **columns}


STORY = paragraphs(1)
