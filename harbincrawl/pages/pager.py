"""The pager under a list or a multi-page article, found by its words, its numbers and where its links lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harbincrawl.sites import Address, Site
from harbincrawl.sites.words import Words

from .html.line import Line, Link

FIRST = frozenset(("首页", "first", "firstpage", "startpage", "home", "第一页"))
PREVIOUS = frozenset(("上一页", "上页", "previous", "prev", "prevpage", "previouspage", "prior", "pre"))
NEXT = frozenset(("下一页", "下页", "next", "nextpage"))
LAST = frozenset(("尾页", "末页", "最后一页", "last", "lastpage", "end", "endpage"))
_WORDS = FIRST | PREVIOUS | NEXT | LAST
_FILLERS = frozenset(("page", "pages", "total", "record", "records", "items", "共", "条", "页", "第", "of"))

_TOKEN = re.compile(r"\d+|[^\W\d_]+", re.UNICODE)
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_SPLIT = re.compile(r"(?i)\b(first|last|next|previous|prev)\s+page\b")
_OF = re.compile(r"(\d{1,5})\s*/\s*(\d{1,5})")
_TOTAL = re.compile(
    r"共\s*(\d{1,7})\s*条"
    r"|(?:total(?:\s+of)?(?:\s+records?)?\s*[:：]?\s*|共有?\s*)(\d{1,7})(?!\d|\s*(?:页|pages?))",
    re.IGNORECASE,
)
_MOST_DIGITS = 7


@dataclass(slots=True)
class Pager:
    """What the pager lines of a page say."""

    first_line: int
    """Index of its first line."""
    end_line: int
    """Index behind its last line."""
    next_page: str | None = None
    """Canonical address of the next page."""
    last: int | None = None
    """Number of the last page, where the pager says it."""
    total: int | None = None
    """Items in the whole list, where the pager says it."""


def find_pager(lines: Sequence[Line], start: int, here: str, base: str, site: Site) -> Pager | None:
    """The pager behind line `start`, or None.

    `here` is the canonical address of the page, `base` the address that its links are relative to. A pager is a run
    of lines that hold pager words, numbers and dividers only, with a link to another page of the same list or
    article, or a count such as `1/8`.
    """
    own = site.read_address(here)
    if own is None:
        return None
    at = start
    while at < len(lines):
        end = at
        while end < len(lines) and (_may_be_pager(lines[end], site.words) or _leads_on(lines[end], own, base, site)):
            end += 1
        if end == at:
            at += 1
            continue
        if found := _read_run(lines, at, end, own, base, site):
            return found
        at = end
    return None


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_SPLIT.sub(lambda match: match[1].lower() + "page", text).lower())


def _may_be_pager(line: Line, words: Words) -> bool:
    if not line.text or len(line.text) > 300:
        return False
    first = _TOKEN.search(line.text)
    if first is None:
        return len(line.text) <= 3
    if not _is_pager_word(first[0].lower(), words):
        # As nearly every line of text: its other words need not be asked for.
        return False
    return not _DAY.search(line.text) and all(_is_pager_word(token, words) for token in _tokens(line.text))


def _is_number(token: str) -> bool:
    """True for what `int` reads and a pager may print: `③` and `²` are digits, too, and no number."""
    return token.isdecimal() and len(token) <= _MOST_DIGITS


def _is_pager_word(token: str, words: Words) -> bool:
    return _is_number(token) or token in _WORDS or token in _FILLERS or token in words.pager_tokens


def _leads_on(line: Line, own: Address, base: str, site: Site) -> bool:
    """True where all links of a line lead to other pages of the same list or article and no other word stands in it."""
    if not line.links:
        return False
    leads = [_same_list(link, own, base, site) for link in line.links if link.text]
    if not leads or None in leads:
        return False
    if not all(_is_pager_word(token, site.words) for token in _tokens(line.rest)):
        return False
    # A menu has a link to page 1 of the list, too.
    return len(leads) > 1 or any(lead and lead[1] > 1 for lead in leads)


def _read_run(lines: Sequence[Line], start: int, end: int, own: Address, base: str, site: Site) -> Pager | None:
    pager = Pager(start, end)
    numbered: dict[int, str] = {}
    linked = False
    for line in lines[start:end]:
        for link in line.links:
            meant = _same_list(link, own, base, site)
            if meant is None:
                continue
            address, page = meant
            words = _tokens(link.text)
            word = words[0] if len(words) == 1 else ""
            linked = linked or page != own.page
            if word in NEXT:
                # A link that leads nowhere (`#`) leads to the page itself.
                pager.next_page = address if page > own.page else pager.next_page
            elif word in LAST or (page > own.page + 1 and words and site.words.pager_tokens.issuperset(words)):
                # Of the site's own words, the place that a link leads to says which it is.
                pager.last = page
            elif page == own.page + 1 or (_is_number(word) and int(word) == page):
                numbered[page] = address
    text = " ".join(line.text for line in lines[start:end])
    of = _OF.search(text)
    if of and own.kind == "article" and 0 < int(of[1]) <= int(of[2]):
        pager.last = int(of[2])
    if not linked and not (of and own.kind == "article"):
        return None
    if pager.next_page is None and own.page + 1 in numbered:
        pager.next_page = numbered[own.page + 1]
    if pager.next_page is None and pager.last is None and numbered and own.kind == "listing":
        # The last page links neither on nor to itself.
        pager.last = own.page
    if own.kind == "listing":
        pager.total = find_total(lines[start:end], site.words) or _read_total(text, numbered, own.page)
    return pager


def _same_list(link: Link, own: Address, base: str, site: Site) -> tuple[str, int] | None:
    """(address, page number) where `link` leads to a page of the list or article that the pager belongs to."""
    address, meant = link.lead(base, site)
    if address is None or meant is None or meant.kind != own.kind or meant.section_path != own.section_path:
        return None
    return (address, meant.page) if meant.id == own.id else None


def find_total(lines: Sequence[Line], words: Words) -> int | None:
    """The number of items that one of `lines` prints in the site's own words; None where it has none for that."""
    if not words.total:
        return None
    for line in lines:
        if match := words.total_text.search(line.text):
            return int(next(filter(None, match.groups())))
    return None


def _read_total(text: str, numbered: dict[int, str], page: int) -> int | None:
    """The number of items: the one that is labelled so, or the first number where it is no page's."""
    if match := _TOTAL.search(text):
        return int(match[1] or match[2])
    tokens = _tokens(text)
    if not tokens or not _is_number(tokens[0]):
        return None
    first = int(tokens[0])
    numbers = [int(token) for token in tokens[1:] if _is_number(token)]
    if not numbers:
        return None if first == page else first
    # `1 2 3`: the first number is the first of the pages shown. ` 20 1 2 3`, ` 1 1 2`: it stands before them.
    follows = len(tokens) > 1 and tokens[1] == str(first + 1)
    is_page = (first == page or first in numbered) and follows and numbers.count(first) == 0
    return None if is_page else first
