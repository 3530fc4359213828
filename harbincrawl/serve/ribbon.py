"""The provenance ribbon of an article: what happened to it, in order of time, each with where that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from harbincrawl.archive.articles.revisions import FIELDS, Revision
from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.stamps import StoredStamp
from harbincrawl.export.citations import name_answerer
from harbincrawl.text import count_text, time_text

from .links import Links, Pairs

Kind = Literal["printed", "first", "changed", "more", "last", "gone", "sealed", "stamped"]

_ORDER: tuple[Kind, ...] = ("printed", "first", "changed", "more", "last", "gone", "sealed", "stamped")
"""Of what happened in one second."""
_SHOWN = 6
"""Changes at either end of many: those between are counted."""
_WORDS = {"body": "text", "updated": "date"}
"""What fields are called; others by their own names."""


class Point(NamedTuple):
    """One thing that happened."""

    kind: Kind
    label: str
    when: str | None
    """A day, or a moment: UTC, RFC 3339. None: of several."""
    note: str = ""
    href: str | None = None
    """Where it is shown; None: nowhere any more."""
    revision: int | None = None
    """The wording that it brought."""


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
    """(run, when) of the seal that covers the last response."""
    stamp: StoredStamp | None = None
    """The time stamp of that seal, or of a later one."""


def make_ribbon(links: Links, pairs: Pairs, facts: Facts) -> list[Point]:
    """What happened to an article, in order of time; only what is known. `pairs` are the search that led to it."""
    points = list(_list_points(links, pairs, facts))
    return sorted(points, key=lambda each: (_find_moment(each, facts), _ORDER.index(each.kind)))


def _list_points(links: Links, pairs: Pairs, facts: Facts) -> Iterator[Point]:
    record = facts.record
    if record["updated"]:
        day = record["updated"]
        yield Point(
            "printed", "Printed", day, _explain_printed(facts), links.to("/search", [("since", day), ("until", day)])
        )
    rows = [row for each in facts.revisions for row in facts.shown.get(each.revision, ())]
    first = next((row for row in rows if row.fetched_at == record["first_seen"]), rows[0] if rows else None)
    is_once = record["first_seen"] == record["last_seen"]
    label = "Seen once" if is_once else "First seen"
    number = facts.revisions[0].revision if facts.revisions else None
    yield Point("first", label, record["first_seen"], *_describe_capture(links, first, record), revision=number)
    yield from _list_changes(links, pairs, facts)
    if not is_once:
        last = next(
            (row for row in reversed(rows) if row.fetched_at == record["last_seen"]), rows[-1] if rows else None
        )
        yield Point("last", "Last seen", record["last_seen"], *_describe_capture(links, last, record))
    if facts.gone is not None:
        note, href = _describe_capture(links, facts.gone, record)
        said = f"the site answered {facts.gone.status}"
        yield Point("gone", "Gone", facts.gone.fetched_at, ", ".join(filter(None, (said, note))), href)
    if facts.sealed is not None:
        run, when = facts.sealed
        yield Point("sealed", "Sealed", when, f"with run {run}", "#seal")
    if facts.stamp is not None:
        yield Point("stamped", "Time stamp", facts.stamp.at, f"on the seal of run {facts.stamp.run}", "#stamp")


def _list_changes(links: Links, pairs: Pairs, facts: Facts) -> Iterator[Point]:
    """Each change of its wording; of many the first and the last ones."""
    id = facts.record["id"]
    changes = list(zip(facts.revisions, facts.revisions[1:], strict=False))
    hidden = len(changes) - 2 * _SHOWN if len(changes) > 2 * _SHOWN + 1 else 0
    for at, (old, new) in enumerate(changes):
        if hidden and _SHOWN <= at < _SHOWN + hidden:
            if at == _SHOWN:
                href = links.article(id, "/revisions", pairs)
                yield Point("more", f"… {hidden:,} more", None, f"{count_text(len(changes), 'change')} in all", href)
            continue
        rest = f"/revisions/{old.revision}..{new.revision}"
        changed = ", ".join(name_fields(old, new)) or "no word"
        yield Point("changed", "Changed", new.seen, changed, links.article(id, rest, pairs), new.revision)


def name_fields(old: Revision, new: Revision) -> list[str]:
    """What differs between two revisions: title, date, author, source, captions, text."""
    return [_WORDS.get(field, field) for field in FIELDS if (getattr(old, field) or "") != (getattr(new, field) or "")]


def _describe_capture(links: Links, row: CaptureRow | None, record: Mapping[str, Any]) -> tuple[str, str | None]:
    """(what is to be said of a response, its address); no address where nothing of it is left."""
    if row is None:
        return "no response is kept", None
    answerer = name_answerer(row.source, row.host, record["url"])
    said = f"from {answerer}" if answerer else ""
    if row.lost is not None or row.warc is None:
        why = f"its record is lost ({row.lost})" if row.lost else "no record of it was kept"
        return ", ".join(filter(None, (said, why))), None
    return said, links.capture(row.id)


def _explain_printed(facts: Facts) -> str:
    """What is to be said of the printed day: that it came later than the article, or which one was printed first."""
    record = facts.record
    before = facts.revisions[0].updated if facts.revisions else None
    parts = []
    if _begin_day(record["updated"], facts.time_zone) > record["first_seen"]:
        parts.append("later than it was first seen")
    if before and before != record["updated"]:
        parts.append(f"at first {before}")
    return ", ".join(parts)


def _find_moment(point: Point, facts: Facts) -> str:
    """What a point is ordered by."""
    if point.kind == "printed":
        return _begin_day(point.when or "", facts.time_zone)
    if point.kind == "more":
        return facts.revisions[_SHOWN + 1].seen
    return point.when or ""


def _begin_day(day: str, time_zone: str) -> str:
    """When a printed day began, where it was printed; empty, before all others, for what is no day."""
    try:
        return time_text(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(time_zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        return ""
