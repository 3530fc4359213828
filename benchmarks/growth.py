"""How do crawl, storing, search and export grow with the number of articles, in processor time and in memory?

    python -m benchmarks.growth [--scale N]

Each at two or three sizes, the best of three but for crawls; the exponent is the slope of a line through the points on
logarithmic scales: 1 grows with the articles, n log n is 1.10, 0 not at all. Sizes are times N (default 1). What a
crawl or an export of next to nothing costs is taken off. `long_crawl` says the same of larger crawls and of `verify`.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks._loopback import served
from benchmarks._measure import Cost, measure, report_aim
from benchmarks.search_archive import COMMON, RARE, build
from benchmarks.storing import make_articles, store
from benchmarks.whole_crawl import crawl_command
from harbincrawl.archive.database.connection import open_reader, open_writer
from harbincrawl.search.choice import make_choice, search_page
from harbincrawl.search.filters import Filters

LEAST = 8
"""Articles of a crawl of next to nothing."""
ROUNDS = 3
"""Runs of which the one with the least processor time counts."""
MOST_EXPONENT = 1.15


@dataclass(frozen=True, slots=True)
class Point:
    """One measure."""

    articles: int
    seconds: float
    """Of processor time."""
    memory: float | None
    """Most MB, where it was a process of its own."""


def crawl(articles: int) -> Point:
    """A first crawl of a site of so many articles."""
    with served(articles) as site, tempfile.TemporaryDirectory() as folder:
        cost = measure(crawl_command(Path(folder) / "a", site.url, "--full", "--concurrency", "8"))
    return Point(articles, cost.processor, cost.memory)


def keep(articles: int) -> Point:
    """Storing and indexing them."""
    made = make_articles(articles)
    with tempfile.TemporaryDirectory() as folder:
        connection = open_writer(Path(folder))
        begin = time.process_time()
        store(connection, made)
        spent = time.process_time() - begin
        connection.close()
    return Point(articles, spent, None)


def ask(articles: int, root: Path, query: str, sort: str) -> Point:
    """20 hits in the process."""
    connection = open_reader(build(root / str(articles), articles))
    choice = make_choice(Filters(query=query))
    best = math.inf
    for _ in range(ROUNDS):
        begin = time.process_time()
        found = search_page(connection, choice, sort=sort, limit=20)
        best = min(best, time.process_time() - begin)
        assert found.hits
    connection.close()
    return Point(articles, best, None)


def export(articles: int, root: Path, name: str) -> Point:
    """The whole archive as `name`, a file whose ending says its format or a folder for a bundle, by the command."""
    archive = build(root / str(articles), articles)
    least: Cost | None = None
    for turn in range(ROUNDS):
        destination = root / str(turn) / name
        destination.parent.mkdir()
        cost = measure([sys.executable, "-m", "harbincrawl", "-q", "--archive", archive, "export", destination])
        assert _count_lines(destination) in (articles, None)
        shutil.rmtree(destination.parent)
        least = cost if least is None or cost.processor < least.processor else least
    assert least is not None
    return Point(articles, least.processor, least.memory)


def _count_lines(exported: Path) -> int | None:
    """Of JSON lines; None where there are none."""
    files = list(exported.rglob("*.jsonl")) if exported.is_dir() else [exported]
    found = [path.read_bytes().count(b"\n") for path in files if path.suffix == ".jsonl"]
    return sum(found) if found else None


def fit_exponent(points: Sequence[Point], base: float) -> float:
    """The slope of the line through the points on logarithmic scales, `base` seconds taken off each."""
    xs = [math.log(point.articles) for point in points]
    ys = [math.log(max(point.seconds - base, 1e-6)) for point in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def main() -> None:
    """Measures, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=1.0)
    told = parser.parse_args()
    few, many = ([int(size * told.scale) for size in sizes] for sizes in ((250, 750, 2_250), (10_000, 100_000)))
    lines: dict[str, list[Point]] = {}
    memory: dict[str, float] = {}
    exponents: dict[str, float] = {}
    print(f"{'':<34}{'articles':>10}{'ms CPU':>10}{'MB':>6}{'exponent':>10}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        works: tuple[tuple[str, list[int], Callable[[int], Point], bool], ...] = (
            ("crawl", few, crawl, True),
            ("store and index", few, keep, False),
            ("search, newest first", many, partial(ask, root=root, query=COMMON, sort="newest"), False),
            ("search, best match, rare word", many, partial(ask, root=root, query=RARE, sort="best"), False),
            ("search, best match, word in 28%", many, partial(ask, root=root, query=COMMON, sort="best"), False),
            ("export JSONL", many, partial(export, root=root, name="all.jsonl"), True),
            ("export CSV", many, partial(export, root=root, name="all.csv"), True),
            ("export Parquet", many, partial(export, root=root, name="all.parquet"), True),
            ("export bundle", many, partial(export, root=root, name="bundle"), True),
        )
        for name, sizes, work, starts in works:
            base = work(LEAST).seconds if starts else 0.0
            points = lines[name] = [work(size) for size in sizes]
            exponent = f"{fit_exponent(points, base):.2f}"
            for point in points:
                spent, most = (point.seconds - base) * 1000, f"{point.memory:.0f}" if point.memory else "-"
                print(f"{name:<34}{point.articles:>10,}{spent:>10,.1f}{most:>6}{exponent:>10}", flush=True)
                name, exponent = "", ""
            exponents[next(reversed(lines))] = fit_exponent(points, base)
            if points[0].memory and points[-1].memory:
                memory[next(reversed(lines))] = points[-1].memory - points[0].memory
    for name, exponent_found in exponents.items():
        sizes = lines[name]
        what = f"{name}, exponent from {sizes[0].articles:,} to {sizes[-1].articles:,} articles"
        report_aim(what, exponent_found, MOST_EXPONENT)
    for name, more in memory.items():
        factor = lines[name][-1].articles / lines[name][0].articles
        report_aim(f"memory of {name}: more for {factor:.0f} times the articles", more, 15, unit=" MB")


if __name__ == "__main__":
    main()
