"""What is new under the saved searches, as notices: each event at least once, as far as all targets took it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harbincrawl.archive.saved import move_position
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.errors import FilterError
from harbincrawl.search.hits import read_counter
from harbincrawl.search.records import read_records
from harbincrawl.search.saved import Change, SavedSearch, read_changes, read_saved
from harbincrawl.text import clean, count_text

from .notify import News, Notifier

MOST = 500
"""Events in one notice; further ones have notices of their own."""
_KEYS = ("id", "url", "title", "updated", "created", "section", "source", "status", "revision")
"""What a notice says of an article."""


def tell_news(connection: sqlite3.Connection, notifier: Notifier, archive: Path, run: int) -> None:
    """Tells what is new under each saved search, and moves its position for notices behind what all targets took.

    Where nobody is to be told, the position moves on, too: who is named later hears of what comes later. Raises
    DatabaseError, NoSpaceError, sqlite3.Error.
    """
    counter = read_counter(connection)
    with read_user(archive) as user:
        searches = read_saved(user)
    for saved in searches:
        try:
            changes = read_changes(connection, saved, saved.notified) if notifier.hears_news else []
        except FilterError as error:
            notifier.warn(f"saved search {saved.name}: {error}")
            continue
        for first in range(0, len(changes), MOST):
            part = changes[first : first + MOST]
            if not notifier.tell_news(make_news(connection, saved, part, archive, run)):
                break
            _move(archive, saved, part[-1].change)
        else:
            _move(archive, saved, counter)


def make_news(
    connection: sqlite3.Connection, saved: SavedSearch, changes: Sequence[Change], archive: Path, run: int
) -> News:
    """The notice of some changes under a saved search."""
    events: list[dict[str, Any]] = []
    lines = []
    records = read_records(connection, [change.hit for change in changes])
    for record, change in zip(records, changes, strict=True):
        event = change.write_event(record["id"])
        events.append({"event": event, **{key: record[key] for key in _KEYS}})
        day = record["updated"] or record["created"] or "no date"
        state = "gone" if record["status"] == "gone" else f"revision {record['revision']}"
        lines += [f"{record['title'] or '(no title)'}", f"  {day} · {record['section']} · {state} · {event}"]
        lines.append(f"  {record['url']}")
    subject = f"harbincrawl: {len(changes):,} new under {saved.name} in {archive}"
    heading = f"{count_text(len(changes), 'article')} new or changed under {saved.name}: {saved.query}".rstrip(": ")
    summary = clean("\n".join([heading, "", *lines]))
    document = {
        "event": "news",
        "archive": str(archive),
        "run": run,
        "search": saved.name,
        "query": saved.query,
        "articles": events,
        "summary": summary,
    }
    return News(clean(subject), summary, document)


def _move(archive: Path, saved: SavedSearch, change: int) -> None:
    if change != saved.notified:
        with change_user(archive) as user:
            move_position(user, saved.name, "notified", change)
