"""One article as one would print it, how to cite it, the evidence behind it; its revisions compared word by word."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from harbincrawl.archive.articles.revisions import Revision, compare_revisions, read_revisions
from harbincrawl.archive.articles.shown import find_shown, list_shown
from harbincrawl.archive.captures import list_captures
from harbincrawl.archive.media import read_media
from harbincrawl.archive.runs.seals import find_seal
from harbincrawl.archive.stamps import find_stamp
from harbincrawl.duplicates.links import read_group
from harbincrawl.evidence import find_sources
from harbincrawl.export.citations import as_bibtex, as_citation, as_csl, as_ris, name_answerer
from harbincrawl.search.related import find_neighbours, find_related
from harbincrawl.serve.answers import TYPES, Download, WebAnswer, make_json, make_text, not_found
from harbincrawl.serve.readers import LONGER
from harbincrawl.serve.visit import Visit

_RELATED = 5
_CAPTURES = 30
_MOST_WORDS = 20_000
"""Of which it is kept how many articles have them, until the archive changes."""
_PATIENCE = 1.0
"""Seconds for related articles."""
_CITATIONS: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "bib": ("BibTeX", as_bibtex),
    "csl": ("CSL-JSON", as_csl),
    "ris": ("RIS", as_ris),
}
_RANGE = re.compile(r"(\d{1,6})\.\.(\d{1,6})", re.ASCII)


def show_article(visit: Visit) -> WebAnswer | Download:
    """The article, its record as JSON, or how to cite it."""
    number, record = visit.find_article(visit.arguments[0])
    if visit.form == "json":
        return make_json(record)
    if visit.form in _CITATIONS:
        _, write = _CITATIONS[visit.form]
        text = write(record)
        return make_text(text if text.endswith("\n") else text + "\n", TYPES[visit.form])
    reader = visit.reader
    connection = reader.connection
    known: dict[str, int] = reader.remember_while(time.monotonic() // LONGER, "words", dict)
    if len(known) > _MOST_WORDS:
        known.clear()
    related = reader.within(_PATIENCE, lambda: find_related(connection, number, _RELATED, known)) or []
    older, newer = (
        visit.read_records((each,) if each is not None else ()) for each in find_neighbours(connection, number)
    )
    capture = _find_capture(visit, number)
    sources = find_sources(connection, capture)
    seal = find_seal(connection, _read_run(visit, capture)) if sources else None
    kept = read_media(connection, number)
    return visit.show(
        "article.html", record["title"] or "(no title)", here="article", record=record,
        paragraphs=record["body"].split("\n\n") if record["body"] else [],
        images=[image | {"media": kept.get(image["url"])} for image in record["images"]],
        related=visit.read_records(tuple(related)), copies=read_group(connection, number),
        older=older[0] if older else None, newer=newer[0] if newer else None, sources=sources, seal=seal,
        stamp=find_stamp(connection, seal[0]) if seal else None,
        captures=list_captures(connection, record["url"], _CAPTURES),
        shown=find_shown(connection, visit.site, record["url"]), citation=as_citation(record),
        citations=[(label, form, write(record)) for form, (label, write) in _CITATIONS.items()],
        answerer=name_answerer(sources[0].source, sources[0].host, record["url"]) if sources else None,
        wayback=f"https://web.archive.org/web/{_find_day(record)}/{record['url']}",
    )  # fmt: skip


def _find_capture(visit: Visit, number: int) -> int | None:
    row = visit.reader.connection.execute("SELECT capture FROM articles WHERE number = ?", (number,)).fetchone()
    return None if row is None else row[0]


def _read_run(visit: Visit, capture: int | None) -> int:
    row = visit.reader.connection.execute("SELECT run FROM captures WHERE id = ?", (capture,)).fetchone()
    return int(row[0])


def _find_day(record: dict[str, Any]) -> str:
    """The day of an article as the Wayback Machine writes it; it shows the capture that is nearest."""
    day: str = (record["updated"] or record["created"] or record["first_seen"])[:10].replace("-", "")
    return day


def show_revisions(visit: Visit) -> WebAnswer:
    """All revisions of an article, the newest first, each with what it changed."""
    number, record = visit.find_article(visit.arguments[0], "/revisions")
    revisions = read_revisions(visit.reader.connection, number)
    shown = list_shown(visit.reader.connection, visit.site, number)
    if visit.form == "json":
        return make_json(
            [
                each._asdict()
                | {"captures": [{"id": row.id, "fetched_at": row.fetched_at, "status": row.status} for row in rows]}
                for each in revisions
                for rows in (shown[each.revision],)
            ]
        )
    pairs: list[tuple[Revision | None, Revision]] = list(zip([None, *revisions], revisions, strict=False))
    rows = [
        {
            "revision": new,
            "before": old,
            "changed": list(compare_revisions(old, new)) if old else [],
            "captures": shown[new.revision],
        }
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
