"""The pictures of articles on the site's own host, asked for once the articles are stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from harbincrawl.archive.media import list_wanted_pictures
from harbincrawl.fetch.answers import INTERRUPTED, Answer, Broken, Got, NotThere
from harbincrawl.pipelines.context import PictureCounts, RunContext
from harbincrawl.pipelines.outcome import PictureOutcome

from .asks import Ask, PictureAsk
from .options import Options

TIMES = 3
"""A picture may take so many times as long as a page."""


def list_pictures(context: RunContext, options: Options) -> list[str]:
    """The pictures that have no file yet; those on other hosts are never asked for."""
    wanted = [
        url
        for url in list_wanted_pictures(context.connection, options.chosen_sections)
        if context.site.canonical(url) is not None
    ]
    context.progress.pictures = PictureCounts(len(wanted))
    return wanted


class PictureTask:
    """One picture from its request to its outcome."""

    captures = None
    """Its responses belong to no article."""

    def __init__(self, url: str, most_bytes: int) -> None:
        self._ask = PictureAsk(address=url, most_bytes=most_bytes)

    def take(self, ask: Ask | None, answer: Answer | None) -> Iterator[Ask | PictureOutcome]:  # noqa: ARG002
        """The request, then the outcome; nothing where the crawl was interrupted: it is wanted again."""
        if answer is None:
            yield self._ask
        elif answer is not INTERRUPTED:
            yield _make_outcome(self._ask.address, answer)

    def end(self) -> None:
        """Nothing: it is wanted by the next run."""


def _make_outcome(url: str, answer: Answer) -> PictureOutcome:
    now = datetime.now(UTC)
    if isinstance(answer, Got):
        return PictureOutcome(url, now, answer.body)
    if isinstance(answer, NotThere):
        return PictureOutcome(url, now, failure=("image", f"HTTP {answer.status}"))
    if isinstance(answer, Broken):
        return PictureOutcome(url, now, failure=(answer.kind, answer.reason))
    return PictureOutcome(url, now, failure=("image", "it answers 304 to a plain request"))
