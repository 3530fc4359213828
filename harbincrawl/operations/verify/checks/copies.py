"""Signatures, bands and links to copies, against those that the texts give."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.operations.verify.comparison import Row, compare_table
from harbincrawl.operations.verify.findings import REBUILD, Findings
from harbincrawl.text import count_text


def check_copies(stored: sqlite3.Connection, right: sqlite3.Connection, findings: Findings) -> None:
    """Compares every row; `right` has what the rule of the copies gives."""
    bands = 0
    for name in ("_signatures", "_bands", "duplicates"):
        for key, row, wanted, _ in compare_table(stored, right, name):
            if name == "_bands":
                bands += row != wanted
            elif row == wanted:
                findings.proven["copies"] += name == "duplicates"
            elif name == "duplicates":
                said = f"it is {_describe(right, wanted)}, and the archive says {_describe(right, row)}"
                findings.report("copy", read_id(right, key[0]), said, REBUILD)
            else:
                findings.report("copy", read_id(right, key[0]), "its signature is not that of its text", REBUILD)
    if bands:
        those = count_text(bands, "row")
        findings.report("copy", "bands", f"{those} of them are not as the signatures give them", REBUILD)


def _describe(connection: sqlite3.Connection, link: Row | None) -> str:
    if link is None:
        return "no copy"
    _, original, similarity, kind = link
    return f"a copy of {read_id(connection, original)} ({kind}, {similarity})"
