"""The provenance ribbon of an article: what happened to it, in order of time, each with where that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from harbincrawl.archive.articles.revisions import FIELDS, Revision
from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.stamps import StoredStamp
from harbincrawl.export.citations import name_answerer
from harbincrawl.text import count_text, read_time, time_text

from .links import Links, Pairs

Kind = Literal["printed", "first", "changed", "more", "last", "gone", "sealed", "stamped"]

_ORDER: tuple[Kind, ...] = ("printed", "first", "changed", "more", "last", "gone", "sealed", "stamped")
"""Of what happened in one second."""
_SHOWN = 6
"""Changes at either end of many: those between are counted."""
_WORDS = {"body": "text", "updated": "date"}
"""What fields are called; others by their own names."""


class Point(NamedTuple):
    """One thing that happened, or has not yet."""

    kind: Kind
    label: str
    when: str | None
    """A day, or a moment: UTC, RFC 3339. None: of several, or not yet."""
    note: str = ""
    answerer: str = ""
    """Who answered in the place of the site: `a mirror at 127.0.0.1:8000`."""
    link: str = ""
    """What its address shows, in words."""
    href: str | None = None
    """None: it is shown nowhere any more."""
    revision: int | None = None
    """The wording that it brought."""
    later: str = ""
    """How long after the point before it: `3 min 18 s`; empty where that is not known."""


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


def make_ribbon(links: Links, pairs: Pairs, facts: Facts) -> list[Point]:
    """What happened to an article, in order of time; only what is known. `pairs` are the search that led to it."""
    points = list(_list_points(links, pairs, facts))
    points.sort(key=lambda each: (_find_moment(each, facts), _ORDER.index(each.kind)))
    before = [None, *points]
    return [
        each._replace(later=_tell_gap(last.when, each.when))
        if last and "printed" not in (last.kind, each.kind)
        else each
        for last, each in zip(before, points, strict=False)
    ]


def _list_points(links: Links, pairs: Pairs, facts: Facts) -> Iterator[Point]:
    record = facts.record
    if day := record["updated"]:
        is_day = bool(_begin_day(day, facts.time_zone))
        href = links.to("/search", [("since", day), ("until", day)]) if is_day else None
        yield Point("printed", "Printed", day, _explain_printed(facts), "", "articles of that day", href)
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
        note, answerer, link, shown = _describe_capture(links, facts.gone, record)
        said = ", ".join(filter(None, (f"the site answered {facts.gone.status}", note)))
        yield Point("gone", "Gone", facts.gone.fetched_at, said, answerer, link, shown)
    if facts.sealed is None:
        yield Point("sealed", "Not sealed yet", None, "a run seals it when it ends")
    else:
        run, when = facts.sealed
        yield Point("sealed", "Sealed", when, f"with run {run:,}", "", "the seal", "#seal")
    if facts.stamp is None:
        yield Point("stamped", "Not stamped", None, "no authority has dated the seal")
    else:
        run = facts.stamp.run
        yield Point("stamped", "Stamped", facts.stamp.at, f"the seal of run {run:,}", "", "the time stamp", "#stamp")


def _list_changes(links: Links, pairs: Pairs, facts: Facts) -> Iterator[Point]:
    """Each change of its wording; of many the first and the last ones."""
    id = facts.record["id"]
    changes = list(pairwise(facts.revisions))
    hidden = len(changes) - 2 * _SHOWN if len(changes) > 2 * _SHOWN + 1 else 0
    for at, (old, new) in enumerate(changes):
        if hidden and _SHOWN <= at < _SHOWN + hidden:
            if at == _SHOWN:
                href = links.article(id, "/revisions", pairs)
                yield Point("more", f"… {hidden:,} more", None, "", "", f"all {len(changes):,} changes", href)
            continue
        rest = f"/revisions/{old.revision}..{new.revision}"
        changed = ", ".join(name_fields(old, new)) or "no word"
        yield Point(
            "changed", "Changed", new.seen, changed, "", "see the words", links.article(id, rest, pairs), new.revision
        )


def name_fields(old: Revision, new: Revision) -> list[str]:
    """What differs between two revisions: title, date, author, source, captions, text."""
    return [_WORDS.get(field, field) for field in FIELDS if (getattr(old, field) or "") != (getattr(new, field) or "")]


def _describe_capture(
    links: Links, row: CaptureRow | None, record: Mapping[str, Any]
) -> tuple[str, str, str, str | None]:
    """(note, answerer, name, address) of a response; no address where nothing of it is left."""
    if row is None:
        return "no response is kept", "", "", None
    answerer = name_answerer(row.source, row.host, record["url"]) or ""
    if row.lost is not None or row.warc is None:
        note = f"its record is lost ({row.lost})" if row.lost else "no record of it was kept"
        return note, answerer, "", None
    return "", answerer, f"capture {row.id:,}", links.capture(row.id)


def _explain_printed(facts: Facts) -> str:
    """What is to be said of the printed day: how long before the archive looked, and which one was printed first."""
    record = facts.record
    before = facts.revisions[0].updated if facts.revisions else None
    gap = _tell_days(record["updated"], record["first_seen"], facts.time_zone)
    parts = [gap] if gap else []
    if before and before != record["updated"]:
        parts.append(f"at first {before}")
    return ", ".join(parts)


def _tell_days(day: str, moment: str, time_zone: str) -> str:
    """How long a printed day was before the archive first saw the article; empty for what is no day."""
    try:
        printed, seen = date.fromisoformat(day), read_time(moment).astimezone(ZoneInfo(time_zone)).date()
    except (ValueError, OverflowError):
        return ""
    if printed > seen:
        return "later than it was first seen"
    if printed == seen:
        return "the day on which this archive first saw it"
    years = seen.year - printed.year - ((seen.month, seen.day) < (printed.month, printed.day))
    # A 29 February is followed by a 1 March in other years.
    turn = date(printed.year + years, printed.month, 1) + timedelta(days=printed.day - 1)
    days = (seen - turn).days
    parts = [count_text(years, "year") if years else "", count_text(days, "day") if days else ""]
    return f"{' '.join(filter(None, parts))} before this archive first saw it"


def _tell_gap(before: str | None, after: str | None) -> str:
    """`3 min 18 s`, `2 days 4 h`: from one moment to another; empty where one is unknown, or both are the same."""
    try:
        seconds = int((read_time(after or "") - read_time(before or "")).total_seconds())
    except ValueError:
        return ""
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [
        count_text(days, "day") if days else "",
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{seconds % 60} s" if seconds % 60 else "",
    ]
    return " ".join(list(filter(None, parts))[:2]) if seconds > 0 else ""


def _find_moment(point: Point, facts: Facts) -> str:
    """What a point is ordered by."""
    if point.kind == "printed":
        return _begin_day(point.when or "", facts.time_zone)
    if point.kind == "more":
        return facts.revisions[_SHOWN + 1].seen
    # What has not happened yet comes last.
    return point.when or "~"


def _begin_day(day: str, time_zone: str) -> str:
    """When a printed day began, where it was printed; empty, before all others, for what is no day."""
    try:
        return time_text(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(time_zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        return ""
