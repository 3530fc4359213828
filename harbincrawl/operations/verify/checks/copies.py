"""Signatures, bands and links to copies, made again from the texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.duplicates import shingles
from harbincrawl.duplicates.links import CopyLink, decide_links
from harbincrawl.duplicates.places import PLACE
from harbincrawl.operations.verify.comparison import ArticleVerdict
from harbincrawl.operations.verify.findings import REBUILD, Findings


def check_signatures(connection: sqlite3.Connection, findings: Findings, verdicts: Iterable[ArticleVerdict]) -> bool:
    """Compares what is filed of each article with its text; whether all of it is right."""
    bands = sum(_check_signature(connection, findings, verdict) for verdict in verdicts)
    _check_strays(connection, findings, bands)
    return not findings.damaged["copy"]


def _check_signature(connection: sqlite3.Connection, findings: Findings, verdict: ArticleVerdict) -> int:
    """Returns how many bands the article should have."""
    number = verdict.number
    row = connection.execute(
        f"SELECT s.place = {PLACE}, s.place, s.size, s.digest, s.signature FROM _signatures AS s"
        " JOIN articles AS a ON a.number = s.number WHERE s.number = ?",
        (number,),
    ).fetchone()
    keys = shingles.make_band_keys(verdict.signature) if verdict.signature else []
    if row is None or row[0] != 1 or row[2:] != (verdict.size, verdict.digest, verdict.signature):
        findings.report("copy", read_id(connection, number), "its signature is not that of its text", REBUILD)
        return len(keys)
    copy = connection.execute("SELECT 1 FROM duplicates WHERE number = ?", (number,)).fetchone() is not None
    marks = ",".join("?" * len(keys))
    (count,) = connection.execute(
        f"SELECT count(*) FROM _bands WHERE band IN ({marks}) AND copy = ? AND place = ?", (*keys, copy, row[1])
    ).fetchone()
    if count != len(set(keys)):
        findings.report("copy", read_id(connection, number), "its bands are not those of its signature", REBUILD)
    return len(set(keys))


def _check_strays(connection: sqlite3.Connection, findings: Findings, bands: int) -> None:
    (count,) = connection.execute("SELECT count(*) FROM _bands").fetchone()
    if count != bands:
        findings.report("copy", "bands", f"{count} rows where the texts give {bands}", REBUILD)
    strays = connection.execute("SELECT number FROM _signatures WHERE number NOT IN (SELECT number FROM articles)")
    for (number,) in strays.fetchall():
        findings.report("copy", read_id(connection, number), "a signature of no article", REBUILD)


def check_links(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares every link with what the rule of the copies gives; signatures and bands are right."""
    for number, right, stored in decide_links(connection):
        if right != stored:
            now, then = _describe(connection, right), _describe(connection, stored)
            findings.report("copy", read_id(connection, number), f"it is {now}, and the archive says {then}", REBUILD)
        elif right is not None:
            findings.proven["copies"] += 1
    strays = connection.execute("SELECT number FROM duplicates WHERE number NOT IN (SELECT number FROM articles)")
    for (number,) in strays.fetchall():
        findings.report("copy", read_id(connection, number), "a link of no article", REBUILD)


def _describe(connection: sqlite3.Connection, link: CopyLink | None) -> str:
    return f"a copy of {read_id(connection, link.original)} ({link.kind}, {link.similarity})" if link else "no copy"
