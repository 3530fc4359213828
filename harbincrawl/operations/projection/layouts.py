"""Layouts as the captured pages give them: learnt again where the log tells that they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from harbincrawl.archive.layouts import LayoutRow, put_layout, read_layouts
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.layouts.learning import learn_layout, read_samples

from .lists import Evidence

OTHER = "it is not what the captures that it names say"
_OTHER_PARSER = "learnt by another parser version"
_PURGED = "a page that it was learnt from was purged: it can no longer be learnt again"
_LOST = "a page that it was learnt from is lost: it can no longer be learnt again"


def put_layouts(connection: sqlite3.Connection, evidence: Evidence) -> Iterator[tuple[LayoutRow, str | None]]:
    """Learns each layout again and puts what its pages give; of each, as it was told, why it stays or is OTHER.

    One that failed its test stays as it was told: the test asked what lists said in those days.
    """
    for row in read_layouts(connection):
        if row.layout is None:
            continue
        if row.parser != parser_of(evidence.site):
            yield row, _OTHER_PARSER
            continue
        samples = read_samples(connection, evidence.folder, evidence.site, row.samples)
        if missing := [each for each in row.samples if each is None or each not in samples]:
            yield row, _PURGED if _is_purged(connection, missing) else _LOST
            continue
        layout = learn_layout(list(samples.values()), evidence.site)
        learnt = replace(row, digest=layout.digest, layout=layout.to_json(), reason=None)
        if learnt != row:
            put_layout(connection, learnt)
        yield row, None if learnt == row else OTHER


def _is_purged(connection: sqlite3.Connection, missing: list[int | None]) -> bool:
    # A purge takes pages of other articles, too, that show something of the purged one.
    reasons = dict(connection.execute("SELECT capture, reason FROM lost_captures"))
    return all(each is None or reasons.get(each) == "purged" for each in missing)
