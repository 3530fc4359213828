"""Is this page an article of the site at all: what must stand around an `Updated` line, or behind a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harbincrawl.pages.article.asked import AskedPage
from harbincrawl.pages.article.content.furniture import is_notice, is_sentence
from harbincrawl.pages.article.content.pictures import split_credit
from harbincrawl.pages.article.content.text import TextPlace, find_box_links, place_text
from harbincrawl.pages.article.head.heading import Heading, find_title_below, read_heading
from harbincrawl.pages.article.head.information import (
    Anchor,
    Information,
    find_last,
    find_run_end,
    read_information,
    read_last,
    read_run,
)
from harbincrawl.pages.html.line import ACTION, Line, Link


def is_closing_due(page: AskedPage, text: TextPlace) -> bool:
    """Whether information may stand behind the text: where a date heads it, what looks like one below is the foot's."""
    if page.closes:
        return True
    if page.site.words.may_lack_date or not text.container:
        return page.site.words.stand == "end"
    return not any(anchor.first_line < text.container.first for anchor in page.anchors)


def read_closing(
    page: AskedPage, start: int, stop: int, text: TextPlace, box_links: Sequence[int]
) -> tuple[TextPlace, Information | None]:
    """The place of the text less the labels that stand behind it before line `stop`, and these labels, if any."""
    lines, words = page.lines, page.site.words
    dates = (one for one in page.anchors if page.closes and one.first_line >= start)
    # Where the site's file says so, a date need not be there.
    if words.stand != "end" and (anchor := next(dates, None)):
        closing = read_information(lines, anchor, words)
        closing = read_last(lines, start, closing.end_line, words) or closing
        return place_text(page, start, closing.first_line, box_links), closing
    stop = min(stop, len(lines) if text.box is None else text.box)
    stop = next((at for at in range(start, stop) if is_notice(lines[at].text)), stop)
    near = find_run_end(lines, text.end, stop, words)
    behind = max(start, text.container.last + 1 if text.container else start)
    last = read_last(lines, start, stop, words)
    if last is None or last.kinds == {"editor"}:
        # An editor may be named once more below what stands behind the labels.
        last = read_last(lines, start, near, words) or find_last(lines, behind, stop, words) or last
    if last is None and text.container:
        # Links to other articles may stand in the text's cell above them.
        end = next((at for at in range(text.end, len(lines)) if not text.container.holds(lines[at])), len(lines))
        last = find_last(lines, text.end, end, words)
    return (place_text(page, start, last.first_line, box_links) if last else text), last


_NOTICE = re.compile(r"©|copyright|版权", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_MAX_ANCHORS = 40
"""Lines that look like an anchor and are looked at; a list has no more items to a page."""
_FEWEST = 2
"""The same on a page without end, where each costs a look at all lines."""
_MAX_LINES = 200_000
"""Lines that are looked at for all anchors together: 40 times those of the longest honest page."""
_MORE_ABOVE = 2
"""How many times more letters stand above information that closes a text."""
CONTENT = 30
"""Characters of a line that is no mere note in a page's foot."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The lines that show a page to be an article."""

    info: Information
    """Of the lines around its date, and of those behind its text."""
    heading: Heading
    start: int
    """Index of the first line behind anchor and By line."""
    text: TextPlace
    """Where its text stands, if there is no pager in it."""
    box_links: Sequence[int]
    """Lines that may be items of the box."""
    last: tuple[int, int] = (0, 0)
    """First and last line of the information behind the text; an empty range without."""


def choose_anchor(page: AskedPage) -> Proof | str:
    """The anchor that heads an article of the site, with its By line and heading; a reason where there is none.

    A page's foot has an `Updated` line too, with nothing behind it; a listing may have one an item; another site's
    page may have a title, such a line, a By line and text, but not this site's sections or articles in its links.
    """
    lines, site = page.lines, page.site
    anchors = page.anchors[: max(_FEWEST, min(_MAX_ANCHORS, _MAX_LINES // max(1, len(lines))))]
    if not anchors:
        return "no `Updated :` line"
    own = is_own_page(page)
    items = [anchor.first_line for anchor in anchors if is_item(page, anchor)]
    box_links = find_box_links(page, anchors[0].end_line)
    reason = "its `Updated :` line heads no article"
    for anchor in anchors:
        info = read_information(lines, anchor, site.words)
        if anchor.first_line in items and (len(items) > 1 or not info.names_origin):
            continue
        heading = read_heading(page, info.first_line)
        start = info.end_line
        below = range(0)
        if not heading.is_named:
            is_above = heading.title_from == "heading"
            below = find_title_below(page, start, heading.label, site.words, named=is_above)
        if below:
            heading.title, heading.title_from = " ".join(lines[at].text for at in below), "heading"
            heading.title_lines, start = below, below.stop
            if more := read_run(lines, start, site.words):
                info, start = info.merge(more), more.end_line
        # Where the pages of a template have their text is known from others.
        whole = TextPlace(start, len(lines), None, None)
        text = whole if page.document.furniture else place_text(page, start, len(lines), box_links)
        closing = None
        if not info.names_origin or not all(getattr(info, name) for name in page.behind):
            place, closing = read_closing(page, start, len(lines), text, box_links)
            if closing and "date" not in closing.kinds:
                text = place
            else:
                # One with a date of its own is the foot's.
                closing = None
        last = (closing.first_line, closing.end_line) if closing else (0, 0)
        proof = Proof(info.merge(closing), heading, start, text, box_links, last)
        if _closes(page, proof) or not _heads(page, proof):
            continue
        # A bare page has nothing on it that speaks against it.
        if own or (info.names_origin and _ISO_DAY.fullmatch(anchor.date_text) and not leads_astray(page)):
            return proof
        reason = "nothing on it is of this site"
    return reason


def has_content(page: AskedPage, text: TextPlace) -> bool:
    """True where a picture stands in the text, or a line that is no mere note."""
    return any(len(line.text) >= CONTENT or line.images for line in page.lines[text.start : text.end])


def _closes(page: AskedPage, proof: Proof) -> bool:
    """True where the text stands between the title and the information, which is its end."""
    if page.closes:
        return True
    lines, title = page.lines, proof.heading.title_lines
    if title and title[-1] > proof.info.first_line:
        return False
    # A line that nothing but its place calls a title may be the last one of the text.
    first = title[-1] + 1 if title and (proof.heading.is_named or lines[title[-1]].heading) else 0
    above = lines[first : proof.info.first_line]
    behind = lines[proof.text.start : proof.text.end]
    return _count_letters(above) > _MORE_ABOVE * _count_letters(behind)


def _count_letters(lines: Sequence[Line]) -> int:
    """Letters of sentences and of captions with a credit."""
    shown = (line.text for line in lines if line.text and not line.is_link)
    return sum(len(text) for text in shown if is_sentence(text) or split_credit(text))


def _heads(page: AskedPage, proof: Proof) -> bool:
    """True where an article's other parts stand around the anchor; furniture of its template says as much as a box."""
    info, heading = proof.info, proof.heading
    is_filled = has_content(page, proof.text)
    has_box = proof.text.box is not None or bool(page.document.furniture)
    if info.names_origin:
        return is_filled or has_box or heading.label is not None or proof.text.end > proof.text.start
    return is_filled and (heading.label is not None or has_box)


def is_item(page: AskedPage, anchor: Anchor) -> bool:
    """True where the line above the anchor is a link to another article, as in a listing that dates its items so."""
    above = page.lines[anchor.first_line - 1] if anchor.first_line else None
    if above is None or not above.is_link:
        return False
    found = page.article(above.links[0])
    return found is not None and found[1].id != page.meaning.id


def is_own_page(page: AskedPage) -> bool:
    """True where links on the page lead to articles in known sections, or to known sections by their own names.

    Where articles name no section, any link to a list or another article counts; so does the site's own notice of
    copyright.
    """
    proof, lines = page.site.proof, page.document.all_lines
    if proof.copyright and any(
        _NOTICE.search(line.text) and any(words.lower() in line.text.lower() for words in proof.copyright)
        for line in lines
        if line.text
    ):
        return True
    return (proof.links or proof.labels) and any(_is_own_link(link, page) for line in lines for link in line.links)


def _is_own_link(link: Link, page: AskedPage) -> bool:
    site = page.site
    _, found = page.lead(link)
    if found is None:
        return False
    section = site.section(found.section_path)
    if found.kind == "article":
        known = section is not None or not site.addresses.names_sections
        return site.proof.links and known and found.id != page.meaning.id
    if not site.addresses.names_sections:
        return site.proof.links
    return (
        site.proof.labels and section is not None and section.path == found.section_path and link.text == section.label
    )


def leads_astray(page: AskedPage) -> bool:
    """True where any link leads to what is no page of this site."""
    site = page.site
    for line in page.document.all_lines:
        for link in line.links:
            if ACTION.match(link.href):
                continue
            address, found = page.lead(link)
            known = found is not None and (
                site.section(found.section_path) is not None or not site.addresses.names_sections
            )
            if address != site.home and not known:
                return True
    return False
