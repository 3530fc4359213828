"""The witnesses of a page that does not prove itself: a list that names it, or the page whose pager leads to it."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.furniture import is_chrome, is_drawing, is_sentence
from harbincrawl.pages.article.content.pictures import split_credit
from harbincrawl.pages.article.content.text import TextPlace, find_box_links, place_text
from harbincrawl.pages.article.head.heading import find_first_crumb, is_in_title, read_heading
from harbincrawl.pages.article.head.information import Information, find_anchors, read_information, read_run
from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.pager.pager import find_pager
from harbincrawl.records import Article
from harbincrawl.sites import Site

from .asked import AskedPage
from .labelled import read_closing
from .proof import CONTENT, Proof, has_content, is_item

_FURTHEST = 400
"""Lines from the top of a page within which the title stands."""
_REACH = 6
"""Lines behind the title within which the date stands."""
_MOST = 5
"""Lines that are the listed title, and are looked at."""
_SHORTEST_CUT = 12
"""Characters of a title that ends in dots."""
_MOST_ITEMS = 40
"""Date lines that are looked at: a list has no more items to a page."""
_MOST_BROKEN = 3
"""Lines that a broken title has at most."""
_FURTHEST_CONTINUED = 200
"""Lines from the top of a further page within which its title or labels stand."""
_MOST_DATES = 5
"""Date lines that are looked at: an article has one, and a page's foot may have another."""
_LONGEST_NUMBER = 8
"""Characters of the page's number behind the title, with its brackets."""


def choose_attested(page: AskedPage) -> Proof | None:
    """Where the article stands that the lists name; None where no heading with a legal date says so.

    A soft 404, a login and another article do not show that title above a date; a list that does links it.
    """
    wanted = normal_form(page.listed.title or "").lower() if page.listed else ""
    # A list may cut its titles.
    whole = wanted.rstrip(". …")
    is_cut = len(whole) >= _SHORTEST_CUT and wanted.endswith(("...", "…"))
    if not wanted:
        return None
    lines, site = page.lines, page.site
    near = range(min(_FURTHEST, len(lines)))
    found = [at for at in near if lines[at].text and _may_be(lines[at], page)]
    ends = ((at, _find_end(lines, at, whole if is_cut else wanted, is_cut=is_cut)) for at in found)
    for at, end in [(at, end) for at, end in ends if end][:_MOST]:
        dated = _find_date(lines, end, site)
        is_listed = lines[at].is_link and any(is_item(page, anchor) for anchor in page.anchors[:_MOST_ITEMS])
        if is_listed or (dated is None and not site.words.may_lack_date):
            continue
        info = dated or Information(end, end)
        start = info.end_line
        box_links = find_box_links(page, start)
        text = place_text(page, start, len(lines), box_links)
        text, last = read_closing(page, start, len(lines), text, box_links)
        if not has_content(page, text):
            continue
        if dated is None and (last is None or last.kinds == {"editor"}):
            continue
        heading = read_heading(page, end)
        heading.title, heading.title_from = " ".join(line.text for line in lines[at:end]), "heading"
        heading.title_lines = range(at, end)
        closing = (last.first_line, last.end_line) if last else (0, 0)
        return Proof(info.merge(last), heading, start, text, box_links, closing)
    return None


def _may_be(line: Line, page: AskedPage) -> bool:
    """False for a link to another article, and for one that is no heading: a title may lead to its own page."""
    if not line.is_link:
        return True
    led = (found[1].id for link in line.links if (found := page.article(link)))
    return line.heading and all(id == page.meaning.id for id in led)


def _find_end(lines: Sequence[Line], at: int, wanted: str, *, is_cut: bool) -> int:
    """Index behind the lines from `at` on that are the title, or begin with one that is cut; 0 where they are not."""
    text = ""
    for end in range(at + 1, min(at + 1 + _MOST_BROKEN, len(lines))):
        if lines[end - 1].path != lines[at].path:
            return 0
        text = f"{text} {lines[end - 1].text}".strip()
        form = normal_form(text).lower()
        if form == wanted or (is_cut and form.startswith(wanted)):
            return end
        if not wanted.startswith(form):
            return 0
    return 0


def _find_date(lines: Sequence[Line], end: int, site: Site) -> Information | None:
    """The information with a legal date right behind line `end`.

    Where pages may lack a date, the By line or the source alone.
    """
    near = lines[end : end + _REACH]
    if site.words.may_lack_date:
        info = read_run(lines, end, site.words)
        if info is None or info.kinds == {"editor"} or info.date_text == "":
            return None
        is_legal = info.date_text is None or read_any_date(info.date_text, site) is not None
        return info if is_legal else None
    for found in find_anchors(near, site.words):
        if read_any_date(found.date_text, site) is not None:
            anchor = found._replace(first_line=end + found.first_line, end_line=end + found.end_line)
            return read_information(lines, anchor, site.words)
    return None


def choose_continued(page: AskedPage) -> Proof | None:
    """Where the text of page n of an article stands; None where nothing shows that it is its page.

    What shows it is a link to another page of the article; or the pager of the page before it, that led here, and its
    title on this page. It may print neither day nor By line.
    """
    lines, site, meaning, before = page.lines, page.site, page.meaning, page.before
    if meaning.page < 2 or meaning.id is None:
        return None
    if before is not None and (before.id != meaning.id or _is_of_other_day(page, before)):
        before = None
    title = normal_form(before.title or "").lower() if before else ""
    crumb = find_first_crumb(page)
    start = crumb.stop if crumb else 0
    headed = _find_title(lines, start, before) if before and title else 0
    wanted = normal_form(page.document.title or "").lower()
    is_named = bool(headed) or (bool(title) and is_in_title(title, wanted))
    if not is_named and not _links_to_others(page):
        return None
    pager = find_pager(page, start)
    if pager is None and before is None:
        return None
    box_links = find_box_links(page, start)
    if headed and headed - 1 in box_links:
        above = (line.text for line in lines[start:headed] if not line.is_link)
        if any(is_sentence(text) or split_credit(text) for text in above):
            # The title stands in a box below the text.
            headed = 0
    text = place_text(page, max(start, headed), len(lines), box_links)
    first = _find_first(page, max(start, headed), text)
    dated = _find_date(lines, headed, site) if headed else _find_labels(lines, start, first, site) if before else None
    if headed or dated:
        start = max(headed, dated.end_line if dated else 0)
    elif crumb is None:
        # Nothing shows where the text begins but itself.
        start = first
    else:
        for line in lines[start : start + _MOST_BROKEN]:
            if line.is_link or not ((line.heading and before is None) or is_in_title(line.text, wanted)):
                break
            start += 1
    stop = len(lines)
    if pager is not None:
        # A pager may stand above the text alone.
        start = max(start, *(end for _, end in pager.runs if end <= first), 0)
        stop = next((begin for begin, _ in reversed(pager.runs) if begin > first), stop)
    text = place_text(page, start, stop, box_links)
    shown = lines[text.start : text.end]
    # The rest of a table is content, too, where the page before leads to it.
    if not any(line.images for line in shown) and sum(len(line.text) for line in shown) < CONTENT:
        return None
    text, last = read_closing(page, start, stop, text, box_links)
    heading = read_heading(page, headed or start)
    if before is not None:
        heading.title, heading.title_from = before.title, "heading" if headed else "none"
        heading.title_lines = range(headed - 1, headed) if headed else ()
    closing = (last.first_line, last.end_line) if last else (0, 0)
    info = (dated or Information(start, start)).merge(last)
    return Proof(info, heading, start, text, box_links, closing)


def is_title_of(text: str | None, before: Article) -> bool:
    """True where `text` is the title of the page before, with or without the page's number."""
    form, title = normal_form(text or "").lower(), normal_form(before.title or "").lower()
    number = form[len(title) :] if title and form.startswith(title) else ""
    is_numbered = len(number) <= _LONGEST_NUMBER and any(map(str.isdigit, number))
    return form == title or (is_numbered and not any(map(str.isalpha, number)))


def _is_of_other_day(page: AskedPage, before: Article) -> bool:
    """True where the page prints a day that is not that of the page before it."""
    days = {read_any_date(each.date_text, page.site) for each in page.anchors[:_MOST_DATES]}
    days.discard(None)
    return bool(days) and before.updated is not None and before.updated not in days


def _find_labels(lines: Sequence[Line], start: int, stop: int, site: Site) -> Information | None:
    """The first information between `start` and `stop`, as `_find_date` gives it: it may stand without a title."""
    for at in range(start, min(stop, start + _FURTHEST_CONTINUED)):
        if lines[at].is_link or not lines[at].text:
            continue
        if not site.words.may_lack_date and not find_anchors(lines[at : at + 1], site.words):
            continue
        if dated := _find_date(lines, at, site):
            return dated
    return None


def _find_title(lines: Sequence[Line], start: int, before: Article) -> int:
    """Index behind the line that is the title of the page before; 0 where there is none."""
    for at in range(start, min(len(lines), start + _FURTHEST_CONTINUED)):
        text = lines[at].text
        if not text or (lines[at].is_link and not lines[at].heading):
            continue
        if is_title_of(text, before):
            return at + 1
    return 0


def _links_to_others(page: AskedPage) -> bool:
    """True where the page has a link to another page of the article."""
    meaning = page.meaning
    leads = (
        found[1]
        for line in page.lines
        for link in (*line.links, *line.options)
        if meaning.id and meaning.id in link.href and (found := page.article(link)) is not None
    )
    return any(lead.id == meaning.id and lead.page != meaning.page for lead in leads)


def _find_first(page: AskedPage, start: int, text: TextPlace) -> int:
    """Index of the first line of the text itself: its first sentence, and the pictures right above it."""
    lines = page.lines
    if text.container is None:
        # An icon between the parts of a breadcrumb is none.
        pictured = (at for at in range(start, len(lines)) if any(not is_drawing(one) for one in lines[at].images))
        return next((at for at in pictured if not is_chrome(lines[at], page)), start)
    first = text.container.first
    for at in range(first - 1, start - 1, -1):
        is_inside = bool(lines[at].images) or text.container.holds(lines[at])
        if not is_inside or lines[at].is_link or is_chrome(lines[at], page):
            break
        first = at
    return first
