"""Why nothing proves a row: what became of the evidence of the page that it was read from."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.runs.table import READER
from harbincrawl.evidence import find_sources
from harbincrawl.pages import parser_of
from harbincrawl.reread.pages import ReadArticle
from harbincrawl.sites import Site

from .findings import OUT_OF_REACH, Findings

OTHER_PARSER = "read by another parser version"
_UNKEPT = "no record was kept"
_KINDS = {
    "no-evidence": _UNKEPT,
    "removed": "evidence removed",
    "damaged": "evidence damaged",
    "unreachable": OUT_OF_REACH,
}


def find_state_reason(
    right: sqlite3.Connection, findings: Findings, capture: int | None, reading: ReadArticle
) -> str | None:
    """Why the pages of a revision could not be read; None where they could, and show no such article."""
    pages = find_sources(right, capture)
    if not pages:
        return "no capture"
    reasons = (find_page_reason(right, findings, page.capture) for page in pages)
    return next(filter(None, reasons), None) or _KINDS.get(reading.kind)


def find_page_reason(right: sqlite3.Connection, findings: Findings, capture: int | None) -> str | None:
    """Why the record of a capture cannot be read; None where it can."""
    if capture is None:
        return "no capture"
    if (reason := findings.find_reason(capture)) is not None:
        return reason
    row = right.execute(
        "SELECT c.warc, l.reason FROM captures AS c LEFT JOIN lost_captures AS l ON l.capture = c.id WHERE c.id = ?",
        (capture,),
    ).fetchone()
    if row is None:
        return "no capture"
    warc, lost = row
    return _UNKEPT if warc is None else lost and f"evidence {lost}"


def find_reader(right: sqlite3.Connection, capture: int | None, site: Site) -> str | None:
    """That another version of the reader than today's read a capture; None: it was today's."""
    row = right.execute(
        f"SELECT {READER} FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE c.id = ?",
        (capture,),
    ).fetchone()
    return OTHER_PARSER if row is not None and row[0] not in (None, parser_of(site)) else None
