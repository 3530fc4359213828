"""The lines of pagers: those with links to other pages, and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.sites.words import Words

from .links import OwnPages, PageLink, is_button
from .tokens import is_label, is_number, is_step, may_be_pager, read_count, read_tokens

_LONGEST_PART = 80
"""Characters of the title of a part, in a pager that names them."""
_ARROWS = frozenset("←→")
"""Keys, in a line that says that they turn pages."""
_MOST_OTHERS = 4
"""Lines without a link to a page in the container that is the pager's own."""


@dataclass(slots=True)
class Run:
    """Neighbouring lines of one pager."""

    start: int
    end: int
    """Index behind its last line."""
    links: list[PageLink] = field(default_factory=list)


def find_runs(lines: Sequence[Line], pages: OwnPages, words: Words, anchors: dict[int, list[PageLink]]) -> list[Run]:
    """The pagers around the lines `anchors`, each with what else belongs to it."""
    runs: list[Run] = []
    for at, links in anchors.items():
        last = runs[-1] if runs else None
        if last and all(_is_between(lines[between], words) for between in range(last.end, at)):
            last.end = at + 1
            last.links += links
        else:
            runs.append(Run(at, at + 1, list(links)))
    before = 0
    for number, run in enumerate(runs):
        after = runs[number + 1].start if number + 1 < len(runs) else len(lines)
        _grow(run, lines, before, after, pages, words)
        before = run.end
    return runs


def _is_between(line: Line, words: Words) -> bool:
    if line.images and not all(map(is_button, line.images)):
        return False
    return not line.text or may_be_pager(line.text, words)


def _grow(run: Run, lines: Sequence[Line], before: int, after: int, pages: OwnPages, words: Words) -> None:
    """Takes the lines around that are the pager's: all of its own container, else what can be nothing else."""
    first, last = lines[run.start].path, lines[run.end - 1].path
    container = first[: shared_depth(first, last)]
    start, end = run.start, run.end
    limit = run.end - run.start + 2 * _MOST_OTHERS
    while start > before and end - start <= limit and _is_part(lines[start - 1], container):
        start -= 1
    while end < after and end - start <= limit and _is_part(lines[end], container):
        end += 1
    apart = (start == before or not _begins(lines[start - 1].path, container)) and (
        end == after or not _begins(lines[end].path, container)
    )
    # A line alone in its block has no neighbours there, and a page without blocks has no containers.
    if container and apart and (end - start) - (run.end - run.start) <= _MOST_OTHERS:
        run.start, run.end = start, end
    if len(container) > 1 and run.start > before and _heads(lines, run, container[:-1], after):
        run.start -= 1
    top = max((link.page for link in run.links), default=pages.own.page)
    near = min(len(first), len(container) + 1) - 2
    while run.start > before and _fits(lines[run.start - 1], first, near, pages, top, words):
        run.start -= 1
    while run.end < after and _fits(lines[run.end], last, near, pages, top, words):
        run.end += 1


def _heads(lines: Sequence[Line], run: Run, container: tuple[int, ...], after: int) -> bool:
    """True where the line above a run is its heading, and nothing else stands with both in their container."""
    line = lines[run.start - 1]
    is_heading = (line.emphasis or line.heading) and not line.links and line.path[: len(container)] == container
    if not is_heading or not _is_part(line, container):
        return False
    is_first = run.start < 2 or not _begins(lines[run.start - 2].path, container)
    return is_first and (run.end == after == len(lines) or not _begins(lines[run.end].path, container))


def _is_part(line: Line, container: tuple[int, ...]) -> bool:
    short = len(line.text) <= _LONGEST_PART and line.text[-1:] not in '.!?。！？”"'
    return short and not line.images and _begins(line.path, container)


def _begins(path: tuple[int, ...], container: tuple[int, ...]) -> bool:
    return path[: len(container)] == container


def _fits(line: Line, beside: tuple[int, ...], near: int, pages: OwnPages, top: int, words: Words) -> bool:
    """True for a line right before or behind a pager that belongs to it, by its own words and not by its place alone.

    The last row of a table may be a number, too: only the page's own number and the count of pages count.
    """
    if not line.text:
        pictures = list(pages.pictures(line))
        return bool(line.options) or (bool(pictures) and all(map(is_button, line.images)))
    if shared_depth(line.path, beside) < near:
        return False
    in_block = line.path == beside
    if in_block and not line.links and len(line.text) <= _LONGEST_PART // 3 and line.text[-1] in ":：":
        # `Go to page:` and a break; in a block of its own such a line may be the text's.
        return True
    if is_label(line.text) or (not line.links and set(line.text) >= _ARROWS):
        return True
    if not may_be_pager(line.text, words):
        return False
    tokens = read_tokens(line.text)
    if not tokens:
        return in_block and line.text != "."
    numbers = [int(token) for token in tokens if is_number(token)]
    if any(is_step(token, words) for token in tokens) or "页" in line.text or "page" in tokens:
        return True
    count = read_count(line.text, pages.own.page)
    return numbers == [pages.own.page] or (count is not None and count >= top) or _is_range(numbers, pages.own.page)


def _is_range(numbers: Sequence[int], page: int) -> bool:
    """True for the numbers of neighbouring pages, the page's own among them."""
    return len(numbers) > 1 and page in numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
