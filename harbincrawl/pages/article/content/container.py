"""The part of a page that holds the paragraphs, told by its sentences alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, is_within, shared_depth

from .furniture import is_chrome, is_notice, is_sentence
from .pictures import split_credit

Path = tuple[int, ...]
_LOOSE = 3
"""Elements around a first paragraph that may be its own: `tr`, `td`, `p`."""
_TEASER = 3
"""Lines behind a link to an article within which its teaser stands."""


@dataclass(slots=True)
class Container:
    """Sentences that stand together."""

    path: Path
    """What holds them all."""
    first: int
    """Index of the first sentence."""
    last: int
    """Index of the last one."""
    last_path: Path
    head: int
    """How many of the elements around it hold the head of the text, too; it has a cell of its own where more do."""
    apart: bool
    """Furniture stands between it and what is above it."""
    blocks: int = 1
    """Different elements that the sentences stand in."""
    count: int = 0
    """Sentences."""
    weight: int = 0
    """Characters of the sentences."""
    hint: Path | None = None
    """Where the last short line behind a single element stands, if it stands just like that one."""

    def holds(self, line: Line) -> bool:
        """True where `line` stands in it."""
        return is_within(line.path, self.path)

    def take(self, at: int, line: Line, *, apart: bool, alone: bool) -> bool:
        """Takes in a sentence, and grows to hold it; False where it stands elsewhere.

        `apart` says that furniture stands between it and the last one, `alone` that short lines do. A container grows
        while it has a single element, and later by elements just like the last.
        """
        if not self.holds(line):
            depth = shared_depth(self.path, line.path)
            lost = len(self.path) - depth
            alike = lost <= (_LOOSE if self.blocks == 1 else 1) and len(line.path) == len(self.last_path)
            if apart or not (alike or (self.blocks == 1 and lost <= 1) or depth > self.head - (not alone)):
                return False
            self.path = self.path[:depth]
        self.hint = None
        self.blocks += line.path != self.last_path
        self.last, self.last_path = at, line.path
        self.count += 1
        self.weight += len(line.text)
        return True

    def widen(self, path: Path) -> None:
        """Grows by a picture or a caption at `path` of its own cell."""
        depth = shared_depth(self.path, path)
        if depth > self.head:
            self.path = self.path[:depth]

    def lean(self, line: Line) -> None:
        """Grows by short lines, each in an element like that of the only sentence so far: two of them make a rhythm."""
        depth = shared_depth(self.path, line.path)
        lost = len(self.path) - depth
        if self.blocks > 1 or not 0 < lost <= _LOOSE or len(line.path) != len(self.last_path):
            return
        if self.hint is not None and shared_depth(self.hint, line.path) == depth:
            self.path = self.path[:depth]
            self.blocks += 1
        self.hint = line.path


class _Finder:
    """The sentences of a page in containers, as they come."""

    def __init__(self, head: Path | None) -> None:
        self.head = head
        """Where the head of the text stands."""
        self.found: list[Container] = []
        self.apart = False
        """Furniture stands behind the last sentence, or behind the head."""
        self.alone = False
        """Short lines stand behind the last sentence."""
        self.pending: Path | None = None
        """Where the first of the pictures and captions stands that wait for a sentence of their cell."""
        self.shown: list[tuple[int, Path]] = []
        """Index and place of the pictures and captions above the first sentence."""
        self.is_captioned = False
        """One of these is a caption with its credit."""

    def part(self) -> None:
        """Furniture: what follows is no more of the container."""
        self.apart, self.pending = True, None

    def take_picture(self, at: int, line: Line) -> None:
        """A picture or a caption: its cell is that of the sentences around it."""
        if not self.found:
            self.shown.append((at, line.path))
        self.pending = self.pending or line.path
        if self.found and not self.apart:
            self.found[-1].widen(line.path)

    def take_sentence(self, at: int, line: Line) -> None:
        """A sentence, of the last container or of a new one."""
        if not (self.found and self.found[-1].take(at, line, apart=self.apart, alone=self.alone)):
            inside = len(line.path) if self.head is None else shared_depth(line.path, self.head)
            made = Container(line.path, at, at, line.path, inside, self.apart, count=1, weight=len(line.text))
            self.found.append(made)
            if self.pending is not None:
                made.widen(self.pending)
        self.apart, self.alone, self.pending = False, False, None

    def choose(self) -> Container | None:
        """The container with the most text; that of the captions where these stand with the head, and it does not."""
        if not self.found:
            return None
        best = max(self.found, key=lambda each: each.weight)
        if not best.apart or best.count > 1 or self.head is None:
            return best
        if self.is_captioned:
            (first, path), (last, last_path) = self.shown[0], self.shown[-1]
            if (near := shared_depth(path, self.head)) > best.head:
                cell = path[: shared_depth(path, last_path)] if first < last else path[:-1]
                return Container(cell, first, last, last_path, near, apart=False)
        # A notice in a column may be longer than a short text that stands with the head.
        nearer = [each for each in self.found if each.head > best.head]
        return max(nearer, key=lambda each: each.weight, default=best)


def find_container(page: SitePage, start: int, stop: int, box_links: Collection[int]) -> Container | None:
    """The container with the most text between `start` and `stop`; None where no sentence stands there.

    `box_links` are the lines that are wholly a link to an article: a sentence that stands with one more closely than
    that one with line `start` is its teaser.
    """
    lines, words = page.lines, page.site.words
    finder = _Finder(lines[start - 1].path if start else None)
    link = -_TEASER - 1
    for at in range(start, stop):
        line = lines[at]
        if at in box_links:
            finder.part()
            link = at
        elif line.images:
            # No thumbnail, and no button.
            if not _is_thumbnail(lines, at, box_links) and not is_chrome(line, page):
                finder.take_picture(at, line)
        elif not line.text:
            continue
        elif line.links and is_chrome(line, page):
            finder.part()
        elif split_credit(line.text) is not None:
            finder.is_captioned = finder.is_captioned or not finder.found
            finder.take_picture(at, line)
        elif not is_sentence(line.text):
            finder.alone = True
            if words.is_furniture(line.text) or is_notice(line.text):
                finder.part()
            elif finder.found and not finder.apart:
                finder.found[-1].lean(line)
        elif is_notice(line.text) or _is_teaser(lines, at, link, start, box_links) or words.heads_notice(line.text):
            finder.part()
        else:
            finder.take_sentence(at, line)
    best = finder.choose()
    if best and best.count == 1 and best.path:
        near = lines[max(0, best.first - 1) : best.first + 2]
        if not any(best.holds(line) and len(line.path) > len(best.path) for line in near):
            # Of a single paragraph its neighbours are the text's, too; in a page without paragraphs they stand in it.
            best.path = best.path[:-1]
    return best


def _is_thumbnail(lines: Sequence[Line], at: int, box_links: Collection[int]) -> bool:
    """True for a picture that stands no further from a link to an article behind it than from what is above it."""
    if at + 1 not in box_links:
        return False
    above = shared_depth(lines[at].path, lines[at - 1].path) if at else 0
    return shared_depth(lines[at].path, lines[at + 1].path) >= above


def _is_teaser(lines: Sequence[Line], at: int, link: int, start: int, box_links: Collection[int]) -> bool:
    """True where line `at` stands with the link at `link` more closely than that one with the head of the text.

    Where all stand in one element, a sentence between two links is the teaser of the first.
    """
    if at - link > _TEASER:
        return False
    path = lines[link].path
    shared = shared_depth(path, lines[at].path)
    others = (near for near in (link - 1, link - 2) if near in box_links and lines[near].text)
    if any(shared_depth(path, lines[near].path) > shared for near in others):
        # A column of titles stands together, apart from the text beside it.
        return False
    if at == link + 1 and (at + 1 in box_links or at + 2 in box_links or link - 2 in box_links):
        return True
    if shared <= shared_depth(path, lines[max(0, start - 1)].path):
        return False
    # Two sentences in a row that stand so are rather a text beside a side column.
    return not any(
        0 <= near < len(lines) and is_sentence(lines[near].text) and shared_depth(path, lines[near].path) >= shared
        for near in (at - 1, at + 1)
        if near != link
    )
