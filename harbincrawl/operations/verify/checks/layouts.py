"""The layouts: learnt again from the captures that they name, and named by the records that they read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.archive.layouts import ARTICLE, LayoutRow, list_groups, read_layouts
from harbincrawl.operations.verify.findings import REPARSE, Findings, Note
from harbincrawl.pages import parser_of
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.layouts.learning import find_reason, learn_layout, read_samples
from harbincrawl.reread.layouts.settling import find_stale
from harbincrawl.sites import Site
from harbincrawl.text import count_text

_OTHER_PARSER = "learnt by another parser version"
_PURGED = "a page that it was learnt from was purged: it can no longer be learnt again"
_LOST = "a page that it was learnt from is lost: it can no longer be learnt again"


def check_layouts(folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings) -> None:
    """Compares each stored layout with what its samples say, and its samples with those that it has to have."""
    groups = {group.key: group for group in list_groups(connection)}
    for row in read_layouts(connection):
        group = groups.get(row.key)
        where = f"layout of {row.frame}, {row.origin} {row.period}"
        if None in row.samples:
            findings.leave("layouts", _PURGED)
        elif row.kind != ARTICLE or group is None or (group.samples, group.since) != (row.samples, row.since):
            if group is not None and row.kind == ARTICLE and row.samples in group.earlier:
                findings.leave("layouts", "it is to be learnt anew: more of its pages were captured since")
            else:
                findings.report("value", where, "it names other captures than it has to be learnt from", REPARSE)
        elif row.parser != parser_of(site):
            findings.leave("layouts", _OTHER_PARSER)
        else:
            _compare(folder, connection, site, findings, row, where)
    stale = find_stale(connection, LayoutBook.read(connection))
    if stale:
        said = f"{count_text(len(stale), 'article')} to be read again by a newer layout: the next crawl does"
        findings.notes.append(Note("unfinished", "articles", said))


def _compare(
    folder: Path, connection: sqlite3.Connection, site: Site, findings: Findings, row: LayoutRow, where: str
) -> None:
    samples = read_samples(connection, folder, site, row.samples)
    if len(samples) < len(row.samples):
        findings.leave("layouts", _LOST)
        return
    layout = learn_layout(list(samples.values()), site)
    if row.layout is None:
        if row.digest or not row.reason or find_reason(connection, list(samples.values()), layout) is None:
            findings.report(
                "value", where, "it is stored as of no use, but reads the pages that it was learnt from", REPARSE
            )
        else:
            findings.proven["layouts"] += 1
    elif row.reason is not None:
        findings.report("value", where, "it is stored as in use, with a reason why it is not", REPARSE)
    elif layout.to_json() != row.layout or layout.digest != row.digest:
        findings.report("value", where, "it is not what the captures that it names say", REPARSE)
    else:
        findings.proven["layouts"] += 1
