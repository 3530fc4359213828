"""The pipeline that keeps pictures: by their first bytes and their hash, evidence before the row that names them."""

from __future__ import annotations

import sqlite3
from typing import Self

from scrapy.crawler import Crawler

from harbincrawl.archive.database.connection import FILE, raise_typed
from harbincrawl.archive.media import put_media, write_media

from .context import RunContext, read_context
from .outcome import PictureOutcome

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


class ImagesPipeline:
    """Writes each picture to its file and commits which address it is of; passes everything else on."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self._waiting: dict[str, str] = {}
        """Names of files by address, to be committed."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(read_context(crawler))

    def process_item(self, item: object) -> object:
        """Keeps a picture, or notes why there is none; where that fails, the crawl ends. Raises DropItem."""
        if not isinstance(item, PictureOutcome):
            return item
        progress, stop = self.context.progress, self.context.stop
        progress.receive(item)
        if not stop.is_lost:
            try:
                self._keep(item)
            except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on as if the item were stored
                stop.fail(error)
            progress.call()
        return item

    def close_spider(self) -> None:
        """Commits what waits."""
        if not self.context.stop.is_lost:
            try:
                self._commit()
            except Exception as error:  # noqa: BLE001 - Scrapy would log it and the run would count as done
                self.context.stop.fail(error)

    def _keep(self, item: PictureOutcome) -> None:
        counts = self.context.progress.pictures
        assert counts is not None  # noqa: S101 - the spider sets it before it asks for pictures
        ending = find_picture_type(item.body)
        failure = item.failure or (None if ending else ("image", "it is no JPEG, PNG, GIF, WebP or BMP picture"))
        if failure is not None:
            counts.failed += 1
            self.context.writer.fail(item.url, *failure, item.at)
            return
        self._waiting[item.url] = write_media(self.context.archive, item.body, ending or "")
        counts.kept += 1
        if len(self._waiting) >= BATCH:
            self._commit()

    def _commit(self) -> None:
        """The captures first: a picture that is kept has its evidence."""
        if not self._waiting:
            return
        self.context.writer.flush()
        try:
            put_media(self.context.connection, self.context.log, self.context.archive, self._waiting)
        except sqlite3.Error as error:
            raise_typed(error, self.context.archive / FILE)
        self._waiting.clear()
