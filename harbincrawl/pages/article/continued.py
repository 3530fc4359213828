"""A further page of an article that does not prove itself: the page whose pager leads to it does."""

from __future__ import annotations

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.text import find_box_links, place_text
from harbincrawl.pages.article.head.heading import find_first_crumb, is_in_title, read_heading
from harbincrawl.pages.article.head.information import Information, read_information
from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.pager.pager import find_pager
from harbincrawl.records import Article

from .asked import AskedPage
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

    What shows it is the pager of the page before it, that led here, and the title of that page or a pager on this one.
    It may print neither day nor By line.
    """
    lines, before = page.lines, page.before
    if page.meaning.page < 2 or before is None or before.id != page.meaning.id or _is_of_other_day(page, before):
        return None
    crumb = find_first_crumb(page)
    top = crumb.stop if crumb else 0
    pager, title = find_pager(page, top), before.title or ""
    head = _find_title(page, title, top)
    if not (head or pager or is_in_title(title, normal_form(page.document.title or "").lower())):
        return None
    text = place_text(page, top, len(lines), find_box_links(page, top))
    if head and text.container and head.start > text.container.first:
        # The title stands in a box below the text.
        head = None
    start = head.stop if head else top
    # Nothing else than the text's element shows where a further page without a title begins.
    inside = (at for at in range(start, len(lines)) if text.container and text.container.holds(lines[at]))
    first = next(inside, text.start)
    near = (one for one in page.anchors[:_MAX_DATES] if start <= one.first_line < max(text.end, start + _REACH))
    dated = next((one for one in near if read_any_date(one.date_text, page.site) is not None), None)
    info = read_information(lines, dated, page.site.words) if dated else Information(start, 0)
    # A pager may stand above the text alone.
    runs = pager.runs if pager else ()
    start = max(head.stop if head else 0, info.end_line) or first
    start = max([start, *(end for _, end in runs if end <= first)])
    stop = max((begin for begin, _ in runs if begin > first), default=len(lines))
    links = find_box_links(page, start)
    text = place_text(page, start, stop, links)
    shown = lines[text.start : text.end]
    # The rest of a table is content, too.
    if not any(line.images for line in shown) and sum(len(line.text) for line in shown) < CONTENT:
        return None
    heading = read_heading(page, head.stop if head else start)
    heading.title_lines = head or ()
    heading.title, heading.title_from = before.title, "heading" if head else "none"
    return Proof(info, heading, start, text, links)


def is_title_of(text: str | None, before: Article) -> bool:
    """True where `text` is the title of the page before, with or without the page's number."""
    return _is_title(normal_form(text or "").lower(), normal_form(before.title or "").lower())


def _is_title(form: str, wanted: str) -> bool:
    number = form[len(wanted) :] if wanted and form.startswith(wanted) else ""
    is_numbered = len(number) <= _LONGEST_NUMBER and any(map(str.isdigit, number))
    return form == wanted or (is_numbered and not any(map(str.isalpha, number)))


def _find_title(page: AskedPage, title: str, top: int) -> range | None:
    """The first lines from line `top` on that are `title`, with the number of a page behind it, and no link."""
    lines, wanted = page.lines[:_FURTHEST], normal_form(title).lower()
    for at in range(top, len(lines) if wanted else top):
        text = ""
        for end in range(at + 1, min(at + 1 + _MAX_BROKEN, len(lines) + 1)):
            text = f"{text} {lines[end - 1].text}".strip()
            form = normal_form(text).lower()
            if text and not lines[at].is_link and _is_title(form, wanted):
                return range(at, end)
            if not wanted.startswith(form) or lines[end - 1].path != lines[at].path:
                break
    return None


def _is_of_other_day(page: AskedPage, before: Article) -> bool:
    """True where the page prints a day that is not that of the page before it."""
    days = {read_any_date(each.date_text, page.site) for each in page.anchors[:_MAX_DATES]} - {None}
    return bool(days) and before.updated is not None and before.updated not in days
