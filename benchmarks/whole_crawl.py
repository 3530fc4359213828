"""What does a whole crawl cost beside a bare Scrapy spider that stores nothing, the same with commits, and `wget -r`?

    python -m benchmarks.whole_crawl [ARTICLES] [--runs N]

Each crawl is the real command in a process of its own, from start to end; nginx serves the site on loopback where the
system has it, else a small server of our own. Ours reads, compares, links copies, writes the WARC, stores and indexes.
Runs stand side by side, in turn; every stored record is compared with the truth of the site.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._loopback import ADDRESS, list_paths, make_site, served
from benchmarks._measure import Cost, interleave, measure, median, paired_ratio, report_aim, spread
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.filters import Filters, make_record, select_records
from harbincrawl.twin import Twin

SPIDER, COMMITS, WGET = "bare Scrapy spider", "the same, a commit an item", "wget -r"
OURS, OURS_8 = "harbincrawl", "harbincrawl, 8 at once"
NOTHING = "harbincrawl, nothing new"
LEAST_RIGHT = 0.995
"""Of the records: what the reader mistakes is another benchmark's question, reading_pages."""
COMPARED = ("url", "title", "updated", "created", "author", "source", "summary", "body", "images")


def crawl_command(archive: Path, url: str, *told: str) -> list[str]:
    """Our crawl of the served site."""
    return [
        *(sys.executable, "-m", "harbincrawl", "-q", "--archive", str(archive)),
        *("crawl", "--site-url", url, "--delay", "0", *told),
    ]


def check_records(archive: Path, twin: Twin) -> float:
    """The share of records that are right as a whole; fails where one is missing, or more than a few are wrong."""
    connection = open_reader(archive)
    found = {row["number"]: row for row in map(_flat, connection.execute(*select_records(Filters())))}
    connection.close()
    truth = {one["number"]: one for one in twin.truth()}
    assert found.keys() == truth.keys(), f"{len(found)} records, expected {len(truth)}"
    wrong = [one["url"] for number, one in truth.items() if not _is_right(found[number], one)]
    right = 1 - len(wrong) / len(truth)
    assert right >= LEAST_RIGHT, f"{right:.1%} of the records are right; wrong are {wrong[:5]}"
    return right


def _is_right(found: dict[str, Any], truth: dict[str, Any]) -> bool:
    wanted = {**truth, "body": "\n\n".join(truth["body"]) or None}
    return all(found[name] == wanted[name] for name in COMPARED)


def _flat(row: Any) -> dict[str, Any]:
    made = make_record(row)
    return {**made, "number": int(str(made["id"]).rpartition(":")[2])}


class Folders:
    """A new folder for every run, the ones before thrown away."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0
        self.last = root / "0"

    def make(self) -> Path:
        """An empty folder."""
        shutil.rmtree(self.last, ignore_errors=True)
        self.count += 1
        self.last = self.root / str(self.count)
        self.last.mkdir()
        return self.last


def list_commands(url: str, twin: Twin, folders: Folders, rights: list[float]) -> dict[str, Callable[[], Cost]]:
    """What is measured, by name. Ours checks its records after the clock has stopped, and says in `rights` how well."""
    bare = [sys.executable, "-m", "benchmarks._bare_spiders", url]
    pages = sum(story.page_count for story in twin.listing("news"))

    def ours(*told: str) -> Cost:
        archive = folders.make() / "archive"
        cost = measure(crawl_command(archive, url, "--full", *told))
        rights.append(check_records(archive, twin))
        return cost

    def spider() -> Cost:
        cost = measure(bare)
        assert f'"items": {pages}' in cost.out, cost.out
        return cost

    def committing() -> Cost:
        return measure([*bare, folders.make() / "items.db"])

    def wget() -> Cost:
        folder = folders.make()
        told = ["--quiet", "--recursive", "--level=inf", "--no-parent", "--reject=jpg,png,gif,css", "-e", "robots=off"]
        # 8: some address answered with an error, here the pictures and the home page.
        cost = measure(["wget", *told, "--directory-prefix", folder, url + ADDRESS], codes=(0, 8))
        got = sum(1 for path in folder.rglob("*.html"))
        assert got >= pages, f"{got} files, expected {pages} and more"
        return cost

    def nothing_new() -> Cost:
        archive = folders.root / "kept"
        if not archive.exists():
            measure(crawl_command(archive, url, "--full", "--concurrency", "8"))
        return measure(crawl_command(archive, url, "--recheck", "all"))

    commands = {SPIDER: spider, OURS: ours, OURS_8: lambda: ours("--concurrency", "8"), COMMITS: committing}
    if shutil.which("wget"):
        commands[WGET] = wget
    commands[NOTHING] = nothing_new
    return commands


def print_table(name: str, costs: dict[str, list[Cost]], pages: int) -> None:
    """One row a crawl: medians of its runs."""
    print(f"\n{pages:,} pages {name}, {len(costs[OURS])} runs, medians; start and end of the process counted in")
    print(f"{'':<28}{'ms CPU/page':>12}{'(runs)':>14}{'of bare':>9}{'pages/s':>9}{'MB':>6}")
    for command, runs in costs.items():
        spent = [cost.processor / pages * 1000 for cost in runs]
        ratio = paired_ratio([cost.processor for cost in runs], [cost.processor for cost in costs[SPIDER]])
        speed = pages / median([cost.seconds for cost in runs])
        memory = median([cost.memory for cost in runs])
        print(f"{command:<28}{median(spent):>12.2f}{spread(spent):>14}{ratio:>9.2f}{speed:>9.0f}{memory:>6.0f}")


def compare(articles: int, runs: int, *, packed: bool) -> dict[str, list[Cost]]:
    """Measures all crawls of a site of so many articles and prints their table."""
    twin = make_site(articles)
    with served(articles, packed=packed) as site, tempfile.TemporaryDirectory() as folder:
        rights: list[float] = []
        commands = list_commands(site.url, twin, Folders(Path(folder)), rights)
        if packed:
            commands.pop(COMMITS)
            commands.pop(WGET, None)
        costs = interleave(runs, commands)
    print_table("over gzip" if packed else "uncoded", costs, len(list_paths(twin)))
    print(f"served by {site.by}")
    print(f"records right as a whole: {min(rights):.2%} of {articles:,}, in every run of ours")
    return costs


def main() -> None:
    """Measures, checks, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    told = parser.parse_args()
    plain = compare(told.articles, told.runs, packed=False)
    packed = compare(told.articles, told.runs, packed=True)
    for costs, name, aim in ((plain, "", 0.9), (packed, " over gzip", 0.6)):
        for ours in (OURS, OURS_8):
            ratio = paired_ratio([cost.processor for cost in costs[ours]], [cost.processor for cost in costs[SPIDER]])
            report_aim(f"processor time of a bare spider{name}: {ours}", ratio, aim)
    report_aim("memory of a crawl", max(cost.memory for cost in plain[OURS_8]), 150, unit=" MB")


if __name__ == "__main__":
    main()
