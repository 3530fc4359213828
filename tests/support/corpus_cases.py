"""An archive of random texts; searches of it; its words counted the long way round, by formulas as books have them."""

from __future__ import annotations

import random
import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from math import log, sqrt
from pathlib import Path
from typing import Any

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.lists import WordList, count_words
from harbincrawl.corpus.words import TOKENIZER
from harbincrawl.search.choice import count_hits, make_choice, search_page
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive

WORDS = (
    "metro Metro METRO métro metro’s trams tram snow ice-snow Ice “ice” lantern lanterns 2020 哈尔滨 e\u0301té the of"
).split()
Lines = Mapping[int, list[list[str]]]
"""For each article the words of each of its lines."""
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


def numbers(connection: sqlite3.Connection, query: str = "", sort: str = "best", **filters: Any) -> list[int]:
    """The hits of a search, which must also be as many as its count says."""
    choice = make_choice(Filters(query=query, **filters))
    page = search_page(connection, choice, sort=sort, limit=1000)
    assert len(page.hits) == count_hits(connection, choice)
    return [hit.number for hit in page.hits]


def make_signed_articles() -> list[dict[str, Any]]:
    """The articles of `make_articles`, with sources and authors, some spelled in another case."""
    dice = random.Random(7)
    articles = make_articles()
    for each in articles:
        each["source"] = dice.choice(["Xinhua", "XINHUA", "China Daily", None])
        each["authors"] = dice.choice([[], ["Li Na"], ["Li Na", "Wang Wei"], ["WANG WEI"], ["Zhao Min"]])
        each["author"] = " and ".join(each["authors"]) or None
    return articles


def build_signed(folder: Path) -> Path:
    """The archive of `make_signed_articles`, with the copies of `build_corpus`."""
    links = [(copy, original, 1.0, "exact") for copy, original in COPIES.items()]
    return build_archive(folder, make_signed_articles(), duplicates=links)


def cut_articles(articles: Iterable[Mapping[str, Any]]) -> dict[int, list[list[str]]]:
    """The words of each line of each article: its title, paragraphs and captions."""
    lines = {}
    for article in articles:
        texts = [article["title"], *(article["body"] or ()), *(image["caption"] for image in article["images"])]
        for at, text in enumerate(texts):
            lines[article["number"] * 1000 + at] = text or ""
    cut = cut_texts(lines)
    found: dict[int, list[list[str]]] = {}
    for at, words in cut.items():
        found.setdefault(at // 1000, []).append(words)
    return found


def list_grams(lines: Iterable[Sequence[str]], size: int) -> list[str]:
    """Every n-gram of an article that has no bare number."""
    grams = []
    for line in lines:
        for start in range(len(line) - size + 1):
            words = line[start : start + size]
            if all(any(letter.isalpha() for letter in word) for word in words):
                grams.append(" ".join(words))
    return grams


def measure_dp(times: Sequence[int], sizes: Sequence[int]) -> float:
    """Gries' DP of a word that is in parts of these sizes so many times."""
    return sum(abs(size / sum(sizes) - count / sum(times)) for count, size in zip(times, sizes, strict=True)) / 2


def measure_juilland(times: Sequence[int], sizes: Sequence[int]) -> float:
    """Juilland's D of a word that is in parts of these sizes so many times."""
    shares = [count / size for count, size in zip(times, sizes, strict=True)]
    return 1 - statistics.pstdev(shares) / statistics.fmean(shares) / sqrt(len(shares) - 1)


def count_beside(
    lines: Lines, node: Sequence[str], window: tuple[int, int], *, is_prefix: bool = False
) -> tuple[Counter[str], Counter[str], Counter[str], int]:
    """(times beside the node, articles, times outside of it, how often the node is): each pair of places is tried."""
    beside, articles, outside, nodes = Counter[str](), Counter[str](), Counter[str](), 0
    for text in lines.values():
        found = set()
        for line in text:
            starts = [
                at
                for at in range(len(line) - len(node) + 1)
                if line[at : at + len(node)] == [*node]
                or (is_prefix and line[at : at + len(node) - 1] == [*node[:-1]]
                    and line[at + len(node) - 1].startswith(node[-1]))
            ]  # fmt: skip
            nodes += len(starts)
            for place, word in enumerate(line):
                if any(at <= place < at + len(node) for at in starts):
                    continue
                outside[word] += 1
                if any(at - window[0] <= place < at + len(node) + window[1] for at in starts):
                    beside[word] += 1
                    found.add(word)
        articles.update(found)
    return beside, articles, outside, nodes


def measure_likelihood(table: Sequence[Sequence[int]]) -> float:
    """The log-likelihood of a table, by the entropies of its cells, rows and columns."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    cells = [cell for row in table for cell in row]

    def weigh(counts: Iterable[int]) -> float:
        return sum(count * log(count) for count in counts if count)

    return 2 * (weigh(cells) - weigh(rows) - weigh(columns) + weigh([sum(cells)]))


def count_texts(tmp_path: Path, *texts: list[str], **more: Any) -> WordList:
    """The word list of an archive with an article of these paragraphs each, without titles."""
    archive = build_archive(tmp_path, [{"title": None, "body": list(text)} for text in texts])
    with closing(open_reader(archive)) as opened:
        return count_words(opened, (), Filters(), **more)
