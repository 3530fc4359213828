"""A listing page to its lines: title, date and summary of each item, and what the pager says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import Document, read_document
from harbincrawl.pages.html.line import shared_depth
from harbincrawl.pages.pager import find_pager, find_total
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Listed, Listing
from harbincrawl.sites import Address, Site

from .item import NEAR, Item
from .items import find_items

NO_SECTION = ""
"""The section path of articles whose addresses name none: any of them may be the list's own."""
_BOX = 6
"""Items that a feature box has at most."""


def read_listing(html: str | bytes, address: str, site: Site) -> Listing:
    """The lines and the pager of the listing page `html` at `address`; a page without any has no lines.

    Raises ValueError where `address` is no listing address of the site; PageTooLargeError, which is one, too.
    """
    _check_address(address, site)
    page = read_document(decode_page(html) if isinstance(html, bytes) else html, address)
    return read_listing_document(page, address, site)


def _check_address(address: str, site: Site) -> tuple[str, Address]:
    """(canonical address, its meaning). Raises ValueError where it is no list's."""
    canonical = site.canonical(address)
    meaning = site.read_address(canonical) if canonical else None
    if canonical is None or meaning is None or meaning.kind != "listing":
        raise ValueError(f"{address} is no listing address of {site.base}")
    return canonical, meaning


def read_listing_document(page: Document, address: str, site: Site) -> Listing:
    """As `read_listing`, of a page whose lines were read already."""
    return explain_listing(page, address, site)[0]


def explain_listing(page: Document, address: str, site: Site) -> tuple[Listing, Roles]:
    """The list of `page`, whose lines were read already, and the role of each of its lines.

    Raises ValueError where `address` is no listing address of the site.
    """
    canonical, meaning = _check_address(address, site)
    base = site.base_address(page.base, canonical)
    pager = find_pager(page.lines, 0, canonical, base, site)
    # Item lines do not run through the pager; the box stands behind it.
    items = find_items(page.lines, base, site, pager.first_line if pager else len(page.lines))
    if pager is None and meaning.page > 1:
        # A second page always leads back to the first: this is a notice, with the boxes that every page has.
        items = []
    known = site.section(meaning.section_path)
    named = any(
        site.words.list_crumb.search(line.text) or (line.text and known and line.text == known.label and not line.links)
        for line in page.lines[: items[0].at if items else 0]
    )
    own_path = meaning.section_path if site.addresses.names_sections else NO_SECTION
    chosen = _choose_items(items, own_path, has_pager=pager is not None, named=named)
    if pager is None and all(item.id is None for item in chosen):
        # Another site's page, or a notice: no list of this site shows only what leads elsewhere.
        chosen = []
    total = pager.total if pager else None
    if total is None and chosen:
        total = find_total(page.lines, site.words)
    lines: dict[str, Listed] = {}
    for item in chosen:
        key = item.id or item.address
        lines.setdefault(
            key,
            Listed(key, item.address, item.id, item.title, item.date, item.summary),
        )
    roles = Roles(page.lines)
    for item in chosen:
        roles.give(item.at, item.at + 1, Reason.TITLE_OF_LIST)
    if pager:
        roles.give(pager.first_line, pager.end_line, Reason.PAGER)
    listing = Listing(
        address=canonical,
        page=meaning.page,
        lines=tuple(lines.values()),
        total=total,
        next_page=pager.next_page if pager else None,
        last=pager.last if pager else None,
    )
    return listing, roles


def _choose_items(items: list[Item], section_path: str, *, has_pager: bool, named: bool) -> list[Item]:
    """The items of the list; menus, side columns and the feature box have links to articles, too."""
    if not items:
        return []
    dated = _find_dated(items)
    if dated:
        # A list has dates throughout and the box has none; an item whose date is illegible stands among dated ones.
        home = Counter(items[at].home[:-1] for at in dated)
        first, last = dated[0], len(items) - 1 if has_pager else dated[-1]
        return [item for item in items[first : last + 1] if item.has_date or item.home[:-1] in home]
    runs = _split_runs(items)
    if has_pager:
        # What stands right before the pager.
        return runs[-1]
    best = max(runs, key=lambda run: _rank_run(run, section_path))
    own = sum(item.section_path == section_path for item in best)
    described = _rank_run(best, section_path)[1]
    if not named and (2 * own < len(best) or not described or (len(runs) == 1 and len(best) <= _BOX)):
        # A notice or the home page: nothing but side columns and the box that every page has.
        return []
    return _less_box(best, section_path) if best is runs[-1] else best


def _find_dated(items: Sequence[Item]) -> list[int]:
    """Indexes of the items with a date, less a box's last item, to which the day in the page's foot was given."""
    dated = [at for at, item in enumerate(items) if item.has_date]
    if len(dated) < 2:
        return dated
    before, last = (items[at].path for at in dated[-2:])
    between = [item.path for item in items[dated[-2] + 1 : dated[-1]]]
    is_box = len(between) > 1 and all(shared_depth(path, last) > shared_depth(before, last) for path in between)
    return dated[:-1] if is_box else dated


def _rank_run(run: Sequence[Item], section_path: str) -> tuple[int, bool]:
    """How much a run looks like the section's own list: side columns and boxes mix sections, or have no summaries."""
    own = sum(item.section_path == section_path for item in run)
    return own - 2 * (len(run) - own), 2 * sum(item.summary is not None for item in run) >= len(run)


def _split_runs(items: Sequence[Item]) -> list[list[Item]]:
    """Items in the runs that their containers make: titles of one list stand at one depth under one element."""
    runs: list[list[Item]] = []
    for item in items:
        if runs and _is_of_run(item, runs[-1]):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _is_of_run(item: Item, run: Sequence[Item]) -> bool:
    """True where `item` is as far from the run's items as they are from each other."""
    last = run[-1]
    if len(item.path) != len(last.path):
        return False
    shared = shared_depth(item.path, last.path)
    if len(run) == 1:
        return len(item.path) - shared <= NEAR
    return shared >= shared_depth(run[0].path, run[1].path)


def _less_box(run: list[Item], section_path: str) -> list[Item]:
    """`run` without the box that follows in the same container: repeated items, or other sections' at its end."""
    seen: set[str | None] = set()
    end = len(run)
    for at, item in enumerate(run):
        if item.id in seen:
            end = at
            break
        seen.add(item.id)
    while end > max(1, len(run) - _BOX) and run[end - 1].section_path != section_path:
        end -= 1
    return run[:end]
