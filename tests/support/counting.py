"""Words counted the long way round: what lists and collocations are compared with, by formulas as books have them."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from math import log, sqrt
from pathlib import Path
from typing import Any

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.lists import WordList, count_words
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import COPIES, cut_texts, make_articles

Lines = Mapping[int, list[list[str]]]
"""For each article the words of each of its lines."""


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


def build_texts(folder: Path, texts: Iterable[Sequence[str]], **more: Any) -> Path:
    """An archive with an article of these paragraphs each, without titles."""
    return build_archive(folder, [{"title": None, "body": list(text)} | more for text in texts])


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


def count_texts(tmp_path: Path, *texts: list[str], words: tuple[str, ...] = (), **more: Any) -> WordList:
    """The word list of an archive with an article of these paragraphs each."""
    with closing(open_reader(build_texts(tmp_path, texts))) as opened:
        return count_words(opened, words, Filters(), **more)
