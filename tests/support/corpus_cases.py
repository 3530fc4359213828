"""An archive of random texts, and what a plain computation says of them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from harbincrawl.corpus.words import TOKENIZER
from tests.support.archives import build_archive

WORDS = (
    "metro Metro METRO métro metro’s trams tram snow ice-snow Ice “ice” lantern lanterns 2020 哈尔滨 e\u0301té the of"
).split()
COPIES = {14: 3, 15: 3, 31: 30, 50: 12, 51: 49}
"""Numbers of copies with those of their originals; 3 and 30 are in another section, so is a copy of 3."""


def make_articles() -> list[dict[str, Any]]:
    """Sixty articles of three years, none of spring 2019; every seventh is gone, some have no date or no text."""
    dice = random.Random(19)

    def text(most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randrange(1, most)))

    articles: list[dict[str, Any]] = []
    for number in range(1, 61):
        month = dice.choice([1, 2, 6, 7, 12])
        day = f"{dice.choice([2018, 2019, 2021])}-{month:02}-{dice.randrange(1, 29):02}"
        articles.append(
            {
                "number": number,
                "created": None if number == 40 else day,
                "section_path": ("news", "culture/music", "gallery")[number % 3],
                "title": None if number == 41 else text(6).capitalize(),
                "body": None if number == 42 else [text(40), text(40), "otter heron" if number % 8 == 5 else "owl"],
                # Credits are no text: their words would be one too many.
                "images": [{"url": None, "caption": text(8), "credit": "metro/Lantern 哈尔滨"}]
                if number % 4 == 0
                else [],
                "status": "gone" if number % 7 == 0 else "live",
            }
        )
    for copy, original in COPIES.items():
        # A near copy has words of its own.
        same = {key: articles[original - 1][key] for key in ("title", "body", "images")}
        articles[copy - 1] |= same | ({"title": "Metro metro tram"} if copy == 15 else {})
    return articles


def build_corpus(folder: Path) -> Path:
    """The archive of `make_articles` in `folder`."""
    links = [(copy, original, 0.9 if copy == 15 else 1.0, "near" if copy == 15 else "exact")
             for copy, original in COPIES.items()]  # fmt: skip
    return build_archive(folder, make_articles(), duplicates=links)


def fold(numbers: Iterable[int]) -> list[int]:
    """One of each group of copies: the original if it is there, else the lowest number."""
    shown: dict[int, int] = {}
    for number in sorted(numbers, key=lambda number: (number in COPIES, number)):
        shown.setdefault(COPIES.get(number, number), number)
    return sorted(shown.values())


def cut_texts(texts: Mapping[int, str]) -> dict[int, list[str]]:
    """The words of each text in their order, as SQLite's own tokenizer cuts them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab('texts', 'instance')")
        connection.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", texts.items())
        words: dict[int, list[str]] = {number: [] for number in texts}
        for number, term in connection.execute("SELECT doc, term FROM terms ORDER BY doc, offset"):
            words[number].append(term)
        return words


def join_texts(article: Mapping[str, Any]) -> str:
    """Title, body and captions, without credits."""
    parts = [article["title"], *(article["body"] or ()), *(image["caption"] for image in article["images"])]
    return "\n".join(filter(None, parts))
