"""A page beside the layout of its template: which of its lines other pages have, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from harbincrawl.pages.html.line import Line, Place

from .keys import digest, hash_drawing, hash_line, hash_picture, make_keys, write_place
from .layout import Layout, Share

_MOST_KNOWN = 4096
"""Lines of furniture that are remembered: most lines of a page stand on the next one, too."""


class Mark(NamedTuple):
    """Why a line is furniture."""

    share: Share
    how: str
    """`line`, `words` (at another place), `form` or `picture`."""
    key: str
    """What of the layout it is."""
    is_sure: bool
    """False where it is furniture at the edges of a text alone."""


@dataclass(slots=True)
class View:
    """The lines of a page beside a layout."""

    layout: Layout
    marks: list[Mark | None]
    """Of each line what makes it furniture."""
    places: list[str]
    """Of each line the hash of its place."""
    inside: list[bool]
    """Whether each line stands in the element of the text."""

    def is_furniture(self, at: int) -> bool:
        """Whether line `at` is furniture wherever it stands."""
        mark = self.marks[at]
        return mark is not None and mark.is_sure

    @property
    def fit(self) -> float:
        """Part of the page's lines of which the layout says something: furniture, paragraphs, title, what is beside."""
        known = self.layout.titles | self.layout.paragraphs | self.layout.beside
        explained = (mark is not None or place in known for mark, place in zip(self.marks, self.places, strict=True))
        return sum(explained) / max(1, len(self.marks))

    def find_stopped(self, start: int) -> Iterator[int]:
        """The lines of the text's element behind line `start` that stand where pages have hardly any text."""
        is_stopped = False
        for at in range(start, len(self.marks)):
            mark = self.marks[at]
            if not self.inside[at]:
                continue
            if mark is not None and mark.is_sure:
                is_stopped = mark.key in self.layout.stops
            elif is_stopped and self.places[at] not in self.layout.paragraphs:
                yield at


class Template:
    """A layout that is ready to be compared with pages."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.digest = layout.digest
        self._known: dict[tuple[Place, str, int], Mark] = {}
        self._places: dict[Place, tuple[str, str]] = {}

    def look_at(self, lines: Sequence[Line]) -> View:
        """The page of these lines."""
        layout = self.layout
        text, depth = layout.text, len(layout.text)
        marks: list[Mark | None] = []
        places, inside = [], []
        for line in lines:
            place, hashed = self._places.get(line.place) or self._write(line.place)
            marks.append(self._find_mark(line, place))
            places.append(hashed)
            inside.append(line.place[:depth] == text)
        _mark_amid(lines, marks)
        _unmark_repeated(lines, marks)
        return View(layout, marks, places, inside)

    def _write(self, place: Place) -> tuple[str, str]:
        """The place as one string, and its hash."""
        if len(self._places) >= _MOST_KNOWN:
            self._places.clear()
        written = write_place(place)
        found = self._places[place] = written, digest(written)
        return found

    def _find_mark(self, line: Line, place: str) -> Mark | None:
        if line.images:
            return self._find_picture_mark(line, place)
        if not line.text:
            return None
        # What its links are counts, too: lines that differ in nothing else have as many.
        key = line.place, line.text, len(line.links)
        if (known := self._known.get(key)) is not None:
            return known
        mark = self._make_mark(line, place)
        if mark is not None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = mark
        return mark

    def _make_mark(self, line: Line, place: str) -> Mark | None:
        """Why a line of words is furniture: the surest reason."""
        layout = self.layout
        share = layout.lines.get(own := hash_line(line, place))
        if share and share.is_sure:
            return Mark(share, "line", own, True)
        keys = make_keys(line, place)
        for key in chain(keys.forms, keys.ends, (keys.numbers,) if keys.numbers else (), keys.loose):
            if of_form := layout.forms.get(key):
                return Mark(of_form, "form", key, True)
        if keys.words and (of_words := layout.lines.get(keys.words)):
            return Mark(of_words, "words", keys.words, True)
        return Mark(share, "line", own, False) if share else None

    def _find_picture_mark(self, line: Line, place: str) -> Mark | None:
        layout = self.layout
        if (share := layout.lines.get(own := hash_line(line, place))) and share.is_sure:
            return Mark(share, "line", own, True)
        keys = [hash_picture(image) for image in line.images]
        found = [known for key in keys if (known := layout.pictures.get(key))]
        if len(found) == len(keys):
            return Mark(min(found), "picture", keys[0], True)
        if len(keys) == 1 and (of_form := layout.forms.get(form := hash_drawing(line.images[0], place))):
            return Mark(of_form, "form", form, True)
        return Mark(share, "line", own, False) if share else None


def _mark_amid(lines: Sequence[Line], marks: list[Mark | None]) -> None:
    """Marks a link between two lines of furniture: on its own page an article has another one in its place."""
    for at in range(1, len(lines) - 1):
        before, own, behind = marks[at - 1 : at + 2]
        if lines[at].is_link and not (own and own.is_sure) and before and behind and before.is_sure and behind.is_sure:
            marks[at] = before


def _unmark_repeated(lines: Sequence[Line], marks: list[Mark | None]) -> None:
    """Lets lines stand that are furniture for their words alone, where these words stand at their own place, too."""
    loose = [at for at, mark in enumerate(marks) if mark and mark.how == "words"]
    if not loose:
        return
    placed = {lines[at].text for at, mark in enumerate(marks) if mark and mark.how != "words"}
    for at in loose:
        if lines[at].text in placed:
            marks[at] = None
