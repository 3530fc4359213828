"""Items for feeds and for `scrapy parse`: the record of an article, a line of a list, as plain values."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from harbincrawl.fields import READ_KEYS
from harbincrawl.records import Article, Listed
from harbincrawl.sites import Site

from .outcome import Outcome, PictureOutcome

KEYS = ("id", *READ_KEYS, "outcome")
"""Of an article's item: those of its record, and what came of asking for it (`read`, `same`, `failed` ...)."""


def make_article_item(article: Article, site: Site) -> dict[str, Any]:
    """What the pages of an article say, by the names of the exported record; dates are ISO, absent values None."""
    body = "\n\n".join(article.body) or None
    return {
        "id": f"{site.name}:{article.id}",
        "url": article.url,
        "section": article.section,
        "section_path": article.section_path,
        "title": article.title or None,
        "updated": _write_date(article.updated),
        "created": _write_date(article.created),
        "author": article.author or None,
        "authors": list(article.authors),
        "source": article.source or None,
        "summary": article.summary or None,
        "body": body,
        "word_count": len(body.split()) if body else 0,
        "images": [asdict(image) for image in article.images],
        "outcome": "read",
    }


def make_outcome_item(outcome: Outcome | PictureOutcome, site: Site) -> dict[str, Any]:
    """An outcome for feeds: the record of an article that was read, else the same keys with what is known."""
    if isinstance(outcome, PictureOutcome):
        return {"url": outcome.url, "outcome": "failed" if outcome.failure else "picture"}
    if outcome.fetched is not None:
        return make_article_item(outcome.fetched.article, site)
    state = outcome.state
    return {**dict.fromkeys(KEYS), "id": f"{site.name}:{state.id}", "url": state.address, "outcome": outcome.kind}


def make_line_item(line: Listed) -> dict[str, Any]:
    """A line of a list; its date is ISO, absent values None."""
    values = {**asdict(line), "date": _write_date(line.date)}
    del values["capture"], values["place"]
    return values


def _write_date(day: date | None) -> str | None:
    return day.isoformat() if day else None
