"""The list line as a witness: a page that heads a text with the listed title, and dates it, is that article."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.box import find_box_links
from harbincrawl.pages.article.content.text import place_text
from harbincrawl.pages.article.head.byline import Anchor, Byline, find_anchors, read_byline, split_authors
from harbincrawl.pages.article.head.heading import read_heading
from harbincrawl.pages.article.head.labels import read_labels
from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.html.line import Line
from harbincrawl.sites import Address, Site

from .labelled import read_closing
from .proof import CONTENT, Proof, is_item

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


def choose_attested(page: Document, base: str, site: Site, meaning: Address, title: str) -> Proof | None:
    """Where the article stands that the lists call `title`; None where no heading with a legal date says so.

    A soft 404, a login and another article do not show that title above a date; a list that does links it.
    """
    wanted = normal_form(title).lower()
    # A list may cut its titles.
    whole = wanted.rstrip(". …")
    is_cut = len(whole) >= _SHORTEST_CUT and wanted.endswith(("...", "…"))
    if not wanted:
        return None
    lines = page.lines
    near = range(min(_FURTHEST, len(lines)))
    found = [at for at in near if lines[at].text and _may_be(lines[at], base, site, meaning)]
    ends = ((at, _find_end(lines, at, whole if is_cut else wanted, is_cut=is_cut)) for at in found)
    for at, end in [(at, end) for at, end in ends if end][:_MOST]:
        dated = find_date(lines, end, site)
        is_listed = lines[at].is_link and _has_items(page, base, site, meaning)
        if is_listed or (dated is None and not site.words.may_lack_date):
            continue
        anchor, byline, start = dated or (Anchor(end, end, ""), None, end)
        box_links = find_box_links(lines, start, meaning.id, base, site)
        text = place_text(lines, start, len(lines), box_links, base, site)
        text, last = read_closing(lines, start, len(lines), text, box_links, base, site)
        if not any(len(line.text) >= CONTENT or line.images for line in lines[text.start : text.end]):
            continue
        if dated is None and (last is None or last.kinds == {"editor"}):
            continue
        if last and (byline is None or byline.source is None):
            author = byline.author if byline and byline.author else last.author
            byline = Byline(start, start, author, split_authors(author or ""), last.source)
        heading = read_heading(lines, end, page.title, base, site, meaning.section_path)
        heading.title, heading.title_from = " ".join(line.text for line in lines[at:end]), "heading"
        heading.title_lines = range(at, end)
        closing = (last.first_line, last.end_line) if last else (0, 0)
        return Proof(anchor, byline, heading, start, text, box_links, closing)
    return None


def _may_be(line: Line, base: str, site: Site, meaning: Address) -> bool:
    """False for a link to another article, and for one that is no heading: a title may lead to its own page."""
    if not line.is_link:
        return True
    led = (found[1].id for link in line.links if (found := link.article(base, site)))
    return line.heading and all(id == meaning.id for id in led)


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


def _has_items(page: Document, base: str, site: Site, meaning: Address) -> bool:
    """True where a date stands under a link to another article, as in a list."""
    anchors = find_anchors(page.lines, site.words)[:_MOST_ITEMS]
    return any(is_item(page.lines, anchor, base, site, meaning) for anchor in anchors)


def find_date(lines: Sequence[Line], end: int, site: Site) -> tuple[Anchor, Byline | None, int] | None:
    """The date line with a legal date right behind line `end`, the By line, and the index behind them.

    Where pages may lack a date, the By line or the source alone.
    """
    near = lines[end : end + _REACH]
    if site.words.may_lack_date:
        labels = read_labels(lines, end, site.words)
        if labels is None or labels.kinds == {"editor"} or labels.date_text == "":
            return None
        if labels.date_text is not None and read_any_date(labels.date_text, site) is None:
            return None
        said = Byline(end, end, labels.author, labels.authors, labels.source)
        return Anchor(end, labels.end_line, labels.date_text or ""), said, labels.end_line
    for found in find_anchors(near, site.words):
        if read_any_date(found.date_text, site) is not None:
            anchor = Anchor(end + found.first_line, end + found.end_line, found.date_text, found.by_text)
            byline = read_byline(lines, anchor, site.words)
            return anchor, byline, byline.end_line if byline else anchor.end_line
    return None
