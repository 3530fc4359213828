"""The table `outcomes`: the outcome of each article in each run, with the hash of the article after the run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, TypeVar

from harbincrawl.archive.articles.store import Store
from harbincrawl.duplicates.links import link_copies
from harbincrawl.fields import IMAGE_KEYS, READ_KEYS
from harbincrawl.identity import hash_document

_COLUMNS = tuple(key for key in READ_KEYS if key not in ("section", "word_count", "images"))

Outcome = TypeVar("Outcome", bound=str)


def store_outcomes(store: Store, outcomes: Mapping[int, Outcome]) -> dict[int, Outcome | Literal["duplicate"]]:
    """Stores the outcomes of articles (by number) in the caller's transaction, with index and links to copies in step.

    Returns them as they are stored: a new copy is a `duplicate`. Only the articles that the store has written get a new
    hash. Others keep the hash of their previous outcome, so that a change of the row by another program is not sealed.
    If an article has several outcomes in one run, `new` stays `new`.
    """
    connection = store.connection
    store.flush_index()
    links = link_copies(connection, store.take_reworded(), store.next_change)
    final: dict[int, Outcome | Literal["duplicate"]] = {
        number: "duplicate" if outcome == "new" and number in links else outcome for number, outcome in outcomes.items()
    }
    hashes = dict(hash_articles(connection, store.take_written(outcomes.keys())))
    connection.executemany(
        "INSERT INTO outcomes(run, number, outcome, capture, hash) VALUES (?1, ?2, ?3,"
        " iif(?3 IN ('failed', 'gone'), NULL, (SELECT capture FROM articles WHERE number = ?2)),"
        " coalesce(?4, (SELECT hash FROM outcomes WHERE number = ?2 AND hash IS NOT NULL ORDER BY run DESC LIMIT 1)))"
        " ON CONFLICT(run, number) DO UPDATE SET outcome = iif(outcome = 'new', outcome, excluded.outcome),"
        " capture = coalesce(excluded.capture, capture), hash = excluded.hash",
        [(store.run, number, outcome, hashes.get(number)) for number, outcome in final.items()],
    )
    return final


def hash_articles(connection: sqlite3.Connection, numbers: Collection[int] | None = None) -> Iterator[tuple[int, str]]:
    """(number, hash) of the stored articles in `numbers` (None: of all articles), by number."""
    chosen = "" if numbers is None else " WHERE number IN (SELECT value FROM json_each(?))"
    values = () if numbers is None else (json.dumps(list(numbers)),)
    (site,) = connection.execute("SELECT coalesce(max(value), '') FROM facts WHERE name = 'site'").fetchone()
    images = connection.execute(
        f"SELECT number, {', '.join(IMAGE_KEYS)} FROM images{chosen} ORDER BY number, position", values
    )
    grouped = groupby(images, key=itemgetter(0))
    at, shown = next(grouped, (None, iter(())))
    for number, id, *row in connection.execute(
        f"SELECT number, id, {', '.join(_COLUMNS)} FROM articles{chosen} ORDER BY number", values
    ):
        while at is not None and at < number:
            at, shown = next(grouped, (None, iter(())))
        pictures = [dict(zip(IMAGE_KEYS, image[1:], strict=True)) for image in shown] if at == number else []
        yield number, _hash_article(f"{site}:{id}", row, pictures)


def _hash_article(identity: str, row: list[Any], images: list[dict[str, Any]]) -> str:
    document = dict(zip(_COLUMNS, row, strict=True)) | {"id": identity, "images": images}
    try:
        document["authors"] = json.loads(document["authors"])
    except (TypeError, ValueError):
        # A damaged value is hashed as text, so the hash differs from the sealed one.
        document["authors"] = str(document["authors"])
    return hash_document(document)
