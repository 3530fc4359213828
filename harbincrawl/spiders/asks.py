"""Tasks, and what they ask for: a page of an article, a page of a list, a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from harbincrawl.fetch.answers import Answer
from harbincrawl.records import Capture, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A page of an article to ask for; with validators, conditionally."""

    address: str = ""
    """Canonical."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsk(Ask):
    """A page of a section's list; where it is, and what is stored of it, is looked up when it is asked for."""

    section: str
    page: int
    linked: bool = True
    """False: no pager links it, so it is no failure if it cannot be read."""
    before: Listing | None = None
    """The page as it was when it had these validators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureAsk(Ask):
    """A picture."""

    most_bytes: int


class Task(Protocol):
    """What takes one request or several, one after the other: `ListTask`, `ArticleTask`, `PictureTask`."""

    @property
    def captures(self) -> list[Capture] | None:
        """What takes the responses to its requests; None where they are nobody's."""

    def take(self, ask: Any, answer: Answer | None, /) -> Iterable[Any]:
        """What comes next after the `answer` to `ask`: requests, outcomes, tasks to begin. Both None: at first."""

    def end(self) -> None:
        """Called where it gets no more answers in this run."""
