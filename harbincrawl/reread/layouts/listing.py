"""The layouts of an archive for people: from which pages each was learnt, how well it fits, and an example page."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from harbincrawl.archive.layouts import LayoutRow, read_layouts
from harbincrawl.errors import NoEvidenceError, NotFoundError
from harbincrawl.evidence import find_sources
from harbincrawl.pages.explain import Explanation
from harbincrawl.reread.book import LayoutBook, make_template
from harbincrawl.reread.explained import explain_source
from harbincrawl.sites import Site
from harbincrawl.text import count_text

from .learning import read_samples


@dataclass(frozen=True, slots=True)
class ListedLayout:
    """A layout as it is listed."""

    number: int
    """By which it is asked for; the first is 1."""
    row: LayoutRow
    records: int
    """Wordings that it read."""
    fit: float | None
    """Mean part of the lines of its own pages of which it says something; None where none of them can be read."""


def list_layouts(connection: sqlite3.Connection, folder: Path, site: Site) -> Iterator[ListedLayout]:
    """All layouts, in the order of what they were learnt from."""
    records = Counter(dict(connection.execute(
        "SELECT layout, count(*) FROM (SELECT layout FROM articles UNION ALL SELECT layout FROM revisions)"
        " WHERE layout IS NOT NULL GROUP BY layout"
    )))  # fmt: skip
    for number, row in enumerate(_order(connection), 1):
        fit = None
        if row.layout is not None:
            template = make_template(row.layout)
            samples = read_samples(connection, folder, site, row.samples).values()
            fits = [template.look_at(sample.asked.document.lines).fit for sample in samples]
            fit = mean(fits) if fits else None
        yield ListedLayout(number, row, records[row.digest], fit)


def explain_example(connection: sqlite3.Connection, folder: Path, site: Site, number: int) -> Explanation:
    """A page that the layout was learnt from, as it is read. Raises NotFoundError, NoEvidenceError."""
    rows = _order(connection)
    if not 1 <= number <= len(rows):
        known = count_text(len(rows), "layout") if rows else "no layout yet: they are learnt by a crawl"
        raise NotFoundError(f"there is no layout {number}; the archive has {known}.")
    book = LayoutBook.read(connection)
    # The last are of its own run.
    for capture in reversed(rows[number - 1].samples):
        for source in find_sources(connection, capture)[:1]:
            try:
                return explain_source(folder, source, site, book)
            except NoEvidenceError:
                continue
    raise NoEvidenceError(f"no page that layout {number} was learnt from can still be read.")


def _order(connection: sqlite3.Connection) -> list[LayoutRow]:
    return sorted(read_layouts(connection), key=lambda row: (row.origin != "own", row.period, row.kind, row.frame))
