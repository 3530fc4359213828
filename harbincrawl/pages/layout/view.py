"""A page beside the layout of its template: which of its lines other pages have, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, Protocol

from harbincrawl.pages.html.line import Line, begins_with_title, is_headed, is_linked_title, is_within

from .keys import find_place, hash_drawing, hash_picture, hash_place, hash_words, make_keys, write_pictures
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
                # A rarer one says nothing of where texts end.
                is_stopped = mark.key in self.layout.stops or (is_stopped and not mark.share.is_usual)
            elif is_stopped and self.places[at] not in self.layout.paragraphs:
                yield at


class Template:
    """A layout that is ready to be compared with pages."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.digest = layout.digest
        self._known: dict[tuple[str, str, int], Mark] = {}
        self._formed = frozenset(map(find_place, layout.forms))
        """Places of lines that differ; with the empty one where some are meant wherever they stand."""

    def look_at(self, lines: Sequence[Line]) -> View:
        """The page of these lines."""
        marks: list[Mark | None] = []
        places = []
        for line in lines:
            place = hash_place(line.place)
            # What its links are counts, too: lines that differ in nothing else have as many.
            key = place, line.text or write_pictures(line), len(line.links)
            mark = self._known.get(key)
            if mark is None and (mark := self._make_mark(line, place)):
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[key] = mark
            marks.append(mark)
            places.append(place)
        inside = [*self._list_inside(lines, marks)]
        self._unmark_teasers(lines, marks)
        _mark_amid(lines, marks)
        return View(self.layout, marks, places, inside)

    def _list_inside(self, lines: Sequence[Line], marks: Sequence[Mark | None]) -> Iterator[bool]:
        """Of each line whether it stands in the element of the text and in no box there."""
        boxes = [self._find_box(line) for line in lines]
        leading = (box for line, mark, box in zip(lines, marks, boxes, strict=True) if box and leads_box(line, mark))
        boxed, is_behind = set(leading), False
        for line, box in zip(lines, boxes, strict=True):
            # What stands right behind a linked title, in an element like its own, is its teaser.
            is_boxed = box is not None and (box in boxed or is_behind)
            yield is_within(line.place, self.layout.text) and not is_boxed
            is_behind = box in boxed and is_linked_title(line)

    def _unmark_teasers(self, lines: Sequence[Line], marks: list[Mark | None]) -> None:
        """Lets a line stand that is the teaser of a box on other pages, and has no linked title above it here."""
        for at, mark in enumerate(marks):
            if mark and mark.key in self.layout.teasers and not is_headed(lines, at):
                marks[at] = None

    def _find_box(self, line: Line) -> tuple[int, ...] | None:
        """The path of the element at a place of boxes that holds the line."""
        boxes, depth = self.layout.boxes, len(self.layout.text)
        deeper = range(depth + 1, len(line.place) + 1) if boxes and is_within(line.place, self.layout.text) else ()
        return next((line.path[:at] for at in deeper if hash_place(line.place[:at]) in boxes), None)

    def _make_mark(self, line: Line, place: str) -> Mark | None:
        """Why a line is furniture: the surest reason."""
        if not line.text:
            return self._find_picture_mark(line, place) if line.images else None
        lines, forms = self.layout.lines, self.layout.forms
        words = hash_words(line)
        share = lines.get(own := place + words)
        if share and share.is_sure:
            return Mark(share, "line", own, True)
        if place in self._formed or "" in self._formed:
            keys = make_keys(line, place, words)
            # A paragraph may be of the form of what stands elsewhere: `Phone: 12`.
            loose = () if place in self.layout.paragraphs else keys.loose
            for key in chain(keys.forms, keys.ends, (keys.numbers,) if keys.numbers else (), loose):
                if of_form := forms.get(key):
                    return Mark(of_form, "form", key, True)
        if of_words := lines.get(words):
            return Mark(of_words, "words", words, True)
        return Mark(share, "line", own, False) if share else None

    def _find_picture_mark(self, line: Line, place: str) -> Mark | None:
        layout = self.layout
        if (share := layout.lines.get(own := place + hash_words(line))) and share.is_sure:
            return Mark(share, "line", own, True)
        keys = [hash_picture(image) for image in line.images]
        found = [known for key in keys if (known := layout.pictures.get(key))]
        if len(found) == len(keys):
            return Mark(min(found), "picture", keys[0], True)
        if len(keys) == 1 and (of_form := layout.forms.get(form := hash_drawing(line.images[0], place))):
            return Mark(of_form, "form", form, True)
        return Mark(share, "line", own, False) if share else None


def leads_box(line: Line, mark: Mark | None) -> bool:
    """True for a linked title, and for a link that other pages have, too: `Learn more`, `Read also: TITLE`."""
    return begins_with_title(line) or (mark is not None and len(line.links) == 1)


class Layouts(Protocol):
    """Who knows the layouts of a site's templates."""

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame; None where none is known."""


def _mark_amid(lines: Sequence[Line], marks: list[Mark | None]) -> None:
    """Marks a link between two lines of furniture: on its own page an article has another one in its place."""
    for at in range(1, len(lines) - 1):
        # An address is a line of the text.
        if not lines[at].is_link or lines[at].links[0].href.endswith(lines[at].text):
            continue
        before, own, behind = marks[at - 1 : at + 2]
        if not (own and own.is_sure) and before and behind and before.is_sure and behind.is_sure:
            marks[at] = before
