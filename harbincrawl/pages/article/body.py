"""Where an article's body ends, and what of its lines is paragraph, caption, picture or file name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Image
from harbincrawl.sites import Site

from .labels import is_tool
from .pictures import FILE_NAME, Pictures, split_credit

_SENTENCES = re.compile(r"\w{2}[.!?][\"”’']?\s*[\"“‘']?[A-Z]")
_WORD = re.compile(r"\w")
_CHROME = re.compile(
    r"^(?:(?:previous|prev|next|上一篇|下一篇)\s*(?:article|story)?\s*[:：].*|(?:back to )?top|print|close(?: window)?"
    r"|share(?: to| this| on)?\s*[:：]?.{0,40}|【.{1,12}】"
    r"|[\[(（【]?\s*(?:editor|编辑|责任编辑|责编)s?\s*[:：].{0,40})$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"^(?:copyright\b|©|all rights reserved|版权所有|\w{0,2}ICP[备证])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？…][\"”’'）)]?$")
_LONGEST_NOTE = 160
"""Characters of an address or a list of names; a longer line is rather a text."""
_SHORTEST_SENTENCE = 25
_ACTION = re.compile(r"^(?:javascript:|#|mailto:)", re.IGNORECASE)
_LONGEST_CAPTION = 300
"""Characters of a caption without a credit; a longer line under a picture is a paragraph."""
_TEASER = 2
"""Lines without a link that may stand between two items of the feature box: a teaser, and one more."""
_BOX_HEADING = 2
"""Lines that may head the box within its own container."""
_LONGEST_BOX_HEADING = 40
"""Characters."""


@dataclass(slots=True)
class Body:
    """The body of one page of an article."""

    paragraphs: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)


def find_body_end(lines: Sequence[Line], start: int, box: int | None, pager: int | None, base: str, site: Site) -> int:
    """Index behind the last line of the body that begins at `start`: the pager, the feature box, or the page's foot.

    `box` and `pager` are the indexes of their first lines, where there are any.
    """
    stop = min(len(lines) if at is None else at for at in (box, pager))
    return _without_foot(lines, start, stop, own_foot=box is None, base=base, site=site)


def find_body_start(lines: Sequence[Line], start: int, end: int, site: Site) -> int:
    """`start`, or the first line behind the tools (font size, print) that stand between By line and body."""
    while start < end and is_tool(lines[start], site.words):
        start += 1
    return start


def find_text_stop(lines: Sequence[Line], start: int, box: int | None, pager: int | None) -> int:
    """As `find_body_end`, with the tools at the text's end and what else stands above the notice of copyright."""
    stop = min(len(lines) if at is None else at for at in (box, pager))
    return next((at for at in range(start, stop) if _COPYRIGHT.match(lines[at].text)), stop)


def find_tools(lines: Sequence[Line], start: int, end: int, base: str, site: Site) -> int:
    """Index of the first of the tools with which `lines[start:end]` ends; `end` without."""
    while end > start and is_chrome(lines[end - 1], base, site):
        end -= 1
    return end


def find_box_links(lines: Sequence[Line], start: int, id: str | None, base: str, site: Site) -> list[int]:
    """Indexes of the lines from `start` on that may be items of the feature box.

    `id` is the article's own: links to its further pages are its pager's.
    """
    return [at for at in range(start, len(lines)) if _is_box_link(lines, at, id, base, site)]


def find_box(lines: Sequence[Line], start: int, box_links: Sequence[int]) -> int | None:
    """Index of the first line behind `start` of the run of links to articles at the page's tail, else None."""
    linked = box_links[bisect_left(box_links, start) :]
    if not linked:
        return None
    body = _container(lines, start, linked[0])
    last_apart = body is not None and not _begins(lines[linked[-1]].path, body)
    first = len(linked) - 1
    while first > 0:
        between = [at for at in range(linked[first - 1], linked[first]) if lines[at].text and not lines[at].is_link]
        among_body = body is not None and _begins(lines[linked[first - 1]].path, body)
        in_body = [at for at in between if body is not None and _begins(lines[at].path, body)]
        if len(between) > _TEASER and (body is None or among_body or in_body):
            break
        if last_apart and among_body and in_body:
            # A link that stands among the paragraphs, in their own container, while the box has another.
            break
        first -= 1
    return _with_heading(lines, start, linked[first], body)


def _container(lines: Sequence[Line], start: int, end: int) -> tuple[int, ...] | None:
    """The container of the body that begins at `start`: what most neighbours of its lines share; None without lines.

    A picture may stand in a table of its own and tools behind the body in another part of the page, so neither the
    first line nor all lines together tell it.
    """
    shown = [line for line in lines[start:end] if line.text and not line.is_link and not is_tool_text(line.text)]
    # The heading of a side column or a box says nothing of the body, unless all is as short.
    shown = [line for line in shown if not _is_short(line.text)] or shown[:1]
    if not shown:
        return None
    shared = Counter(_common(one.path, other.path) for one, other in pairwise(shown))
    if not shared:
        return shown[0].path
    return max(shared, key=lambda path: (shared[path], len(path)))


def _with_heading(lines: Sequence[Line], start: int, first: int, body: tuple[int, ...] | None) -> int:
    """`first`, or the line before it that heads the box: a short one that shares a container with it and not the body.

    A heading or a bold line right before the box heads it, too: no body ends in a heading.
    """
    own = lines[first].path[: len(_common(lines[first].path, lines[start].path if body is None else body)) + 1]
    for back in range(first - 1, max(start, first - _BOX_HEADING) - 1, -1):
        line = lines[back]
        if not line.text or not _is_short(line.text):
            break
        apart = body is not None and len(own) > 0 and _begins(line.path, own) and not _begins(body, own)
        if not apart and not (line.emphasis and (back == start or not lines[back - 1].emphasis)):
            break
        first = back
    return first


def _is_short(text: str) -> bool:
    """True for what may be a heading: a few words without a full stop."""
    return len(text) <= _LONGEST_BOX_HEADING and text[-1] not in '.!?”"])'


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return one[: shared_depth(one, other)]


def _begins(path: tuple[int, ...], container: tuple[int, ...]) -> bool:
    return path[: len(container)] == container


def _is_box_link(lines: Sequence[Line], at: int, id: str | None, base: str, site: Site) -> bool:
    """True for a line that is wholly a link to an article, and for the thumbnail of such a line."""
    line = lines[at]
    if line.images:
        hrefs = {picture.href for picture in line.images}
        if None in hrefs:
            return False
        leads = [site.article_address(href, base) for href in hrefs if href]
        if not leads or None in leads:
            return False
        if all(lead and lead[1].id != id for lead in leads):
            return True
        following = lines[at + 1] if at + 1 < len(lines) else None
        return following is not None and following.is_link and any(link.href in hrefs for link in following.links)
    if not line.is_link:
        return False
    leads = [link.article(base, site) for link in line.links if link.text]
    # Page n of the article itself is the pager's; its own first page may well be an item of the box.
    return bool(leads) and all(lead and not (lead[1].id == id and lead[1].page > 1) for lead in leads)


def _without_foot(lines: Sequence[Line], start: int, stop: int, *, own_foot: bool, base: str, site: Site) -> int:
    """`stop` less the lines of tools and, where no box ends the body, of the page's foot."""
    if own_foot:
        stop = _before_foot(lines, start, stop, base, site)
    return find_tools(lines, start, stop, base, site)


def _before_foot(lines: Sequence[Line], start: int, stop: int, base: str, site: Site) -> int:
    """Where the page's foot begins: a notice of copyright, or tools behind the container of the body."""
    body = _container(lines, start, stop)
    inside = [at for at in range(start, stop) if body is not None and _begins(lines[at].path, body)]
    behind = inside[-1] if inside else stop
    for at in range(start, stop):
        if _COPYRIGHT.match(lines[at].text) or (at > behind and is_chrome(lines[at], base, site)):
            return at
    return stop


def is_chrome(line: Line, base: str, site: Site) -> bool:
    """True for tools, buttons and links to what is no article."""
    if line.images:
        # Buttons to share: pictures that lead off the site, and not to a larger picture.
        return all(picture.href and _leads_off(picture.href, base, site) for picture in line.images)
    if is_tool_text(line.text) or site.words.furniture_line.match(line.text):
        return True
    if not line.is_link:
        return False
    if len(line.links) > 1 or _ACTION.match(line.links[0].href):
        return True
    return line.links[0].lead(base, site)[0] is not None and line.links[0].article(base, site) is None


def is_notice(text: str) -> bool:
    """True for a notice of copyright."""
    return bool(_COPYRIGHT.match(text))


def is_sentence(text: str) -> bool:
    """True for what may be a paragraph of a text, and hardly stands in a menu or a foot."""
    return len(text) > _LONGEST_NOTE or (bool(_SENTENCE_END.search(text)) and len(text) >= _SHORTEST_SENTENCE)


def is_tool_text(text: str) -> bool:
    """True for the words of a tool, whatever the site."""
    return bool(_CHROME.match(text) or _COPYRIGHT.match(text))


def _leads_off(href: str, base: str, site: Site) -> bool:
    if _ACTION.match(href):
        return True
    address = site.absolute(href, base)
    path = urlsplit(address).path if address else ""
    return address is not None and site.canonical(href, base) is None and not FILE_NAME.fullmatch(path.split("/")[-1])


def give_body_roles(roles: Roles, start: int, end: int) -> None:
    """Gives every line of the body, from `start` up to `end`, its role."""
    lines = roles.lines
    kinds = [_read_kind(line) for line in lines[start:end]]
    has_captions = Reason.CREDITED in kinds or Reason.FIGCAPTION in kinds
    if Reason.PICTURE in kinds and all(
        kind is not Reason.TEXT
        or (_stands_under_image(kinds, at) and _may_be_caption(lines[start + at].text, has_captions))
        for at, kind in enumerate(kinds)
    ):
        # A photo-only article: every line stands right under a picture.
        kinds = [Reason.ALL_CAPTIONS if kind is Reason.TEXT else kind for kind in kinds]
    roles.whole[start:end] = kinds
    for at, kind in enumerate(kinds, start):
        if kind is Reason.CREDITED:
            words, _ = split_credit(lines[at].text) or ("", "")
            credit = lines[at].text[len(words) :].lstrip()
            roles.divide(
                at, [(words, Reason.CREDITED), (credit, Reason.CREDIT)] if words else [(credit, Reason.CREDIT)]
            )


def read_body(roles: Roles, start: int, end: int, base: str, site: Site) -> Body:
    """Paragraphs and pictures as the roles of the lines from `start` up to `end` say."""
    whole = roles.whole[start:end]
    lines = roles.lines[start:end]
    body = Body([line.text for line, reason in zip(lines, whole, strict=True) if reason is Reason.TEXT])
    body.images = Pictures(base, site).collect(lines, whole)
    return body


def _read_kind(line: Line) -> Reason:
    if line.images:
        return Reason.PICTURE
    text = line.text
    if FILE_NAME.fullmatch(text):
        return Reason.FILE_NAME
    if len(text) <= 3 and not _WORD.search(text):
        return Reason.MARKS
    if split_credit(text):
        return Reason.CREDITED
    return Reason.FIGCAPTION if line.figcaption else Reason.TEXT


def _may_be_caption(text: str, has_captions: bool) -> bool:
    """False for a line that is long, or that has two sentences where no caption of the page has a credit."""
    return len(text) <= _LONGEST_CAPTION and (has_captions or not _SENTENCES.search(text))


def _stands_under_image(kinds: list[Reason], at: int) -> bool:
    before = at - 1
    while before >= 0 and kinds[before] in (Reason.FILE_NAME, Reason.MARKS):
        before -= 1
    return before >= 0 and kinds[before] is Reason.PICTURE
