"""The passages of archives: which texts are compared, and each passage with the words and days of both sides."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from harbincrawl.fields import SITE_NAME
from harbincrawl.search.corpus.texts import TEXTS, Selection, read_texts, select_texts
from harbincrawl.search.corpus.words import WordCutter
from harbincrawl.search.days import DAY
from harbincrawl.search.filters import Filters

from .finder import Match, find_matches
from .lengths import LEAST
from .words import PlacedWords, Texts, cut_words

Field = Literal["title", "body", "captions"]
FIELDS: tuple[Field, ...] = ("title", "body", "captions")
_CACHED = 8000
"""Articles whose texts are kept while passages are written, some 10 KB each."""


class Passage(NamedTuple):
    """A passage that stands in two articles."""

    article: str
    """`harbin-today:5370`; of two articles of a table the later one."""
    other: str
    words: int
    """Words that stand on both sides, in the same order."""
    similarity: float
    """Twice `words` through the words of both sides, to three decimals; 1.0: word for word."""
    earlier: str | None
    """Which one has the earlier day: `article`, `other`; null if it is the same day, or a day is missing."""
    date: str | None
    """The day of `article`."""
    other_date: str | None
    source: str | None
    other_source: str | None
    title: str | None
    other_title: str | None
    field: Field
    """Where it stands: in title, body or captions (a line a picture, without credits)."""
    start: int
    """Where it begins there, in letters from 0 on."""
    end: int
    """The letter behind its last word."""
    other_field: Field
    other_start: int
    other_end: int
    text: str
    """The passage as `article` has it."""
    other_text: str


class StandingLine(NamedTuple):
    """A line of words that stands in many articles, as below each text of a column."""

    articles: int
    """How many have it."""
    words: int
    article: str
    """The first one that has it."""
    date: str | None
    """The day of that one."""
    field: Field
    start: int
    end: int
    text: str


class Passages(NamedTuple):
    """What is in more than one article."""

    passages: list[Passage]
    standing: list[StandingLine]
    """Lines of so many articles that no two of them are named for it."""


class Source(NamedTuple):
    """An archive whose articles are compared."""

    connection: sqlite3.Connection
    site: str
    """The prefix of its ids."""


class _Article(NamedTuple):
    source: int
    number: int


class _Side(NamedTuple):
    """One side of a passage."""

    id: str
    date: str | None
    name: str | None
    """Its source."""
    title: str | None
    field: Field
    start: int
    end: int
    text: str


Progress = Callable[[int, int, str], None]


def find_passages(
    sources: Sequence[Source],
    filters: Filters,
    wanted: tuple[int, int] | None = None,
    *,
    least: int = LEAST,
    copies: bool = False,
    progress: Progress = lambda *_: None,
) -> Passages:
    """The passages of at least `least` words of any two articles that `filters` leave, the longest first.

    With `wanted`, the place of an archive and the number of an article, those that it shares with the others, in its
    order. Copies are folded, or with `copies` are articles of their own. Raises FilterError.
    """
    articles: list[_Article] = []
    texts = _read_all(sources, filters, wanted, articles, copies=copies, progress=progress)
    own = articles.index(_Article(*wanted)) if wanted else None
    found = find_matches(texts, wanted=own, least=least, progress=lambda done, total: progress(done, total, "compare"))
    reader = _SideReader(sources, articles, texts, filters)
    passages = []
    for match in found.matches:
        one = reader.read_side(match.one, match.start, match.end)
        other = reader.read_side(match.other, match.other_start, match.other_end)
        if own is not None and int(texts.owners[match.other]) == own:
            one, other = other, one
        passages.append(_make_passage(one, other, match, is_given=own is not None))
    if own is None:
        passages.sort(key=lambda each: (-each.words, each.date or "", each.article, each.start, each.other))
    else:
        passages.sort(key=lambda each: (FIELDS.index(each.field), each.start, each.other_date or "~", each.other))
    standing = []
    for line in found.standing:
        text = int(np.searchsorted(texts.bounds, line.place, side="right")) - 1
        start = line.place - int(texts.bounds[text])
        side = reader.read_side(text, start, start + line.words)
        place = (side.field, side.start, side.end, side.text)
        standing.append(StandingLine(line.articles, line.words, side.id, side.date, *place))
    return Passages(passages, standing)


def _select(source: Source, filters: Filters, number: int | None, *, copies: bool) -> Selection:
    """The articles of an archive that are compared; with a `number`, that one, and its copies only with `copies`."""
    sql, values = select_texts(source.connection, filters, copies=copies)
    if number is None:
        return sql, values
    group = number
    if not copies:
        (group,) = source.connection.execute(
            "SELECT coalesce((SELECT original FROM duplicates WHERE number = ?1), ?1)", (number,)
        ).fetchone()
    others = f"SELECT key, original FROM ({sql}) WHERE original <> ?"
    return f"{others} UNION ALL SELECT key, number FROM articles WHERE number = ?", [*values, group, number]


def _read_all(
    sources: Sequence[Source], filters: Filters, wanted: tuple[int, int] | None, articles: list[_Article], *,
    copies: bool, progress: Progress,
) -> Texts:  # fmt: skip
    """All texts as numbers; `articles` gets the article of each owner.

    What two archives of one site have in the same wording is taken once.
    """
    cutter = WordCutter()
    words = [np.empty(0, np.uint32)]
    lengths, owners = [0], []
    known: set[tuple[str, str, str]] = set()
    several = len({source.site for source in sources}) < len(sources)
    order = sorted(range(len(sources)), key=lambda at: wanted is not None and at != wanted[0])
    for at in order:
        source = sources[at]
        selection = _select(source, filters, wanted[1] if wanted and wanted[0] == at else None, copies=copies)
        for batch in read_texts(source.connection, selection):
            for text in batch:
                if several:
                    row = source.connection.execute(
                        "SELECT id, fingerprint FROM articles WHERE number = ?", (text.number,)
                    ).fetchone()
                    if (mark := (source.site, *row)) in known:
                        continue
                    known.add(mark)
                for part in (text.title, text.body, text.captions):
                    cut = cut_words(cutter, part or "").words
                    words.append(cut)
                    lengths.append(len(cut))
                    owners.append(len(articles))
                articles.append(_Article(at, text.number))
            progress(len(articles), len(articles), "read")
    return Texts(np.concatenate(words), np.cumsum(lengths), np.array(owners, np.int64))


class _SideReader:
    """Reads the articles of matches again, for their letters."""

    def __init__(self, sources: Sequence[Source], articles: list[_Article], texts: Texts, filters: Filters) -> None:
        self._sources = sources
        self._articles = articles
        self._texts = texts
        self._day = DAY[filters.date]
        self._cutter = WordCutter()
        self._cached: dict[_Article, tuple[str | None, ...]] = {}
        self._places: dict[int, PlacedWords] = {}

    def read_side(self, text: int, start: int, end: int) -> _Side:
        """The words of a text from `start` to before `end`."""
        article = self._articles[int(self._texts.owners[text])]
        if article not in self._cached:
            if len(self._cached) >= _CACHED:
                self._cached.clear()
                self._places.clear()
            self._cached[article] = (
                self._sources[article.source]
                .connection.execute(
                    f"SELECT {SITE_NAME} || ':' || a.id, {self._day}, a.source, {TEXTS}"
                    " FROM articles AS a WHERE a.number = ?",
                    (article.number,),
                )
                .fetchone()
            )
        id, day, source, *parts = self._cached[article]
        field = text % len(FIELDS)
        letters = parts[field] or ""
        if text not in self._places:
            self._places[text] = cut_words(self._cutter, letters)
        places = self._places[text]
        first, last = int(places.starts[start]), int(places.ends[end - 1])
        return _Side(id or "", day, source, parts[0], FIELDS[field], first, last, letters[first:last])


def _make_passage(one: _Side, other: _Side, match: Match, *, is_given: bool) -> Passage:
    """The passage of a match; without an article that `is_given` as `one`, the later one comes first."""
    if not is_given and (other.date or "", other.id) > (one.date or "", one.id):
        one, other = other, one
    earlier = None
    if one.date and other.date and one.date != other.date:
        earlier = "article" if one.date < other.date else "other"
    return Passage(
        one.id, other.id, match.shared, round(match.similarity, 3), earlier, one.date, other.date, one.name, other.name,
        one.title, other.title, one.field, one.start, one.end, other.field, other.start, other.end, one.text,
        other.text,
    )  # fmt: skip
