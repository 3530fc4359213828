"""The trial of a layout: whether it reads the pages that it was learnt from as articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from harbincrawl.errors import NotAnArticle
from harbincrawl.identity import normal_form
from harbincrawl.pages.article.head.information import read_head
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template
from harbincrawl.records import Article
from harbincrawl.text import count_text

from .asked import AskedPage
from .reading import read_filtered

_MIN_SHARE = 0.9
"""Part of the pages that have a title as their list has it, and a day."""
_MIN_TEXTS = 0.95
"""Part of the pages that have a text or pictures."""


def find_failure(pages: Sequence[tuple[AskedPage, Collection[str]]], layout: Layout) -> str | None:
    """Why no page is read by `layout`; None where it may be used. `pages` are its samples, with their lists' titles.

    A layout has to read the pages that it was learnt from as articles: one wrong layout would misread all pages alike.
    """
    origins = {(asked.meaning.section_path, asked.meaning.created) for asked, _ in pages}
    if len(origins) < 2:
        return "its pages are all of one day and section"
    template = Template(layout)
    read = [(_read(asked, template), titles) for asked, titles in pages]
    found = [article for article, _ in read if article is not None]
    texts = sum(bool(article.body or article.images) for article in found)
    if texts < _MIN_TEXTS * len(pages):
        return f"it finds a text on {texts} of {count_text(len(pages), 'page')}"
    named = [(article, titles) for article, titles in read if titles]
    right = sum(article is not None and _is_called(article, titles) for article, titles in named)
    if right < _MIN_SHARE * len(named):
        return f"it finds the title of its list on {right} of {count_text(len(named), 'page')}"
    days = sum(article.updated is not None for article in found)
    if not pages[0][0].site.words.may_lack_date and days < _MIN_SHARE * len(pages):
        return f"it finds a day on {days} of {count_text(len(pages), 'page')}"
    named_sources = [article for (asked, _), (article, _) in zip(pages, read, strict=True) if _names_source(asked)]
    sources = sum(article is not None and article.source is not None for article in named_sources)
    if sources < _MIN_SHARE * len(named_sources):
        return f"it finds the source on {sources} of {count_text(len(named_sources), 'page')} that name one"
    return None


def _names_source(asked: AskedPage) -> bool:
    """Whether the information around the first date of the whole page has a source."""
    head = read_head(asked.lines, asked.anchors, asked.site.words)
    return head is not None and head.source is not None


def _read(asked: AskedPage, template: Template) -> Article | None:
    try:
        return read_filtered(asked, template).article
    except NotAnArticle:
        return None


def _is_called(article: Article, titles: Collection[str]) -> bool:
    """Whether the title is that of a list, which may cut it; a page that shows none is given its list's."""
    if article.title_from != "heading":
        return True
    own = normal_form(article.title or "").lower()
    return any(own == form or own.startswith(form.rstrip(". …")) for form in (normal_form(t).lower() for t in titles))
