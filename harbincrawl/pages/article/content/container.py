"""The element that holds an article's text: the deepest one with most of the letters of the sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, is_within, shared_depth

from .furniture import heads_remarks, is_chrome, is_notice, is_sentence
from .pictures import split_credit

Path = tuple[int, ...]
_MIN_SHARE = 0.6
"""Part of the letters that an element has to hold for the text to be looked for in it alone."""
_NEAR_HEAD = 5
"""How many times more a letter counts that stands as close to the title as any: a teaser may be longer than a text."""
_PARAGRAPHS = 2
"""Sentences in elements of their own beside an element that holds most letters, which is no text by itself."""
_NEAR_PICTURE = 4
"""Lines between a picture and its caption."""
_TEASER = 3
"""Lines behind a link to an article within which its teaser stands."""


@dataclass(frozen=True, slots=True)
class Container:
    """The element of the text."""

    path: Path
    first: int
    """Index of its first sentence."""
    last: int
    """Index of its last one."""

    def holds(self, line: Line) -> bool:
        """True where `line` stands in it."""
        return is_within(line.path, self.path)


def find_container(page: SitePage, start: int, stop: int, box_links: frozenset[int]) -> Container | None:
    """The element of the text between `start` and `stop`; None where no sentence stands there.

    `box_links` are the lines that are wholly a link to an article: a sentence that stands with one more closely than
    that one with line `start` is its teaser.
    """
    lines = page.lines
    inside = list(list_sentences(page, start, stop, box_links))
    if not inside:
        return None
    head = lines[start - 1].path if start else ()
    nearest = max(shared_depth(lines[at].path, head) for at in inside)
    sizes = {
        at: len(lines[at].text) * (_NEAR_HEAD if shared_depth(lines[at].path, head) == nearest else 1) for at in inside
    }
    depth = 0
    while True:
        parts: Counter[int] = Counter()
        for at in inside:
            if len(lines[at].path) > depth:
                parts[lines[at].path[depth]] += sizes[at]
        part, size = max(parts.items(), key=lambda each: each[1], default=(0, 0))
        held = [at for at in inside if lines[at].path[depth : depth + 1] == (part,)]
        others = (at for at in inside if lines[at].path[depth : depth + 1] != (part,))
        is_alone = len(held) == 1 < len(inside) and not _has_neighbor(lines, held[0], depth + 1)
        beside = sum(len(lines[at].path) <= depth + 1 for at in others)
        # A paragraph of several lines, and another one beside it.
        is_paragraph = beside > 0 and all(len(lines[at].path) == depth + 1 for at in held)
        is_one_of_several = is_alone or is_paragraph or beside >= _PARAGRAPHS
        if not parts or size < _MIN_SHARE * sum(sizes[at] for at in inside) or is_one_of_several:
            break
        inside, depth = held, depth + 1
    if len(inside) == 1:
        # Beside a single paragraph the lines are the text's, too, but for those that stand with the head.
        least = min(depth - 1, shared_depth(lines[inside[0]].path, head) + 1) if start else depth - 1
        while depth > max(0, least) and not _has_neighbor(lines, inside[0], depth):
            depth -= 1
    return Container(lines[inside[0]].path[:depth], inside[0], inside[-1])


def _has_neighbor(lines: Sequence[Line], at: int, depth: int) -> bool:
    """True where the element of this depth around line `at` holds, in one of its own, the words above or below, too.

    A caption and its picture alone are a figure.
    """
    path = lines[at].path[:depth]
    above = next((line.path for line in reversed(lines[max(0, at - _NEAR_PICTURE) : at]) if line.text), ())
    below = next((line.path for line in lines[at + 1 : at + 1 + _NEAR_PICTURE] if line.text), ())
    return any(is_within(other, path) and len(other) > depth for other in (above, below))


def list_sentences(page: SitePage, start: int, stop: int, box_links: frozenset[int]) -> Iterator[int]:
    """The lines that are sentences or captions with a credit, and neither notices nor teasers."""
    lines, words = page.lines, page.site.words
    link, is_found = -_TEASER - 1, False
    for at in range(start, stop):
        line = lines[at]
        if at in box_links:
            link = at
        elif is_found and heads_remarks(line.text):
            # What readers say of the text may be longer than it.
            return
        elif line.text and (is_sentence(line.text) or _is_caption(lines, at)):
            is_teaser = _is_teaser(lines, at, link, start, box_links)
            is_link = bool(line.links) and is_chrome(line, page)
            if not (is_teaser or is_link or is_notice(line.text) or words.heads_notice(line.text)):
                is_found = True
                yield at


def _is_caption(lines: Sequence[Line], at: int) -> bool:
    """True for a line with a credit near a picture."""
    near = lines[max(0, at - _NEAR_PICTURE) : at + _NEAR_PICTURE + 1]
    return split_credit(lines[at].text) is not None and any(line.images for line in near)


def _is_teaser(lines: Sequence[Line], at: int, link: int, start: int, box_links: frozenset[int]) -> bool:
    """True where line `at` stands with the link at `link` more closely than that one with the head of the text.

    Where all stand in one element, a sentence between two links is the teaser of the first.
    """
    if at - link > _TEASER:
        return False
    path = lines[link].path
    shared = shared_depth(path, lines[at].path)
    beside = box_links.intersection((at + 1, at + 2, at - 3)) if at - 1 == link else ()
    if any(shared_depth(lines[near].path, lines[at].path) >= shared for near in beside):
        return True
    others = (near for near in (link - 1, link - 2) if near in box_links and lines[near].text)
    # A column of titles stands together, apart from the text beside it.
    is_column = any(shared_depth(path, lines[near].path) > shared for near in others)
    # Further lines of a teaser stand closer to the link than what is above it, and than the head of the text.
    around = [lines[max(0, start - 1)], *([lines[link - 1]] if at > link + 1 and link else [])]
    return not is_column and all(shared > shared_depth(path, line.path) for line in around)
