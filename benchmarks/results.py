"""Runs every benchmark at sizes that end within half an hour, and saves what they say as RESULTS.md.

    python -m benchmarks.results [NAME]...

With names, only those are run and nothing is saved but printed.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks._measure import AIM, ROOT

HERE = Path(__file__).resolve().parent
SAVED = HERE / "RESULTS.md"
NOTES = HERE / "NOTES.md"
"""What was tried, and what stands in the way of an aim; written by hand."""
RUNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("whole_crawl", "Whole crawls", ("5000", "--runs", "3")),
    ("polite_crawl", "A crawl at its own pace", ()),
    ("reading_pages", "Reading pages", ()),
    ("reading_workers", "Reading again, by processes and Dask workers", ()),
    ("storing", "Storing and indexing", ("3000", "--runs", "5")),
    ("search_size", "Search", ("10000", "100000")),
    ("corpus", "Words", ("10000", "100000")),
    ("serve_article", "Web site", ()),
    ("export_formats", "Export", ()),
    ("near_duplicates", "Near-duplicates", ("3000",)),
    ("startup", "Start of every command", ("--runs", "9")),
    ("growth", "Growth", ()),
    ("long_crawl", "A long crawl", ("20000",)),
    ("warc_level", "What packs the WARC", ()),
)
"""Module, heading, arguments."""
PACKAGES = (
    *("scrapy", "twisted", "parsel", "lxml", "beautifulsoup4", "numpy", "sqlite-utils", "pyarrow"),
    *("trafilatura", "newspaper4k", "news-please", "goose3", "datasketch", "tantivy", "ripgrep", "pandas", "polars"),
    *("distributed", "warcio"),
)


def run(name: str, arguments: tuple[str, ...]) -> tuple[str, list[list[str]], float, bool]:
    """(tables, cells of the lines about aims, seconds, whether it ended well) of a benchmark."""
    begin = time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    aims = [[cell.strip() for cell in line.removeprefix(AIM).split("|")] for line in lines if line.startswith(AIM)]
    said = "\n".join(line for line in lines if not line.startswith(AIM)).strip("\n")
    if done.returncode:
        said += f"\n\n{name} ended with {done.returncode}:\n{done.stderr[-1500:]}"
    return said, aims, time.monotonic() - begin, done.returncode == 0


def describe_machine() -> Iterator[str]:
    """Lines about what it was measured on and with."""
    yield f"- {_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()} {platform.machine()}"
    yield f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            found.append(f"{package} not installed")
    yield f"- {', '.join(found)}"
    if shutil.which("wget"):
        said = subprocess.run(["wget", "--version"], capture_output=True, text=True, check=False).stdout
        yield f"- {said.splitlines()[0].split(' built')[0]}"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or "unknown processor"
    found = re.search(r"model name\s*:\s*(.+)", text)
    return found[1].strip() if found else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"


def make_document(found: dict[str, tuple[str, list[list[str]], float, bool]], begun: datetime, load: str) -> str:
    """The whole of RESULTS.md."""
    headings = {name: heading for name, heading, _ in RUNS}
    parts = [
        "# What was measured\n",
        f"Made by `make bench` on {begun:%Y-%m-%d %H:%M} UTC. Ratios are of runs that stood side by side in this one",
        "run; each benchmark checks that what it timed gave the right records. One alone: `make bench NAME=storing`.\n",
        *describe_machine(),
        f"- load average {load} at the start, {_load()} at the end: 0 is a machine that does nothing else\n",
        "## Aims\n",
        "| what | measured | aim | |",
        "|---|---|---|---|",
    ]
    parts += [f"| {' | '.join(cells)} |" for _, aims, _, _ in found.values() for cells in aims]
    if NOTES.exists():
        parts += ["", NOTES.read_text("utf-8").strip()]
    for name, (said, _, seconds, _) in found.items():
        parts += [f"\n## {headings[name]}\n", f"`benchmarks/{name}.py`, {seconds:.0f} seconds.\n", f"```\n{said}\n```"]
    return "\n".join([*parts, ""])


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def main(names: list[str]) -> int:
    """Runs and saves; returns the number of benchmarks that failed."""
    begun, load = datetime.now(UTC), _load()
    found = {}
    for name, heading, arguments in RUNS:
        if (names and name not in names) or not (HERE / f"{name}.py").exists():
            continue
        print(f"\n== {heading} ==", flush=True)
        found[name] = run(name, arguments)
        said, aims, seconds, _ = found[name]
        print(said)
        print("\n".join(AIM + " | ".join(cells) for cells in aims))
        print(f"({seconds:.0f} seconds)", flush=True)
        if not names:
            # After each, so that a run that is cut short has not been for nothing.
            SAVED.write_text(make_document(found, begun, load), encoding="utf-8")
    if not names:
        print(f"\nsaved as {SAVED.relative_to(ROOT)}")
    return sum(not ended for *_, ended in found.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
