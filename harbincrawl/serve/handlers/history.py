"""A capture among all of its address: dots in time, its revision, its evidence; two captures side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, NoReturn

from aiohttp import web

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.articles.shown import find_shown
from harbincrawl.archive.captures import (
    CaptureRow,
    Moment,
    find_confirmed,
    list_around,
    list_captures_in_time,
)
from harbincrawl.archive.runs.seals import find_seal
from harbincrawl.archive.stamps import StoredStamp, find_stamp
from harbincrawl.export.citations import name_answerer
from harbincrawl.serve.answers import LEAVE, PageError, WebAnswer, make_json
from harbincrawl.serve.dots import KINDS, Axis, find_kind, place_dots
from harbincrawl.serve.links import Pairs
from harbincrawl.serve.looks import show_second
from harbincrawl.serve.visit import Visit

from .captures import compare_captures, find_missing, find_row

_LISTED = 20
"""Captures on one page of the list."""
_DOTS = 10_000
"""Captures before, and behind the one that is looked at, which are drawn."""
_REVISIONS = 20
"""Of which it is listed which captures show them."""


class About(NamedTuple):
    """A capture, with what proves it."""

    row: CaptureRow
    seal: tuple[int, str] | None
    stamp: StoredStamp | None
    missing: str | None
    """Why it cannot be shown as a page; None: it can."""
    confirmed: CaptureRow | None
    """The page that a 304 confirmed."""
    answerer: str | None
    revisions: Sequence[int]

    def as_object(self, article: str | None) -> dict[str, Any]:
        """Its JSON."""
        proof = {
            "seal": self.seal[1] if self.seal else None,
            "timestamp": self.stamp.as_object() if self.stamp else None,
        }
        shows = {"article": article, "revisions": list(self.revisions)} if self.revisions else None
        confirms = self.confirmed.id if self.confirmed else None
        return asdict(self.row) | proof | {"shows": shows, "confirms": confirms}


class Revision(NamedTuple):
    """The captures that show a revision."""

    number: int
    captures: int
    first: Moment
    last: Moment


class History(NamedTuple):
    """All captures of an address, seen from one of them."""

    article: dict[str, Any] | None
    """The record of the article whose page it is."""
    shown: Mapping[int, Sequence[int]]
    """Revisions by capture."""
    earlier: int
    """How many captures stand before `moments`."""
    moments: Sequence[Moment]
    """In time; of very many those nearest to this one."""
    place: int
    """That of this one in `moments`."""

    @property
    def id(self) -> str | None:
        """The article's id."""
        return self.article["id"] if self.article else None

    def find_neighbour(self, step: int) -> Moment | None:
        """The capture before (-1) or behind (1) this one; None where there is none."""
        place = self.place + step
        return self.moments[place] if 0 <= place < len(self.moments) else None

    def find_page(self) -> Moment | None:
        """The last capture before this one that is a page."""
        return next((each for each in reversed(self.moments[: self.place]) if each.status in (200, 304)), None)

    def list_revisions(self) -> list[Revision]:
        """The captures of each revision; of very many revisions those nearest to this capture's."""
        found: dict[int, list[Moment]] = {}
        for moment in self.moments:
            for revision in self.shown.get(moment.id, ()):
                found.setdefault(revision, []).append(moment)
        rows = [Revision(number, len(each), each[0], each[-1]) for number, each in sorted(found.items())]
        ours = self.shown.get(self.moments[self.place].id, ())
        at = next((at for at, row in enumerate(rows) if row.number in ours), 0)
        begin = max(0, min(at - _REVISIONS // 2, len(rows) - _REVISIONS))
        return rows[begin : begin + _REVISIONS]

    def find_earlier_revision(self) -> Revision | None:
        """The revision before this capture's."""
        ours = self.shown.get(self.moments[self.place].id, ())
        return next((row for row in reversed(self.list_revisions()) if ours and row.number < min(ours)), None)


def read_about(visit: Visit, row: CaptureRow, shown: Mapping[int, Sequence[int]], *, is_looked_at: bool) -> About:
    """A capture, with what proves it; whether its page can be shown only where that `is_looked_at`."""
    connection = visit.reader.connection
    seal = find_seal(connection, row.run)
    stamp = find_stamp(connection, seal[0]) if seal else None
    missing = find_missing(visit, row) if is_looked_at else None
    answerer = name_answerer(row.source, row.host, row.address)
    return About(row, seal, stamp, missing, find_confirmed(connection, row), answerer, shown.get(row.id, ()))


def read_history(visit: Visit, row: CaptureRow) -> History:
    """All captures of the address of one."""
    connection = visit.reader.connection
    meaning = visit.site.read_address(row.address)
    number = find_number(connection, meaning.id) if meaning is not None and meaning.id is not None else None
    shown = visit.reader.remember(("shown", row.address), lambda: find_shown(connection, visit.site, row.address))
    records = visit.read_records((number,)) if number is not None else []
    earlier, moments = list_around(connection, row.address, (row.fetched_at, row.id), _DOTS)
    place = next(at for at, each in enumerate(moments) if each.id == row.id)
    return History(records[0] if records and shown else None, shown, earlier, moments, place)


def show_capture(visit: Visit) -> WebAnswer:
    """Our page about a capture, with the captured page in a frame."""
    row = find_row(visit, visit.arguments[0])
    history = read_history(visit, row)
    about = read_about(visit, row, history.shown, is_looked_at=visit.form == "html")
    place = history.earlier + history.place
    first = _read_page(visit) * _LISTED if visit.query.get("list") else place // _LISTED * _LISTED
    count, listed = list_captures_in_time(visit.reader.connection, row.address, first, _LISTED)
    revisions = history.list_revisions()
    if visit.form == "json":
        return make_json(about.as_object(history.id) | _describe(history, count, place, revisions))
    shown = history.moments[history.place]
    ends = [list_captures_in_time(visit.reader.connection, row.address, at, 1)[1][0] for at in (0, count - 1)]
    return visit.show(
        "capture.html", f"Capture of {_write(row.fetched_at)}: {row.address}", here="capture", about=about, row=row,
        history=history, pairs=_keep(visit), axis=_draw(history), kinds=KINDS, count=count, place=place,
        previous=history.find_neighbour(-1), following=history.find_neighbour(1), ends=ends,
        before=history.find_page(), earlier=history.find_earlier_revision(), revisions=revisions,
        listed=[(each, find_kind(_shorten(each), shown, history.shown)) for each in listed],
        first=first, last_page=(count - 1) // _LISTED, size=_LISTED, options=_list_options(history, listed, row),
        leave=LEAVE,
    )  # fmt: skip


def find_comparison(visit: Visit) -> NoReturn:
    """Leads from the form, `?old=17&new=42`, to the comparison."""
    rows = [find_row(visit, visit.query.get(name, "").strip()) for name in ("old", "new")]
    raise web.HTTPFound(_name(visit, *_order(*rows)))


def show_comparison(visit: Visit) -> WebAnswer:
    """Two captures side by side, the earlier one first, with what differs."""
    given = [find_row(visit, text) for text in visit.arguments[0].split("..")]
    old, new = _order(*given)
    if old.id != given[0].id or visit.arguments[0] != f"{old.id}..{new.id}":
        raise web.HTTPFound(_name(visit, old, new, "" if visit.form == "html" else f".{visit.form}"))
    histories = [read_history(visit, row) for row in (old, new)]
    sides = [
        read_about(visit, row, history.shown, is_looked_at=True)
        for row, history in zip((old, new), histories, strict=True)
    ]
    # For a page that cannot be shown nothing is compared.
    reason = next((_explain(side.row, side.missing) for side in sides if side.missing is not None), None)
    compared = compare_captures(visit, old, new) if reason is None else None
    if visit.form == "json":
        return make_json({
            "old": sides[0].as_object(histories[0].id),
            "new": sides[1].as_object(histories[1].id),
            "passages": compared.total if compared else None,
            "removed": compared.words("old") if compared else None,
            "added": compared.words("new") if compared else None,
            "rough": compared.is_rough if compared else None,
            "first_passages": [[piece._asdict() for piece in each] for each in compared.passages] if compared else None,
            "reason": reason,
        })  # fmt: skip
    title = f"Captures of {_write(old.fetched_at)} and {_write(new.fetched_at)} compared"
    listed = list_captures_in_time(
        visit.reader.connection, new.address, max(0, histories[1].earlier + histories[1].place - _LISTED // 2), _LISTED
    )[1]
    return visit.show(
        "comparison.html", title, here="capture", sides=list(zip(("old", "new"), sides, histories, strict=True)),
        history=histories[1], compared=compared, reason=reason, pairs=_keep(visit), leave=LEAVE, old=old, new=new,
        options=_list_options(histories[1], listed, old, new),
    )  # fmt: skip


def _explain(row: CaptureRow, missing: str) -> str:
    return f"They cannot be compared, for that of {_write(row.fetched_at)} cannot be shown. {missing}"


def _order(one: CaptureRow, other: CaptureRow) -> tuple[CaptureRow, CaptureRow]:
    """Two captures in time. Raises PageError where they are one."""
    if one.id == other.id:
        raise PageError(400, "One capture", f"Capture {one.id} cannot be compared with itself: choose two.")
    first, second = sorted((one, other), key=lambda row: (row.fetched_at, row.id))
    return first, second


def _name(visit: Visit, old: CaptureRow, new: CaptureRow, rest: str = "") -> str:
    return visit.links.comparison(old.id, new.id, rest, _keep(visit))


def _keep(visit: Visit) -> Pairs:
    """The search that the address carries."""
    return visit.asked.pairs()


def _read_page(visit: Visit) -> int:
    """The page of the list that is asked for, from 0 on. Raises PageError."""
    text = visit.query.get("list", "")
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 10):
        raise PageError(400, "No such page", f"There is no page “{text[:60]}”: expected a number from 1 on.")
    return int(text) - 1


def _draw(history: History) -> Axis:
    return place_dots(history.moments, history.moments[history.place], history.shown, _write)


def _write(moment: str) -> str:
    return show_second(moment).striptags()


def _shorten(row: CaptureRow) -> Moment:
    return Moment(row.id, row.fetched_at, row.status, row.digest, row.body_hash)


def _list_options(history: History, listed: Sequence[CaptureRow], *chosen: CaptureRow) -> list[tuple[int, str]]:
    """(capture, label) of what the form offers: those listed, and the first and last of each revision; in time."""
    rows = [_shorten(each) for each in (*listed, *chosen)]
    rows += [each for revision in history.list_revisions() for each in (revision.first, revision.last)]
    found = {each.id: each for each in rows if each.status in (200, 304) or each.id in {row.id for row in chosen}}
    return [
        (each.id, ", ".join((_write(each.fetched_at), *(f"revision {at}" for at in history.shown.get(each.id, ())))))
        for each in sorted(found.values(), key=lambda each: (each.fetched_at, each.id))
    ]  # fmt: skip


def _describe(history: History, count: int, place: int, revisions: Sequence[Revision]) -> dict[str, Any]:
    """What the JSON of a capture says of the others of its address."""
    neighbours = {"previous": history.find_neighbour(-1), "next": history.find_neighbour(1)}
    return {
        "place": place + 1,
        "captures": count,
        **{name: each.id if each else None for name, each in neighbours.items()},
        "revisions": [
            {"revision": each.number, "captures": each.captures, "first": each.first.id, "last": each.last.id}
            for each in revisions
        ],
    }
