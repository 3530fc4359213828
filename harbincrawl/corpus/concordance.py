"""Concordances: every place of a word in the articles, with the text to its left and right."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.fields import SITE_NAME
from harbincrawl.search.choice import ArticleCondition, fit_choice, has_counted, select_hits
from harbincrawl.search.filters import Filters
from harbincrawl.search.matching import shorten_prefix, write_expression
from harbincrawl.search.tree import Phrase

from .texts import TEXTS
from .words import DROPPED, WordCutter, read_words

_BLANKS = re.compile(r"\s+")
FIELDS = ("title", "body", "captions")
Sort = Literal["newest", "oldest", "left", "right"]
SORTS = ("newest", "oldest", "left", "right")
CONTEXT = 60
"""Characters on either side, unless asked otherwise."""


class ConcordanceLine(NamedTuple):
    """One place of the word. `left`, `word` and `right` together are the text, white space folded."""

    id: str
    """`harbin-today:5370`."""
    date: str | None
    """`updated`, else `created`."""
    section: str
    """The label."""
    field: str
    """title, body or captions, which are without their credits."""
    left: str
    """What stands before it."""
    word: str
    """As the text spells it."""
    right: str
    """What follows it."""


class Concordance:
    """The places of a word, as they are found; `lines` and `articles` count those read so far."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        word: str,
        filters: Filters,
        *,
        sort: Sort = "newest",
        context: int = CONTEXT,
    ) -> None:
        """`word` is one, several that follow each other, or a beginning: `met*`. Raises FilterError."""
        if context < 1:
            raise FilterError(f"a context of {context} characters: expected at least 1.")
        self.lines = 0
        self.articles = 0
        self._connection = connection
        self._cutter = WordCutter()
        self._words, self._is_prefix = read_words(self._cutter, word)
        self._choice = fit_choice(connection, filters)._replace(counted=has_counted(connection))
        self._sort = sort
        self._context = context

    @property
    def phrase(self) -> Phrase:
        """What is looked for."""
        return Phrase(" ".join(self._words), prefix=self._is_prefix)

    def __iter__(self) -> Iterator[ConcordanceLine]:
        """newest, oldest: by the day of the article. left, right: by the words beside it, the nearest first."""
        lines = self._find_lines()
        return lines if self._sort in ("newest", "oldest") else iter(sorted(lines, key=self._make_place))

    def _find_lines(self) -> Iterator[ConcordanceLine]:
        pattern = write_pattern(self._words, self._is_prefix)
        for id, day, section, *texts in self._find_articles():
            before = self.lines
            for field, text in zip(FIELDS, texts, strict=True):
                for start, end in find_places(self._cutter, text, pattern) if text else ():
                    self.lines += 1
                    left, right = _cut_left(text, start, self._context), _cut_right(text, end, self._context)
                    yield ConcordanceLine(id, day, section, field, left, text[start:end], right)
            self.articles += self.lines > before

    def _find_articles(self) -> Iterator[Sequence[str]]:
        """Articles that have the stems of the words, and so all that have the words; copies folded."""
        choice = _narrow(self._choice, self._words, self._is_prefix)
        where, values = choice.write_conditions()
        folded, own = select_hits(self._connection, self._choice)
        yield from self._connection.execute(
            f"SELECT {SITE_NAME} || ':' || a.id, coalesce(a.updated, a.created), a.section, {TEXTS}"
            f" FROM {choice.tables(articles=True)}{where} AND a.key IN (SELECT key FROM ({folded}))"
            f" ORDER BY {choice.place}{'' if self._sort == 'oldest' else ' DESC'}",
            [*values, *own],
        )

    def _make_place(self, line: ConcordanceLine) -> str:
        """What a line is sorted by. A blank comes before every letter, so a shorter word does, too."""
        if self._sort == "left":
            return " ".join(reversed(self._cutter.cut(line.left)))
        return " ".join(self._cutter.cut(line.right))


def find_places(cutter: WordCutter, text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """First and last place of each match of `write_pattern` in `text`, the last one exclusive; matches may overlap."""
    aligned = cutter.align(text)
    places: Sequence[int] = range(len(aligned))
    if DROPPED in aligned:
        places = [place for place in places if aligned[place] != DROPPED]
        aligned = aligned.replace(DROPPED, "")
    # A word begins behind a blank: so a text that is one endless word is looked at once.
    at = 0
    while match := pattern.search(aligned, at):
        if match.start() == 0 or aligned[match.start() - 1] == " ":
            yield places[match.start()], places[match.end() - 1] + 1
        at = aligned.find(" ", match.start()) + 1
        if not at:
            break


def write_pattern(words: Sequence[str], is_prefix: bool) -> re.Pattern[str]:
    """The words in an aligned text. The blank before them is not asked for here: a fixed beginning is found faster."""
    return re.compile(rf"{' +'.join(map(re.escape, words))}{'[^ ]*' if is_prefix else '(?![^ ])'}")


def _narrow(choice: ArticleCondition, words: Sequence[str], is_prefix: bool) -> ArticleCondition:
    """`choice` with what the index, which has only stems, can find of the words."""
    text = " ".join(words)
    phrase = Phrase(shorten_prefix(text) if is_prefix else text, prefix=is_prefix)
    match = f"{{{' '.join(FIELDS)}}} : ({write_expression(phrase)})"
    before = choice.matching.match
    both = match if before is None else f"({before}) AND ({match})"
    return choice._replace(matching=choice.matching._replace(match=both))


def _cut_left(text: str, end: int, width: int) -> str:
    piece = _BLANKS.sub(" ", text[max(0, end - width) : end])
    if end > width and not text[end - width - 1].isspace() and " " in piece[:-1]:
        # Not from the middle of a word.
        piece = piece.partition(" ")[2]
    return piece.lstrip()


def _cut_right(text: str, start: int, width: int) -> str:
    piece = _BLANKS.sub(" ", text[start : start + width])
    if start + width < len(text) and not text[start + width].isspace() and " " in piece[1:]:
        piece = piece.rpartition(" ")[0]
    return piece.rstrip()
