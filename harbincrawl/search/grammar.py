"""The query language: parses any text into a tree. Wrong syntax is read as words."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.search.days import read_day_range

from .tree import (
    NEAR_DISTANCE,
    NOTHING,
    Days,
    HasValue,
    InSection,
    Item,
    Near,
    Node,
    Nothing,
    Operator,
    Phrase,
    join,
    write_query,
)


class ParsedQuery(NamedTuple):
    """A query text as it was parsed."""

    text: str
    tree: Node | None
    """None if the text contains no word."""

    @property
    def is_blank(self) -> bool:
        """True for an empty text, which matches every article."""
        return not self.text.strip()

    @property
    def read_as(self) -> str | None:
        """The query with all its operators; None for an empty text."""
        return None if self.is_blank else write_query(self.tree) if self.tree else "nothing"

    def describe(self) -> list[str]:
        """A line that says how the text was read, if that differs from what was typed but for AND and brackets."""
        read_as = self.read_as
        return [] if read_as is None or _simplify(self.text) == _simplify(read_as) else [f"read as: {read_as}"]


FIELDS = {
    "title": "title",
    "body": "body",
    "text": "body",
    "caption": "captions",
    "captions": "captions",
    "author": "author",
    "by": "author",
    "source": "source",
    "section": "section",
    "date": "date",
    "id": "id",
    "status": "status",
    "url": "url",
}
"""Names before a colon: columns of the index, and what is no text of an article."""
NO_TEXTS = frozenset(("section", "date", "id", "status", "url"))
STATUSES = ("live", "gone", "unknown")

MOST_TEXT = 4000
"""Characters; the rest of a longer text is ignored."""
MOST_WORDS = 200
"""Further words, each counted once, are ignored: each costs time, and nobody types so many."""
MOST_DEPTH = 20
"""Deeper brackets are ignored; the parser of FTS5 fails at a depth of about 50."""
MOST_DISTANCE = 1000
MOST_LETTERS = 200
"""Longer words are cut."""

_QUOTES = '"“”„«»'
_NEAR_GROUP = re.compile(r"NEAR\(([^()]*)\)")
_NEAR_DISTANCE = re.compile(r"(.*?),\s*(\d{1,6})\s*", re.DOTALL)
_NO_WORD = re.compile(r"[^\W\d]\w*:|-|(?:AND|OR|NOT)$")
"""What stands in NEAR(...) and is more than a word."""
_FIELD = re.compile(r"([^\W\d]\w*):")
_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&&": "AND", "||": "OR"}
_COMPARED = re.compile(r"(<=?|>=?)\s*(\S+)")
_WORD = re.compile(rf"\|\||&&|(?:(?!\|\||&&)[^\s(){_QUOTES}])+")
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}](\*?)")
# FTS5 stops reading at a null character, and SQLite does not accept lone surrogates.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def read_query(text: str, *, keep_stop_words: bool = False) -> ParsedQuery:
    """Parses `text`; never fails."""
    parser = _Parser(_NO_TEXT.sub(" ", text[:MOST_TEXT]), keep_stop_words)
    parser.drop_open_quote()
    return ParsedQuery(text, parser.parse())


def join_queries(one: str, other: str) -> str:
    """A query of what both find."""
    read = [each for each in map(read_query, (one, other)) if not each.is_blank]
    if wordless := [each.text for each in read if each.tree is None]:
        return wordless[0]
    return " ".join(f"({each.read_as})" for each in read)


def _simplify(text: str) -> str:
    """What of a query tells how it is read: without AND and brackets, quotes and NOT in one spelling."""
    text = re.sub(f"[{_QUOTES}]", '"', text).replace("||", " OR ")
    text = re.sub(r"(?<!\S)-+(?=\S)", "NOT ", re.sub(r"[()]|&&|\bAND\b", " ", text))
    return " ".join(text.split())


def has_word(text: str) -> bool:
    """True if `text` contains a word for the index: a letter or a digit of any script."""
    return any(map(str.isalnum, text))


class _Parser:
    """The parser: one pass over the text. Brackets are kept on a list, so deep nesting causes no recursion."""

    def __init__(self, text: str, keep_stop_words: bool) -> None:
        self.text = text
        self.keep_stop_words = keep_stop_words
        self.words: set[Phrase] = set()

    def parse(self) -> Node | None:
        items: list[Item] = []
        # For each open bracket, the items before it and the field that applied there.
        open_groups: list[tuple[list[Item], str | None]] = []
        too_deep = 0
        field: str | None = None
        at = 0
        while at < len(self.text):
            character = self.text[at]
            if character.isspace():
                at += 1
            elif character == ")":
                at += 1
                if too_deep:
                    too_deep -= 1
                elif open_groups:
                    inner = self.make_group(items)
                    items, field = open_groups.pop()
                    items.append(inner)
            elif character == "-":
                while self.text[at : at + 1] == "-":
                    at += 1
                # A dash between spaces only separates words: ice - snow.
                if not self.is_end(at):
                    items.append(Operator("NOT", "-"))
            else:
                own, at = self.read_field(at)
                if own and self.text[at] == "-" and not self.is_end(at + 1):
                    # title:-metro is meant as -title:metro.
                    items.append(Operator("NOT", "-"))
                    at += 1
                if self.text[at : at + 1] == "(":
                    at += 1
                    if len(open_groups) >= MOST_DEPTH:
                        too_deep += 1
                    else:
                        open_groups.append((items, field))
                        items, field = [], own or field
                else:
                    item, at = self.read_operand(at, own or field, own)
                    items.append(item)
        while open_groups:
            inner = self.make_group(items)
            items, _ = open_groups.pop()
            items.append(inner)
        tree = self.make_group(items)
        return None if isinstance(tree, Nothing) else tree

    def make_group(self, items: list[Item]) -> Node | Nothing:
        """The node of the items between two brackets."""
        return join(items, lambda text: self.make_operand(text, None), keep_stop_words=self.keep_stop_words)

    def drop_open_quote(self) -> None:
        """Removes the last quote if the number of quotes is odd."""
        places = [match.start() for match in re.finditer(f"[{_QUOTES}]", self.text)]
        if len(places) % 2:
            self.text = self.text[: places[-1]] + self.text[places[-1] + 1 :]

    def is_end(self, at: int) -> bool:
        """True if no operand can begin at this place."""
        return at >= len(self.text) or self.text[at].isspace() or self.text[at] == ")"

    def read_field(self, at: int) -> tuple[str | None, int]:
        """(field, start of its operand) if a field name with a colon and an operand right after it begins here."""
        match = _FIELD.match(self.text, at)
        if match is None:
            return None, at
        name = FIELDS.get(match[1].lower())
        return (None, at) if name is None or self.is_end(match.end()) else (name, match.end())

    def read_operand(self, at: int, field: str | None, own: str | None) -> tuple[Item, int]:
        """(item, its end) for the phrase, NEAR group, operator or word that begins here.

        `field` is what it belongs to, `own` the field right before it.
        """
        if match := _PHRASE.match(self.text, at):
            return self.make_operand(match[1], field, prefix=bool(match[2]), quoted=True), match.end()
        if (match := _NEAR_GROUP.match(self.text, at)) and (near := self.make_near_group(match[1], field)):
            return near, match.end()
        match = _WORD.match(self.text, at)
        word = match[0] if match else self.text[at]
        end = at + len(word)
        if (name := _OPERATORS.get(word)) and not own:
            return Operator(name, word), end
        stem = word.rstrip("*")
        return self.make_operand(stem, field, prefix=stem != word), end

    def make_near_group(self, inside: str, field: str | None) -> Near | None:
        """The node of `NEAR(a "b c", 5)`, from the text in its brackets; None if that is not only words."""
        match = _NEAR_DISTANCE.fullmatch(inside)
        words, digits = (match[1], match[2]) if match else (inside, None)
        parts = [
            Phrase(phrase[1] or phrase[0].strip(_QUOTES + "*"), prefix=phrase[0].endswith("*"), quoted=bool(phrase[1]))
            for phrase in re.finditer(rf"{_PHRASE.pattern}|{_WORD.pattern}", words)
        ]
        parts = [part for part in parts if has_word(part.text)]
        if not parts or field in NO_TEXTS or any(_NO_WORD.match(part.text) for part in parts if not part.quoted):
            return None
        self.words.update(parts)
        return Near(tuple(parts), min(int(digits or NEAR_DISTANCE), MOST_DISTANCE), field)

    def make_operand(
        self, text: str, field: str | None, *, prefix: bool = False, quoted: bool = False
    ) -> Node | Nothing:
        """The node of one word or phrase."""
        if not has_word(text):
            return NOTHING
        if field == "section":
            return InSection(text)
        if field in ("id", "url"):
            return HasValue(field, text)
        if field == "status":
            if (status := text.lower()) in STATUSES:
                return HasValue(field, status)
            field = None
        if field == "date":
            try:
                return read_days(text)
            except FilterError:
                field = None
        word = Phrase(text if quoted else text[:MOST_LETTERS], field, prefix, quoted)
        if word not in self.words and len(self.words) >= MOST_WORDS:
            return NOTHING
        self.words.add(word)
        return word


def read_days(text: str) -> Days:
    """Days from `2019`, `2019..2020-06`, `..2020`, `7d..`, `>2019`, `<=2020`. Raises FilterError for others."""
    if match := _COMPARED.fullmatch(text):
        first, last = read_day_range(match[2])
        if match[1] in ("<", ">"):
            # The day before the first, or behind the last; the calendar has ends.
            side = first.toordinal() - 1 if match[1] == "<" else last.toordinal() + 1
            if not 1 <= side <= date.max.toordinal():
                raise FilterError(f"no day is {text}.")
            first = last = date.fromordinal(side)
        return Days(first.isoformat(), None) if match[1][0] == ">" else Days(None, last.isoformat())
    since, dots, until = text.partition("..")
    if not dots:
        until = since
    days = [read_day_range(day) for day in (since, until) if day or not (since or until)]
    if len(days) > 1 and days[0][0] > days[1][1]:
        # From a later day to an earlier one is meant the other way round.
        return Days(until, since)
    return Days(since or None, until or None)
