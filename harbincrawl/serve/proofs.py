"""What is known of an article beside its words: what proves a wording, how it is cited, what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from harbincrawl.api import Revision
from harbincrawl.archive.captures import CaptureRow, find_pages, read_rows
from harbincrawl.archive.runs.seals import StoredStamp, find_seal, find_stamp
from harbincrawl.export.citations import Cited, as_bibtex, as_citation, as_csl, name_answerer
from harbincrawl.text import time_text

from .links import Links
from .visit import Visit

Record = dict[str, Any]

CITATIONS: dict[str, tuple[str, Callable[[Record, Cited], str]]] = {
    "bib": ("BibTeX", as_bibtex),
    "csl": ("CSL-JSON", as_csl),
}
"""By form of the address: what it is called, and what writes it."""
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


class Proof(NamedTuple):
    """What proves a response: the pages that came with it, the seal over them, its time stamp."""

    pages: tuple[CaptureRow, ...]
    """Empty: no response is stored."""
    row: CaptureRow | None
    """That of page 1."""
    seal: tuple[int, str] | None
    """(run, seal)."""
    sealed_at: str | None
    stamp: StoredStamp | None
    answerer: str | None
    """Who answered in the place of the site."""


def read_proof(visit: Visit, capture: int | None, url: str) -> Proof:
    """What proves the response with the id `capture` of the page at `url`."""
    connection = visit.reader.connection
    pages = find_pages(connection, capture)
    if not pages:
        return Proof((), None, None, None, None, None)
    row = pages[0]
    seal = find_seal(connection, row.run)
    ended = connection.execute("SELECT ended FROM runs WHERE run = ?", (seal[0],)).fetchone() if seal else None
    answerer = name_answerer(row.source, row.host, url)
    stamp = find_stamp(connection, seal[0]) if seal else None
    return Proof(pages, row, seal, ended and ended[0], stamp, answerer)


def read_events(
    visit: Visit, record: Record, revisions: Sequence[Revision], shown: Mapping[int, Sequence[CaptureRow]], proof: Proof
) -> list[Event]:
    """What happened to an article, in order of time; only what is known.

    `shown` are the responses that show each revision; `proof` is of the response that first showed the wording on the
    page.
    """
    events = _list_events(visit, record, revisions, shown, proof)
    return sorted(events, key=lambda event: _begin_day(event.when, visit.site.time_zone) or event.when)


def _list_events(
    visit: Visit, record: Record, revisions: Sequence[Revision], shown: Mapping[int, Sequence[CaptureRow]], proof: Proof
) -> Iterator[Event]:
    links = visit.links
    if day := record["updated"]:
        before = revisions[0].updated if revisions else None
        yield Event("Printed", day, f"at first {before}" if before and before != day else "")
    rows = [row for each in revisions for row in shown.get(each.revision, ())]
    first = next((row for row in rows if row.fetched_at == record["first_seen"]), rows[0] if rows else None)
    is_once = record["first_seen"] == record["last_seen"]
    yield Event("Seen once" if is_once else "First seen", record["first_seen"], *_describe(links, first, record))
    if (hidden := len(revisions) - 1 - _SHOWN) > 0:
        every = links.article(record["id"], "/revisions")
        yield Event("Changed", revisions[hidden].seen, f"{hidden:,} times until then", "all revisions", every)
    for old, new in pairwise(revisions[-_SHOWN - 1 :]):
        href = links.article(record["id"], f"/revisions/{old.revision}..{new.revision}")
        yield Event("Changed", new.seen, ", ".join(name_fields(old, new)) or "no word", "see the words", href)
    if not is_once:
        last = next((row for row in rows[::-1] if row.fetched_at == record["last_seen"]), rows[-1] if rows else None)
        yield Event("Last seen", record["last_seen"], *_describe(links, last, record))
    if gone := _find_gone(visit, record):
        note, link, address = _describe(links, gone, record)
        answered = ", ".join(filter(None, (f"the site answered {gone.status}", note)))
        yield Event("Gone", gone.fetched_at, answered, link, address)
    if proof.seal and proof.sealed_at:
        yield Event("Sealed", proof.sealed_at, f"with run {proof.seal[0]:,}", "the seal", "#seal")
        if stamp := proof.stamp:
            yield Event("Stamped", stamp.at, f"the seal of run {stamp.run:,}", "the time stamp", "#stamp")


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


def _find_gone(visit: Visit, record: Record) -> CaptureRow | None:
    """The first response by which the site said that an article is gone; None where it is not, or none is known."""
    if record["status"] != "gone":
        return None
    choice = "c.address = ? AND c.status IN (404, 410) AND c.fetched_at >= ? ORDER BY c.id LIMIT 1"
    return next(iter(read_rows(visit.reader.connection, choice, (record["url"], record["last_seen"]))), None)


def cite(visit: Visit, record: Record, total: int, proof: Proof) -> dict[str, Any]:
    """How a wording is cited: `citation`, `citations` (label, address, text), `permalink`.

    `proof` is of the response that first showed it; `total` is how many wordings there are.
    """
    rest = f"/revisions/{record['revision']}"
    links = visit.links
    permalink = links.origin + links.article(record["id"], rest)
    cited = Cited(total, proof.row.id if proof.row else None, proof.seal, permalink, visit.site.title)
    return {
        "citation": as_citation(record, cited),
        "citations": [
            (label, links.article(record["id"], f"{rest}.{form}"), write(record, cited))
            for form, (label, write) in CITATIONS.items()
        ],
        "permalink": permalink,
    }
