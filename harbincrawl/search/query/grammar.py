"""The query language: parses any text into a tree. Wrong syntax is read as words and reported in a note."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.search.days import read_day_range
from harbincrawl.text import nearest

from .tree import (
    NEAR_DISTANCE,
    NOTHING,
    WORD,
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
)


class ParsedQuery(NamedTuple):
    """A query text as it was parsed."""

    tree: Node | None
    """None if the text contains no word."""
    notes: tuple[str, ...]
    """What the parser had to guess or leave out, one text each."""
    blank: bool
    """True for an empty text, which matches every article."""
    names_article: bool = False
    """True for the address, id or number of one article, perhaps."""
    meant: tuple[tuple[str, str], ...] = ()
    """What was typed with a misspelled field, and what it probably means: `titel:snow`, `title:snow`."""


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

_MEANT = {
    "since": "date:2019..",
    "after": "date:2019..",
    "until": "date:..2019",
    "before": "date:..2019",
    "year": "date:2019",
    "month": "date:2019-05",
    "intitle": "title:",
    "headline": "title:",
    "intext": "body:",
    "site": "url:",
    "inurl": "url:",
    "link": "url:",
}
"""Fields that others have, and what they are here."""
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
_NO_WORD = re.compile(r"[^\W\d]\w*:|-|.*[~^]|(?:AND|OR|NOT|NEAR)$")
"""What stands in NEAR(...) and is more than a word."""
_NEAR_BEHIND = re.compile(r"~(\d{1,6})")
_NEAR_BETWEEN = re.compile(r"NEAR(?:/(\d{1,6}))?")
_FIELD = re.compile(r"([^\W\d]\w*):")
_ALONE = re.compile(
    r"\s*(https?://\S+|(?:[\w-]+\.)+[a-z]{2,}/\S+|[a-z0-9]+(?:-[a-z0-9]+)+:\d{1,18}"
    r"|\d{1,3}|(?!(?:19|20)\d\d\s*$)\d{4}|\d{5,18})\s*"
)
"""A query that is an address, an id, or a number and no year: perhaps one article is meant."""
_TIME = re.compile(r"\s*((?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)\s*", re.ASCII)
"""A query that is a year, a month or a day."""
_SIGN = re.compile(r"[^\W_](?:(?:[^\w\s'’‘`´.,:;!?…*-]|_)+[^\W_]|[+#])")
"""A sign within a word, or one that a name is written with at its end (C++): the index has letters and digits alone.
Before a word it means nothing that anybody misses (+must, $5, #tag)."""
_WEIGHED = re.compile(r"[~^]+-?[\d.]*$")
"""What Lucene reads as a likeness or a weight of a word."""
_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&&": "AND", "||": "OR"}
_NO_DASH = "a dash by itself means nothing; -word leaves a word out"
_LOOSE = {"or": "OR", "not": "NOT", "near": "NEAR", "|": "OR", "–": "-", "—": "-", "−": "-"}
"""What people type for operators, and what is one."""
_WILDCARD = re.compile(r"\*\w|\w\?\w")
"""What other programs take for letters that are left open."""
_COMPARED = re.compile(r"(<=?|>=?)\s*(\S+)")
_WORD = re.compile(rf"\|\||&&|(?:(?!\|\||&&)[^\s(){_QUOTES}])+")
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}](\*?)")
# FTS5 stops reading at a null character, and SQLite does not accept lone surrogates.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def read_query(text: str, *, keep_stop_words: bool = False) -> ParsedQuery:
    """Parses `text`; never fails."""
    parser = _Parser(_NO_TEXT.sub(" ", text[:MOST_TEXT]), keep_stop_words)
    if len(text) > MOST_TEXT:
        parser.notes.append(f"only the first {MOST_TEXT} characters were read")
    parser.drop_open_quote()
    if alone := _ALONE.fullmatch(text):
        parser.notes.append(f"for the article itself: harbincrawl show {alone[1]}")
    if stated := _TIME.fullmatch(text):
        parser.notes.append(f"for the articles of that time: date:{stated[1]}")
    tree = parser.parse()
    if tree is None and text.strip():
        parser.notes.append("the query holds no word")
    return ParsedQuery(
        tree, tuple(dict.fromkeys(parser.notes)), not text.strip(), alone is not None, tuple(parser.meant)
    )


def has_word(text: str) -> bool:
    """True if `text` contains a word for the index: a letter or a digit of any script."""
    return any(map(str.isalnum, text))


class _Parser:
    """The parser: one pass over the text. Brackets are kept on a list, so deep nesting causes no recursion."""

    def __init__(self, text: str, keep_stop_words: bool) -> None:
        self.text = text
        self.keep_stop_words = keep_stop_words
        self.notes: list[str] = []
        self.meant: list[tuple[str, str]] = []
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
                else:
                    self.notes.append("a closing bracket without an opening one was ignored")
            elif character == "-":
                while self.text[at : at + 1] == "-":
                    at += 1
                # A dash between spaces only separates words: ice - snow.
                if not self.is_end(at):
                    items.append(Operator("NOT", "-"))
                    if self.text[at].isalpha() and self.is_end(at + 1):
                        self.notes.append(f"-{self.text[at]} leaves out a word; options have two dashes: --limit 3")
                elif has_word(self.text):
                    self.notes.append(_NO_DASH)
            else:
                own, at = self.read_field(at)
                if own and self.text[at] == "-" and not self.is_end(at + 1):
                    # title:-metro is meant as -title:metro.
                    self.notes.append(f"{own}:-: the dash stands before its field (-{own}:word)")
                    items.append(Operator("NOT", "-"))
                    at += 1
                if self.text[at : at + 1] == "(":
                    at += 1
                    if len(open_groups) >= MOST_DEPTH:
                        too_deep += 1
                        self.notes.append(f"brackets deeper than {MOST_DEPTH} were ignored")
                    else:
                        open_groups.append((items, field))
                        items, field = [], own or field
                else:
                    item, at = self.read_operand(at, own or field, own)
                    items.append(item)
        if open_groups:
            self.notes.append("an opening bracket without a closing one was ignored")
        while open_groups:
            inner = self.make_group(items)
            items, _ = open_groups.pop()
            items.append(inner)
        tree = self.make_group(items)
        return None if isinstance(tree, Nothing) else tree

    def make_group(self, items: list[Item]) -> Node | Nothing:
        """The node of the items between two brackets."""
        return join(
            items, self.notes.append, lambda text: self.make_operand(text, None), keep_stop_words=self.keep_stop_words
        )

    def drop_open_quote(self) -> None:
        """Removes the last quote if the number of quotes is odd."""
        places = [match.start() for match in re.finditer(f"[{_QUOTES}]", self.text)]
        if len(places) % 2:
            self.text = self.text[: places[-1]] + self.text[places[-1] + 1 :]
            self.notes.append("a quote without a closing quote was ignored")

    def is_end(self, at: int) -> bool:
        """True if no operand can begin at this place."""
        return at >= len(self.text) or self.text[at].isspace() or self.text[at] == ")"

    def read_field(self, at: int) -> tuple[str | None, int]:
        """(field, start of its operand) if a field name with a colon and an operand right after it begins here."""
        match = _FIELD.match(self.text, at)
        if match is None:
            return None, at
        name = FIELDS.get(match[1].lower())
        if name is None:
            if not self.is_end(match.end()) and not self.text.startswith("//", match.end()):
                meant = self.find_meant(match)
                hint = f" (did you mean {meant}?)" if meant else ""
                self.notes.append(f"there is no field {match[0]}{hint}, so it was read as words")
            return None, at
        if self.is_end(match.end()):
            self.notes.append(f"{match[0]} has no word right after its colon and was read as a word")
            return None, at
        return name, match.end()

    def find_meant(self, match: re.Match[str]) -> str | None:
        """What is meant by a field that there is not, with the word behind it; None: no field has a like name."""
        near = nearest(match[1], FIELDS)
        meant = _MEANT.get(match[1].lower()) or (near and f"{near}:")
        operand = _PHRASE.match(self.text, match.end()) or _WORD.match(self.text, match.end())
        if meant is None or operand is None or not meant.endswith(":"):
            return meant
        self.meant.append((match[0] + operand[0], meant + operand[0]))
        return meant + operand[0][:MOST_LETTERS]

    def read_operand(self, at: int, field: str | None, own: str | None) -> tuple[Item, int]:
        """(item, its end) for the phrase, NEAR group, operator or word that begins here.

        `field` is what it belongs to, `own` the field right before it.
        """
        inner = _FIELD.match(self.text, at)
        if own and own not in ("id", "url") and inner and inner[1].lower() in FIELDS:
            self.notes.append(f"{own}:{inner[0]}: a word has one field, so {inner[1]} was read as a word")
        if match := _PHRASE.match(self.text, at):
            # "ice lantern"~5 is how Lucene writes NEAR(ice lantern, 5).
            if "*" in match[1].rstrip("*") or (match[2] and field in NO_TEXTS):
                self.notes.append(f'{match[0]}: * stands for letters only at the end of a phrase, as in "ice fest"*')
            far = _NEAR_BEHIND.match(self.text, match.end())
            if far and (near := self.make_near_group(f"{match[1]}, {far[1]}", field)):
                return near, far.end()
            return self.make_operand(match[1], field, prefix=bool(match[2]), quoted=True), match.end()
        if match := _NEAR_GROUP.match(self.text, at):
            if near := self.make_near_group(match[1], field):
                return near, match.end()
            self.notes.append("NEAR(...) accepts only words and phrases")
        match = _WORD.match(self.text, at)
        word = match[0] if match else self.text[at]
        end = at + len(word)
        if name := _OPERATORS.get(word):
            if own:
                self.notes.append(f"{own}:{word}: {word} was read as a word")
                return self.make_operand(word, field), end
            return Operator(name, word), end
        meant = _LOOSE.get(word.lower())
        # At a query's edge a word is a word; a dash means nothing anywhere.
        if meant == "-" and has_word(self.text):
            self.notes.append(_NO_DASH)
        elif meant and field is None and (at or meant == "NOT") and self.text[end:].strip(" )"):
            is_word = "is a word here" if has_word(word) else "means nothing here"
            self.notes.append(f"{word} {is_word}; {meant} is the operator")
        elif word[0] in "–—−" and has_word(word):
            self.notes.append(f"{word}: -{word.lstrip('–—−')} leaves a word out")
        if between := _NEAR_BETWEEN.fullmatch(word):
            return Operator("NEAR", word, self.read_distance(between[1])), end
        if word.startswith("NEAR/"):
            self.notes.append(f"{word} was read as words; NEAR/5 counts the words between two others")
        if word.lower() == "near" and self.text[end : end + 1] == "(":
            self.notes.append("near(...) is written in capitals: NEAR(a b, 5)")
        stem = word.rstrip("*")
        if _WILDCARD.search(stem) and "/" not in stem:
            self.notes.append(f"{word}: only * at the end of a word stands for letters (met*), so it was read as words")
        is_prefix = stem != word
        self.note_word(word, stem, field)
        if field not in NO_TEXTS:
            if weighed := _WEIGHED.search(stem):
                self.notes.append(f"{word}: {weighed[0]} means nothing here and was left out")
                stem = stem[: weighed.start()]
            if stem[:1] in ("~", "^") and has_word(stem):
                self.notes.append(f"{word}: {stem[0]} means nothing here and was left out")
            if stem.startswith("!") and has_word(stem):
                self.notes.append(f"{word}: ! means nothing here; -{stem.lstrip('!')} leaves a word out")
            self.note_signs(stem)
        return self.make_operand(stem, field, prefix=is_prefix), end

    def note_word(self, word: str, stem: str, field: str | None) -> None:
        """Says of a word what its signs suggest and do not do here; `stem` is without asterisks at its end."""
        if stem != word and (field in NO_TEXTS or not stem):
            where = f"in {field}:" if field in NO_TEXTS else "by itself"
            self.notes.append(f"{word}: * means nothing {where} and was left out")
        if len(stem) > MOST_LETTERS:
            self.notes.append(f"only the first {MOST_LETTERS} letters of a word were read")
        if word[0] == ":" and has_word(word):
            self.notes.append(f"{word}: a field stands right before its colon, as in title:metro")
        if field is None and word[0] in "<>" and _COMPARED.fullmatch(word):
            self.notes.append(f"{word} was read as a word; date:{word} compares days")

    def read_distance(self, digits: str | None) -> int:
        """How many words NEAR allows between two others."""
        distance = int(digits or NEAR_DISTANCE)
        if distance > MOST_DISTANCE:
            self.notes.append(f"NEAR allows at most {MOST_DISTANCE} words in between")
        return min(distance, MOST_DISTANCE)

    def note_signs(self, word: str) -> None:
        """Says how a word is read that has signs the index has not: `C++`, `a@b.org`."""
        if _SIGN.search(word) and "://" not in word:
            read_as = " ".join(WORD.findall(word))
            quote = '"' if " " in read_as else ""
            self.notes.append(f"{word}: signs are in no index, so it was read as {quote}{read_as}{quote}")

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
        return Near(tuple(parts), self.read_distance(digits), field)

    def make_operand(
        self, text: str, field: str | None, *, prefix: bool = False, quoted: bool = False
    ) -> Node | Nothing:
        """The node of one word or phrase."""
        if field and not has_word(text):
            self.notes.append(f"{field}: has nothing to look for and was left out")
            return NOTHING
        if field == "section":
            return InSection(text)
        if field in ("id", "url"):
            return HasValue(field, text)
        if field == "status":
            if (status := text.lower()) in STATUSES:
                return HasValue(field, status)
            self.notes.append(f"{text!r} is not a status ({', '.join(STATUSES)}) and was read as a word")
            field = None
        if field == "date":
            try:
                return read_days(text)
            except FilterError:
                self.notes.append(
                    f"{text!r} is not a date such as 2019, 2019-05-30 or 2019..2020-06 and was read as words"
                )
                field = None
        if not has_word(text):
            return NOTHING
        word = Phrase(text if quoted else text[:MOST_LETTERS], field, prefix, quoted)
        if word not in self.words and len(self.words) >= MOST_WORDS:
            self.notes.append(f"only the first {MOST_WORDS} words were used")
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
