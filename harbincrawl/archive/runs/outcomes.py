"""The table `outcomes`: the outcome of each article in each run, with the hash of the article after the run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Literal, TypeVar

from harbincrawl.archive.articles.states import load_state
from harbincrawl.archive.articles.store import Store
from harbincrawl.duplicates.links import link_copies
from harbincrawl.fields import READ_KEYS
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
    written = store.take_written()
    links = link_copies(connection, written, store.next_change)
    final: dict[int, Outcome | Literal["duplicate"]] = {
        number: "duplicate" if outcome == "new" and number in links else outcome for number, outcome in outcomes.items()
    }
    hashes = hash_articles(connection, written & outcomes.keys())
    connection.executemany(
        "INSERT INTO outcomes(run, number, outcome, capture, hash) VALUES (?1, ?2, ?3,"
        " iif(?3 IN ('failed', 'gone'), NULL, (SELECT capture FROM articles WHERE number = ?2)),"
        " coalesce(?4, (SELECT hash FROM outcomes WHERE number = ?2 AND hash IS NOT NULL ORDER BY run DESC LIMIT 1)))"
        " ON CONFLICT(run, number) DO UPDATE SET outcome = iif(outcome = 'new', outcome, excluded.outcome),"
        " capture = coalesce(excluded.capture, capture), hash = excluded.hash",
        [(store.run, number, outcome, hashes.get(number)) for number, outcome in final.items()],
    )
    return final


def hash_articles(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """By number, the hash of each stored article of `numbers`."""
    (site,) = connection.execute("SELECT coalesce(max(value), '') FROM facts WHERE name = 'site'").fetchone()
    states = ((number, load_state(connection, number)) for number in numbers)
    return {number: _hash_article(site, state) for number, state in states if state is not None}


def _hash_article(site: str, state: dict[str, Any]) -> str:
    document = {name: state[name] for name in _COLUMNS}
    document |= {"id": f"{site}:{state['id']}", "images": list(map(asdict, state["images"]))}
    try:
        document["authors"] = json.loads(document["authors"])
    except (TypeError, ValueError):
        # A damaged value is hashed as text, so the hash differs from the sealed one.
        document["authors"] = str(document["authors"])
    return hash_document(document)
