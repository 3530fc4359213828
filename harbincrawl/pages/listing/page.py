"""A listing page to its lines: title, date and summary of each item, and what the pager says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harbincrawl.pages.html.document import Document, SitePage
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.html.selectors import select_page
from harbincrawl.pages.listing.choice import Choice, Chooser
from harbincrawl.pages.listing.edges import Edges, find_edges, find_unaccounted, give_roles_around
from harbincrawl.pages.listing.fields import read_fields
from harbincrawl.pages.listing.items import Item, add_elsewhere, divide_lines, find_titles
from harbincrawl.pages.pager.pager import Pager, find_pager, find_unaccounted_pages
from harbincrawl.pages.pager.tokens import find_printed, find_total
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Listed, Listing, Unaccounted
from harbincrawl.sites import Address, Site


def choose_selected(page: SitePage) -> tuple[Choice, Edges] | None:
    """The items with their lines, and what bounds the list; None where no selected element has a link.

    The title is the first link to an article in the element, or else the first elsewhere; a second article in one
    element is no item, and reported. What is selected as an item is no pager, whatever it looks like.
    """
    elements: dict[int, list[int]] = {}
    for at, line in enumerate(page.lines):
        if (number := _find_number(line)) is not None:
            elements.setdefault(number, []).append(at)
    if not elements:
        return None
    articles, elsewhere = find_titles(page, None)
    chosen: dict[int, Item] = {}
    for item in (*articles, *elsewhere):
        number = _find_number(page.lines[item.at])
        if number is not None:
            chosen.setdefault(number, item)
    if not chosen:
        return None
    items = sorted(chosen.values(), key=lambda item: item.first)
    choice = Choice(items)
    for item in articles:
        number = _find_number(page.lines[item.at])
        if number is None:
            choice.others.append((item, Reason.OUTSIDE_ITEMS))
        elif item is not chosen[number]:
            choice.others.append((item, Reason.NONE))
    taken = {at for item in (*items, *(other for other, _ in choice.others)) for at in item.own}
    for number, item in chosen.items():
        for at in elements[number]:
            if at not in taken:
                (item.head if at < item.first else item.tail).append(at)
    return choice, find_edges(page, items[0].first)


def _find_number(line: Line) -> int | None:
    """That of the innermost selected element around the line."""
    return next((mark.number for mark in reversed(line.marks) if mark.key == "item"), None)


def list_problems(document: Document, items: Sequence[Item]) -> Iterator[Unaccounted]:
    """What the selectors of the page do not do."""
    problems = document.selection.problems if document.selection else {}
    for key, problem in problems.items():
        yield Unaccounted("selector", f"list.{key}: {problem}")
    lines = document.lines
    if {_find_number(line) for line in lines} - {_find_number(lines[item.at]) for item in items} - {None}:
        yield Unaccounted("selector", "list.item: it matches elements that are no items: no link in them is a title")


_NEAR = 2
"""Lines around a list or a pager that may say how many items there are."""
_HEAD = 8
"""Lines above a list that may say it: the heads of a table's columns stand between."""


def read_listing(html: str | bytes | Document, address: str, site: Site) -> Listing:
    """The lines and the pager of the listing page `html` at `address`; a page without any has no lines.

    Of a `Document` the lines were read already. Raises ValueError where `address` is no listing address of the site;
    PageTooLargeError, which is one, too.
    """
    _check_address(address, site)
    return explain_listing(select_page(html, address, site.list_selectors), address, site)[0]


def _check_address(address: str, site: Site) -> tuple[str, Address]:
    """(canonical address, its meaning). Raises ValueError where it is no list's."""
    canonical = site.canonical(address)
    meaning = site.read_address(canonical) if canonical else None
    if canonical is None or meaning is None or meaning.kind != "listing":
        raise ValueError(f"{address} is no listing address of {site.base}")
    return canonical, meaning


def explain_listing(document: Document, address: str, site: Site) -> tuple[Listing, Roles]:
    """The list of `document`, whose lines were read already, and the role of each of its lines.

    Raises ValueError where `address` is no listing address of the site.
    """
    canonical, meaning = _check_address(address, site)
    page = SitePage(document, canonical, meaning, site.base_address(document.base, canonical), site)
    lines = page.lines
    pager = find_pager(page, 0)
    roles = Roles(lines)
    chosen, edges = choose_selected(page) or _choose(page, pager)
    items = chosen.items
    doubtful = read_fields(items, roles)
    give_roles_around(roles, items, chosen.others, edges, pager, site)
    total = pager.total if pager else None
    if not total and items:
        # The first number of a pager that counts items, `0 | 8 | 16`, is none.
        total = find_total(lines, site.words)
    if total is None and items:
        total = find_printed(lines, _find_count_places(items, pager))
        is_last = pager is not None and pager.next_page is None
        if total is not None and total < len({item.address for item in items}) + (not is_last):
            # It counts something else, or what this page shows: the total is that of several pages.
            total = None
    found: dict[str, Listed] = {}
    for item in items:
        key = item.id or item.address
        line = Listed(key, item.address, item.id, item.title, item.date, item.summary)
        found.setdefault(key, line)
    pages = find_unaccounted_pages(page, pager)
    listing = Listing(
        address=canonical,
        page=meaning.page,
        lines=tuple(found.values()),
        total=total,
        next_page=pager.next_page if pager else None,
        last=pager.last if pager else None,
        unaccounted=(
            *find_unaccounted(roles, chosen.others, items),
            *(Unaccounted("line", text) for text in dict.fromkeys(doubtful)),
            *pages,
            *list_problems(document, items),
        ),
    )
    return listing, roles


def _choose(page: SitePage, pager: Pager | None) -> tuple[Choice, Edges]:
    """The items of the list, with their lines, and what bounds it."""
    articles, elsewhere = find_titles(page, pager)
    edges = find_edges(page, articles[0].first if articles else None)
    chosen = Chooser(page, articles, pager, edges).choose()
    ends = [*edges.bounds, *chosen.headings, *(item.first for item, _ in chosen.others)]
    chosen.items = add_elsewhere(chosen.items, elsewhere, page.lines, pager, ends)
    divide_lines(chosen.items, page.lines, pager, ends)
    return chosen, edges


def _find_count_places(items: Sequence[Item], pager: Pager | None) -> set[int]:
    """The lines that may print how many items there are: right above and behind the list and its pagers."""
    ends = [(items[0].first, max(items[-1].last, *items[-1].tail, 0) + 1), *(pager.runs if pager else ())]
    above = range(items[0].first - _HEAD, items[0].first)
    return {*above, *(at for start, end in ends for at in (*range(start - _NEAR, start), *range(end, end + _NEAR)))}
