"""An article on a site whose pages may print no date, or print date, By line and source behind the text."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.furniture import is_sentence
from harbincrawl.pages.article.content.pictures import split_credit
from harbincrawl.pages.article.content.text import find_box_links, place_text
from harbincrawl.pages.article.head.heading import find_first_crumb, is_in_title, may_be_title, read_heading, site_names
from harbincrawl.pages.article.head.information import (
    Anchor,
    Information,
    read_run,
)
from harbincrawl.pages.article.proof import is_closing_due, read_closing
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.pager.pager import find_pager
from harbincrawl.sites.words import Words

from .asked import AskedPage
from .proof import Proof, has_content, is_item, is_own_page

_REACH = 10
"""Lines without a link behind the breadcrumb within which the title stands."""
_FURTHEST = 80
"""Lines from the top of a page without a breadcrumb within which the title stands."""
_MAX_DATES = 5
"""Date lines of a page that is a list: an article has one, and a page's foot may have another."""
_LONGEST_LINE = 100
"""Characters of a line that is rather a sentence of the text."""
_LONGEST_TITLE = 200
"""Characters of a title that nothing but its place shows to be one."""


def choose_labelled(page: AskedPage) -> Proof | str:
    """Where the article of the page stands; a reason where the page shows none of this site's.

    A breadcrumb, a heading or the document's title mark the beginning; the labels above or behind the text say that
    it is an article: a notice and a list have none.
    """
    lines, words = page.lines, page.site.words
    crumb = find_first_crumb(page)
    first = crumb.stop if crumb else 0
    anchor = _find_title_end(page, first, marked=crumb is not None)
    if anchor is None:
        return "no breadcrumb or title heads a text"
    above = read_run(lines, anchor, words)
    items = [each for each in page.anchors[:_MAX_DATES] if is_item(page, each)]
    if len(items) > 1 or is_item(page, Anchor(anchor, anchor, "")):
        return "its titles and dates are those of a list"
    start = above.end_line if above else anchor
    box_links = find_box_links(page, start)
    pager = find_pager(page, start)
    stop = pager.first_line if pager else len(lines)
    text = place_text(page, start, stop, box_links)
    text, last = read_closing(page, start, stop, text, box_links) if is_closing_due(page, text) else (text, None)
    if last is None and pager:
        # The labels of an article of several pages may stand behind its pager.
        last = read_run(lines, pager.end_line, words)
    info = (above or Information(anchor, start)).merge(last)
    if not has_content(page, text):
        return "its labels head no text"
    heading = read_heading(page, anchor)
    if (
        page.document.furniture
        and not heading.is_named
        and is_item(page, Anchor(min(heading.title_lines, default=0), anchor, ""))
    ):
        return "it heads a text behind a link to another article, as a list does"
    is_part = pager is not None and (pager.last or 0) > 1 and heading.title_from == "heading"
    if not info.kinds and not is_part:
        return "no date, By line or source"
    if not is_own_page(page):
        return "nothing on it is of this site"
    closing = (last.first_line, last.end_line) if last else (0, 0)
    return Proof(info, heading, start, text, box_links, closing)


def _find_title_end(page: AskedPage, first: int, *, marked: bool) -> int | None:
    """Index behind the title, which stands behind line `first`; `first` where the page shows none.

    None where neither a breadcrumb marks the place, nor a line is a heading or in the document's title.
    """
    lines, words = page.lines, page.site.words
    names = site_names(page, None)
    wanted = normal_form(page.document.title or "").lower()
    # A heading right above labels needs no other sign; a calendar or the weather may stand above it.
    headed = (at for at in range(first, min(len(lines), first + _FURTHEST)) if lines[at].heading)
    for at in headed if marked else ():
        # All lines of one heading are the title.
        end = next((n for n in range(at + 1, len(lines)) if lines[n].path != lines[at].path), len(lines))
        if may_be_title(lines[at], names) and read_run(lines[end : end + 2], 0, words) is not None:
            return end
    stop = _find_reach(lines, first) if marked else min(len(lines), first + _FURTHEST)
    # The title stands above the labels and the text.
    beyond = next((at for at in range(first, stop) if _is_beyond(lines, at, words, marked=marked)), None)
    stop = stop if beyond is None else beyond
    shown = [at for at in range(first, stop) if may_be_title(lines[at], names)]
    agreeing = [at for at in shown if is_in_title(lines[at].text, wanted)]
    # A heading of links heads a menu or a side column.
    apart = [at for at in shown if not _heads_links(lines, at)]
    if chosen := agreeing or [at for at in apart if lines[at].heading]:
        return _end_of_run(chosen, lines, wanted)
    if not marked:
        # Labels right below the first lines head the text; those behind a text leave its first line to be the title.
        shorts = [at for at in apart if not _is_text(lines[at].text)]
        is_behind = bool(shorts) and any(len(line.text) > _LONGEST_LINE for line in lines[shorts[0] + 1 : stop])
        return shorts[0] + 1 if is_behind else beyond
    return _end_of_run(apart, lines[:stop], wanted) if apart else first


def _is_text(text: str) -> bool:
    """True for a sentence and for a caption with its credit: no title is one."""
    return is_sentence(text) or split_credit(text) is not None


def _find_reach(lines: Sequence[Line], first: int) -> int:
    """Index behind the lines below a breadcrumb among which the title is; a menu or side column may stand above it."""
    counted = 0
    for at in range(first, min(len(lines), first + _FURTHEST)):
        counted += bool(lines[at].text) and not lines[at].is_link
        if counted > _REACH:
            return at
    return min(len(lines), first + _FURTHEST)


def _heads_links(lines: Sequence[Line], at: int) -> bool:
    """True where the next words behind line `at` are a link."""
    return next((line.is_link for line in lines[at + 1 : at + 4] if line.text), False)


def _is_beyond(lines: Sequence[Line], at: int, words: Words, *, marked: bool) -> bool:
    """True for a line behind which no title stands: a label or, below a breadcrumb, a sentence, picture or caption."""
    line = lines[at]
    if read_run(lines[at : at + 2], 0, words) is not None:
        return True
    is_long = len(line.text) > _LONGEST_TITLE or (len(line.text) > _LONGEST_LINE and line.text[-1] in ".。")
    is_picture = any(not picture.href for picture in line.images) and not _heads_links(lines, at)
    return marked and (is_long or is_picture or split_credit(line.text) is not None)


def _end_of_run(chosen: Sequence[int], lines: Sequence[Line], wanted: str) -> int:
    """Index behind the first line of `chosen`, or behind those right after it that are as much of a title.

    A title that is broken stands in one block; its second half alone may be too short to be known.
    """
    first = chosen[0]
    end = first + 1
    while end < len(lines) and lines[end].text and lines[end].path == lines[end - 1].path:
        whole = " ".join(line.text for line in lines[first : end + 1])
        if end not in chosen and not is_in_title(whole, wanted):
            break
        end += 1
    return end
