"""A further page of an article that does not prove itself: the page whose pager leads to it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.text import TextPlace, find_box_links, place_text
from harbincrawl.pages.article.head.heading import find_first_crumb, is_in_title, read_heading
from harbincrawl.pages.article.head.information import Information, read_information, read_run
from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.pager.pager import find_pager
from harbincrawl.records import Article

from .asked import AskedPage
from .closing import is_closing_due, read_closing
from .proof import CONTENT, Proof

_FURTHEST = 400
"""Lines from the top of a page within which the title stands."""
_REACH = 6
"""Lines behind the title within which the date stands."""
_MAX_DATES = 40
"""Date lines that are looked at: a list has no more items to a page."""
_MAX_BROKEN = 3
"""Lines that a broken title has at most."""
_LONGEST_NUMBER = 8
"""Characters of the page's number behind the title, with its brackets."""


def choose_continued(page: AskedPage) -> Proof | None:
    """Where the text of page n of an article stands; None where nothing shows that it is its page.

    What shows it is a link to another page of the article; or the pager of the page before it, that led here, and its
    title on this page. It may print neither day nor By line.
    """
    lines, before = page.lines, page.before
    if page.meaning.page < 2 or page.meaning.id is None:
        return None
    if before and (before.id != page.meaning.id or _is_of_other_day(page, before)):
        before = None
    crumb = find_first_crumb(page)
    top = crumb.stop if crumb else 0
    pager = find_pager(page, top)
    title = (before.title if before else None) or ""
    head = next((one for one in _find_titles(page, title) if one.start >= top), None) if title else None
    is_named = bool(title) and is_in_title(title, normal_form(page.document.title or "").lower())
    if not (head or is_named or _links_to_others(page)) or (pager is None and before is None):
        return None
    text = place_text(page, top, len(lines), find_box_links(page, top))
    first = _find_first(lines, text, head.stop if head and head.stop <= text.start else top)
    if head and text.container and head.start > text.container.first:
        # The title stands in a box below the text.
        head = None
    info = _find_information(page, head.stop if head else top, text)
    start = max(head.stop if head else 0, info.end_line if info else 0) or first
    # A pager may stand above the text alone.
    runs = pager.runs if pager else ()
    start = max([start, *(end for _, end in runs if end <= first)])
    stop = max((begin for begin, _ in runs if begin > first), default=len(lines))
    proof = _make_proof(page, head or range(start, start), info or Information(start, start), stop, start)
    shown = lines[proof.text.start : proof.text.end]
    # The rest of a table is content, too, where the page before leads to it.
    if not any(line.images for line in shown) and sum(len(line.text) for line in shown) < CONTENT:
        return None
    if before:
        proof.heading.title, proof.heading.title_from = before.title, "heading" if head else "none"
    return proof


def is_title_of(text: str | None, before: Article) -> bool:
    """True where `text` is the title of the page before, with or without the page's number."""
    return _is_title(normal_form(text or "").lower(), normal_form(before.title or "").lower())


def _is_title(form: str, wanted: str) -> bool:
    number = form[len(wanted) :] if wanted and form.startswith(wanted) else ""
    is_numbered = len(number) <= _LONGEST_NUMBER and any(map(str.isdigit, number))
    return form == wanted or (is_numbered and not any(map(str.isalpha, number)))


def _make_proof(page: AskedPage, head: range, info: Information, stop: int, start: int | None = None) -> Proof:
    """The proof of the text behind the title in the lines `head` and `info`, before line `stop`."""
    start = info.end_line if start is None else start
    box_links = find_box_links(page, start)
    text, last = place_text(page, start, stop, box_links), None
    if is_closing_due(page, text):
        text, last = read_closing(page, start, stop, text, box_links)
    heading = read_heading(page, head.stop)
    heading.title_lines, heading.title_from = head, "heading"
    closing = (last.first_line, last.end_line) if last else (0, 0)
    return Proof(info.merge(last), heading, start, text, box_links, closing)


def _find_titles(page: AskedPage, title: str) -> Iterator[range]:
    """The lines that are `title`, with the number of a page behind it, and may be the page's own.

    No link to another article is it, and no link that is no heading; a title may lead to its own page.
    """
    lines, wanted = page.lines[:_FURTHEST], normal_form(title).lower()
    for at, first in enumerate(lines):
        led = (found[1].id for link in first.links if (found := page.article(link)))
        if not first.text or (first.is_link and not (first.heading and all(id == page.meaning.id for id in led))):
            continue
        text = ""
        for end in range(at + 1, min(at + 1 + _MAX_BROKEN, len(lines) + 1)):
            text = f"{text} {lines[end - 1].text}".strip()
            form = normal_form(text).lower()
            if _is_title(form, wanted):
                yield range(at, end)
            if not wanted.startswith(form) or lines[end - 1].path != first.path:
                break


def _find_information(page: AskedPage, start: int, text: TextPlace) -> Information | None:
    """The information behind line `start`, above the last line of the text: with a legal date, where pages have one."""
    lines, site = page.lines, page.site
    if site.words.may_lack_date:
        info = read_run(lines, start, site.words)
        if info is None or info.kinds == {"editor"} or info.date_text == "":
            return None
        return info if info.date_text is None or read_any_date(info.date_text, site) is not None else None
    near = (one for one in page.anchors[:_MAX_DATES] if start <= one.first_line < max(text.end, start + _REACH))
    found = next((one for one in near if read_any_date(one.date_text, site) is not None), None)
    return read_information(lines, found, site.words) if found else None


def _is_of_other_day(page: AskedPage, before: Article) -> bool:
    """True where the page prints a day that is not that of the page before it."""
    days = {read_any_date(each.date_text, page.site) for each in page.anchors[:_MAX_DATES]} - {None}
    return bool(days) and before.updated is not None and before.updated not in days


def _links_to_others(page: AskedPage) -> bool:
    """True where the page has a link to another page of the article."""
    id = page.meaning.id or ""
    links = (link for line in page.lines for link in (*line.links, *line.options) if id in link.href)
    leads = (found[1] for link in links if (found := page.article(link)))
    return any(lead.id == id and lead.page != page.meaning.page for lead in leads)


def _find_first(lines: Sequence[Line], text: TextPlace, start: int) -> int:
    """Index of the first line in the text's element, or of the text; nothing else shows where a further page begins."""
    if text.container is None:
        return text.start
    return next((at for at in range(start, len(lines)) if text.container.holds(lines[at])), text.start)
