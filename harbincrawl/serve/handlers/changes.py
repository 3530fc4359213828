"""What the site changed after publication: every change, the last one first, with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from harbincrawl.archive.changes import (
    ArticleChange,
    count_changed,
    count_changes,
    list_changes,
    read_change,
)
from harbincrawl.search.records import read_by_number
from harbincrawl.serve.answers import PageError, WebAnswer, make_json
from harbincrawl.serve.edits import Edit, find_edit
from harbincrawl.serve.links import Pairs
from harbincrawl.serve.pager import read_page
from harbincrawl.serve.visit import Visit

_ENTRIES = 20
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


class ShownChange(NamedTuple):
    """A change as pages show it."""

    record: dict[str, Any]
    """The article as it is now."""
    before: int
    """The revision that was replaced."""
    after: int
    seen: str
    """When the new one was first seen."""
    edit: Edit
    is_last: bool
    """Whether no later change followed."""

    @property
    def range(self) -> str:
        """As addresses have it: `1..2`."""
        return f"{self.before}..{self.after}"


def show_list(visit: Visit) -> WebAnswer:
    """All changes, or those that were seen in a `month`, in pages."""
    connection = visit.reader.connection
    months: dict[str, int] = visit.reader.remember("changes", lambda: count_changes(connection))
    month = visit.query.get("month", "").strip()
    if month and not _MONTH.fullmatch(month):
        raise PageError(400, "No such month", f"“{month[:40]}” is not a month: expected one such as 2024-05.")
    total = months.get(month, 0) if month else sum(months.values())
    page = read_page(visit.query, total, _ENTRIES)
    found = describe_changes(visit, list_changes(connection, _ENTRIES, page.offset, month or None))
    own: Pairs = [("month", month)] if month else []

    def link(number: int) -> str:
        ending = "" if visit.form == "html" else f".{visit.form}"
        return visit.links.to(f"/changes{ending}", own + ([("page", str(number))] if number > 1 else []))

    if visit.form == "json":
        return make_json(
            {
                "month": month or None,
                "total": total,
                "months": [{"month": each, "changes": number} for each, number in months.items()],
                "changes": [make_change_object(each) for each in found],
                "next": page.link(link)["next"],
            }
        )
    return visit.show(
        "edits.html", "Changed after publication", here="changes", month=month, months=months, total=total,
        articles=count_changed(connection), changes=found, range=page.describe(), **page.link(link),
        json=visit.links.to("/changes.json", own),
    )  # fmt: skip


def describe_changes(visit: Visit, changes: Iterable[ArticleChange]) -> list[ShownChange]:
    """What pages show of changes; those of white space alone, and of what cannot be read, are left out."""
    connection = visit.reader.connection
    some = list(changes)
    records = read_by_number(connection, {each.number for each in some})
    found = []
    for each in some:
        pair = read_change(connection, each) if each.number in records else None
        edit = find_edit(*pair) if pair else None
        if pair and edit:
            old, new = pair
            is_last = new.replaced is None
            found.append(ShownChange(records[each.number], old.revision, new.revision, each.seen, edit, is_last))
    return found


def make_change_object(change: ShownChange) -> dict[str, Any]:
    """A change as JSON has it; `pieces` are the words around the first change of `field`."""
    record, edit = change.record, change.edit
    return {
        "id": record["id"],
        "title": record["title"],
        "from": change.before,
        "to": change.after,
        "seen": change.seen,
        "field": edit.field,
        "pieces": [each._asdict() for each in edit.pieces],
    }
