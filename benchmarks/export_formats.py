"""How fast are exports, beside the field's own ways to write the same archive, and does their memory stay flat?

    python -m benchmarks.export_formats [ARTICLES] [--rounds N]

Ours and the peers write in turn; every file is read back and compared with the archive.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks._export_peers import WAYS, Export, MissingError
from benchmarks._measure import ROOT, measure, median, paired_ratio, report_aim, spread
from harbincrawl.archive.database.connection import FILE

sys.path.insert(0, str(ROOT))

from tests.support.archives import build_archive

AIMS = {"jsonl": 4.0, "csv": 1.0, "parquet": 1.0}
"""How many times as fast as the peer that stands first."""
OURS = "harbincrawl"
COMPARED = ("url", "section_path", "title", "updated", "created", "author", "summary", "body", "word_count")
WORDS = (
    "harbin ice snow city trade russia index news said the of and in to metro line festival river people winter".split()
)


def articles(count: int) -> Iterator[dict[str, Any]]:
    """Articles of about the site's size, with none, one or two pictures; numbers count up with the days, as there."""
    dice = random.Random(6)
    first = date(2012, 1, 1)
    for number in range(1, count + 1):
        yield {
            "number": number,
            "created": str(first + timedelta(days=number * 4700 // count)),
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


def read_file(path: Path, name: str) -> Iterable[dict[str, Any]]:
    """The records of an export, read by others' code."""
    if name == "jsonl":
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)
    elif name == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    else:
        import pyarrow.parquet as pq

        for batch in pq.ParquetFile(path).iter_batches(columns=list(COMPARED)):
            yield from batch.to_pylist()


def digest(rows: Iterable[Iterable[Any]]) -> tuple[int, int]:
    """(how many, a sum over all): equal for equal records in any order; nothing and an empty text are the same."""
    count = total = 0
    for row in rows:
        count += 1
        total ^= hash(tuple("" if value is None else str(value) for value in row))
    return count, total


def digest_archive(archive: Path) -> tuple[int, int]:
    """The same of what the archive holds."""
    connection = sqlite3.connect(archive / FILE)
    found = digest(connection.execute(f"SELECT {', '.join(COMPARED)} FROM articles"))
    connection.close()
    return found


def take_turns(
    ways: dict[str, Export], archive: Path, place: Path, rounds: int
) -> dict[str, list[tuple[float, float]]]:
    """(seconds, of processor time) of each way's runs."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, export in ways.items():
            # Freeing what the last round wrote is part of no export; some ways would pay for it, some would not.
            (place / name).unlink(missing_ok=True)
            gc.collect()
            begin, spent = time.perf_counter(), sum(os.times()[:4])
            export(archive, place / name)
            found[name].append((time.perf_counter() - begin, sum(os.times()[:4]) - spent))
    return found


def measure_memory(archive: Path, destination: Path) -> float:
    """The most memory that the whole command takes, in MB."""
    told = ["--archive", str(archive), "-q", "export", str(destination)]
    return measure([sys.executable, "-m", "harbincrawl", *told]).memory


def compare(
    name: str, small: Path, large: Path, wanted: tuple[int, int], rounds: int
) -> list[tuple[str, float, float, bool]]:
    """Prints the rows of a format; returns what there is to say of its aims."""
    ways: dict[str, Export] = {}
    missing: dict[str, str] = {}
    for way, make in WAYS[name].items():
        try:
            ways[way] = make(name)
        except MissingError as error:
            missing[way] = str(error)
    # What was loaded just now shall not slow the collections of those that loaded nothing.
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory(dir=large.parent) as folder:
        place = Path(folder)
        found = take_turns(ways, large, place, rounds)
        for way in ways:
            got = digest([row[key] for key in COMPARED] for row in read_file(place / way, name))
            assert got == wanted, f"{way} wrote other records as {name}"
        less, more = (measure_memory(archive, place / f"memory.{name}") for archive in (small, large))
    ratios = {}
    for way, runs in found.items():
        whole, spent = ([run[at] for run in runs] for at in (0, 1))
        ratios[way] = paired_ratio(spent, [run[1] for run in found[OURS]])
        memory = f"{less:>12.0f}{more:>8.0f}" if way == OURS else ""
        print(
            f"{name:<9}{way:<20}{wanted[0] / median(spent):>12,.0f}{median(spent):>8.2f}{spread(spent):>14}"
            f"{median(whole):>9.2f}{ratios[way]:>8.2f}{memory}"
        )
    for way, why in missing.items():
        print(f"{name:<9}{way:<20}{why}")
    peer = list(WAYS[name])[1]
    return [
        (f"export {name}: times {peer}", ratios[peer], AIMS[name], True),
        (f"export {name}, memory at four times the articles", more / less, 1.25, False),
    ]


def main() -> None:
    """One row a format and a way to write it, then the aims."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    count = told.articles
    with tempfile.TemporaryDirectory() as folder:
        small = build_archive(Path(folder) / "small", articles(count // 4))
        large = build_archive(Path(folder) / "large", articles(count))
        print(f"{count:,} articles; medians of {told.rounds} rounds; times: its processor time by ours")
        sizes = f"{'MB at 1/4':>12}{'at 1':>8}"
        print(f"{'format':<29}{'articles/s':>12}{'s CPU':>8}{'(rounds)':>14}{'s':>9}{'times':>8}{sizes}")
        wanted = digest_archive(large)
        reports = [line for name in WAYS for line in compare(name, small, large, wanted, told.rounds)]
    for what, measured, aim, at_least in reports:
        report_aim(what, measured, aim, at_least=at_least)


if __name__ == "__main__":
    main()
