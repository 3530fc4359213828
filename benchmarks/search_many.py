"""How much longer does a search of many archives take than one of a single archive with all their articles?

    python -m benchmarks.search_many [ARCHIVES] [ARTICLES] [--folder DIR]

ARCHIVES of ARTICLES each (100 of 1000: half a minute to build). Each figure is the best of five whole processes, in
milliseconds. The aim speaks of 100 archives of 10,000 articles.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks._measure import report_aim
from benchmarks.search_archive import COMMON, RARE, THREE, build
from harbincrawl.archive.database.connection import FILE

AIM = 2.0, 0.2
"""At most so many times one archive, and so many seconds."""
QUESTIONS = (
    ("a rare word, best match", [RARE]),
    ("an AND of three, best match", list(THREE)),
    ("a word in 28%, best match", [COMMON]),
    ("a word in 28%, newest first", [COMMON, "--sort", "newest"]),
)


def time_search(folder: Path, words: list[str]) -> float:
    """Seconds of `harbincrawl search` from start to end, best of five."""
    command = [sys.executable, "-m", "harbincrawl", "-q", "--archive", str(folder), "search", "--format", "ids", *words]
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        # 9: few archives have a rare word.
        assert subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode in (0, 9)
        best = min(best, time.perf_counter() - start)
    return best


def build_many(folder: Path, archives: int, articles: int) -> None:
    """Archives of sites of their own."""
    for number in range(archives):
        archive = build(folder / f"site-{number:03}", articles)
        with closing(sqlite3.connect(archive / FILE)) as connection, connection:
            connection.execute("UPDATE facts SET value = ? WHERE name = 'site'", (f"site-{number:03}",))


def main() -> None:
    """Builds what is missing, and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", type=int, nargs="?", default=100)
    parser.add_argument("articles", type=int, nargs="?", default=1000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        many = folder / f"{given.archives}-of-{given.articles}"
        build_many(many, given.archives, given.articles)
        one = build(folder / f"one-of-{given.archives * given.articles}", given.archives * given.articles)
        total = given.archives * given.articles
        print(f"| {given.archives} archives of {given.articles:,} articles, ms | all | one of {total:,} |")
        print("|---|---|---|")
        for what, words in QUESTIONS:
            all_of_them, alone = time_search(many, words), time_search(one, words)
            print(f"| {what} | {all_of_them * 1000:.0f} | {alone * 1000:.0f} |", flush=True)
            allowed = AIM[0] * alone + AIM[1]
            report_aim(f"{given.archives} archives: {what}, of what is allowed", all_of_them / allowed, 1.0)


if __name__ == "__main__":
    main()
