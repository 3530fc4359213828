"""What does a first crawl cost at the pace that a site is asked, one page a second? A share of one core.

    python -m benchmarks.polite_crawl [--seconds N]

The real command with its own delay reads a site on loopback, and is interrupted in the middle. What its start costs is
left out: it is paid once, and the crawl of a whole site takes hours.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._loopback import served
from benchmarks._measure import HIDING, ROOT, report_aim
from benchmarks.long_crawl import Look, count_pages, read_process

ARTICLES = 1_000
"""More than are asked for meanwhile."""
START = 10
"""Seconds until the first look."""
INTERRUPTED = 130
LEAST_PACE = 0.8
"""Pages a second: what waits for something else would cost nothing."""


def watch_crawl(archive: Path, url: str, seconds: int) -> tuple[Look, Look, float]:
    """A crawl into `archive` at the two ends of the time measured, and the seconds between; Linux only."""
    command = [sys.executable, "-m", "harbincrawl", "-q", "--archive", str(archive), "crawl", "--site-url", url]
    process = subprocess.Popen(command, cwd=ROOT, env=HIDING, stdout=subprocess.DEVNULL)
    try:
        time.sleep(START)
        begin, before = time.monotonic(), Look(count_pages(archive), *read_process(process.pid))
        time.sleep(seconds)
        end, after = time.monotonic(), Look(count_pages(archive), *read_process(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait()
    assert code == INTERRUPTED, f"{' '.join(command)} ended with {code}"
    return before, after, end - begin


def main() -> None:
    """Crawls, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=50)
    told = parser.parse_args()
    with served(ARTICLES) as site, tempfile.TemporaryDirectory() as folder:
        before, after, seconds = watch_crawl(Path(folder) / "archive", site.url, told.seconds)
    pages, spent = after.pages - before.pages, after.processor - before.processor
    print(f"a first crawl at its own pace, from second {START} on, for {seconds:.0f} seconds; served by {site.by}")
    print(f"{pages} pages, {spent:.2f} s of processor time, {spent / max(1, pages) * 1000:.1f} ms a page")
    print(f"{after.memory:.0f} MB resident; {before.processor:.2f} s of processor time until second {START}")
    assert pages >= LEAST_PACE * seconds, f"{pages} pages in {seconds:.0f} seconds: this crawl mostly waited"
    report_aim("a first crawl at one page a second: of one core", spent / seconds * 100, 1, unit="%")


if __name__ == "__main__":
    main()
