"""What came of asking for one article, or for one picture; and as items, for feeds and `scrapy parse`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from harbincrawl.archive.articles.states import article_values
from harbincrawl.archive.articles.store import Fetched
from harbincrawl.fields import READ_KEYS
from harbincrawl.records import Article, Capture, Listed, ListWords
from harbincrawl.sites import Site
from harbincrawl.walk.articles import ArticleState
from harbincrawl.walk.outcomes import AskOutcome

KEYS = ("id", *READ_KEYS, "outcome")
"""Of an article's item: those of its record, and what came of asking for it (`read`, `same`, `failed` ...)."""
_PICTURE = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking for one article."""

    state: ArticleState
    """As it was when it was asked for."""
    kind: AskOutcome
    at: datetime
    fetched: Fetched | None = None
    """For `read`."""
    captures: tuple[Capture, ...] = ()
    """For the others."""
    failure: tuple[str, str] | None = None
    """(class, reason) of what went wrong."""
    words: ListWords | None = None
    """For `same`: what the lists say of it."""

    @property
    def evidence(self) -> tuple[Capture, ...]:
        """The responses that are stored with it."""
        return self.fetched.captures if self.fetched is not None else self.captures

    @property
    def size(self) -> int:
        """Characters of its article, about; each picture counts as much as a row of the database takes time."""
        article = self.fetched.article if self.fetched else None
        return sum(map(len, article.body)) + _PICTURE * len(article.images) if article else 0


@dataclass(frozen=True, slots=True)
class PictureOutcome:
    """What came of asking for one picture."""

    url: str
    at: datetime
    body: bytes = b""
    failure: tuple[str, str] | None = None
    """(class, reason) of why there is no body."""


def make_article_item(article: Article, site: Site) -> dict[str, Any]:
    """What the pages of an article say, by the names of the exported record; dates are ISO, absent values None."""
    values = article_values(article, 0, "") | {
        "id": f"{site.name}:{article.id}",
        "authors": list(article.authors),
        "images": [asdict(image) for image in article.images],
        "outcome": "read",
    }
    return {key: values[key] for key in KEYS}


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
    values = {**asdict(line), "date": line.date.isoformat() if line.date else None}
    del values["capture"]
    return values
