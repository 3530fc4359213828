"""Captures of one address as dots on an axis of time, true to scale: where each stands, and what it showed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from harbincrawl.archive.captures import Moment
from harbincrawl.text import count_text, read_time

Kind = Literal["same", "other", "mixed", "none"]
"""The revision (else the bytes) of the capture that is looked at, another one, both, or no page at all."""
KINDS: dict[Kind, str] = {
    "same": "the same text as this one",
    "other": "another text",
    "mixed": "several captures, of the same and of another text",
    "none": "no text was read from it",
}
_GAP = 2.5
"""Percent of the axis that two dots are apart, at least: what is nearer is one dot."""
_EDGE = 1.5
"""Percent of the width left and right of the axis, so that dots at its ends are whole."""
_TICKS = 6
_SECONDS = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MONTH = 2_630_000
"""Seconds."""


class Dot(NamedTuple):
    """One capture, or several that stand too close to be told apart."""

    at: float
    """Percent of the width."""
    capture: int
    """Where it leads: its first capture, or the one after that where the first is looked at."""
    kind: Kind
    is_shown: bool
    captures: int
    label: str


class Tick(NamedTuple):
    """A mark of the axis."""

    at: float
    text: str


class Axis(NamedTuple):
    """The dots and their axis; no ticks where all captures are of one second."""

    dots: list[Dot]
    ticks: list[Tick]
    kinds: list[Kind]
    """Those that there are, for the key."""


def place_dots(
    moments: Sequence[Moment], shown: Moment, revisions: Mapping[int, Sequence[int]], write: Callable[[str], str]
) -> Axis:
    """`moments` in time as dots; `revisions` are those of each capture, `write` makes a time (RFC 3339) readable."""
    times = [read_time(each.fetched_at).timestamp() for each in moments]
    first, span = times[0], max(times[-1] - times[0], 0)
    groups: list[list[int]] = []
    for number, time in enumerate(times):
        if groups and (time - times[groups[-1][0]]) * 100 <= _GAP * span:
            groups[-1].append(number)
        else:
            groups.append([number])
    dots = []
    for group in groups:
        rows = [moments[number] for number in group]
        at = _EDGE + (100 - 2 * _EDGE) * ((times[group[0]] - first) / span if span else 0.5)
        dots.append(_make_dot(round(at, 3), rows, shown, revisions, write))
    ticks = list(_list_ticks(first, span)) if span else []
    kinds = [kind for kind in KINDS if any(dot.kind == kind for dot in dots)]
    return Axis(dots, ticks, kinds)


def find_kind(moment: Moment, shown: Moment, revisions: Mapping[int, Sequence[int]]) -> Kind:
    """What a capture showed, seen from the one that is looked at."""
    ours, theirs = revisions.get(shown.id, ()), revisions.get(moment.id, ())
    if moment.id == shown.id:
        return "same"
    if revisions:
        # Of an article it is known which revision each of its captures shows, if any.
        return "none" if not theirs else "same" if set(ours) & set(theirs) else "other"
    if moment.status not in (200, 304):
        return "none"
    known = {shown.digest, shown.body_hash} - {None}
    return "same" if known & {moment.digest, moment.body_hash} else "other"


def _make_dot(
    at: float,
    rows: Sequence[Moment],
    shown: Moment,
    revisions: Mapping[int, Sequence[int]],
    write: Callable[[str], str],
) -> Dot:
    kinds = {find_kind(row, shown, revisions) for row in rows}
    told = kinds - {"none"}
    kind: Kind = "none" if not told else "mixed" if len(told) > 1 else "same" if "same" in told else "other"
    is_shown = any(row.id == shown.id for row in rows)
    leads = next((row for row in rows if row.id != shown.id), rows[0])
    numbers = sorted({revision for row in rows for revision in revisions.get(row.id, ())})
    statuses = sorted({row.status for row in rows if row.status not in (200, 304)})
    parts = [write(rows[0].fetched_at)]
    if len(rows) > 1:
        parts = [f"{count_text(len(rows), 'capture')}, {write(rows[0].fetched_at)} to {write(rows[-1].fetched_at)}"]
    if numbers:
        parts.append(f"revision{'s' if len(numbers) > 1 else ''} {_write_numbers(numbers)}")
    elif kind in ("same", "other", "mixed") and not is_shown:
        parts.append(KINDS[kind])
    if statuses:
        parts.append(f"status {', '.join(map(str, statuses))}")
    if is_shown:
        parts.append("shown here")
    return Dot(at, leads.id, kind, is_shown, len(rows), ", ".join(parts))


def _write_numbers(numbers: Sequence[int]) -> str:
    """`1, 2 and 5`; of many the first and the last."""
    if len(numbers) > 4:
        return f"{numbers[0]} to {numbers[-1]}"
    return " and ".join(filter(None, (", ".join(map(str, numbers[:-1])), str(numbers[-1]))))


def _list_ticks(first: float, span: float) -> list[Tick]:
    """Round moments within the axis, at most some."""
    begin, end = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(first + span, UTC)
    step = next((each for each in _SECONDS if span / each <= _TICKS), None)
    moments: list[datetime] = []
    if step is not None:
        # Steps of a day and less divide a day; those of two days and a week begin at the first of January.
        base = datetime(begin.year, 1, 1, tzinfo=UTC)
        number = -(-(begin - base) // timedelta(seconds=step))
        while (moment := base + number * timedelta(seconds=step)) <= end:
            moments.append(moment)
            number += 1
    else:
        months = next((each for each in _MONTHS if span / (each * _MONTH) <= _TICKS), _MONTHS[-1])
        number = -(-(begin.year * 12 + begin.month - 1) // months)
        while (year := number * months // 12) <= end.year:
            moment = datetime(year, number * months % 12 + 1, 1, tzinfo=UTC)
            if begin <= moment <= end:
                moments.append(moment)
            number += 1
    texts = [_write_tick(moment, step, span) for moment in moments]
    share = (100 - 2 * _EDGE) / span
    return [
        Tick(round(_EDGE + (moment.timestamp() - first) * share, 3), text)
        for moment, text in zip(moments, texts, strict=True)
    ]


def _write_tick(moment: datetime, step: int | None, span: float) -> str:
    if step is None:
        return f"{moment:%b %Y}" if span < 5 * 12 * _MONTH and moment.month != 1 else f"{moment.year}"
    if step >= 86400 or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{moment.day} {moment:%b}"
    return f"{moment:%H:%M:%S}" if step < 60 else f"{moment:%H:%M}"
