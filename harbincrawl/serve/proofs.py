"""What proves a wording of an article: its responses, the seal over them, its time stamp; how it is cited by these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from harbincrawl.api import Revision
from harbincrawl.archive.captures import CaptureRow, read_capture, read_rows
from harbincrawl.archive.runs.seals import find_seal
from harbincrawl.archive.stamps import StoredStamp, find_stamp
from harbincrawl.evidence import Source, find_sources
from harbincrawl.export.citations import Cited, as_bibtex, as_citation, as_csl, name_answerer

from .history import Event, Facts, list_events
from .visit import Visit

Record = dict[str, Any]

CITATIONS: dict[str, tuple[str, Callable[[Record, Cited], str]]] = {
    "bib": ("BibTeX", as_bibtex),
    "csl": ("CSL-JSON", as_csl),
}
"""By form of the address: what it is called, and what writes it."""


class Proof(NamedTuple):
    """What proves a response: the pages that came with it, the seal over them, its time stamp."""

    sources: tuple[Source, ...]
    """Empty: no response is stored."""
    row: CaptureRow | None
    seal: tuple[int, str] | None
    """(run, seal)."""
    sealed_at: str | None
    stamp: StoredStamp | None
    answerer: str | None
    """Who answered in the place of the site."""


def read_proof(visit: Visit, capture: int | None, url: str) -> Proof:
    """What proves the response with the id `capture` of the page at `url`."""
    connection = visit.reader.connection
    row = read_capture(connection, capture) if capture is not None else None
    if row is None:
        return Proof((), None, None, None, None, None)
    seal = find_seal(connection, row.run)
    ended = connection.execute("SELECT ended FROM runs WHERE run = ?", (seal[0],)).fetchone() if seal else None
    answerer = name_answerer(row.source, row.host, url)
    stamp = find_stamp(connection, seal[0]) if seal else None
    return Proof(find_sources(connection, row.id), row, seal, ended and ended[0], stamp, answerer)


def read_events(
    visit: Visit, record: Record, revisions: Sequence[Revision], shown: Mapping[int, Sequence[CaptureRow]], proof: Proof
) -> list[Event]:
    """The history of an article; `proof` is of the response that first showed the wording on the page."""
    sealed = (proof.seal[0], proof.sealed_at) if proof.seal and proof.sealed_at else None
    stamp = proof.stamp if sealed else None
    gone = _find_gone(visit, record)
    return list_events(visit.links, Facts(record, revisions, shown, visit.site.time_zone, gone, sealed, stamp))


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
