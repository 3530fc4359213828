"""How fast does an export write? Against sqlite-utils --nl, csv.writer and a plain pyarrow loop on the same archive."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from harbincrawl.archive.database import open_reader
from harbincrawl.archive.query import KEYS, Filters, record, select_records
from harbincrawl.export.formats import read_plan, write_file
from harbincrawl.export.selection import Selection
from tests.archives import build_archive

from ._measure import report_aim

AIMS = {"jsonl": 4.0, "csv": 1.0, "parquet": 1.0}
WORDS = (
    "harbin ice snow city trade russia index news said the of and in to metro line festival river people winter".split()
)


def main() -> None:
    """Prints one row a format: articles a second, the peer's, the ratio and its aim, and the memory at two sizes."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        small = build_archive(Path(folder) / "small", articles(count // 4))
        large = build_archive(Path(folder) / "large", articles(count))
        peers = {"jsonl": sqlite_utils_rows, "csv": csv_writer, "parquet": pyarrow_loop}
        sizes = f"{f'MB at {count // 4:,}':>14}{f'at {count:,}':>12}"
        print(f"{'format':10}{'articles/s':>12}{'peer/s':>12}{'ratio':>8}{'aim':>6}{sizes}")
        reports = []
        for name, peer in peers.items():
            ours, theirs = fastest(
                lambda name=name: export(large, Path(folder) / f"ours.{name}", name),
                lambda peer=peer: peer(large, Path(folder) / "theirs"),
            )
            less, more = (peak(source, Path(folder) / f"memory.{name}") for source in (small, large))
            print(
                f"{name:10}{count / ours:12,.0f}{count / theirs:12,.0f}{theirs / ours:8.2f}{AIMS[name]:6.1f}"
                f"{less:14.0f}{more:12.0f}"
            )
            reports.append((f"export {name}, speed beside its peer's", theirs / ours, AIMS[name], True))
            reports.append((f"export {name}, memory at four times the articles", more / less, 1.25, False))
        for what, measured, aim, at_least in reports:
            report_aim(what, measured, aim, at_least=at_least)


def articles(count: int) -> Iterator[dict[str, Any]]:
    """Articles of about the site's size, with none, one or two pictures."""
    dice = random.Random(6)
    for number in range(1, count + 1):
        yield {
            "number": number,
            "created": f"{2012 + number * 13 // (count + 1)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "title": text(dice, 8),
            "summary": text(dice, 30),
            "author": None if number % 5 else "Wang Wei and Li Na",
            "section_path": "news" if number % 3 else "culture/music",
            "body": [text(dice, dice.randint(30, 90)) for _ in range(dice.randint(3, 9))],
            "images": [{"url": f"http://e.my399.com/{number}.jpg", "caption": text(dice, 12)}] * (number % 3),
            "capture": {"warc": "a.warc.gz", "offset": number},
        }


def text(dice: random.Random, words: int) -> str:
    """A sentence of so many words; every fifth has quotes."""
    found = " ".join(dice.choices(WORDS, k=words))
    return f'"{found}," he said.' if dice.random() < 0.2 else f"{found}."


def export(archive: Path, destination: Path, name: str) -> None:
    """What `harbincrawl export` does."""
    connection = open_reader(archive)
    write_file(Selection(connection, Filters()), destination, read_plan(f"x.{name}", None))
    connection.close()


def sqlite_utils_rows(archive: Path, destination: Path) -> None:
    """The command `sqlite-utils rows --nl`."""
    with destination.open("wb") as file:
        command = [
            str(Path(sys.executable).parent / "sqlite-utils"),
            "rows",
            str(archive / "articles.db"),
            "articles",
            "--nl",
        ]
        subprocess.run(command, check=True, stdout=file)


def csv_writer(archive: Path, destination: Path) -> None:
    """`csv.writer` over the rows of the same query."""
    connection = open_reader(archive)
    with destination.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(KEYS)
        writer.writerows(connection.execute(*select_records(Filters(), "oldest")))
    connection.close()


def pyarrow_loop(archive: Path, destination: Path) -> None:
    """Records to `Table.from_pylist` and `write_table`, a batch at a time, with the same schema and packing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from harbincrawl.export.fields import profile_fields
    from harbincrawl.export.parquet import COMPRESSION_LEVEL, ROW_GROUP, arrow_schema

    types = arrow_schema(profile_fields("full"))
    # A plain loop writes days and times as the text that they are, and leaves the capture out: less work than ours.
    texts = (pa.types.is_date, pa.types.is_timestamp)
    plain = pa.schema(
        [(f.name, pa.string() if any(kind(f.type) for kind in texts) else f.type) for f in types if f.name != "capture"]
    )
    connection = open_reader(archive)
    rows = connection.execute(*select_records(Filters(), "oldest"))
    with pq.ParquetWriter(destination, plain, compression="zstd", compression_level=COMPRESSION_LEVEL) as writer:
        while found := rows.fetchmany(ROW_GROUP):
            writer.write_table(pa.Table.from_pylist([record(row) for row in found], schema=plain))
    connection.close()


def fastest(one: Callable[[], None], other: Callable[[], None], times: int = 3) -> tuple[float, float]:
    """The least processor time of each, in seconds, taken in turns."""
    found = []
    for _ in range(times):
        for act in (one, other):
            start = sum(os.times()[:4])
            act()
            found.append(sum(os.times()[:4]) - start)
    return min(found[::2]), min(found[1::2])


def peak(archive: Path, destination: Path) -> float:
    """The most memory that the whole command takes, in MB."""
    command = [
        str(Path(sys.executable).parent / "harbincrawl"),
        "--archive",
        str(archive),
        "-q",
        "export",
        str(destination),
    ]
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    return float(
        subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True).stdout
    )


if __name__ == "__main__":
    main()
