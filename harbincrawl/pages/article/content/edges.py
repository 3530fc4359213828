"""The edges of an article's text within its container: what of the lines there is furniture."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, is_within, shared_depth
from harbincrawl.pages.roles import Reason, Roles

from .container import Container, Path
from .furniture import is_chrome, is_drawing, is_notice, is_sentence
from .pictures import split_credit

_SCAN = re.compile(r"\bscan\b|\bqr code|二维码|扫[一描码]", re.IGNORECASE)
_REMARKS = re.compile(r"(?:readers?.? )?comments? ?[(（]\d+[)）]$|(?:网友|最新)?评论 ?[(（]\d+[)）]$", re.IGNORECASE)
"""The heading of what readers wrote, with its count."""
_LONGEST_REMARK = 120
"""Characters: no line behind that heading is as long as a paragraph."""
_LONGEST_BESIDE = 60
"""Characters of a line that is furniture because it stands among furniture."""
_MOST_BESIDE = 3
"""Such lines in a row, or elements of nothing else."""
_MOST_TEASER = 4
"""Lines of a link to an article with its picture, its day and its teaser."""
_LARGEST = 40
"""Lines of an element that is furniture as a whole."""
_FEWEST_AMID = 3
"""Tools of an element that begins and ends with one, among which pictures are none of the text."""


def find_edges(page: SitePage, start: int, stop: int, container: Container | None) -> tuple[int, int]:
    """Index of the text's first line and index behind its last, between `start` and `stop`."""
    lines = page.lines
    first, last, end = start, start, stop
    if container is not None:
        inside = [at for at in range(start, stop) if container.holds(lines[at])]
        end = _take_pictures(page, inside[-1] + 1 if inside else stop, stop)
        first, last = container.first + 1, container.last + 1
    end = next((at for at in range(last, end) if is_notice(lines[at].text)), end)
    shorts = end
    while shorts > first and len(lines[shorts - 1].text) <= _LONGEST_REMARK:
        shorts -= 1
    end = next((at for at in range(shorts, end) if _REMARKS.match(lines[at].text)), end)
    less = _less_tail(page, start, end, container)
    begin = _find_start(page, start, less)
    if begin < less or container is not None:
        return begin, less
    # Short lines alone, among furniture: what is no tool is the text.
    shown = [at for at in range(start, end) if not _is_tool(page, at)]
    return (shown[0], shown[-1] + 1) if shown else (begin, less)


def _take_pictures(page: SitePage, end: int, stop: int) -> int:
    """`end`, or behind the pictures with their credited captions that follow it in containers of their own."""
    at = end
    while at < stop:
        line = page.lines[at]
        if line.images and not is_chrome(line, page):
            at += 1
        elif line.text and line.text.rstrip(" .。").endswith(("]", "］")):
            at += 1
            end = at
        else:
            break
    return end


def _less_tail(page: SitePage, start: int, end: int, container: Container | None) -> int:
    """`end` less the furniture with which the text ends, and what is short or an element of its own among it."""
    lines = page.lines
    path = container.path if container else lines[start].path[:-1] if start < end else ()
    first_sentence = container.first if container else start
    behind, beside, apart = end, 0, 0
    while behind > start and max(beside, apart) <= _MOST_BESIDE:
        first = _find_group(lines, container.first + 1 if container else start, behind, path, container)
        group = range(first, behind)
        if all(_is_tool(page, at) for at in group) or (first > first_sentence and _is_furniture_group(page, group)):
            end, beside, apart = first, 0, 0
        elif all(is_beside(lines[at]) for at in group):
            # A side column of its own counts once.
            is_column = len(group) > 1 and lines[first].emphasis
            beside, apart = beside + (0 if is_column else len(group)), apart + is_column
        else:
            # Lines that break alone divide such a group.
            break
        behind = first
    while end - 1 > start and lines[end - 1].emphasis and _heads_links(lines, end):
        end -= 1
    return end


def _find_group(lines: Sequence[Line], start: int, end: int, path: Path, container: Container | None) -> int:
    """Index of the first of the lines up to `end` that stand in the same element of the container `path`.

    In the element that holds the first sentence, too, its own elements count.
    """
    at, depth = end - 1, len(path) + 1
    own = lines[at].path
    if not is_within(own, path):
        return at
    if container and container.first < at:
        depth = max(depth, shared_depth(own, lines[container.first].path) + 1)
    own = own[:depth]
    if len(own) < depth:
        return at
    while at > start and end - at < _LARGEST and lines[at - 1].path[:depth] == own:
        at -= 1
    return at


def give_roles_amid(roles: Roles, start: int, end: int, box_links: Collection[int], page: SitePage) -> None:
    """Gives what interrupts the text between `start` and `end` its role: buttons, and links under a heading.

    Nothing else within a text is furniture: each of its other lines is a paragraph.
    """
    lines, whole, words = roles.lines, roles.whole, page.site.words
    for at in range(start, end):
        line = lines[at]
        if line.images and is_chrome(line, page):
            whole[at] = Reason.BUTTON
        elif at in box_links and whole[at] is Reason.NONE:
            first = _find_heading(lines, at, start)
            behind = at + 1
            while behind < end and behind in box_links and lines[behind].path[:-1] == lines[at].path[:-1]:
                behind += 1
            if first < at and (behind - at > 1 or words.is_furniture(lines[first].text)):
                roles.give(first, at, Reason.BOX_HEADING)
                roles.give(at, behind, Reason.BOX_ITEM)
        elif line.text and words.is_interruption(line.text):
            whole[at] = Reason.TOOL


def _find_heading(lines: Sequence[Line], at: int, start: int) -> int:
    """Index of the line that heads the links from line `at` on, in an element with them; else `at`."""
    above = lines[at - 1] if at > start else None
    if above is None or not above.emphasis or not is_beside(above) or above.links:
        return at
    return at - 1 if shared_depth(above.path, lines[at].path) == len(above.path) - 1 < len(lines[at].path) - 1 else at


def _is_tool(page: SitePage, at: int) -> bool:
    return _is_bare_tool(page, at) or page.site.words.heads_notice(page.lines[at].text)


def _is_bare_tool(page: SitePage, at: int) -> bool:
    line = page.lines[at]
    if (line.text and not any(map(str.isalnum, line.text))) or is_chrome(line, page):
        return True
    # A picture beside the words to scan it.
    beside = (page.lines[near].text for near in (at - 1, at + 1) if 0 <= near < len(page.lines))
    return bool(line.images) and any(len(text) <= _LONGEST_BESIDE and _SCAN.search(text) for text in beside)


def _is_furniture_group(page: SitePage, group: range) -> bool:
    """True for an element of several lines that tools or a heading of furniture show to be none of the text.

    A sentence in it stands under such a heading, or asks what a control answers.
    """
    lines = page.lines
    if len(group) < 2:
        return False
    if _is_teaser(page, group):
        return True
    headed = is_chrome(lines[group[0]], page) and not lines[group[0]].images
    tools = [at for at in group if _is_tool(page, at) or _leads_within(lines[at], page)]
    asks = any(lines[at].control for at in group) or _is_asked(lines, group)
    for at in group:
        line = lines[at]
        if at in tools or not line.text:
            continue
        above = lines[at - 1]
        # A sentence right under a heading of furniture: `About us`.
        is_headed = bool(above.text) and not above.links and page.site.words.is_furniture(above.text)
        if split_credit(line.text) or (is_sentence(line.text) and not (headed or asks or is_headed)):
            return False
    worded = [at for at in group if lines[at].text]
    pictures = (picture for at in group if at not in tools for picture in lines[at].images)
    # Among tools from its first line to its last, pictures are codes to scan.
    is_amid = len(tools) >= _FEWEST_AMID and (tools[0], tools[-1]) == (group[0], group[-1])
    if not is_amid and any(not picture.href and not is_drawing(picture) for picture in pictures):
        return False
    is_answered = _is_asked(lines, group) and any(lines[at].images for at in group)
    return is_answered or (bool(tools) and (headed or asks or 2 * len(tools) >= len(worded)))


def _is_teaser(page: SitePage, group: range) -> bool:
    """True for a link to another article with a sentence under it, and a picture above it at most, in one element."""
    lines = page.lines
    worded = [at for at in group if lines[at].text]
    first = lines[worded[0]] if worded else None
    if first is None or len(group) > _MOST_TEASER or not first.is_link or first.path == lines[worded[-1]].path:
        return False
    return page.is_article_link(first) and not any(lines[at].links for at in worded[1:])


def _is_asked(lines: Sequence[Line], group: range) -> bool:
    """True for a question and nothing but short words under it, as of a poll whose answers are buttons."""
    texts = [lines[at].text for at in group if lines[at].text]
    is_short = all(len(text) <= _LONGEST_BESIDE and not is_sentence(text) for text in texts[1:])
    return bool(texts) and texts[0].endswith(("?", "？")) and is_short


def _leads_within(line: Line, page: SitePage) -> bool:
    """True for a line that is wholly a link to a page of the site; an address in a text leads off it."""
    return line.is_link and any(page.lead(link)[0] is not None for link in line.links)


def _heads_links(lines: Sequence[Line], end: int) -> bool:
    """True where line `end` is a link, and the line before it a short one that heads it."""
    return end < len(lines) and lines[end].is_link and is_beside(lines[end - 1])


def _find_start(page: SitePage, start: int, end: int) -> int:
    """`start`, or behind the furniture between By line and text, and the short lines among it."""
    lines, at, beside = page.lines, start, 0
    while at < end and beside <= _MOST_BESIDE:
        line = lines[at]
        following = lines[at + 1] if at + 1 < end else None
        is_heading = line.emphasis and not line.links
        if is_heading and following and is_sentence(following.text) and len(line.path) <= len(following.path) + 1:
            # It is of the text's own.
            break
        if _is_bare_tool(page, at):
            start, beside = at + 1, 0
        elif is_beside(line):
            beside += 1
        else:
            break
        at += 1
    return start


def is_beside(line: Line) -> bool:
    """True for a short line that is no sentence and no caption."""
    return (
        bool(line.text)
        and len(line.text) <= _LONGEST_BESIDE
        and not line.text.endswith(("]", "］"))
        and not is_sentence(line.text)
    )
