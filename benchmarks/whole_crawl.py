"""What does a whole crawl cost beside a Scrapy project that makes the same records, bare spiders, and `wget -r`?

    python -m benchmarks.whole_crawl [ARTICLES] [--runs N]

Each crawl is the real command in a process of its own, from start to end; nginx serves the site on loopback where the
system has it, else a small server of our own. Ours reads, compares, links copies, writes the WARC, stores and indexes.
The usual project (`_usual_spider.py`) reads, writes the WARC, stores and indexes; the bare spider reads only.
Runs stand side by side, in turn; every record that is stored, ours or the project's, is compared with the site's truth.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks._loopback import ADDRESS, list_paths, make_site, served
from benchmarks._measure import Cost, interleave, measure, median, paired_ratio, report_aim, spread
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters
from tests.support.twin import Twin

SPIDER, COMMITS, WGET = "bare Scrapy spider", "bare, a commit an item", "wget -r"
USUAL, USUAL_8 = "usual Scrapy project", "usual project, 8 at once"
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


def read_ours(archive: Path) -> list[dict[str, Any]]:
    """The records of an archive of ours."""
    with closing(open_reader(archive)) as connection:
        return [make_record(row) for row in connection.execute(*select_records(Filters()))]


def read_usual(folder: Path, url: str, twin: Twin) -> list[dict[str, Any]]:
    """The records of the usual project, with the site's own addresses in place of the served one's.

    Fails where its index has not every article, or its WARC not every page.
    """
    from warcio.archiveiterator import ArchiveIterator

    from benchmarks._usual_spider import DATABASE, WARC

    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM articles")]
        (indexed,) = connection.execute("SELECT count(*) FROM articles_fts_docsize").fetchone()
    assert indexed == len(found), f"{indexed} of {len(found)} articles are in the index"
    with (folder / WARC).open("rb") as file:
        kinds = Counter(record.rec_type for record in ArchiveIterator(file))
    pages = len(list_paths(twin)) + 1  # robots.txt
    assert kinds == {"warcinfo": 1, "request": pages, "response": pages}, f"{kinds}, expected {pages} pages"
    for one in found:
        one["url"] = one["url"].replace(url, twin.manner.base)
        one["images"] = json.loads(one["images"].replace(url, twin.manner.base))
    return found


def check_records(records: Iterable[dict[str, Any]], twin: Twin) -> float:
    """The share of records that are right as a whole; fails where one is missing, or more than a few are wrong."""
    # An article's number ends its id, whether that has a prefix or not.
    found = {int(str(one["id"]).rpartition(":")[2]): one for one in records}
    truth = {one["number"]: one for one in twin.truth()}
    assert found.keys() == truth.keys(), f"{len(found)} records, expected {len(truth)}"
    wrong = [one["url"] for number, one in truth.items() if not _is_right(found[number], one)]
    right = 1 - len(wrong) / len(truth)
    assert right >= LEAST_RIGHT, f"{right:.1%} of the records are right; wrong are {wrong[:5]}"
    return right


def _is_right(found: dict[str, Any], truth: dict[str, Any]) -> bool:
    wanted = {**truth, "body": "\n\n".join(truth["body"]) or None}
    return all(found[name] == wanted[name] for name in COMPARED)


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


def list_commands(
    url: str, twin: Twin, folders: Folders, rights: dict[str, list[float]]
) -> dict[str, Callable[[], Cost]]:
    """What is measured, by name. Records are checked after the clock has stopped, and `rights` says how well."""
    bare = [sys.executable, "-m", "benchmarks._bare_spiders", url]
    pages = sum(story.page_count for story in twin.listing("news"))

    def ours(*told: str) -> Cost:
        archive = folders.make() / "archive"
        cost = measure(crawl_command(archive, url, "--full", *told))
        rights[OURS].append(check_records(read_ours(archive), twin))
        return cost

    def usual(concurrency: int) -> Cost:
        folder = folders.make()
        cost = measure([sys.executable, "-m", "benchmarks._usual_spider", url, folder, str(concurrency)])
        rights[USUAL].append(check_records(read_usual(folder, url, twin), twin))
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

    commands = {
        SPIDER: spider,
        USUAL: lambda: usual(1),
        OURS: ours,
        USUAL_8: lambda: usual(8),
        OURS_8: lambda: ours("--concurrency", "8"),
        COMMITS: committing,
    }
    if shutil.which("wget"):
        commands[WGET] = wget
    commands[NOTHING] = nothing_new
    return commands


def print_table(name: str, costs: dict[str, list[Cost]], pages: int) -> None:
    """One row a crawl: medians of its runs."""
    print(f"\n{pages:,} pages {name}, {len(costs[OURS])} runs, medians; start and end of the process counted in")
    print(f"{'':<28}{'ms CPU/page':>12}{'(runs)':>14}{'of bare':>9}{'of usual':>10}{'pages/s':>9}{'MB':>6}")
    for command, runs in costs.items():
        spent = [cost.processor / pages * 1000 for cost in runs]
        bare, usual = find_ratio(costs, command, SPIDER), find_ratio(costs, command, USUAL)
        speed = pages / median([cost.seconds for cost in runs])
        memory = median([cost.memory for cost in runs])
        ratios = f"{bare:>9.2f}{usual:>10.2f}"
        print(f"{command:<28}{median(spent):>12.2f}{spread(spent):>14}{ratios}{speed:>9.0f}{memory:>6.0f}")


def find_ratio(costs: dict[str, list[Cost]], one: str, other: str) -> float:
    """Processor time of one crawl beside another's."""
    return paired_ratio([cost.processor for cost in costs[one]], [cost.processor for cost in costs[other]])


def compare(articles: int, runs: int, *, packed: bool) -> dict[str, list[Cost]]:
    """Measures all crawls of a site of so many articles and prints their table."""
    twin = make_site(articles)
    with served(articles, packed=packed) as site, tempfile.TemporaryDirectory() as folder:
        rights: dict[str, list[float]] = {OURS: [], USUAL: []}
        commands = list_commands(site.url, twin, Folders(Path(folder)), rights)
        if packed:
            commands.pop(COMMITS)
            commands.pop(WGET, None)
        costs = interleave(runs, commands)
    print_table("over gzip" if packed else "uncoded", costs, len(list_paths(twin)))
    print(f"served by {site.by}")
    for name, shares in rights.items():
        print(f"{name}, records right as a whole: {min(shares):.2%} of {articles:,}, in every run")
    return costs


def main() -> None:
    """Measures, checks, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    told = parser.parse_args()
    plain = compare(told.articles, told.runs, packed=False)
    packed = compare(told.articles, told.runs, packed=True)
    for costs, name in ((plain, ""), (packed, " over gzip")):
        for ours, usual in ((OURS, USUAL), (OURS_8, USUAL_8)):
            at_once = ", both 8 at once" if ours == OURS_8 else ""
            report_aim(f"processor time of a usual Scrapy project{name}{at_once}", find_ratio(costs, ours, usual), 1.25)
        for ours in (OURS, OURS_8):
            report_aim(f"processor time of a bare spider{name}: {ours}", find_ratio(costs, ours, SPIDER), 2.0)
    most = max(cost.memory for costs in (plain, packed) for ours in (OURS, OURS_8) for cost in costs[ours])
    report_aim("memory of a crawl", most, 160, unit=" MB")


if __name__ == "__main__":
    main()
