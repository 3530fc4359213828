"""The query language, with examples of this archive that run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from harbincrawl.search.choice import fit_choice, make_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import count_hits, search_page
from harbincrawl.search.query.grammar import FIELDS
from harbincrawl.search.query.tree import STOP_WORDS, WORD
from harbincrawl.serve.answers import WebAnswer
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.visit import Visit

_ARTICLES = 40
"""Of which examples are made."""
_SHORTEST = 4
"""Letters of a word of an example."""
_PATIENCE = 1.0
"""Seconds for counting what the examples find."""


class Example(NamedTuple):
    """A query of the page, and what it finds."""

    query: str
    meaning: str
    hits: int | None
    """None: it was not counted in time."""


def show_language(visit: Visit) -> WebAnswer:
    """The operators of the language, each by a query that finds something here."""
    records = visit.read_records(
        tuple(
            hit.number
            for hit in search_page(visit.reader.connection, make_choice(Filters()), sort="newest", limit=_ARTICLES).hits
        )
    )
    examples = visit.reader.remember("examples", lambda: list(_count_examples(visit.reader, records)))
    return visit.show(
        "query.html", "Query language", here="query", examples=examples, empty=Parameters(), fields=FIELDS
    )


def _count_examples(reader: Reader, records: list[dict[str, Any]]) -> Iterator[Example]:
    for query, meaning in list_examples(records):
        choice = fit_choice(reader.connection, Filters(query=query))
        hits = reader.within(
            _PATIENCE,
            lambda choice=choice: count_hits(reader.connection, choice),  # type: ignore[misc]
        )
        yield Example(query, meaning, hits)


def list_examples(records: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(query, what it means) of words, names and days that `records` have; what they lack has no example."""
    titles = [WORD.findall(record["title"] or "") for record in records]
    pairs = [pair for words in titles for pair in pairwise(words) if all(map(_is_telling, pair))]
    if not pairs:
        return
    first, second = (word.lower() for word in pairs[0])
    third = next((pair[0].lower() for pair in pairs if pair[0].lower() not in (first, second)), second)
    yield f"{first} {second}", "articles with both words, in any form (stemmed)"
    yield f'"{first} {second}"', "the words side by side, in this order"
    yield f"{first} OR {third}", "either word"
    yield f"({first} OR {third}) -{second}", "either of the first two, without the word behind the dash"
    yield f"{first[:_SHORTEST]}*", "words that begin so; the asterisk stands at the end of a word only"
    yield f"NEAR({first} {second}, 5)", "both within five words"
    yield f"title:{first}", "the word in the title; body:, captions:, author: and source: work alike"
    for field in ("author", "source"):
        names = (word for record in records for word in WORD.findall(record[field] or "") if _is_telling(word))
        if name := next(names, None):
            yield f"{field}:{name.lower()}", f"a name in the {field}"
    if path := next((record["section_path"] for record in records if record["section_path"]), None):
        yield f"section:{path}", "a section, by its path or the beginning of it, or by its label"
    if day := next((day for record in records if (day := record["updated"] or record["created"])), None):
        yield f"date:{day[:7]}", "a day, a month or a year"
        yield f"{first} date:{int(day[:4]) - 1}..{day[:4]}", "from one to another; date:>2019 and date:20y.. work, too"
    yield "status:gone", "articles that are gone from the site (or live, or unknown)"
    yield f"url:{records[0]['url'].rpartition('/')[0].rpartition('/')[2]}", "letters of the address"


def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word.isascii() and word.lower() not in STOP_WORDS
