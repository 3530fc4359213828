"""Learning the layouts of an archive from the first pages of each template; the same log gives the same layouts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harbincrawl.archive.captures import CaptureRow, find_pages
from harbincrawl.archive.layouts import LayoutRow, list_due, put_layout, read_layouts
from harbincrawl.archive.lists import list_line_titles
from harbincrawl.errors import HarbincrawlError
from harbincrawl.pages.article.asked import AskedPage
from harbincrawl.pages.article.learning import find_failure, learn_article_layout
from harbincrawl.pages.html.selectors import select_page
from harbincrawl.pages.layout.samples import FEWEST
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.pages import read_text
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site


def store_due(writer: RecordWriter, site: Site, frames: Iterable[str] | None = None) -> list[LayoutRow]:
    """Learns what a run has to learn, of these frames (None: of all), or anew what another reader learnt; stores it.

    Returns what was learnt. Raises what the transaction raises.
    """
    connection, folder, parser = writer.connection, writer.folder, parser_of(site)
    others = (replace(row, parser=parser) for row in read_layouts(connection) if row.parser != parser)
    # Where purged pages leave too few, it stays as it is.
    found = [row for each in others if (row := _learn_row(connection, folder, site, each)) is not None]
    for frame, pages, samples in list_due(connection, frames):
        row = LayoutRow(frame, pages, writer.store.run, parser, samples, None, None, "its pages can no longer be read")
        found.append(_learn_row(connection, folder, site, row) or row)
    if found:
        with writer.transaction():
            for row in found:
                put_layout(connection, row)
    return found


def _learn_row(connection: sqlite3.Connection, folder: Path, site: Site, row: LayoutRow) -> LayoutRow | None:
    """`row` with what its samples have in common; None where too few of them can still be read."""
    samples = list(read_samples(connection, folder, site, row.samples).values())
    if len(samples) < FEWEST:
        return None
    layout = learn_article_layout([sample.document for sample in samples], site)
    titles = [(sample, list_line_titles(connection, sample.meaning.id or "")) for sample in samples]
    reason = find_failure(titles, layout)
    if reason:
        return replace(row, digest=None, layout=None, reason=reason)
    return replace(row, digest=layout.digest, layout=layout.to_json(), reason=None)


def read_samples(
    connection: sqlite3.Connection, folder: Path, site: Site, captures: Sequence[int | None]
) -> Mapping[int, AskedPage]:
    """The pages of these captures, as far as they can still be read, in their order."""
    found = {}
    for capture in captures:
        sources = find_pages(connection, capture)
        sample = _read_sample(folder, site, sources[0]) if sources else None
        if capture is not None and sample is not None:
            found[capture] = sample
    return found


def _read_sample(folder: Path, site: Site, source: CaptureRow) -> AskedPage | None:
    try:
        text, site, day = read_text(folder, site, source)
        document = select_page(text, source.address, site.article_selectors)
        return AskedPage.make(document, source.address, site, day)
    except HarbincrawlError:
        return None
