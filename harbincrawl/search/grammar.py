"""The language of queries: any text becomes a tree; what cannot be syntax is taken as words, and a note says so."""

from __future__ import annotations

import re
from typing import NamedTuple

from harbincrawl.errors import FilterError

from .days import day_range
from .operators import NEAR_DISTANCE, NOTHING, Item, Nothing, Operator, join
from .tree import Days, InSection, Near, Node, Words


class Reading(NamedTuple):
    """How a text was read."""

    tree: Node | None
    """None where the text holds no word."""
    notes: tuple[str, ...]
    """What was not obvious, a sentence each; empty where all was."""
    blank: bool
    """True for no text at all: every article is meant."""


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
}
"""Names before a colon: columns of the index, and `section` and `date`."""

MOST_TEXT = 4000
"""The rest of a longer text is not read."""
MOST_WORDS = 200
"""More words than this are left out: no question of a person has them, and each costs time."""
MOST_DEPTH = 20
"""Deeper brackets are read as if they were not there; FTS5's own parser ends at a depth of about 50."""
MOST_DISTANCE = 1000
MOST_LETTERS = 200
"""Words are cut here; FTS5 keeps no longer ones apart in any useful way."""

_QUOTES = '"“”„«»'
_NEAR_GROUP = re.compile(r"NEAR\(([^()]*)\)")
_NEAR_DISTANCE = re.compile(r"(.*?),\s*(\d{1,6})\s*", re.DOTALL)
_NEAR_BETWEEN = re.compile(r"NEAR(?:/(\d{1,6}))?")
_FIELD = re.compile(r"(\w+):", re.ASCII)
_WORD = re.compile(rf"[^\s(){_QUOTES}]+")
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}](\*?)")
# FTS5 ends a query at a null character, and lone surrogates cannot be handed to SQLite at all.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def read_query(text: str, *, keep_stop_words: bool = False) -> Reading:
    """The tree of `text`; every text has one, or None where no word is in it."""
    reader = _Reader(_NO_TEXT.sub(" ", text[:MOST_TEXT]), keep_stop_words)
    if len(text) > MOST_TEXT:
        reader.notes.append(f"only the first {MOST_TEXT} letters were read")
    reader.drop_open_quote()
    tree = reader.read()
    return Reading(tree, tuple(dict.fromkeys(reader.notes)), not text.strip())


def has_word(text: str) -> bool:
    """True where the index would find a word in `text`: a letter or a digit of any script."""
    return any(map(str.isalnum, text))


class _Reader:
    """One pass over the text; brackets become lists on a stack, so that no depth of them can exhaust Python's."""

    def __init__(self, text: str, keep_stop_words: bool) -> None:
        self.text = text
        self.keep_stop_words = keep_stop_words
        self.notes: list[str] = []
        self.words = 0

    def read(self) -> Node | None:
        items: list[Item] = []
        # An open bracket: the items before it, and the field that was in force.
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
                    inner = self.group(items)
                    items, field = open_groups.pop()
                    items.append(inner)
                else:
                    self.notes.append("a bracket that nothing opens was left out")
            elif character == "-":
                while self.text[at : at + 1] == "-":
                    at += 1
                # A dash that stands alone divides words: ice - snow.
                if not self.is_end(at):
                    items.append(Operator("NOT", "-"))
            else:
                own, at = self.field_at(at)
                if self.text[at : at + 1] == "(":
                    at += 1
                    if len(open_groups) >= MOST_DEPTH:
                        too_deep += 1
                        self.notes.append(f"brackets deeper than {MOST_DEPTH} were left out")
                    else:
                        open_groups.append((items, field))
                        items, field = [], own or field
                else:
                    item, at = self.operand_at(at, own or field)
                    items.append(item)
        if open_groups:
            self.notes.append("a bracket that nothing closes was left out")
        while open_groups:
            inner = self.group(items)
            items, _ = open_groups.pop()
            items.append(inner)
        tree = self.group(items)
        return None if isinstance(tree, Nothing) else tree

    def group(self, items: list[Item]) -> Node | Nothing:
        """The node of what stands between two brackets."""
        return join(
            items, self.notes.append, lambda text: self.operand(text, None), keep_stop_words=self.keep_stop_words
        )

    def drop_open_quote(self) -> None:
        """Takes out the last quote where their number is odd."""
        places = [match.start() for match in re.finditer(f"[{_QUOTES}]", self.text)]
        if len(places) % 2:
            self.text = self.text[: places[-1]] + self.text[places[-1] + 1 :]
            self.notes.append("a quote that nothing closes was left out")

    def is_end(self, at: int) -> bool:
        """True where no operand can begin."""
        return at >= len(self.text) or self.text[at].isspace() or self.text[at] == ")"

    def field_at(self, at: int) -> tuple[str | None, int]:
        """(field, where its operand begins) if a field's name and colon stand here, glued to an operand."""
        match = _FIELD.match(self.text, at)
        if match is None or (name := FIELDS.get(match[1].lower())) is None:
            return None, at
        if self.is_end(match.end()):
            self.notes.append(f"{match[0]} has no word right behind its colon and was taken as a word")
            return None, at
        return name, match.end()

    def operand_at(self, at: int, field: str | None) -> tuple[Item, int]:
        """(what begins here, where it ends): a phrase, a NEAR group, an operator or a word."""
        if match := _PHRASE.match(self.text, at):
            return self.operand(match[1], field, prefix=bool(match[2]), quoted=True), match.end()
        if match := _NEAR_GROUP.match(self.text, at):
            if near := self.near_group(match[1], field):
                return near, match.end()
            self.notes.append("NEAR(...) takes words and phrases only, so NEAR was taken as a word")
        match = _WORD.match(self.text, at)
        word = match[0] if match else self.text[at]
        end = at + len(word)
        if word in ("AND", "OR", "NOT"):
            return Operator(word, word), end
        if between := _NEAR_BETWEEN.fullmatch(word):
            return Operator("NEAR", word, min(int(between[1] or NEAR_DISTANCE), MOST_DISTANCE)), end
        stem = word.rstrip("*")
        return self.operand(stem, field, prefix=stem != word), end

    def near_group(self, inside: str, field: str | None) -> Near | None:
        """`NEAR(a "b c", 5)` without its name and brackets; None where anything but words stands in it."""
        match = _NEAR_DISTANCE.fullmatch(inside)
        words, distance = (match[1], int(match[2])) if match else (inside, NEAR_DISTANCE)
        parts = [
            Words(phrase[1] or phrase[0].strip(_QUOTES + "*"), prefix=phrase[0].endswith("*"), quoted=bool(phrase[1]))
            for phrase in re.finditer(rf"{_PHRASE.pattern}|{_WORD.pattern}", words)
        ]
        parts = [part for part in parts if has_word(part.text)]
        if not parts or field in ("section", "date") or any(_FIELD.match(part.text) for part in parts):
            return None
        self.words += len(parts)
        return Near(tuple(parts), min(distance, MOST_DISTANCE), field)

    def operand(self, text: str, field: str | None, *, prefix: bool = False, quoted: bool = False) -> Node | Nothing:
        """The node of one word or phrase."""
        if field == "section":
            return InSection(text) if text.strip().strip("/") else NOTHING
        if field == "date":
            try:
                return read_days(text)
            except FilterError:
                self.notes.append(
                    f"{text!r} is no date such as 2019, 2019-05-30 or 2019..2020-06, and was taken as words"
                )
                field = None
        if not has_word(text):
            return NOTHING
        self.words += 1
        if self.words > MOST_WORDS:
            self.notes.append(f"only the first {MOST_WORDS} words were looked for")
            return NOTHING
        return Words(text if quoted else text[:MOST_LETTERS], field, prefix, quoted)


def read_days(text: str) -> Days:
    """`2019`, `2019..2020-06`, `2019..`, `..2020` as Days. Raises FilterError for anything else."""
    since, dots, until = text.partition("..")
    if not dots:
        until = since
    for day in (since, until):
        if day or not (since or until):
            day_range(day)
    return Days(since or None, until or None)
