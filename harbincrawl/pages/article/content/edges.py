"""The edges of an article's text within its element, and what interrupts it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, is_within, shared_depth
from harbincrawl.pages.roles import Reason, Roles

from .container import Container
from .furniture import heads_remarks, is_chrome, is_drawing, is_notice, is_page_count, is_sentence, opens_larger
from .pictures import split_credit

_SCAN = re.compile(r"\bscan\b|\bqr code|二维码|扫[一描码]", re.IGNORECASE)
_LEAD = 3
"""Words before a link that say no more than to read it, too; more of them end in a colon."""
_LONGEST_BESIDE = 60
"""Characters of a line that is furniture because it stands among furniture."""
_MAX_BESIDE = 3
"""Such lines in a row."""


def find_edges(page: SitePage, start: int, stop: int, container: Container | None) -> tuple[int, int]:
    """Index of the text's first line and index behind its last, between `start` and `stop`."""
    lines = page.lines
    end, last = stop, start
    if container is not None:
        inside = [at for at in range(start, stop) if container.holds(lines[at])]
        last = container.last + 1
        end = _take_pictures(page, inside[-1] + 1 if inside else stop, stop, container)
    end = next((at for at in range(last, end) if _ends_text(lines[at].text)), end)
    end -= _count_furniture(page, _list_from_end(page, start, end, container))
    if start < end - 1 and _heads_links(lines, end - 1):
        end -= 1
    begin = start + _count_furniture(page, (range(at, at + 1) for at in range(start, end)), is_head=True)
    while container and begin < end and lines[begin].is_link and not container.holds(lines[begin]):
        begin += 1
    if begin < end or container is not None:
        return begin, end
    # Short lines alone, among furniture: what is no tool is the text.
    shown = [at for at in range(start, stop) if not _is_tool(page, at)]
    return (shown[0], shown[-1] + 1) if shown else (begin, end)


def _ends_text(text: str) -> bool:
    return is_notice(text) or heads_remarks(text)


def _take_pictures(page: SitePage, end: int, stop: int, container: Container) -> int:
    """`end`, or behind the pictures that follow it in elements of their own, with captions that have a credit.

    They stand with the text: closer than the text with what is above it.
    """
    lines = page.lines
    heads = (line.path for line in reversed(lines[: container.first]) if not line.images)
    above = next(heads, ())
    while end < stop:
        line = lines[end]
        is_picture = bool(line.images) and not is_chrome(line, page)
        is_near = shared_depth(line.path, container.path) >= shared_depth(above, container.path)
        shown = lines[end - 1]
        # A line that stands with the picture above it more closely than that one with the text.
        is_own = bool(line.text and shown.images) and not line.links
        is_own = is_own and shared_depth(line.path, shown.path) > shared_depth(shown.path, container.path)
        if not (is_picture and is_near) and not is_own and not line.text.rstrip(" .。").endswith(("]", "］")):
            break
        end += 1
    return end


def _list_from_end(page: SitePage, start: int, end: int, container: Container | None) -> Iterator[range]:
    """The lines of the text from its end on; those of one element within the text's together."""
    lines = page.lines
    while end > start:
        first = end - 1
        if container is not None and container.holds(lines[first]) and first > container.first:
            # Where the text's element holds others of its kind, those count that do not hold the first sentence.
            depth = max(len(container.path), shared_depth(lines[first].path, lines[container.first].path)) + 1
            own = lines[first].path[:depth]
            while len(own) == depth and first - 1 > container.first and is_within(lines[first - 1].path, own):
                first -= 1
        yield range(first, end)
        end = first


def _count_furniture(page: SitePage, groups: Iterable[range], *, is_head: bool = False) -> int:
    """How many of these lines, from the first group on, are furniture or short lines among it."""
    count = passed = beside = 0
    for group in groups:
        passed += len(group)
        if is_head and _heads_text(page.lines, group[0]):
            break
        if all(_is_tool(page, at) for at in group) or _is_furniture_element(page, group):
            count, beside = passed, 0
            continue
        beside += len(group)
        if beside > _MAX_BESIDE or not all(is_beside(page.lines[at]) for at in group):
            break
    return count


def _heads_text(lines: Sequence[Line], at: int) -> bool:
    """True for an emphasized line right above a sentence: the text begins with a heading of its own."""
    line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else None
    return line.emphasis and not line.links and below is not None and is_sentence(below.text)


def _heads_links(lines: Sequence[Line], at: int) -> bool:
    """True for a short emphasized line right above a link: no text ends in a heading."""
    return lines[at].emphasis and is_beside(lines[at]) and at + 1 < len(lines) and lines[at + 1].is_link


def _is_furniture_element(page: SitePage, group: range) -> bool:
    """True for an element of several lines half of which are tools, or that is a form or headed by furniture.

    In these two a sentence is a question or a notice; elsewhere it is text, as pictures are.
    """
    lines = page.lines
    tools = [at for at in group if _is_tool(page, at) or _leads_within(lines[at], page)]
    others = [lines[at] for at in group if at not in tools]
    is_form = any(lines[at].control for at in group) or (
        is_chrome(lines[group[0]], page) and not lines[group[0]].images
    )
    is_content = any(
        split_credit(line.text)
        or (not is_form and is_sentence(line.text))
        or any(not picture.href and not is_drawing(picture) for picture in line.images)
        for line in others
    )
    return len(group) > 1 and bool(tools) and not is_content and (is_form or len(tools) >= len(others))


def _leads_within(line: Line, page: SitePage) -> bool:
    """True for a line that is wholly a link to a page of the site; an address in a text leads off it."""
    return line.is_link and any(page.lead(link)[0] is not None for link in line.links)


def give_roles_amid(roles: Roles, start: int, end: int, boxes: Mapping[int, Reason], page: SitePage) -> None:
    """Gives what interrupts the text between `start` and `end` its role: buttons, and teasers of other articles.

    `boxes` are lines of these, see `find_boxes`. Nothing else within a text is furniture: each of its other lines is a
    paragraph.
    """
    lines, whole, words = roles.lines, roles.whole, page.site.words
    for at in range(start, end):
        line = lines[at]
        if whole[at] is not Reason.NONE:
            continue
        if at in boxes:
            whole[at] = boxes[at]
        elif line.images:
            # The buttons of a template are not among the lines that are left by its layout.
            is_own = bool(page.document.furniture) and all(map(opens_larger, line.images))
            whole[at] = Reason.BUTTON if is_chrome(line, page) and not is_own else whole[at]
        elif words.is_interruption(line.text) or is_page_count(line.text):
            whole[at] = Reason.TOOL
        elif _leads_on(line, page):
            whole[at] = Reason.BOX_ITEM


def find_boxes(lines: Sequence[Line], places: Iterable[int], depth: int, items: frozenset[int]) -> dict[int, Reason]:
    """The lines of elements that hold teasers of other articles and nothing else, each with what it is.

    They are elements within that of the text, which is of this depth; `items` are the lines that are wholly a link to
    an article, with their thumbnails.
    """
    found: dict[int, Reason] = {}
    for path, group in groupby(places, key=lambda at: lines[at].path[: depth + 1]):
        own = list(group)
        if items.isdisjoint(own) or len(path) <= depth:
            continue
        others = [at for at in own if at not in items]
        teasers = [at for at in others if lines[at].text and at - 1 in items]
        # Besides, a thumbnail above its link, and a heading above all.
        thumbnails = [at for at in others if lines[at].images and at + 1 in items]
        is_headed = others[:1] == own[:1] and is_beside(lines[own[0]])
        if len(own) > 1 and len(others) == len(teasers) + len(thumbnails) + is_headed:
            found.update(dict.fromkeys(own, Reason.BOX_ITEM))
            found.update(dict.fromkeys(teasers, Reason.BOX_TEASER))
            if is_headed:
                found[own[0]] = Reason.BOX_HEADING
        else:
            found.update(find_boxes(lines, own, depth + 1, items))
    return found


def _leads_on(line: Line, page: SitePage) -> bool:
    """True for a line that is a link to an article behind a few words: `Read also: …`."""
    if len(line.links) != 1 or not line.text.endswith(line.links[0].text) or page.article(line.links[0]) is None:
        return False
    return line.rest.endswith((":", "：")) if len(line.rest.split()) > _LEAD else bool(line.rest)


def _is_tool(page: SitePage, at: int) -> bool:
    line = page.lines[at]
    if (line.text and not any(map(str.isalnum, line.text))) or is_chrome(line, page):
        return True
    # A picture beside the words to scan it.
    beside = (page.lines[near].text for near in (at - 1, at + 1) if 0 <= near < len(page.lines))
    is_code = bool(line.images) and any(len(text) <= _LONGEST_BESIDE and _SCAN.search(text) for text in beside)
    return is_code or page.site.words.heads_notice(line.text)


def is_beside(line: Line) -> bool:
    """True for a short line that is no sentence and no caption."""
    return (
        bool(line.text)
        and len(line.text) <= _LONGEST_BESIDE
        and not line.text.endswith(("]", "］"))
        and not is_sentence(line.text)
    )
