"""The pipeline that stores what the spider hands on: articles by the batch writer, pictures as files."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harbincrawl.archive.database.connection import FILE, raise_typed
from harbincrawl.archive.media import put_media, write_media
from harbincrawl.identity import shows_nothing

from . import batches
from .context import RunContext, read_context
from .outcome import Outcome, PictureOutcome, make_outcome_item

BATCH = 20
"""Pictures in a transaction."""
_MARKS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
)
"""First bytes and file endings. No SVG: it is a document that can carry scripts."""


def find_picture_type(body: bytes) -> str | None:
    """The file ending of a picture, by its first bytes alone; None for anything else, whatever its headers claim."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "webp"
    return next((ending for mark, ending in _MARKS if body.startswith(mark)), None)


class StorePipeline:
    """Stores each outcome, and hands it on to feeds and other parts of Scrapy as plain values."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self._timer: asyncio.TimerHandle | None = None
        self._pictures: dict[str, str] = {}
        """Names of files by address, to be committed."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where no archive is open."""
        return cls(read_context(crawler))

    def process_item(self, item: object) -> dict[str, Any]:
        """A plain mapping of the outcome, for feeds and other pipelines; where storing fails, the crawl ends.

        Raises DropItem for what is no outcome.
        """
        if not isinstance(item, Outcome | PictureOutcome):
            raise DropItem(f"expected an Outcome or a PictureOutcome, got {type(item).__name__}")
        try:
            return self._take(item)
        except Exception as error:
            self.context.stop.fail(error)
            raise

    def _take(self, item: Outcome | PictureOutcome) -> dict[str, Any]:
        outcome = _refuse_empty(item) if isinstance(item, Outcome) else item
        if isinstance(outcome, PictureOutcome):
            self._run_write(partial(self._keep_picture, outcome))
        else:
            self.context.progress.handed += 1
            self._run_write(partial(self.context.writer.put, outcome))
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(batches.LONGEST, self._flush)
        return make_outcome_item(outcome, self.context.site)

    def close_spider(self) -> None:
        """Commits the pictures that wait; articles are committed at the run's end."""
        if self._timer is not None:
            self._timer.cancel()
        if self._pictures:
            self._run_write(self._commit_pictures)

    def _flush(self) -> None:
        self._timer = None
        self._run_write(self.context.writer.flush)

    def _run_write(self, write: Callable[[], None]) -> None:
        if self.context.stop.is_lost:
            return
        try:
            write()
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on as if the item were stored
            self.context.stop.fail(error)
        self.context.progress.call()

    def _keep_picture(self, outcome: PictureOutcome) -> None:
        """Keeps a picture, or notes why there is none."""
        counts = self.context.progress.pictures
        assert counts is not None  # noqa: S101 - the spider sets it before it asks for pictures
        ending = find_picture_type(outcome.body)
        failure = outcome.failure or (None if ending else ("image", "it is no JPEG, PNG, GIF, WebP or BMP picture"))
        if failure is not None:
            counts.failed += 1
            self.context.writer.fail(outcome.url, *failure, outcome.at)
            return
        self._pictures[outcome.url] = write_media(self.context.archive, outcome.body, ending or "")
        counts.kept += 1
        if len(self._pictures) >= BATCH:
            self._commit_pictures()

    def _commit_pictures(self) -> None:
        """The captures first: a picture that is kept has its evidence."""
        self.context.writer.flush()
        try:
            put_media(self.context.connection, self.context.log, self._pictures)
        except sqlite3.Error as error:
            raise_typed(error, self.context.archive / FILE)
        self._pictures.clear()


def _refuse_empty(outcome: Outcome) -> Outcome:
    """`outcome`, failed where it was read without anything to keep."""
    if outcome.fetched is None or not shows_nothing(outcome.fetched.article):
        return outcome
    failure = ("empty", "it shows neither text nor pictures")
    return Outcome(outcome.state, "failed", outcome.at, captures=outcome.fetched.captures, failure=failure)
