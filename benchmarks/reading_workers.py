"""How many captured pages a second are read by processes here and by Dask workers, and how many do others read?

    python -m benchmarks.reading_workers [ARTICLES] [--rounds N] [--ingest ARTICLES]

Reading alone: what is found is counted and dropped. Ranges of WARC files (packed by record) go to one process, to two,
to one Dask worker and to two; the efficiency is that of two Dask workers against one. trafilatura over warcio and
fundus's reader of CC-News, with a parser for the very theme of the pages, read the same pile in one process. Then the
pile is taken in by two processes, and by two Dask workers of which one is killed every 5 s.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._dask import read_memory, start_dask
from benchmarks._measure import ROOT, report_aim, report_unmeasured
from benchmarks._reading_processes import ReaderError, find_fundus
from benchmarks.reading_again import make_warc
from harbincrawl.evidence import read_charset
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.reread.executor import Executor, open_executor
from harbincrawl.reread.ingest import ingest
from harbincrawl.reread.intake import MOST_BYTES, FoundPage, RecordFilter, read_records
from harbincrawl.reread.spans import Span, SpanRecord, scan_files
from harbincrawl.sites import default_site

FILES = 4
KILLS = 5.0
"""Seconds from one killed worker to the next."""


@dataclass
class Rates:
    """What a way of reading did."""

    pages: list[float] = field(default_factory=list)
    """Pages a second of each round."""
    first: list[float] = field(default_factory=list)
    """Seconds to the first result."""
    memory: list[float] = field(default_factory=list)
    """Most MB of each process that reads."""


def read_articles(records: RecordFilter, span: Span) -> Iterator[SpanRecord[bool]]:
    """Of each record of a span, whether it is an article, read as a fold reads it."""
    for each in read_records(records, span):
        page = each.result
        if each.result is None:
            yield SpanRecord(each.offset, None)
        elif isinstance(page, FoundPage) and not page.is_list:
            record = page.record
            text = decode_page(record.read_body(MOST_BYTES), read_charset(record.http_headers))
            article = read_article(text, page.address, records.site, today=site_day(records.site, record.date))
            yield SpanRecord(each.offset, bool(article.body), 2048)


def read(executor: Executor, files: list[Path], expected: int | None, rates: Rates) -> None:
    """Reads the files once and drops what is found."""
    records = RecordFilter(default_site(), datetime.now(UTC), frozenset())
    count, first = 0, 0.0
    begin = time.perf_counter()
    for found in scan_files(executor, files, functools.partial(read_articles, records), lambda *_: None):
        first = first or time.perf_counter() - begin
        count += found
    rates.pages.append(count / (time.perf_counter() - begin))
    rates.first.append(first)
    assert expected in (None, count), (count, expected)


def read_here(processes: int, files: list[Path], expected: int, rates: Rates) -> None:
    """A round on processes of this machine, which have started and read something before."""
    with open_executor(processes) as executor:
        read(executor, files[:1], None, Rates())
        read(executor, files, expected, rates)
        rates.memory = [read_memory(child.pid or 0) for child in multiprocessing.active_children()]


def read_on_dask(workers: int, files: list[Path], expected: int, rates: Rates, folder: Path) -> None:
    """The same on Dask workers."""
    with start_dask(workers, folder) as dask:
        while len(dask.list_readers()) < workers:
            time.sleep(0.1)
        time.sleep(3)
        with open_executor(dask.address) as executor:
            read(executor, files[:1], None, Rates())
            read(executor, files, expected, rates)
            rates.memory = [read_memory(reader) for reader in dask.list_readers()]


@contextmanager
def serve_files(folder: Path) -> Iterator[str]:
    """The address of the folder on loopback."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def read_peer(name: str, files: list[Path]) -> str:
    """A line of the table for a peer: pages a second, and how much it found."""
    try:
        python = find_fundus() if name == "fundus" else sys.executable
    except ReaderError as error:
        return f"{error}"
    with serve_files(files[0].parent) as address:
        done = subprocess.run(
            [python, "-m", "benchmarks._ccnews_peers", name, f"{address}/{files[0].name}"],
            capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
    if done.returncode:
        return f"did not read: {(done.stderr.strip().splitlines() or ['no word'])[-1]}"
    pages, articles, seconds = json.loads(done.stdout)
    return f"{pages / seconds:>10.0f}{'':>30}  {articles:,} of {pages:,} with title and text"


def take_in(articles: int, workers: int | str, folder: Path) -> float:
    """Pages a second of an ingest into a new archive, by the clock."""
    files = sorted(folder.glob("*.warc.gz"))
    with tempfile.TemporaryDirectory() as place, open_executor(workers) as executor:
        begin = time.perf_counter()
        report = ingest(Path(place) / "a", files, default_site(), executor=executor, progress=lambda *_: None)
        seconds = time.perf_counter() - begin
        assert (report.new, report.refused.total()) == (articles, 0), report.as_dict()
        return report.pages / seconds


def make_pile(folder: Path, articles: int) -> tuple[list[Path], int]:
    """Files with all pages of so many articles, and the number of pages."""
    folder.mkdir()
    pages = make_warc(folder / "all.warc.gz", articles)
    data = (folder / "all.warc.gz").read_bytes()
    # Cut where members begin: the files are of about one size.
    files, begin = [], 0
    for at in range(1, FILES + 1):
        end = data.find(b"\x1f\x8b\x08\0", at * len(data) // FILES) if at < FILES else len(data)
        files.append(folder / f"{at}.warc.gz")
        files[-1].write_bytes(data[begin:end])
        begin = end
    (folder / "all.warc.gz").unlink()
    return files, pages


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("articles", nargs="?", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ingest", type=int, default=3_000, help="articles that are taken in; 0: none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        files, pages = make_pile(root / "pile", options.articles)
        size = sum(file.stat().st_size for file in files)
        print(f"{pages:,} pages in {FILES} files, {size / 1e6:.0f} MB; medians of {options.rounds} rounds")
        print(f"{'':<28}{'pages/s':>10}{'first result':>15}{'MB a reader':>15}", flush=True)
        ways = {
            "1 process": functools.partial(read_here, 1), "2 processes": functools.partial(read_here, 2),
            "1 Dask worker": functools.partial(read_on_dask, 1, folder=root),
            "2 Dask workers": functools.partial(read_on_dask, 2, folder=root),
        }  # fmt: skip
        rates = {name: Rates() for name in ways}
        missing = ""
        for _ in range(options.rounds):
            for name, way in ways.items():
                try:
                    way(files=files, expected=pages, rates=rates[name])
                except ModuleNotFoundError as error:
                    missing = f"not installed: {error.name}"
        for name, rate in rates.items():
            if rate.pages:
                memory = ", ".join(f"{each:.0f}" for each in rate.memory) or "-"
                first = f"{1000 * statistics.median(rate.first):.0f} ms"
                print(f"{name:<28}{statistics.median(rate.pages):>10.0f}{first:>15}{memory:>15}", flush=True)
        for name in ("trafilatura", "fundus"):
            print(f"{name + ', 1 process':<28}{read_peer(name, files)}", flush=True)
        what = "reading on 2 Dask workers: of twice 1 worker"
        if missing:
            report_unmeasured(what, missing, 0.85, at_least=True)
        else:
            one, two = (statistics.median(rates[f"{name}"].pages) for name in ("1 Dask worker", "2 Dask workers"))
            report_aim(what, two / (2 * one), 0.85, at_least=True)
        one, two = (statistics.median(rates[name].pages) for name in ("1 process", "2 processes"))
        report_aim("reading in 2 processes: of twice 1 process", two / (2 * one), 0.85, at_least=True)
        if options.ingest:
            measure_ingest(options.ingest, root, missing)


def measure_ingest(articles: int, root: Path, missing: str) -> None:
    """Takes a pile in, by two processes and by two Dask workers that are killed."""
    make_pile(root / "intake", articles)
    rate = take_in(articles, 2, root / "intake")
    print(f"ingest of {articles:,} articles by 2 processes: {rate:.0f} pages/s", flush=True)
    report_aim("ingest by 2 processes", rate, 1500, at_least=True, unit=" pages/s")
    if missing:
        return
    with start_dask(2, root) as dask, dask.killing(KILLS) as killed:
        rate = take_in(articles, dask.address, root / "intake")
        print(
            f"ingest of {articles:,} articles by 2 Dask workers, one killed every {KILLS:.0f} s ({len(killed)} killed):"
            f" {rate:.0f} pages/s, all {articles:,} articles taken in once"
        )


if __name__ == "__main__":
    main()
