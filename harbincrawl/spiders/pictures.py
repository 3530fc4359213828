"""Asking for the pictures of articles on the site's own host, once the articles are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from harbincrawl.archive.media import list_wanted_pictures
from harbincrawl.fetch.answers import INTERRUPTED, Answer, Broken, Got, NotThere
from harbincrawl.fetch.fetcher import Fetcher
from harbincrawl.pipelines.context import RunContext
from harbincrawl.pipelines.outcome import PictureOutcome
from harbincrawl.pipelines.progress import PictureCounts

from .plan import Plan

TIMES = 3
"""A picture may take so many times as long as a page."""


async def ask_pictures(
    fetcher: Fetcher, context: RunContext, plan: Plan, most_bytes: int
) -> AsyncIterator[PictureOutcome]:
    """Asks for every picture that has no file yet; what cannot be fetched is wanted again in the next run.

    Pictures on other hosts are never asked for.
    """
    wanted = [
        url
        for url in list_wanted_pictures(context.connection, plan.sections)
        if context.site.canonical(url) is not None
    ]
    context.progress.pictures = PictureCounts(len(wanted))
    fetcher.timeout *= TIMES
    for url in wanted:
        if context.stop.is_set:
            return
        answer = await fetcher.fetch(url, most_bytes=most_bytes)
        if answer is INTERRUPTED:
            return
        yield _read_outcome(url, answer)


def _read_outcome(url: str, answer: Answer) -> PictureOutcome:
    now = datetime.now(UTC)
    if isinstance(answer, Got):
        return PictureOutcome(url, now, answer.body)
    if isinstance(answer, NotThere):
        return PictureOutcome(url, now, failure=("image", f"HTTP {answer.status}"))
    if isinstance(answer, Broken):
        return PictureOutcome(url, now, failure=(answer.kind, answer.reason))
    return PictureOutcome(url, now, failure=("image", "it answers 304 to a plain request"))
