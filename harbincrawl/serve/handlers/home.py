"""The front page: the newest articles with their pictures, what changed last, sections, articles over time."""

from __future__ import annotations

from typing import Any, NamedTuple

from harbincrawl.archive.changes import list_last_changes, read_change
from harbincrawl.archive.runs import history
from harbincrawl.search.days import find_today
from harbincrawl.search.newest import list_newest
from harbincrawl.search.records import read_by_number
from harbincrawl.serve.answers import WebAnswer
from harbincrawl.serve.bars import read_bars
from harbincrawl.serve.history import name_fields
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.visit import Visit
from harbincrawl.text import time_text

from .overview import count_values, describe_nothing

_NEWEST = 9
_CHANGES = 6
_SECTIONS = 12


class Change(NamedTuple):
    """The last change of an article."""

    record: dict[str, Any]
    """The article as it is now."""
    before: int
    """The revision that was replaced."""
    after: int
    seen: str
    fields: list[str]
    """What differs."""


def show_home(visit: Visit) -> WebAnswer:
    """The front page."""
    reader = visit.reader
    connection = reader.connection
    newest = list_newest(connection, find_today(), _NEWEST)
    records = read_by_number(connection, [each.number for each in newest])
    runs = history.read_runs(connection, 1)
    return visit.show(
        "home.html", visit.site.title, here="home", nothing=describe_nothing(reader),
        counts=reader.remember("counts", lambda: history.count_articles(connection)),
        newest=[(each, records[each.number]) for each in newest if each.number in records],
        changes=_read_changes(visit),
        sections=[bar for bar in count_values(reader, "section") if bar.path][:_SECTIONS],
        bars=read_bars(visit, Parameters()),
        run=(time_text(runs[0].started), runs[0].outcome) if runs else None,
    )  # fmt: skip


def _read_changes(visit: Visit) -> list[Change]:
    """The articles that changed last."""
    connection = visit.reader.connection
    last = list_last_changes(connection, _CHANGES)
    records = read_by_number(connection, [each.number for each in last])
    found = []
    for each in last:
        pair = read_change(connection, each)
        if pair and each.number in records:
            old, new = pair
            found.append(Change(records[each.number], old.revision, new.revision, each.seen, name_fields(old, new)))
    return found
