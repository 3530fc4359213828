"""The table `outcomes`: the outcome of each article in each run, with the hash of the article after the run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from harbincrawl.archive.articles.store import Store
from harbincrawl.identity import hash_document

_COLUMNS = (
    "url", "section_path", "title", "updated", "created", "author", "authors", "source", "summary", "body",
)  # fmt: skip
_IMAGE = ("url", "caption", "credit", "file_name")


def put_outcomes(
    connection: sqlite3.Connection, run: int, outcomes: Mapping[int, str], written: Collection[int]
) -> None:
    """Stores the outcomes of articles (by number) in the caller's transaction, after the articles were stored.

    Only the articles in `written` get a new hash. Others keep the hash of their previous outcome, so that a change of
    the row by another program is not sealed. If an article has several outcomes in one run, `new` stays `new`.
    """
    hashes = dict(hash_articles(connection, [number for number in outcomes if number in written]))
    connection.executemany(
        "INSERT INTO outcomes(run, number, outcome, capture, hash) VALUES (?1, ?2, ?3,"
        " iif(?3 IN ('failed', 'gone'), NULL, (SELECT capture FROM articles WHERE number = ?2)),"
        " coalesce(?4, (SELECT hash FROM outcomes WHERE number = ?2 AND hash IS NOT NULL ORDER BY run DESC LIMIT 1)))"
        " ON CONFLICT(run, number) DO UPDATE SET outcome = iif(outcome = 'new', outcome, excluded.outcome),"
        " capture = coalesce(excluded.capture, capture), hash = excluded.hash",
        [(run, number, outcome, hashes.get(number)) for number, outcome in outcomes.items()],
    )


def store_outcomes(store: Store, outcomes: Mapping[int, str], run: int | None = None) -> None:
    """As `put_outcomes`, of what `store` has written; `run` is a killed one that read the articles, else its own."""
    put_outcomes(store.connection, run or store.run, outcomes, store.take_written(outcomes.keys()))


def hash_articles(connection: sqlite3.Connection, numbers: Collection[int] | None = None) -> Iterator[tuple[int, str]]:
    """(number, hash) of the stored articles in `numbers` (None: of all articles), by number."""
    chosen = "" if numbers is None else " WHERE number IN (SELECT value FROM json_each(?))"
    values = () if numbers is None else (json.dumps(list(numbers)),)
    (site,) = connection.execute("SELECT coalesce(max(value), '') FROM facts WHERE name = 'site'").fetchone()
    images = connection.execute(
        f"SELECT number, {', '.join(_IMAGE)} FROM images{chosen} ORDER BY number, position", values
    )
    grouped = groupby(images, key=itemgetter(0))
    at, shown = next(grouped, (None, iter(())))
    for number, id, *row in connection.execute(
        f"SELECT number, id, {', '.join(_COLUMNS)} FROM articles{chosen} ORDER BY number", values
    ):
        while at is not None and at < number:
            at, shown = next(grouped, (None, iter(())))
        pictures = [dict(zip(_IMAGE, image[1:], strict=True)) for image in shown] if at == number else []
        yield number, _hash_article(f"{site}:{id}", row, pictures)


def _hash_article(identity: str, row: list[Any], images: list[dict[str, Any]]) -> str:
    document = dict(zip(_COLUMNS, row, strict=True)) | {"id": identity, "images": images}
    try:
        document["authors"] = json.loads(document["authors"])
    except (TypeError, ValueError):
        # A damaged value is hashed as text, so the hash differs from the sealed one.
        document["authors"] = str(document["authors"])
    return hash_document(document)
