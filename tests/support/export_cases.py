"""Articles that are hard to write down, as an archive: what the tests of exports share."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive, insert_row

CASES: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
STORY = "A heron stood on the frozen pond all morning while nine skaters circled it and nobody dared to speak aloud."
MISSING = "http://e.my399.com/news/2020-01-01/900.html"


def hard_archive(folder: Path, **more: Any) -> Path:
    """The archive of the articles of CASES in `folder`, with two runs, their walks and failures."""
    build_archive(folder, CASES["articles"], duplicates=[(204, 202, 0.8123456789012345, "near")], **more)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        for table, rows in CASES["tables"].items():
            for row in rows:
                insert_row(connection, table, row)
    return folder


def stored_records(folder: Path, **filters: Any) -> list[dict[str, Any]]:
    """What the archive says of its articles, oldest first, as `show --format json` would."""
    with closing(open_reader(folder)) as connection:
        return [make_record(row) for row in connection.execute(*select_records(Filters(**filters), "oldest"))]


def read_jsonl(text: str | bytes) -> list[dict[str, Any]]:
    """JSON lines as records."""
    return [json.loads(line) for line in (text if isinstance(text, bytes) else text.encode()).splitlines()]


def plain(value: Any) -> Any:
    """A value of a table or a data frame as a record has it; a day may be a time without a zone."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        return [plain(part) for part in value]
    if value is None or value != value:  # NaN and NaT
        return None
    if hasattr(value, "tzinfo"):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ" if value.tzinfo else "%Y-%m-%d")
    return value.isoformat() if hasattr(value, "isoformat") else value


def read_parquet(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file as the records they were made of."""
    return [plain(row) for row in pq.read_table(path).to_pylist()]


def share(archive: Path, name: str = "shared", **more: Any) -> Path:
    """The dataset to share, in a folder beside the archive."""
    folder = archive.parent / name
    run_job(archive, ExportJob(str(folder), share=True, **more))
    return folder


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """The records of a bundle."""
    return [
        row for path in sorted((folder / "data" / "jsonl").glob("*.jsonl")) for row in read_jsonl(path.read_bytes())
    ]
