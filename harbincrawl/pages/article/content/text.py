"""Where an article's text stands: its element, its edges, the box of links behind it, and what interrupts it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from harbincrawl.pages.article.content.furniture import (
    heads_remarks,
    is_chrome,
    is_drawing,
    is_notice,
    is_page_count,
    is_sentence,
    opens_larger,
)
from harbincrawl.pages.article.content.pictures import split_credit
from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, is_within, shared_depth
from harbincrawl.pages.roles import Reason, Roles

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
        beside = sum(len(lines[at].path) <= depth + 1 for at in inside if lines[at].path[depth:] != (part,))
        # A paragraph of several lines, and another one beside it.
        is_paragraph = beside > 0 and all(len(lines[at].path) == depth + 1 for at in held)
        is_alone = len(held) == 1 < len(inside) and not _has_neighbor(lines, held[0], depth + 1)
        is_one_of_several = is_alone or is_paragraph or beside >= _PARAGRAPHS
        if size < _MIN_SHARE * sum(sizes[at] for at in inside) or is_one_of_several:
            break
        inside, depth = held, depth + 1
    if len(inside) == 1:
        # Beside a single paragraph the lines are the text's, too, but for those that stand with the head.
        depth = max(0, min(depth - 1, shared_depth(lines[inside[0]].path, head) + 1) if start else depth - 1)
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
    lines = page.lines
    link, is_found = -_TEASER - 1, False
    for at in range(start, stop):
        line = lines[at]
        if at in box_links:
            link = at
        elif is_found and heads_remarks(line.text):
            # What readers say of the text may be longer than it.
            return
        elif not line.text or not (is_sentence(line.text) or _is_caption(lines, at)):
            continue
        elif not (_is_teaser(lines, at, link, start, box_links) or is_notice(line.text)):
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
    # Further lines of a teaser stand closer to the link than what is above it, and than the head of the text.
    around = [lines[max(0, start - 1)], *([lines[link - 1]] if at > link + 1 and link else [])]
    return all(shared > shared_depth(path, line.path) for line in around)


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
    begin = start + _count_furniture(page, (range(at, at + 1) for at in range(start, end)))
    if begin < end or container is not None:
        return begin, end
    # Short lines alone, among furniture: what is no tool is the text.
    shown = [at for at in range(start, stop) if not _is_tool(page, at)]
    return (shown[0], shown[-1] + 1) if shown else (begin, end)


def _ends_text(text: str) -> bool:
    return is_notice(text) or heads_remarks(text)


def _take_pictures(page: SitePage, end: int, stop: int, container: Container) -> int:
    """`end`, or behind the pictures that follow it in elements of their own, with what stands beside each.

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
        if not (is_picture and is_near) and not is_own:
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


def _count_furniture(page: SitePage, groups: Iterable[range]) -> int:
    """How many of these lines, from the first group on, are furniture or short lines among it."""
    count = passed = beside = 0
    for group in groups:
        passed += len(group)
        if all(_is_tool(page, at) for at in group) or _is_furniture_element(page, group):
            count, beside = passed, 0
            continue
        beside += len(group)
        if beside > _MAX_BESIDE or not all(is_beside(page.lines[at]) for at in group):
            break
    return count


def _is_furniture_element(page: SitePage, group: range) -> bool:
    """True for an element of several lines half of which are tools, and none of which is text or a picture."""
    others = [page.lines[at] for at in group if not _is_tool(page, at)] if len(group) > 1 else []
    return 0 < 2 * len(others) <= len(group) and not any(
        split_credit(line.text)
        or is_sentence(line.text)
        or any(not picture.href and not is_drawing(picture) for picture in line.images)
        for line in others
    )


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
        # Besides, a heading above all.
        is_headed = others[:1] == own[:1] and is_beside(lines[own[0]])
        if len(own) > 1 and len(others) == len(teasers) + is_headed:
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
    if not line.rest:
        # The link holds them, too.
        lead, colon, _ = line.text.replace("：", ": ").partition(": ")
        return bool(colon) and len(lead.split()) <= _LEAD
    return len(line.rest.split()) <= _LEAD or line.rest.endswith((":", "："))


def _is_tool(page: SitePage, at: int) -> bool:
    line = page.lines[at]
    if (line.text and not any(map(str.isalnum, line.text))) or is_chrome(line, page):
        return True
    # A picture beside the words to scan it.
    beside = (page.lines[near].text for near in (at - 1, at + 1) if 0 <= near < len(page.lines))
    return bool(line.images) and any(len(text) <= _LONGEST_BESIDE and _SCAN.search(text) for text in beside)


def is_beside(line: Line) -> bool:
    """True for a short line that is no sentence and no caption."""
    return (
        bool(line.text)
        and len(line.text) <= _LONGEST_BESIDE
        and not line.text.endswith(("]", "］"))
        and not is_sentence(line.text)
    )


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where the text of an article stands."""

    start: int
    """Index of its first line."""
    end: int
    """Index behind its last line."""
    box: int | None
    """Index of the feature box's first line; None where there is none."""
    container: Container | None
    """What holds its sentences; None where it has none."""


def place_text(
    page: SitePage, start: int, stop: int, box_links: Sequence[int], container: Container | None = None
) -> TextPlace:
    """The place of the text between line `start` and the box, or `stop`; `box_links` may be items of the box.

    `container` is the element of the text, where it is known.
    """
    container = container or find_container(page, start, stop, frozenset(box_links))
    box = _find_box(page.lines, container or Container((), start, start), box_links)
    begin, end = find_edges(page, start, stop if box is None else min(stop, box), container)
    return TextPlace(begin, end, box, container)


def _find_box(lines: Sequence[Line], container: Container, box_links: Sequence[int]) -> int | None:
    """The first link behind the last sentence, or the first of two in a row behind the first one; None without."""
    box_links = [at for at in box_links if at > container.first]
    worded = [at for at in box_links if lines[at].text]
    # A thumbnail may stand between them.
    in_a_row = {
        at
        for at, other in pairwise(worded)
        if all(not line.text for line in lines[at + 1 : other]) and not _is_amid(lines, at, other, container)
    }
    # Of a single link in the text's element the last sentence may be the teaser.
    return next((at for at in box_links if at >= container.last - 1 or at in in_a_row), None)


def _is_amid(lines: Sequence[Line], at: int, other: int, container: Container) -> bool:
    """True for two links in an element of their own within the text, behind which a paragraph stands as the first."""
    own = lines[at].path[: len(container.path) + 1]
    first, last = lines[container.first], lines[container.last]
    is_boxed = len(own) > len(container.path) and is_within(lines[other].path, own) and container.holds(lines[at])
    return is_boxed and other < container.last and first.place == last.place and not is_within(last.path, own)


def find_box_links(page: SitePage, start: int) -> list[int]:
    """Indexes of the lines from `start` on that may be items of the feature box.

    Links to the article's own further pages are its pager's.
    """
    return [at for at in range(start, len(page.lines)) if _is_box_link(page, at)]


def _is_box_link(page: SitePage, at: int) -> bool:
    """True for a line that is wholly a link to an article, and for the thumbnail of such a line."""
    line, id = page.lines[at], page.meaning.id
    if line.images:
        hrefs = [picture.href for picture in line.images]
        leads = [page.site.article_address(href, page.base) if href else None for href in hrefs]
        return all(lead and lead[1].id != id for lead in leads)
    if not line.is_link:
        return False
    leads = [page.article(link) for link in line.links if link.text]
    # Page n of the article itself is the pager's; its own first page may well be an item of the box.
    return bool(leads) and all(lead and not (lead[1].id == id and lead[1].page > 1) for lead in leads)
