"""Exporting earlier wordings of articles: a record for each, of the article that it was, and what replaced it when."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from harbincrawl.errors import NotFoundError
from harbincrawl.export.formats.choice import ExportFormat, make_text_writer, write_all
from harbincrawl.export.formats.table import FORMATS
from harbincrawl.fields import SITE_NAME, Field
from harbincrawl.search.choice import make_choice, write_order
from harbincrawl.search.filters import Filters

from .fields import choose_fields
from .files import open_sink, write_atomic_file
from .selection import BATCH, Batch, Selection

REVISION_FORMATS = tuple(name for name, each in FORMATS.items() if each.has_revisions)
REVISION_FIELDS = (
    Field("id", "text", "The name of the site and its number for the article.", False),
    Field("url", "text", "Canonical address of the article's first page.", False),
    Field("revision", "integer", "1 as first seen, plus 1 for each change of the text.", False),
    Field("title", "text", "The heading, as it was."),
    Field("updated", "date", "The date that the page printed."),
    Field("author", "text", "The author as printed; null if the page named none."),
    Field("source", "text", "The source in brackets in the By line."),
    Field("body", "text", "The paragraphs, separated by a blank line; null for articles with photos only."),
    Field("images", "images", "The pictures with caption and credit, in reading order.", False),
    Field("seen", "time", "When this wording was first seen.", False),
    Field("replaced", "time", "When the next one was first seen.", False),
    Field("cause", "text", "What replaced it: `crawl`, `ingest` or `rescue`.", False),
    Field("fingerprint", "text", "sha256 of the normal form of title, body, captions, author, source and date.", False),
    Field("parser", "text", "Version of the parser that made the record.", False),
    Field("capture", "capture", "The captured response of the article's first page."),
)
"""What is known of an earlier wording."""

_CELLS = {
    "id": f"{SITE_NAME} || ':' || a.id",
    "url": "a.url",
    **{name: f"nullif(r.{name}, '')" for name in ("title", "author", "source", "body")},
    "images": """(SELECT json_group_array(json_object('url', value ->> 'url',
      'caption', nullif(value ->> 'caption', ''), 'credit', nullif(value ->> 'credit', ''),
      'file_name', nullif(value ->> 'file_name', ''))) FROM json_each(r.images))""",
    "capture": """CASE WHEN c.id IS NOT NULL THEN
      json_object('warc', c.warc, 'offset', c."offset", 'digest', c.digest, 'fetched_at', c.fetched_at,
       'source', c.source, 'host', c.host) END""",
}


def revision_fields(names: Sequence[str] = ()) -> tuple[Field, ...]:
    """The fields of earlier wordings: all, or those in `names`. Raises DestinationError for a name that is none."""
    return choose_fields(REVISION_FIELDS, names)


def write_revisions(
    selection: Selection,
    destination: str,
    form: ExportFormat,
    fields: Sequence[Field],
    *,
    excel: bool = False,
    started: Callable[[int], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes the earlier wordings of the selected articles to a file, or `-`; returns their number.

    They are in the order of their articles, the oldest of each first. Raises NotFoundError if there are none, and what
    writing a file may raise.
    """
    count = count_revisions(selection)
    if count:
        started(count)
    return write_batches(read_batches(selection), count, destination, form, fields, excel=excel, progress=progress)


def write_batches(
    batches: Iterable[Batch],
    count: int,
    destination: str,
    form: ExportFormat,
    fields: Sequence[Field],
    *,
    excel: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes batches of earlier wordings to a file, or `-`; returns their number. See `write_revisions`.

    `count` are those that were found, at least as many as are in the batches.
    """
    if not count:
        raise NotFoundError("none of the articles found has an earlier wording; nothing was written.")
    if destination == "-":
        with open(sys.stdout.fileno(), "wb", closefd=False) as sink:
            written = write_all(make_text_writer(sink, form.format, fields, excel=excel), batches, (), progress)
            sink.flush()
        return written
    with write_atomic_file(Path(destination)) as path:
        if form.format == "parquet":
            from harbincrawl.export.formats.parquet import ParquetWriter

            return write_all(ParquetWriter(path, fields), batches, (), progress)
        with open_sink(path, form.packing) as sink:
            return write_all(make_text_writer(sink, form.format, fields, excel=excel), batches, (), progress)


def count_revisions(selection: Selection) -> int:
    """Earlier wordings of the selected articles."""
    selected, values = selection.choice()
    sql = f"SELECT count(*) FROM revisions WHERE number IN (SELECT a.number {selected})"
    (count,) = selection.connection.execute(sql, values).fetchone()
    return int(count)


def read_batches(selection: Selection) -> Iterator[Batch]:
    """Earlier wordings of the selected articles, in batches with all of REVISION_FIELDS."""
    names = [field.name for field in REVISION_FIELDS]
    cells = ", ".join(_CELLS.get(name, f"r.{name}") for name in names)
    selected, values = selection.choice()
    by = write_order(make_choice(Filters())._replace(counted=selection.counted), selection.order)
    rows = selection.connection.execute(
        f"SELECT {cells} FROM articles AS a CROSS JOIN revisions AS r ON r.number = a.number"
        " LEFT JOIN captures AS c ON c.id = r.capture"
        f" WHERE a.number IN (SELECT a.number {selected}) ORDER BY {by}, r.revision",
        values,
    )
    while batch := rows.fetchmany(BATCH):
        yield dict(zip(names, zip(*batch, strict=True), strict=True))
