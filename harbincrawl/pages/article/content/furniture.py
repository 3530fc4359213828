"""What is no line of a text: tools, buttons, notices of copyright, links; and what stands around one, line by line."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import ACTION, Line, LineImage
from harbincrawl.pages.roles import Reason, Roles

from .pictures import is_file_name, split_credit

_NOTICE = re.compile(
    r"^.{0,30}(?:©|\(c\)\s*\d{4})|^copyright\s*(?:\(c\)|by\b|\d{4}|[:：])|^all rights reserved\b[^a-z]*$"
    r"|^no part of th(?:is|e) (?:web ?site|site|page|publication) may be (?:copied|reproduced|republished)\b"
    r"|版权所有|\w{0,2}ICP[备证]",
    re.IGNORECASE,
)
_REMARKS = re.compile(
    r"(?:\d+ )?(?:readers?.? )?comments?(?: ?[(（]\d+[)）])?$|(?:网友|最新)?评论 ?[(（]\d+[)）]$", re.IGNORECASE
)
"""The heading of what readers wrote, perhaps with its count."""
_PAGE_COUNT = re.compile(r"\W*(?:pages?|第)\s*\d+\s*(?:of|/|页\s*[,，/]?\s*共)\s*\d+\s*(?:pages|页)?\W*", re.IGNORECASE)
_ICON = re.compile(r"\.(?:gif|svg|ico)(?:\?.*)?$", re.IGNORECASE)
"""What no photograph is stored as; many are as PNG."""
_DRAWING = re.compile(r"\.(?:gif|png|svg|ico)(?:\?.*)?$", re.IGNORECASE)
"""The end of the address of a picture that was drawn: photographs have other names."""
_LONGEST_ENDING = 40
_STOPS = frozenset(".!?。！？…")
_QUOTES = "\"”’'）)"
_LONGEST_NOTICE = 80
"""Characters in which a notice says what it is."""
_LONGEST_NOTE = 160
"""Characters of an address or a list of names; a longer line is rather a text."""
_SHORTEST_SENTENCE = 25
"""Characters."""
_SHORTEST_CHINESE = 10
_LONGEST_HEADING = 40
"""Characters."""
_CHINESE = re.compile("[\u4e00-\u9fff]")


def is_sentence(text: str) -> bool:
    """True for what may be a paragraph of a text, and hardly stands in a menu or a foot."""
    if len(text) > _LONGEST_NOTE:
        return True
    if text.rstrip(_QUOTES)[-1:] not in _STOPS:
        return False
    if len(text) < _SHORTEST_SENTENCE:
        return len(text) >= _SHORTEST_CHINESE and bool(_CHINESE.search(text))
    # A row of dots is none.
    return text[0].isalnum() or any(map(str.isalnum, text))


def is_notice(text: str) -> bool:
    """True for a notice of copyright, or the number of a licence."""
    text = text[:_LONGEST_NOTICE]
    # One of these is in every notice; nearly no line of a text needs more than a look for them.
    hinted = "opyr" in text or "OPYR" in text or "ights" in text or "IGHTS" in text or "ICP" in text
    hinted = hinted or text.startswith("No part of") or "(c)" in text or "(C)" in text
    hinted = hinted or (not text.isascii() and ("©" in text or "版权" in text))
    return hinted and bool(_NOTICE.search(text))


def heads_remarks(text: str) -> bool:
    """True for the heading of what readers wrote on a text."""
    return len(text) <= _LONGEST_HEADING and _REMARKS.match(text) is not None


def is_page_count(text: str) -> bool:
    """True for `Page 1 of 4`."""
    return len(text) <= _LONGEST_HEADING and _PAGE_COUNT.fullmatch(text) is not None


def is_chrome(line: Line, page: SitePage) -> bool:
    """True for tools, buttons and links to what is no article."""
    words = page.site.words
    if line.images:
        return all(is_button(picture, page) for picture in line.images)
    if not line.links:
        return words.is_furniture(line.text) or is_notice(line.text) or is_page_count(line.text)
    if line.is_link:
        link, *others = [link for link in line.links if link.text] or line.links
        if others or ACTION.match(link.href) or words.is_furniture(line.text):
            # An address that is its own words is rather one to write to.
            return not link.href.endswith(line.text) or "@" not in line.text
        return page.lead(link)[0] is not None and page.article(link) is None
    # Links to lists behind a word or two say under what the article is filed: `in News`.
    leads = (page.lead(link)[1] for link in line.links)
    is_filed = line.rest.count(" ") <= 1 and all(lead and lead.kind == "listing" for lead in leads)
    return is_filed or any(map(words.is_furniture, (line.rest, line.text)))


def is_button(picture: LineImage, page: SitePage) -> bool:
    """True for a picture that leads off the site or to a list, and not to a larger picture: buttons do.

    One that leads to no page may well be a picture that opens a larger one; a drawing is an icon.
    """
    if picture.small:
        return True
    if not picture.href:
        return False
    if ACTION.match(picture.href):
        return is_drawing(picture)
    address = page.site.absolute(picture.href, page.base)
    if address is None or is_file_name(urlsplit(address).path.split("/")[-1]):
        return False
    own = page.site.canonical(picture.href, page.base)
    meaning = page.site.read_address(own) if own else None
    return own is None or (meaning.kind == "listing" if meaning else _ends_in(picture, _ICON))


def opens_larger(picture: LineImage) -> bool:
    """True for a picture that a script answers: where a layout knows the buttons, it opens a larger one."""
    return not picture.small and bool(picture.href) and bool(ACTION.match(picture.href or ""))


def is_drawing(picture: LineImage) -> bool:
    """True for an icon or a code to scan: photographs have other names."""
    return _ends_in(picture, _DRAWING)


def _ends_in(picture: LineImage, form: re.Pattern[str]) -> bool:
    return bool(form.search(picture.src[-_LONGEST_ENDING:]))


def give_roles_around(roles: Roles, start: int, items: Collection[int], page: SitePage) -> None:
    """Gives the lines that have no role, those of the text have one, the roles of what stands around it.

    What stands before line `start` is above the text; `items` are lines that may be the box's. No sentence is taken
    for furniture but for reasons of its own. `refine_roles` says more of the others.
    """
    whole, none, banner, behind = roles.whole, Reason.NONE, Reason.BANNER, Reason.BEHIND
    for at, line in enumerate(roles.lines):
        if whole[at] is not none:
            continue
        text = line.text
        if not text or line.is_link or not (is_sentence(text) or split_credit(text)):
            whole[at] = banner if at < start else behind
        elif is_notice(text):
            whole[at] = Reason.COPYRIGHT
        elif page.site.words.is_furniture(text):
            whole[at] = Reason.TOOL
        elif at and (at - 1 in items or page.is_article_link(roles.lines[at - 1])):
            # A sentence right behind a link to an article stands with it.
            whole[at] = Reason.BOX_TEASER


def refine_roles(roles: Roles, page: SitePage) -> None:
    """Says of each line around the text what it is, not only that it stands there; for people."""
    whole = roles.whole
    for at, line in enumerate(roles.lines):
        if whole[at] is Reason.BANNER or whole[at] is Reason.BEHIND:
            whole[at] = _read_reason(line, whole[at], page)
    for at in range(len(whole) - 1):
        if whole[at] in (Reason.BANNER, Reason.BEHIND) and whole[at + 1] in (Reason.BOX_ITEM, Reason.LINKS):
            whole[at] = Reason.BOX_HEADING if whole[at + 1] is Reason.BOX_ITEM else Reason.MENU_HEADING


def _read_reason(line: Line, otherwise: Reason, page: SitePage) -> Reason:
    if line.images:
        return Reason.ORNAMENT
    if line.is_link:
        return Reason.BOX_ITEM if page.is_article_link(line) else Reason.LINKS
    if is_notice(line.text):
        return Reason.COPYRIGHT
    if page.site.words.is_furniture(line.text):
        return Reason.TOOL
    return Reason.BUTTON if line.links and is_chrome(line, page) else otherwise
