"""The words that a site's pages print around a text, and the patterns that find them in a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar, NamedTuple

from harbincrawl.config.setting import Table, setting

DIVIDERS = "[>›»→≫＞]"
"""What stands between the parts of a breadcrumb."""
_TOKEN = re.compile(r"[^\W\d_]+")
_IN_BRACKETS = r"[^()（）]"
_PIECE = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:[’'][^\W\d_\u3400-\u9fff]+)?|\d+|[\u3400-\u9fff]+")
"""A word, a number, or Chinese characters in a row."""
_NEUTRAL = frozenset("次人条点的 px pt".split())
"""What may stand with numbers."""
_AMID = "~"
"""End of a phrase that is furniture amid a text, too."""
_LONGEST_INTERRUPTION = 40
_OPEN = ("*", ":", "：")
"""Ends of phrases that something may follow."""
_LONGEST_LABEL = 100
"""Characters of a line that is a label."""
_LONGEST_FURNITURE = 100
"""Characters of a line of furniture."""
_STOPS = frozenset(".!?。！？")
_NEXT_SENTENCE = re.compile(r"[.!?。！？][\"”’']?\s+\S.{20}")
_LAST_SENTENCE = re.compile(
    r"[^.!?。！？]{25}[.!?。！？][\"”’'）)]?$|\b[a-z]{2,}\s[a-z]{2,}[^.!?]{0,90}[.!?][\"”’')]?$"
)
_END = 200
"""Characters at the end of a line that show how its last sentence ends."""


class _Phrase(NamedTuple):
    """Words of furniture in a row."""

    words: tuple[str, ...]
    kind: str
    """A colon where something may follow behind one, `*` where anything may; else nothing of meaning."""

    def stands(self, pieces: list[re.Match[str]], at: int) -> bool:
        """True where `pieces` has these words from `at` on."""
        return len(pieces) - at >= len(self.words) and all(
            pieces[at + n][0] == word for n, word in enumerate(self.words)
        )


@dataclass(frozen=True)
class Words(Table):
    """What the pages print, in the words of the site file; case does not matter."""

    TABLE: ClassVar[str] = "words"

    home: tuple[str, ...] = setting(("Home",), "The first part of a breadcrumb.")
    updated: tuple[str, ...] = setting(("Updated",), "Before the date.")
    by: tuple[str, ...] = setting(
        ("By",),
        "A word (`By`: an author and a source in brackets may follow) or, with `{author}` or `{source}` in it, the form"
        " of the whole line: `( {source} )`.",
    )
    source: tuple[str, ...] = setting((), "Before the source.")
    editor: tuple[str, ...] = setting((), "Before the editor.")
    pager: tuple[str, ...] = setting((), "The words of links to further pages.")
    total: tuple[str, ...] = setting((), "Before or behind the number of a list's items.")
    furniture: tuple[str, ...] = setting((), "Lines that are no text, besides those of many sites.")
    stand: str = setting(
        "above",
        "`above`, or `end` where date, By line, source and editor may also stand behind the text.",
        choices=("above", "end"),
        form='"above" or "end"',
    )

    @property
    def may_lack_date(self) -> bool:
        """Whether a source or By line may head a text whose page prints no date."""
        return self.stand == "end" or bool(self.by_forms) or not self.updated

    @cached_property
    def by_forms(self) -> tuple[re.Pattern[str], ...]:
        """The forms of whole By lines."""
        return tuple(_compile_form(form) for form in self.by if "{" in form)

    @cached_property
    def date_words(self) -> tuple[str, ...]:
        """The labels of the date as `_list_sought` has them."""
        return _list_sought(self.updated)

    def find_labels(self, text: str) -> Iterator[re.Match[str]]:
        """What may be labels in `text`, each in the group of its kind: `date`, `source`, `editor`, `by`."""
        lowered = text.lower()
        if len(lowered) != len(text):
            # Some capitals have two characters for their small letter.
            lowered = "".join(small if len(small := one.lower()) == 1 else one for one in text)
        near = [(kind, label) for kind, label, first in self._small_labels if first in lowered]
        return _compile_labels(tuple(near)).finditer(lowered)

    @cached_property
    def _small_labels(self) -> tuple[tuple[str, str, str], ...]:
        """(kind, label, its first word) in small letters: to ignore case takes four times as long."""
        kinds = {"date": self.updated, "source": self.source, "editor": self.editor, "by": self._by_words}
        small = ((kind, _bare(label)) for kind, labels in kinds.items() for label in labels)
        return tuple((kind, label, label.split()[0]) for kind, label in small if label)

    @cached_property
    def by_start(self) -> re.Pattern[str]:
        """The beginning of a By line."""
        return _compile(_any_of(self._by_words))

    def is_label_alone(self, text: str) -> bool:
        """True for a label alone on its line, perhaps with a word before it, and a preposition behind."""
        return len(text) <= _LONGEST_LABEL and self._label_alone.match(text) is not None

    @cached_property
    def _label_alone(self) -> re.Pattern[str]:
        return _compile(rf"^\W{{0,3}}(?:[^\W\d_]+\s+)?{_any_of(self._labels)}s?(?:\s+(?:on|at))?\s*[:：]?$")

    @cached_property
    def has_forms(self) -> bool:
        """Whether a line may be information without a label: a By line of a form of its own, a bare day."""
        return bool(self.by_forms) or not self.updated

    @property
    def _labels(self) -> tuple[str, ...]:
        return (*self.updated, *self.source, *self.editor, *self._by_words)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Of all words, once: what is remembered of lines is remembered by it."""
        return hash(tuple(getattr(self, each.name) for each in fields(self)))

    @cached_property
    def _phrases(self) -> dict[str, tuple[_Phrase, ...]]:
        """The furniture by its first word, the longest first: the common list, and the site's own."""
        found: dict[str, set[_Phrase]] = {}
        for entry in (*read_common(), *self.furniture):
            if words := _PIECE.findall(entry.lower()):
                found.setdefault(words[0], set()).add(_Phrase(tuple(words), entry.rstrip()[-1]))
        # Of the same words first those that something may follow.
        return {
            first: tuple(sorted(each, key=lambda one: (-len(one.words), one.kind not in _OPEN, one)))
            for first, each in found.items()
        }

    def is_furniture(self, text: str) -> bool:
        """True for a line of the page's furniture: words of the list, one behind the other, numbers and marks."""
        return len(text) <= _LONGEST_FURNITURE and self._read_furniture(text)

    @cached_property
    def _read_furniture(self) -> Callable[[str], bool]:
        """Reads a line; remembered, as the pages of a site share their menus, and a line is asked for often."""
        return lru_cache(maxsize=1024)(self._is_furniture)

    def __getstate__(self) -> dict[str, object]:
        """What lines are is not sent to other processes, nor the hash, which differs there."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_read_furniture", "_hash")}

    def _is_furniture(self, text: str) -> bool:
        lowered = text.lower()
        first = _PIECE.search(lowered)
        if first is None or (first[0] not in self._phrases and not _is_neutral(first[0])):
            # As nearly every line of text.
            return False
        pieces = list(_PIECE.finditer(lowered))
        at, known = 0, False
        while at < len(pieces):
            phrase = next((one for one in self._phrases.get(pieces[at][0], ()) if one.stands(pieces, at)), None)
            if phrase is None:
                if not _is_neutral(pieces[at][0]):
                    return False
                at += 1
                continue
            known = True
            at += len(phrase.words)
            behind = text[pieces[at - 1].end() :].lstrip(" )）]】")
            if phrase.kind == "*" or (phrase.kind in _OPEN and behind[:1] in (":", "：")):
                return not is_end_of_sentence(behind)
        return known

    def is_interruption(self, text: str) -> bool:
        """True for a line that is furniture even amid a text: `Advertisement`."""
        return len(text) <= _LONGEST_INTERRUPTION and text.lower().strip(" -–—·|[]()【】：:") in self._interruptions

    @cached_property
    def _interruptions(self) -> frozenset[str]:
        return frozenset(entry[:-1].rstrip().lower() for entry in read_common() if entry.endswith(_AMID))

    @cached_property
    def pager_tokens(self) -> frozenset[str]:
        """The words of the site's pagers and totals, one by one, in lower case."""
        return frozenset(_TOKEN.findall(" ".join((*self.pager, *self.total)).lower()))

    @cached_property
    def total_text(self) -> re.Pattern[str]:
        """The number of a list's items before or behind the site's words for it."""
        words = _any_of(self.total)
        return _compile(rf"(?<!\w){words}\s*[:：]?\s*(\d{{1,7}})(?!\d)|(?<!\d)(\d{{1,7}})\s*{words}(?!\w)")

    @cached_property
    def crumb(self) -> re.Pattern[str]:
        """A breadcrumb on one line; `rest` is what follows its root."""
        return _compile(rf"(?:^|[\s:：]){_any_of(self.home)}\s*{DIVIDERS}\s*(?P<rest>.+)$")

    @cached_property
    def other_crumb(self) -> re.Pattern[str]:
        """A line that is a breadcrumb only where its last part is the label of a section: `Home / News`."""
        return _compile(rf"^{_any_of(self.home)}\s*(?:/|\||::|\\|·|-)\s*(?P<rest>.+)$")

    @cached_property
    def home_alone(self) -> re.Pattern[str]:
        """A breadcrumb's root alone on its line."""
        return _compile(rf"^{_any_of(self.home)}\s*{DIVIDERS}?$")

    @cached_property
    def list_crumb(self) -> re.Pattern[str]:
        """The beginning of a breadcrumb on a list page."""
        return _compile(rf"(?:^|\s){_any_of(self.home)}\s*(?:>|›|»)")

    @property
    def _by_words(self) -> tuple[str, ...]:
        return tuple(word for word in self.by if "{" not in word)


def _compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | flags)


def _bare(word: str) -> str:
    """A label without its colon, in lower case."""
    return word.strip().rstrip(":： ").lower()


def _list_sought(words: Iterable[str]) -> tuple[str, ...]:
    """The labels in lower case; where one stands in others, as `By` in `Written by`, these need not be looked for."""
    bare = {_bare(word) for word in words}
    return tuple(one for one in sorted(bare) if not any(other in one for other in bare - {one}))


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first; one that matches nothing where there is none."""
    escaped = [_escape(word.strip().rstrip(":： ")) for word in sorted(words, key=len, reverse=True) if word.strip()]
    return f"(?:{'|'.join(escaped)})" if escaped else "(?!)"


@lru_cache(maxsize=256)
def _compile_labels(labels: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """Finds these of a site's labels, as (kind, label): most texts have the words of one alone."""
    kinds = {kind: [label for own, label in labels if own == kind] for kind, _ in labels}
    named = (f"(?P<{kind}>{_any_of(own)}{'s?' if kind == 'editor' else ''})" for kind, own in kinds.items())
    return re.compile(rf"(?:{'|'.join(named) or '(?!)'})(?![^\W\d_\u3400-\u9fff])")


@lru_cache(maxsize=1)
def read_common() -> tuple[str, ...]:
    """The furniture that pages of many sites have, from `furniture.txt`."""
    lines = Path(__file__).with_name("furniture.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def is_end_of_sentence(text: str) -> bool:
    """True for the rest of a line that ends as a sentence does, or holds the end of one."""
    if _STOPS.isdisjoint(text):
        return False
    return bool(_NEXT_SENTENCE.search(text) or _LAST_SENTENCE.search(text, max(0, len(text) - _END)))


def _is_neutral(piece: str) -> bool:
    return len(piece) == 1 or piece.isdecimal() or piece in _NEUTRAL


def _escape(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _compile_form(form: str) -> re.Pattern[str]:
    parts = re.split(r"(\{author\}|\{source\}|\s+|[()（）])", form.strip())
    names = {"{author}": rf"(?P<author>{_IN_BRACKETS}{{1,80}}?)", "{source}": rf"(?P<source>{_IN_BRACKETS}{{1,120}}?)"}
    marks = {"(": r"\s*[(（]\s*", "（": r"\s*[(（]\s*", ")": r"\s*[)）]\s*", "）": r"\s*[)）]\s*"}
    made = (names.get(part) or marks.get(part) or (r"\s*" if part.isspace() else re.escape(part)) for part in parts)
    return _compile(f"^{''.join(made)}$")
