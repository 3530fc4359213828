"""A further page of an article that prints neither day nor By line: its pager, or the page before it, proves it."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.box import find_box_links
from harbincrawl.pages.article.content.container import Container
from harbincrawl.pages.article.content.furniture import is_chrome, is_drawing, is_sentence
from harbincrawl.pages.article.content.pictures import split_credit
from harbincrawl.pages.article.content.text import TextPlace, place_text
from harbincrawl.pages.article.head.byline import Anchor, Byline, find_anchors
from harbincrawl.pages.article.head.heading import find_first_crumb, is_within, read_heading
from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.pager import find_pager
from harbincrawl.records import Article
from harbincrawl.sites import Address, Site

from .labelled import read_closing
from .proof import CONTENT, Proof
from .witness import find_date

_MOST_HEADING = 3
"""Lines of a broken heading."""
_FURTHEST = 200
"""Lines from the top of a page within which the title stands."""
_MOST_DATES = 5
"""Date lines that are looked at: an article has one, and a page's foot may have another."""
_LONGEST_NUMBER = 8
"""Characters of the page's number behind the title, with its brackets."""


def choose_continued(
    page: Document, canonical: str, base: str, site: Site, meaning: Address, before: Article | None
) -> Proof | None:
    """Where the text of page n of the article `meaning` stands; None where nothing shows that it is its page.

    What shows it is a link to another page of the article; or the pager of `before`, the page before it, that led here,
    and its title on this page.
    """
    lines = page.lines
    if meaning.page < 2 or meaning.id is None:
        return None
    if before is not None and (before.id != meaning.id or _is_of_other_day(lines, before, site)):
        before = None
    title = normal_form(before.title or "").lower() if before else ""
    crumb = find_first_crumb(lines, base, site, meaning.section_path)
    start = crumb[1].stop if crumb else 0
    headed = _find_title(lines, start, before) if before and title else 0
    wanted = normal_form(page.title or "").lower()
    is_named = bool(headed) or (bool(title) and is_within(title, wanted))
    if not is_named and not _links_to_others(lines, base, site, meaning):
        return None
    pager = find_pager(lines, start, canonical, base, site)
    if pager is None and before is None:
        return None
    box_links = find_box_links(lines, start, meaning.id, base, site)
    if headed and headed - 1 in box_links and _find_sentence(lines, start, headed):
        # The title stands in a box below the text.
        headed = 0
    text = place_text(lines, max(start, headed), len(lines), box_links, base, site)
    first = _find_first(lines, max(start, headed), text, base, site)
    dated = find_date(lines, headed, site) if headed else _find_labels(lines, start, first, site) if before else None
    anchor, byline, behind = dated or (Anchor(start, start, ""), None, 0)
    if headed or dated:
        start = max(headed, behind)
    elif crumb is None:
        # Nothing shows where the text begins but itself.
        start = first
    else:
        for line in lines[start : start + _MOST_HEADING]:
            if line.is_link or not ((line.heading and before is None) or is_within(line.text, wanted)):
                break
            start += 1
    stop = len(lines)
    if pager is not None:
        # A pager may stand above the text alone.
        start = max(start, *(end for _, end in pager.runs if end <= first), 0)
        stop = next((begin for begin, _ in reversed(pager.runs) if begin > first), stop)
    text = place_text(lines, start, stop, box_links, base, site)
    shown = lines[text.start : text.end]
    # The rest of a table is content, too, where the page before leads to it.
    if not any(line.images for line in shown) and sum(len(line.text) for line in shown) < CONTENT:
        return None
    text, last = read_closing(lines, start, stop, text, box_links, base, site)
    if last and not (byline and (byline.author or byline.source)):
        byline = Byline(start, start, last.author, last.authors, last.source)
    heading = read_heading(lines, headed or start, page.title, base, site, meaning.section_path)
    if before is not None:
        heading.title, heading.title_from = before.title, "heading" if headed else "none"
        heading.title_lines = range(headed - 1, headed) if headed else ()
    closing = (last.first_line, last.end_line) if last else (0, 0)
    if dated is None:
        anchor = Anchor(start, start, "")
    return Proof(anchor, byline, heading, start, text, box_links, closing)


def is_title_of(text: str | None, before: Article) -> bool:
    """True where `text` is the title of the page before, with or without the page's number."""
    form, title = normal_form(text or "").lower(), normal_form(before.title or "").lower()
    return form == title or (bool(title) and form.startswith(title) and _is_number(form[len(title) :]))


def _is_of_other_day(lines: Sequence[Line], before: Article, site: Site) -> bool:
    """True where the page prints a day that is not that of the page before it."""
    days = {read_any_date(each.date_text, site) for each in find_anchors(lines, site.words)[:_MOST_DATES]}
    days.discard(None)
    return bool(days) and before.updated is not None and before.updated not in days


def _find_labels(lines: Sequence[Line], start: int, stop: int, site: Site) -> tuple[Anchor, Byline | None, int] | None:
    """The first labels between lines `start` and `stop`, as `find_date` gives them: they may stand without a title."""
    for at in range(start, min(stop, start + _FURTHEST)):
        if lines[at].is_link or not lines[at].text:
            continue
        if not site.words.may_lack_date and not site.words.date_line.match(lines[at].text):
            continue
        if dated := find_date(lines, at, site):
            return dated
    return None


def _find_sentence(lines: Sequence[Line], start: int, stop: int) -> bool:
    return any(is_sentence(line.text) or split_credit(line.text) for line in lines[start:stop] if not line.is_link)


def _find_title(lines: Sequence[Line], start: int, before: Article) -> int:
    """Index behind the line that is the title of the page before; 0 where there is none."""
    for at in range(start, min(len(lines), start + _FURTHEST)):
        text = lines[at].text
        if not text or (lines[at].is_link and not lines[at].heading):
            continue
        if is_title_of(text, before):
            return at + 1
    return 0


def _is_texts(line: Line, container: Container, base: str, site: Site) -> bool:
    return (bool(line.images) or container.holds(line)) and not line.is_link and not is_chrome(line, base, site)


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _links_to_others(lines: Sequence[Line], base: str, site: Site, meaning: Address) -> bool:
    """True where the page has a link to another page of the article."""
    leads = (
        found[1]
        for line in lines
        for link in (*line.links, *line.options)
        if meaning.id and meaning.id in link.href and (found := link.article(base, site)) is not None
    )
    return any(lead.id == meaning.id and lead.page != meaning.page for lead in leads)


def _find_first(lines: Sequence[Line], start: int, text: TextPlace, base: str, site: Site) -> int:
    """Index of the first line of the text itself: its first sentence, and the pictures right above it."""
    if text.container is None:
        # An icon between the parts of a breadcrumb is none.
        pictured = (at for at in range(start, len(lines)) if any(not is_drawing(one) for one in lines[at].images))
        return next((at for at in pictured if not is_chrome(lines[at], base, site)), start)
    first = text.container.first
    while first > start and _is_texts(lines[first - 1], text.container, base, site):
        first -= 1
    return first
