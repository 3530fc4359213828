"""A further page of an article that prints neither day nor By line: its pager proves it."""

from __future__ import annotations

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.box import find_box_links
from harbincrawl.pages.article.content.text import place_text
from harbincrawl.pages.article.head.byline import Anchor
from harbincrawl.pages.article.head.heading import find_first_crumb, is_within, read_heading
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.pager import find_pager
from harbincrawl.sites import Address, Site

from .proof import CONTENT, Proof

_MOST_HEADING = 3
"""Lines of a broken heading."""


def choose_continued(page: Document, canonical: str, base: str, site: Site, meaning: Address) -> Proof | None:
    """Where the text of page n of the article `meaning` stands; None where no pager leads to its other pages."""
    lines = page.lines
    if meaning.page < 2 or meaning.id is None:
        return None
    leads = (
        found[1]
        for line in lines
        for link in line.links
        if meaning.id in link.href and (found := link.article(base, site)) is not None
    )
    if not any(lead.id == meaning.id and lead.page != meaning.page for lead in leads):
        return None
    crumb = find_first_crumb(lines, base, site, meaning.section_path)
    start = crumb[1] if crumb else 0
    pager = find_pager(lines, start, canonical, base, site)
    if pager is None:
        return None
    wanted = normal_form(page.title or "").lower()
    for line in lines[start : start + _MOST_HEADING]:
        if line.is_link or not (line.heading or is_within(line.text, wanted)):
            break
        start += 1
    box_links = find_box_links(lines, start, meaning.id, base, site)
    heading = read_heading(lines, start, page.title, base, site, meaning.section_path)
    start = max(start, pager.above)
    # A pager may stand above the text alone.
    stop = pager.first_line if pager.first_line > start else len(lines)
    text = place_text(lines, start, stop, box_links, base, site)
    if not any(len(line.text) >= CONTENT or line.images for line in lines[text.start : text.end]):
        return None
    return Proof(Anchor(start, start, ""), None, heading, start, text, box_links)
