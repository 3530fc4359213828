"""The words that a site's pages print around a text, and the patterns that find them in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

DIVIDERS = "(?:>|›|»|→|≫|＞)"
"""What stands between the parts of a breadcrumb."""
_TOKEN = re.compile(r"[^\W\d_]+")
_IN_BRACKETS = r"[^()（）]"


@dataclass(frozen=True)
class Words:
    """What the pages print, in the words of the site file; case does not matter.

    An item of `by` is a word (`By`: an author and a source in brackets may follow) or, with `{author}` or `{source}`
    in it, the form of the whole line: `( {source} )`.
    """

    home: tuple[str, ...] = ("Home",)
    updated: tuple[str, ...] = ("Updated",)
    by: tuple[str, ...] = ("By",)
    source: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    pager: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    stand: str = "above"
    """`above`, or `end` where date, By line, source and editor may also stand behind the text."""

    @property
    def may_lack_date(self) -> bool:
        """Whether a source or By line may head a text whose page prints no date."""
        return self.stand == "end" or bool(self.source or self.by_forms) or not self.updated

    @cached_property
    def by_forms(self) -> tuple[re.Pattern[str], ...]:
        """The forms of whole By lines."""
        return tuple(_compile_form(form) for form in self.by if "{" in form)

    @cached_property
    def date_line(self) -> re.Pattern[str]:
        """A line that begins with the date's label; `rest` is what follows."""
        return _compile(rf"^\W{{0,3}}{_any_of(self.updated)}\s*[:：]?\s*(?P<rest>.*)$", re.DOTALL)

    @cached_property
    def by_start(self) -> re.Pattern[str]:
        """The beginning of a By line."""
        return _compile(_any_of(self._by_words))

    @cached_property
    def by_line(self) -> re.Pattern[str]:
        """A whole By line with `author` and `source`."""
        return _compile(
            rf"^{_any_of(self._by_words)}(?!\w)\s*[:：]?\s*(?P<author>{_IN_BRACKETS}*?)"
            rf"\s*[(（]\s*(?P<source>{_IN_BRACKETS}*?)\s*[)）]\s*$"
        )

    @cached_property
    def by_inside(self) -> re.Pattern[str]:
        """A By line at the end of another line."""
        return _compile(
            rf"(?<!\w){_any_of(self._by_words)}(?!\w)\s*[:：]?\s*{_IN_BRACKETS}{{0,80}}[(（]{_IN_BRACKETS}*[)）]\s*$"
        )

    @cached_property
    def by_within(self) -> re.Pattern[str]:
        """The first word of a By line behind other words."""
        return _compile(rf"(?<=[\s|·,，;；]){_any_of(self._by_words)}(?!\w)")

    @cached_property
    def by_name(self) -> re.Pattern[str]:
        """A By line that has an `author` alone."""
        return _compile(
            rf"^{_any_of(self._by_words)}\s*[:：]?\s+(?P<author>[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){{0,5}})$"
            if self.stand == "end"
            else rf"^{_any_of(self._by_words)}\s+(?P<author>[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){{0,5}})$"
        )

    @cached_property
    def source_line(self) -> re.Pattern[str]:
        """A whole line that names the `source`."""
        return _compile(rf"^\W{{0,3}}{_any_of(self.source)}\s*[:：]\s*(?P<source>\S.{{0,119}})$")

    @cached_property
    def editor_line(self) -> re.Pattern[str]:
        """A whole line that names the editor."""
        return _compile(rf"^\W{{0,3}}{_any_of(self.editor)}s?\s*[:：].{{0,80}}$")

    @cached_property
    def label_alone(self) -> re.Pattern[str]:
        """A label alone on its line."""
        labels = (*self.updated, *self.source, *self.editor, *self._by_words)
        return _compile(rf"^\W{{0,3}}{_any_of(labels)}\s*[:：]$")

    @cached_property
    def label_cut(self) -> re.Pattern[str]:
        """The places in a line where a label begins."""
        labels = _any_of((*self.updated, *self.source, *self.editor, *self._by_words))
        return _compile(rf"(?:(?<=^)|(?<=[\s|·,，;；)）\]］】]))(?={labels}s?\s*[:：])")

    @cached_property
    def furniture_line(self) -> re.Pattern[str]:
        """A line of the page's furniture: one of the common list, or of the site's own."""
        return _compile(rf"^[\W_]{{0,3}}(?:{'|'.join(_furniture((*read_common(), *self.furniture)))})[\W_]{{0,3}}$")

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


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first; one that matches nothing where there is none."""
    escaped = [_escape(word.strip().rstrip(":： ")) for word in sorted(words, key=len, reverse=True) if word.strip()]
    return f"(?:{'|'.join(escaped)})" if escaped else "(?!)"


@lru_cache(maxsize=1)
def read_common() -> tuple[str, ...]:
    """The furniture that pages of many sites have, from `furniture.txt`."""
    lines = Path(__file__).with_name("furniture.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _furniture(words: Iterable[str]) -> Iterator[str]:
    """Patterns of whole lines; a word that ends in a colon may have something behind it, as a number or names."""
    for word in sorted(words, key=len, reverse=True):
        bare = word.rstrip(":： ")
        yield _escape(bare) + (r"\s*[:：].{0,60}" if bare != word.rstrip() else "")


def _escape(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _compile_form(form: str) -> re.Pattern[str]:
    parts = re.split(r"(\{author\}|\{source\}|\s+|[()（）])", form.strip())
    names = {"{author}": rf"(?P<author>{_IN_BRACKETS}{{1,80}}?)", "{source}": rf"(?P<source>{_IN_BRACKETS}{{1,120}}?)"}
    marks = {"(": r"\s*[(（]\s*", "（": r"\s*[(（]\s*", ")": r"\s*[)）]\s*", "）": r"\s*[)）]\s*"}
    made = (names.get(part) or marks.get(part) or (r"\s*" if part.isspace() else re.escape(part)) for part in parts)
    return _compile(f"^{''.join(made)}$")
