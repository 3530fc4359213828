"""A long crawl: processor time a page and memory at each tenth; and `verify` of what it stored, beside a tenth of it.

    python -m benchmarks.long_crawl [ARTICLES] [--runs N] [--folder DIR]

ARTICLES is 100000 (half an hour). The crawls are kept in DIR, and one that is there is not crawled again. The exponent
is the slope between the two sizes on logarithmic scales, of the least of N runs each: 1 grows with the articles.
"""

from __future__ import annotations

import argparse
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks._loopback import served
from benchmarks._measure import HIDING, ROOT, Cost, measure, report_aim
from benchmarks.whole_crawl import crawl_command

TENTHS = 10
STEP = 0.2
"""Seconds between two looks at a crawl."""
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Look:
    """A crawl at one moment."""

    pages: int
    """Stored."""
    processor: float
    """Seconds so far, user and system."""
    memory: float
    """MB resident now."""


def watch_crawl(archive: Path, url: str) -> list[Look]:
    """Crawls the site into `archive`, looking at the process all the time; Linux only."""
    command = crawl_command(archive, url, "--full", "--concurrency", "8")
    process = subprocess.Popen(command, cwd=ROOT, env=HIDING, stdout=subprocess.DEVNULL)
    looks: list[Look] = []
    while process.poll() is None:
        time.sleep(STEP)
        try:
            looks.append(Look(count_pages(archive), *read_process(process.pid)))
        except (OSError, sqlite3.Error, IndexError, ValueError):
            # It has no database yet, or has ended.
            continue
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return looks


def count_pages(archive: Path) -> int:
    """Responses stored so far."""
    with closing(sqlite3.connect(f"{(archive / 'articles.db').absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0])


def read_process(pid: int) -> tuple[float, float]:
    """(seconds of processor time, MB resident)."""
    times = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return (int(times[11]) + int(times[12])) / _TICK, float(status.partition("VmRSS:")[2].split(maxsplit=1)[0]) / 1e3


def print_tenths(looks: list[Look]) -> tuple[float, float]:
    """A row for each tenth; returns how the last three compare with the first ones: times the processor time, MB more.

    The first tenth is left out: it holds the start.
    """
    total = looks[-1].pages
    print(f"{'pages':>10}{'ms CPU/page':>13}{'MB':>7}")
    before, costs, held = looks[0], [], []
    for tenth in range(1, TENTHS + 1):
        after = next(look for look in looks if look.pages >= total * tenth // TENTHS)
        part = [look.memory for look in looks if before.pages <= look.pages <= after.pages]
        costs.append((after.processor - before.processor) / max(1, after.pages - before.pages) * 1000)
        held.append(max(part))
        print(f"{after.pages:>10,}{costs[-1]:>13.2f}{held[-1]:>7.0f}")
        before = after
    return sum(costs[-3:]) / sum(costs[1:4]), max(held[-3:]) - max(held[1:4])


def crawl(archive: Path, articles: int, *, watched: bool) -> None:
    """Crawls a site of so many articles into `archive`, if it is not there; prints its tenths if `watched`."""
    if (archive / "articles.db").exists():
        return
    with served(articles) as site:
        looks = watch_crawl(archive, site.url)
    if not watched:
        return
    print(f"a crawl of {articles:,} articles, eight addresses at once")
    factor, more = print_tenths(looks)
    report_aim(f"processor time a page, last tenths of a crawl of {articles:,} articles beside its first", factor, 1.15)
    report_aim(f"memory, last tenths of a crawl of {articles:,} articles beside its first: more", more, 35, unit=" MB")


def verify(archive: Path, runs: int) -> Cost:
    """The run with the least processor time, in one process."""
    command = [sys.executable, "-m", "harbincrawl", "-q", "--archive", archive, "verify", "--workers", "1"]
    return min((measure(command) for _ in range(runs)), key=lambda cost: cost.processor)


def main() -> None:
    """Crawls, verifies, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    sizes = told.articles // 10, told.articles
    with tempfile.TemporaryDirectory() as folder:
        root = told.folder or Path(folder)
        for articles in sizes:
            crawl(root / str(articles), articles, watched=articles == told.articles)
        costs = [verify(root / str(articles), told.runs) for articles in sizes]
    print(f"{'verify':>10}{'s CPU':>9}{'MB':>7}")
    for articles, cost in zip(sizes, costs, strict=True):
        print(f"{articles:>10,}{cost.processor:>9.1f}{cost.memory:>7.0f}")
    exponent = math.log(costs[1].processor / costs[0].processor) / math.log(sizes[1] / sizes[0])
    report_aim(f"verify, exponent from {sizes[0]:,} to {sizes[1]:,} articles", exponent, 1.15)
    report_aim("memory of verify: more for 10 times the articles", costs[1].memory - costs[0].memory, 15, unit=" MB")


if __name__ == "__main__":
    main()
