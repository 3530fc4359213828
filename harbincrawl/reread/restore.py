"""Articles that are captured but not stored: their whole history made anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from harbincrawl.archive.articles import Store
from harbincrawl.archive.queue import read_queued
from harbincrawl.duplicates.links import link_copies
from harbincrawl.evidence import Source
from harbincrawl.sites import Site

from .history import Event, list_captured_numbers, load_events, replay_article
from .lines import Lists, Words
from .pages import Reading, read_jobs

_BATCH = 100


def restore_missing(
    folder: Path,
    connection: sqlite3.Connection,
    site: Site,
    store: Store | None,
    processes: int,
    progress: Callable[[int, int], None],
) -> int:
    """How many articles have captures that give a record, but no row; with a `store` they are put back.

    An article that was never listed nor ingested is none of the archive's: a redirect led to it.
    """
    missing = list_captured_numbers(connection, site)
    missing -= {number for (number,) in connection.execute("SELECT number FROM articles")}
    if not missing:
        return 0
    lists = Lists(folder, connection, site)
    events = load_events(connection, site, missing)
    listed = {number for (number,) in connection.execute("SELECT number FROM queue")}
    known = [
        number
        for number in sorted(events)
        if number in listed or number in lists.captured or any(event.source.origin for event in events[number])
    ]
    restored = 0
    for at in range(0, len(known), _BATCH):
        batch = known[at : at + _BATCH]
        readings = read_events(folder, site, {number: events[number] for number in batch}, processes)
        if store is None:
            restored += sum(_is_readable(events[number], readings) for number in batch)
        else:
            connection.execute("BEGIN IMMEDIATE")
            put = [number for number in batch if replay(store, lists, number, events[number], readings)]
            store.flush_index()
            link_copies(connection, put, store.next_change)
            connection.execute("COMMIT")
            restored += len(put)
        progress(at + len(batch), len(known))
    return restored


def read_events(folder: Path, site: Site, events: dict[int, list[Event]], processes: int) -> dict[int, Reading]:
    """The readings of all 200s, by the capture of page 1."""
    found = [(number, event) for number, many in events.items() for event in many if event.status == 200]
    readings = read_jobs(folder, (event.make_job(number) for number, event in found), site, processes)
    return {event.source.capture: reading for (_, event), reading in zip(found, readings, strict=True)}


def _is_readable(events: Iterable[Event], readings: dict[int, Reading]) -> bool:
    found = (readings.get(event.source.capture) for event in events)
    return any(reading is not None and reading.article is not None for reading in found)


def replay(store: Store, lists: Lists, number: int, events: list[Event], readings: dict[int, Reading]) -> bool:
    """Puts the states of one article again, in the caller's transaction; False where nothing of it can be read."""
    state = read_queued(store.connection, number)
    row = store.connection.execute("SELECT status FROM articles WHERE number = ?", (number,)).fetchone()

    def words(source: Source, is_last: bool) -> Words:
        meaning = lists.site.read_address(source.address)
        section = meaning.section_path if meaning else ""
        if is_last:
            return lists.find_words(number, section, source.moment, None)
        return lists.find_old_words(number, section, source.moment)

    gone = row[0] == "gone" if row else state is not None and state.gone
    return replay_article(store, number, events, readings, words, gone=gone)
