"""Whether a layout may be used: it has to read the pages that it was learnt from as articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from harbincrawl.errors import NotAnArticle
from harbincrawl.identity import normal_form
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.roles import Roles
from harbincrawl.records import Article
from harbincrawl.text import count_text

from .asked import AskedPage
from .by_layout import leave_out_furniture, read_kept

_MOST = 0.9
"""Part of the pages that have a title as their list has it, and a day."""
_MOST_TEXTS = 0.95
"""Part of the pages that have a text or pictures."""


def find_failure(pages: Sequence[tuple[AskedPage, Collection[str]]], layout: Layout) -> str | None:
    """Why no page is read by `layout`; None where it may be used. `pages` are its samples, with their lists' titles.

    One wrong layout would misread all pages alike.
    """
    origins = {(asked.meaning.section_path, asked.meaning.created) for asked, _ in pages}
    if len(origins) < 2:
        return "its pages are all of one day and section"
    template = Template(layout)
    read = [(_read(asked, template), titles) for asked, titles in pages]
    found = [article for article, _ in read if article is not None]
    texts = sum(bool(article.body or article.images) for article in found)
    if texts < _MOST_TEXTS * len(pages):
        return f"it finds a text on {texts} of {count_text(len(pages), 'page')}"
    named = [(article, titles) for article, titles in read if titles]
    right = sum(article is not None and _is_called(article, titles) for article, titles in named)
    if right < _MOST * len(named):
        return f"it finds the title of its list on {right} of {count_text(len(named), 'page')}"
    days = sum(article.updated is not None for article in found)
    if not pages[0][0].site.words.may_lack_date and days < _MOST * len(pages):
        return f"it finds a day on {days} of {count_text(len(pages), 'page')}"
    return None


def _read(asked: AskedPage, template: Template) -> Article | None:
    try:
        return read_kept(leave_out_furniture(asked, template), Roles(asked.document.lines))
    except NotAnArticle:
        return None


def _is_called(article: Article, titles: Collection[str]) -> bool:
    """Whether the title is that of a list, which may cut it; a page that shows none is given its list's."""
    if article.title_from != "heading":
        return True
    own = normal_form(article.title or "").lower()
    return any(own == form or own.startswith(form.rstrip(". …")) for form in (normal_form(t).lower() for t in titles))
