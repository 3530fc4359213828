"""One article as one would print it, with its history, its former wordings, how to cite it, the evidence behind it."""

from __future__ import annotations

import time
from typing import Any

from harbincrawl.archive.articles.revisions import read_revisions
from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.captures import list_captures
from harbincrawl.archive.media import read_media
from harbincrawl.duplicates.links import read_group
from harbincrawl.export.citations import Cited
from harbincrawl.export.wording import find_first
from harbincrawl.search.found import NOTHING
from harbincrawl.search.related import find_neighbours, find_related
from harbincrawl.serve.answers import TYPES, Download, WebAnswer, make_json, make_text
from harbincrawl.serve.former import trace_wordings
from harbincrawl.serve.marked import MOST
from harbincrawl.serve.proofs import CITATIONS, cite, draw_ribbon, list_wordings, read_proof
from harbincrawl.serve.readers import LONGER
from harbincrawl.serve.story import find_asked, tell_story
from harbincrawl.serve.visit import Visit

_RELATED = 5
MOST_CAPTURES = 30
_MOST_WORDS = 20_000
"""Of which it is kept how many articles have them, until the archive changes."""
_PATIENCE = 1.0
"""Seconds for related articles."""


def show_article(visit: Visit) -> WebAnswer | Download:
    """The article, its record as JSON, or how to cite it."""
    number, record = visit.find_article(visit.arguments[0])
    if visit.form == "json":
        return make_json(record)
    if visit.form in CITATIONS:
        _, write = CITATIONS[visit.form]
        return make_citation(visit, write(record, Cited(newspaper=visit.site.title)))
    reader = visit.reader
    connection = reader.connection
    known: dict[str, int] = reader.remember_while(time.monotonic() // LONGER, "words", dict)
    if len(known) > _MOST_WORDS:
        known.clear()
    related = reader.within(_PATIENCE, lambda: find_related(connection, number, _RELATED, known)) or []
    older, newer = (
        visit.read_records((each,) if each is not None else ()) for each in find_neighbours(connection, number)
    )
    revisions = read_revisions(connection, number)
    former = trace_wordings(revisions) if len(revisions) > 1 else None
    shown = list_shown(connection, visit.site, number)
    proof = read_proof(visit, find_first(connection, number, record["revision"]), record["url"])
    found = find_asked(visit, number)
    return visit.show(
        "article.html", record["title"] or "(no title)", here="article", record=record,
        **tell_story(visit, record, former, found or NOTHING, read_media(connection, number)),
        **cite(visit, record, revisions[-1].revision, proof),
        **describe_asked(visit), is_too_long=found is None, most=MOST, most_captures=MOST_CAPTURES, shown_revision=None,
        former=former, ribbon=draw_ribbon(visit, record, revisions, shown, proof), proof=proof,
        related=visit.read_records(tuple(related)), copies=read_group(connection, number),
        older=older[0] if older else None, newer=newer[0] if newer else None,
        captures=list_captures(connection, record["url"], MOST_CAPTURES), shown=list_wordings(shown),
        wayback=f"https://web.archive.org/web/{_find_day(record)}/{record['url']}",
    )  # fmt: skip


def describe_asked(visit: Visit) -> dict[str, Any]:
    """The search that led here, as a template takes it: `asked` for its links, `back` to its hits, if there is one."""
    asked = visit.asked.pairs()
    return {"asked": asked, "back": visit.links.to("/search", asked) if asked else None}


def make_citation(visit: Visit, text: str) -> WebAnswer:
    """A citation as a file."""
    return make_text(text if text.endswith("\n") else text + "\n", TYPES[visit.form])


def _find_day(record: dict[str, Any]) -> str:
    """The day of an article as the Wayback Machine writes it; it shows the capture that is nearest."""
    day: str = (record["updated"] or record["created"] or record["first_seen"])[:10].replace("-", "")
    return day
