"""The pictures of articles, from the site's own host: asked for after the articles, kept by what they are."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.archive.database import FILE, raise_typed
from harbincrawl.archive.media import list_wanted_pictures, put_media, write_media
from harbincrawl.crawl.session import Session
from harbincrawl.fetch.answers import Broken, Got, NotThere
from harbincrawl.fetch.fetcher import Fetcher

_BATCH = 20
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


async def keep_pictures(fetcher: Fetcher, session: Session) -> None:
    """Asks for every picture that has no file yet; what cannot be had is a failure, and wanted again in the next run.

    Pictures on other hosts are never asked for.
    """
    wanted = [
        url
        for url in list_wanted_pictures(session.connection, session.options.chosen_sections)
        if session.site.canonical(url) is not None
    ]
    counts = session.facts["images"] = {"wanted": len(wanted), "kept": 0, "failed": 0}
    kept: dict[str, str] = {}
    fetcher.most_bytes = session.options.image_max_bytes
    for url in wanted:
        if session.stopping:
            break
        answer = await fetcher.fetch(url)
        if isinstance(answer, Broken) and answer.kind == "interrupt":
            break
        failure = _find_failure(answer)
        if failure is None and isinstance(answer, Got):
            kept[url] = write_media(session.options.archive, answer.body, find_picture_type(answer.body) or "")
            counts["kept"] += 1
        elif failure is not None:
            counts["failed"] += 1
            session.keeper.fail(url, None, *failure, datetime.now(UTC))
        if len(kept) >= _BATCH:
            _commit(session, kept)
        session.on_progress()
    _commit(session, kept)


def _find_failure(answer: object) -> tuple[str, str] | None:
    """(class, reason) where the answer is no picture."""
    if isinstance(answer, Got):
        if find_picture_type(answer.body):
            return None
        return ("image", "it is no JPEG, PNG, GIF, WebP or BMP picture")
    if isinstance(answer, NotThere):
        return ("image", f"HTTP {answer.status}")
    if isinstance(answer, Broken):
        return (answer.kind, answer.reason)
    return ("image", "it answers 304 to a plain request")


def _commit(session: Session, kept: dict[str, str]) -> None:
    """The captures first: a picture that is kept has its evidence."""
    session.keeper.flush()
    try:
        put_media(session.connection, kept)
    except sqlite3.Error as error:
        raise_typed(error, Path(session.options.archive) / FILE)
    kept.clear()
