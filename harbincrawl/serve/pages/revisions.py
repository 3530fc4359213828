"""The revisions of an article, and two of them compared word by word."""

from __future__ import annotations

import re
from typing import Any

from harbincrawl.archive.articles.revisions import Revision, compare_revisions, read_revisions
from harbincrawl.serve.answers import WebAnswer, make_json, not_found
from harbincrawl.serve.visit import Visit

_RANGE = re.compile(r"(\d{1,6})\.\.(\d{1,6})", re.ASCII)


def show_revisions(visit: Visit) -> WebAnswer:
    """All revisions of an article, the newest first, each with what it changed."""
    number, record = visit.find_article(visit.arguments[0], "/revisions")
    revisions = read_revisions(visit.reader.connection, number)
    if visit.form == "json":
        return make_json([each._asdict() for each in revisions])
    pairs: list[tuple[Revision | None, Revision]] = list(zip([None, *revisions], revisions, strict=False))
    rows = [
        {"revision": new, "before": old, "changed": list(compare_revisions(old, new)) if old else []}
        for old, new in reversed(pairs)
    ]
    return visit.show("revisions.html", f"Revisions of {record['title'] or record['id']}", record=record, rows=rows)


def show_changes(visit: Visit) -> WebAnswer:
    """What changed from one revision to another: side by side and in line."""
    number, record = visit.find_article(visit.arguments[0], f"/revisions/{visit.arguments[1]}")
    by_number = {each.revision: each for each in read_revisions(visit.reader.connection, number)}
    match = _RANGE.fullmatch(visit.arguments[1])
    old, new = (by_number.get(int(match[at])) if match else None for at in (1, 2))
    if old is None or new is None:
        known = ", ".join(map(str, by_number))
        raise not_found(f"There are no such revisions. Known: {known}; an address ends with two of them, such as 1..2.")
    changes: dict[str, list[Any]] = dict(compare_revisions(old, new))
    if visit.form == "json":
        pieces = {name: [each._asdict() for each in parts] for name, parts in changes.items()}
        return make_json({"from": old.revision, "to": new.revision, "changes": pieces})
    title = f"Revision {old.revision} to {new.revision} of {record['title'] or record['id']}"
    return visit.show(
        "changes.html", title, record=record, old=old, new=new, changes=changes, revisions=sorted(by_number)
    )
