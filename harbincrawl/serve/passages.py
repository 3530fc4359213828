"""Which passages of two captured pages differ."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from harbincrawl.archive.articles.revisions import DiffPiece
from harbincrawl.serve.differences import MOST_LOOKS, Difference, find_differences
from harbincrawl.serve.plain import PICTURE, Block, Side, find_places
from harbincrawl.text import clean

_APART = 3
"""Differences with at most as many equal words between them are one passage: a sentence in other words."""
_ALIKE = 0.4
"""Of the words of the shorter text, how many a text that was changed still has; one that has less is another."""
_AROUND = 6
"""Words before and behind a passage that are listed with it."""
_LISTED = 50
"""Passages."""
_LONGEST = 600
"""Characters of a piece of a passage in the list."""


class Comparison(NamedTuple):
    """What differs between two pages."""

    differences: list[Difference]
    """Counted in words from the beginning of each page."""
    total: int
    """How many passages they are."""
    passages: list[list[DiffPiece]]
    """The first of them, with some words around each."""
    is_rough: bool
    """Whether there was too much to compare all of it: the rest is taken to differ as a whole."""

    def marked(self, side: Side) -> list[tuple[int, int]]:
        """Words `begin` to `end` of a page that the other one does not have."""
        spans = (each[:2] if side == "old" else each[2:] for each in self.differences)
        return [(begin, end) for begin, end in spans if begin < end]

    def words(self, side: Side) -> int:
        """How many words, signs and pictures of a page the other one does not have."""
        return sum(end - begin for begin, end in self.marked(side))


def compare_pages(old: Sequence[Block], new: Sequence[Block]) -> Comparison:
    """What differs in the words and pictures of two pages: first by block, then by word in what differs."""
    before, after = _Words(old), _Words(new)
    looks = [MOST_LOOKS]
    differences = []
    for part in find_differences(before.lines, after.lines, looks):
        begin, end = before.begins[part.begin], before.begins[part.end]
        new_begin, new_end = after.begins[part.new_begin], after.begins[part.new_end]
        found = find_differences(before.texts[begin:end], after.texts[new_begin:new_end], looks)
        rows, columns = end - begin, new_end - new_begin
        if rows - sum(each.end - each.begin for each in found) < _ALIKE * min(rows, columns):
            # Written anew: what it has in common by chance would leave crumbs.
            found = [Difference(0, rows, 0, columns)]
        for each in found:
            shifted = (begin + each.begin, begin + each.end, new_begin + each.new_begin, new_begin + each.new_end)
            differences.append(Difference(*shifted))
    groups = list(_group(differences))
    passages = [list(_write_passage(group, before, after)) for group in groups[:_LISTED]]
    return Comparison(differences, len(groups), passages, looks[0] < 0)


class _Words:
    """The words of a page by their number."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self.texts = [word for block in blocks for word in block.words]
        self.lines = [" ".join(block.words) for block in blocks]
        self.begins = [0, *accumulate(len(block.words) for block in blocks)]
        """Number of the first word of each block."""
        self._found: tuple[int, list[tuple[int, int]]] = (-1, [])

    def write(self, begin: int, end: int) -> str:
        """Words `begin` to `end` as the page has them, each block on a line of its own; a long text is cut."""
        lines: list[str] = []
        length = 0
        number = bisect_right(self.begins, begin) - 1
        while begin < end and length <= _LONGEST:
            first, last = self.begins[number : number + 2]
            text, places = self._blocks[number].text, self._find_places(number)
            piece = text[places[begin - first][0] : places[min(end, last) - first - 1][1]]
            lines.append(" ".join(piece[: 2 * _LONGEST].split()))
            length += len(lines[-1])
            begin, number = last, number + 1
        text = clean("\n".join(lines)).replace(PICTURE, "[picture]")
        return f"{text[:_LONGEST]} …" if len(text) > _LONGEST or begin < end else text

    def _find_places(self, number: int) -> list[tuple[int, int]]:
        # A page may be one block of a million words, and have many passages.
        if self._found[0] != number:
            self._found = number, find_places(self._blocks[number].text)
        return self._found[1]

    def write_before(self, begin: int) -> str:
        """Some words of the same block before the word `begin`."""
        block = self.begins[bisect_right(self.begins, begin, 0, len(self._blocks)) - 1]
        return self.write(max(block, begin - _AROUND), begin)

    def write_behind(self, end: int) -> str:
        """Some words of the same block from the word `end` on."""
        block = self.begins[bisect_left(self.begins, end)]
        return self.write(end, min(block, end + _AROUND))


def _group(differences: Sequence[Difference]) -> Iterator[list[Difference]]:
    group: list[Difference] = []
    for each in differences:
        if group and each.begin - group[-1].end > _APART:
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _write_passage(group: Sequence[Difference], old: _Words, new: _Words) -> Iterator[DiffPiece]:
    first, last = group[0], group[-1]
    is_new = any(each.new_begin < each.new_end for each in group)
    words, begin, end = (new, first.new_begin, last.new_end) if is_new else (old, first.begin, last.end)
    if before := words.write_before(begin):
        yield DiffPiece("same", f"… {before} ")
    for at, each in enumerate(group):
        if at:
            yield DiffPiece("same", f" {old.write(group[at - 1].end, each.begin)} ")
        if each.begin < each.end:
            yield DiffPiece("removed", old.write(each.begin, each.end))
        if each.begin < each.end and each.new_begin < each.new_end:
            yield DiffPiece(
                "same", "\n" if each.end - each.begin + each.new_end - each.new_begin > _APART * _AROUND else " "
            )
        if each.new_begin < each.new_end:
            yield DiffPiece("added", new.write(each.new_begin, each.new_end))
    if behind := words.write_behind(end):
        yield DiffPiece("same", f" {behind} …")
