"""The history of an article: printed, seen, changed, gone, sealed, stamped, in order of time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from harbincrawl.api import Revision
from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.stamps import StoredStamp
from harbincrawl.export.citations import name_answerer
from harbincrawl.text import time_text

from .links import Links

_SHOWN = 20
"""Changes that are listed, the last ones."""
_FIELDS = ("title", "updated", "author", "source", "captions", "body")
_WORDS = {"body": "text", "updated": "date"}
"""What fields are called; others by their own names."""


class Event(NamedTuple):
    """One thing that happened."""

    label: str
    """`Printed`, `First seen`, `Changed`, `Last seen`, `Gone`, `Sealed`, `Stamped`."""
    when: str
    """A day, or a moment: UTC, RFC 3339."""
    note: str = ""
    link: str = ""
    """What its address shows, in words."""
    href: str | None = None


class Facts(NamedTuple):
    """What is known of an article."""

    record: Mapping[str, Any]
    revisions: Sequence[Revision]
    """The oldest first."""
    shown: Mapping[int, Sequence[CaptureRow]]
    """By revision, the responses that show it."""
    time_zone: str
    """Of the site, whose days are printed."""
    gone: CaptureRow | None = None
    """The first response that said that it is gone."""
    sealed: tuple[int, str] | None = None
    """(run, when) of the seal that covers the first response of the wording that is shown."""
    stamp: StoredStamp | None = None
    """The time stamp of that seal, or of a later one."""


def list_events(links: Links, facts: Facts) -> list[Event]:
    """What happened to an article, in order of time; only what is known."""
    return sorted(_list_events(links, facts), key=lambda event: _begin_day(event.when, facts.time_zone) or event.when)


def _list_events(links: Links, facts: Facts) -> Iterator[Event]:
    record = facts.record
    if day := record["updated"]:
        before = facts.revisions[0].updated if facts.revisions else None
        yield Event("Printed", day, f"at first {before}" if before and before != day else "")
    rows = [row for each in facts.revisions for row in facts.shown.get(each.revision, ())]
    first = next((row for row in rows if row.fetched_at == record["first_seen"]), rows[0] if rows else None)
    is_once = record["first_seen"] == record["last_seen"]
    yield Event("Seen once" if is_once else "First seen", record["first_seen"], *_describe(links, first, record))
    if (hidden := len(facts.revisions) - 1 - _SHOWN) > 0:
        every = links.article(record["id"], "/revisions")
        yield Event("Changed", facts.revisions[hidden].seen, f"{hidden:,} times until then", "all revisions", every)
    for old, new in pairwise(facts.revisions[-_SHOWN - 1 :]):
        href = links.article(record["id"], f"/revisions/{old.revision}..{new.revision}")
        yield Event("Changed", new.seen, ", ".join(name_fields(old, new)) or "no word", "see the words", href)
    if not is_once:
        last = next((row for row in rows[::-1] if row.fetched_at == record["last_seen"]), rows[-1] if rows else None)
        yield Event("Last seen", record["last_seen"], *_describe(links, last, record))
    if facts.gone is not None:
        note, link, address = _describe(links, facts.gone, record)
        answered = ", ".join(filter(None, (f"the site answered {facts.gone.status}", note)))
        yield Event("Gone", facts.gone.fetched_at, answered, link, address)
    if facts.sealed is not None:
        run, when = facts.sealed
        yield Event("Sealed", when, f"with run {run:,}", "the seal", "#seal")
    if facts.stamp is not None:
        yield Event("Stamped", facts.stamp.at, f"the seal of run {facts.stamp.run:,}", "the time stamp", "#stamp")


def name_fields(old: Revision, new: Revision) -> list[str]:
    """What differs between two revisions: title, date, author, source, captions, text."""
    return [_WORDS.get(field, field) for field in _FIELDS if (getattr(old, field) or "") != (getattr(new, field) or "")]


def _describe(links: Links, row: CaptureRow | None, record: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """(note, name, address) of a response; no address where nothing of it is left."""
    if row is None:
        return "no response is kept", "", None
    if row.lost is not None or row.warc is None:
        return f"its record is lost ({row.lost})" if row.lost else "no record of it was kept", "", None
    answerer = name_answerer(row.source, row.host, record["url"])
    return f"from {answerer}" if answerer else "", f"capture {row.id:,}", links.capture(row.id)


def _begin_day(day: str, time_zone: str) -> str:
    """When a printed day began, where it was printed; empty for what is no day."""
    try:
        return time_text(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(time_zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        return ""
