"""What the spider hands to the pipelines: what came of asking for one article, or for one picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from harbincrawl.archive.articles.store import Fetched
from harbincrawl.records import Capture, ListWords
from harbincrawl.walk import ArticleState, AskOutcome

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
    def key(self) -> str:
        """What no other outcome of a run has."""
        return self.state.id

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

    @property
    def key(self) -> str:
        """What no other outcome of a run has."""
        return self.url
