"""How sure each field of an article is, by its page, the list that names it, and the other pages of its template."""

from __future__ import annotations

from collections.abc import Mapping

from harbincrawl.identity import normal_form
from harbincrawl.pages.layout.layout import Share
from harbincrawl.records import Article, ListWords

_HALF = 0.5
"""Where two sources differ, or a page does not show the field itself."""


def rate_fields(record: Article, listed: ListWords, usual: Mapping[str, Share]) -> dict[str, float]:
    """From 0 to 1: title, updated, author, source and body.

    `listed` is what the list says of the article, `usual` on how many pages of its template author or source stand.
    """
    return {
        "title": _rate_title(record, listed.title),
        "updated": _rate_day(record, listed),
        "author": _rate_slot(record.author, usual.get("author")),
        "source": _rate_slot(record.source, usual.get("source")),
        "body": _rate_body(record),
    }


def _rate_title(record: Article, listed: str | None) -> float:
    if record.title is None:
        return 0
    is_same = listed is None or normal_form(listed).lower() == normal_form(record.title).lower()
    return 1 if record.title_from == "heading" and is_same else _HALF


def _rate_day(record: Article, listed: ListWords) -> float:
    if record.updated is None:
        return 0
    return 1 if listed.day in (None, record.updated) else _HALF


def _rate_slot(value: str | None, usual: Share | None) -> float:
    """The more pages of the template have a value, the less sure it is that this one has none."""
    if value is not None or usual is None:
        return 1
    return 1 - usual.on / usual.of


def _rate_body(record: Article) -> float:
    """Letters of the text by those and the ones of lines that nothing explains."""
    texts = [*record.body, *(image.caption or "" for image in record.images)]
    letters = sum(map(len, texts))
    unexplained = sum(len(each.text) for each in record.unaccounted if each.kind in ("line", "reading"))
    if not record.body and not record.images:
        return 0
    return letters / (letters + unexplained) if letters else 1
