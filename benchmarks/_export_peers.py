"""Other ways to write the articles of an archive as JSON lines, CSV and Parquet."""

from __future__ import annotations

import csv
import importlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._measure import HIDING
from harbincrawl.archive.database.connection import FILE
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.fields import JSON_KEYS, KEYS
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters

Export = Callable[[Path, Path], None]
"""Archive, destination."""


class MissingError(Exception):
    """A peer that is not here; its words say which."""


def select_named() -> str:
    """The SQL of all records, oldest first, with a name for each column."""
    query, values = select_records(Filters(), "oldest")
    assert not values
    names = ", ".join(f'"{name}"' for name in KEYS)
    return f"WITH found({names}) AS ({query}) SELECT * FROM found"


def make_harbincrawl(name: str) -> Export:
    """What `harbincrawl export` does."""

    def export(archive: Path, destination: Path) -> None:
        # The file has the name of the way, without an ending.
        run_job(archive, ExportJob(str(destination), name))

    return export


def make_sqlite_utils(name: str) -> Export:
    """The command `sqlite-utils rows`, which writes the table itself: no pictures, no captures, no copies."""
    told = {"jsonl": "--nl", "csv": "--csv"}[name]

    def export(archive: Path, destination: Path) -> None:
        with destination.open("wb") as file:
            command = [sys.executable, "-m", "sqlite_utils", "rows", str(archive / FILE), "articles", told]
            subprocess.run(command, check=True, stdout=file, env=HIDING)

    return export


def make_shell(name: str) -> Export:
    """The command `sqlite3` with the SQL of our records; JSON lines are put together in SQL."""
    if shutil.which("sqlite3") is None:
        raise MissingError("no sqlite3 on the PATH")
    query, told = select_named(), ["-csv", "-header"]
    if name == "jsonl":
        pairs = [f"'{key}', " + (f'json("{key}")' if key in JSON_KEYS else f'"{key}"') for key in KEYS]
        query, told = (
            query.replace("SELECT * FROM found", f"SELECT json_object({', '.join(pairs)}) FROM found"),
            ["-list"],
        )

    def export(archive: Path, destination: Path) -> None:
        with destination.open("wb") as file:
            command = ["sqlite3", "-batch", "-bail", "-readonly", *told, str(archive / FILE), query]
            subprocess.run(command, check=True, stdout=file)

    return export


def make_csv_writer(_: str) -> Export:
    """`csv.writer` over the rows of our SQL."""

    def export(archive: Path, destination: Path) -> None:
        connection = _open(archive)
        with destination.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(KEYS)
            writer.writerows(connection.execute(*select_records(Filters(), "oldest")))
        connection.close()

    return export


def make_pandas(name: str) -> Export:
    """One data frame of all records; lists stay the JSON text that SQL makes of them."""
    pandas = _load("pandas")

    def export(archive: Path, destination: Path) -> None:
        connection = _open(archive)
        frame = pandas.read_sql_query(select_named(), connection)
        connection.close()
        if name == "jsonl":
            frame.to_json(destination, orient="records", lines=True, force_ascii=False)
        elif name == "csv":
            frame.to_csv(destination, index=False)
        else:
            frame.to_parquet(destination, compression="zstd", index=False)

    return export


def make_polars(name: str) -> Export:
    """One data frame of all records; lists stay the JSON text that SQL makes of them."""
    polars = _load("polars")

    def export(archive: Path, destination: Path) -> None:
        connection = _open(archive)
        # Some columns begin with many nulls: all rows have a say in what a column holds.
        frame = polars.read_database(select_named(), connection, infer_schema_length=None)
        connection.close()
        write = {"jsonl": frame.write_ndjson, "csv": frame.write_csv, "parquet": frame.write_parquet}[name]
        write(destination)

    return export


def make_pyarrow_loop(_: str) -> Export:
    """Records to `Table.from_pylist` and `write_table`, a batch at a time, with our schema and packing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from harbincrawl.export.fields import profile_fields
    from harbincrawl.export.formats.parquet import COMPRESSION_LEVEL, ROW_GROUP, make_arrow_schema

    types = make_arrow_schema(profile_fields("full"))
    # A plain loop writes days and times as the text that they are, and leaves the capture out: less work than ours.
    texts = (pa.types.is_date, pa.types.is_timestamp)
    plain = pa.schema(
        [(f.name, pa.string() if any(kind(f.type) for kind in texts) else f.type) for f in types if f.name != "capture"]
    )

    def export(archive: Path, destination: Path) -> None:
        connection = _open(archive)
        rows = connection.execute(*select_records(Filters(), "oldest"))
        with pq.ParquetWriter(destination, plain, compression="zstd", compression_level=COMPRESSION_LEVEL) as writer:
            while found := rows.fetchmany(ROW_GROUP):
                writer.write_table(pa.Table.from_pylist([make_record(row) for row in found], schema=plain))
        connection.close()

    return export


def _load(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingError(f"not installed ({error.name}): pip install -e '.[bench]'") from None


def _open(archive: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{archive / FILE}?mode=ro", uri=True)


WAYS: dict[str, dict[str, Callable[[str], Export]]] = {
    "jsonl": {
        "harbincrawl": make_harbincrawl,
        "sqlite-utils --nl": make_sqlite_utils,
        "sqlite3 shell": make_shell,
        "pandas": make_pandas,
        "polars": make_polars,
    },
    "csv": {
        "harbincrawl": make_harbincrawl,
        "csv.writer": make_csv_writer,
        "sqlite-utils --csv": make_sqlite_utils,
        "sqlite3 shell": make_shell,
        "pandas": make_pandas,
        "polars": make_polars,
    },
    "parquet": {
        "harbincrawl": make_harbincrawl,
        "pyarrow loop": make_pyarrow_loop,
        "pandas": make_pandas,
        "polars": make_polars,
    },
}
"""Format to ways to write it: ours, the peer of the aim, others."""
