"""How long does an article of the web site take while a search runs?

python -m benchmarks.serve_article [ARTICLES] [--seconds N] [--folder DIR]
"""

from __future__ import annotations

import argparse
import http.client
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks._measure import HIDING, ROOT, report_aim
from benchmarks.search_archive import COMMON, build


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The port at which `harbincrawl serve` shows the archive in `folder`."""
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(folder), "serve", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=HIDING, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        match = re.search(r":(\d+)/ ", process.stderr.readline())
        assert match
        yield int(match[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stderr.close()


def ask(port: int, path: str) -> float:
    """Seconds that a page took."""
    begin = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path)
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, (reply.status, path)
    return time.perf_counter() - begin


def measure(folder: Path, seconds: float) -> None:
    """Prints how long articles took while another client searched without a pause."""
    with served(folder) as port, ThreadPoolExecutor(1) as pool:
        end = time.monotonic() + seconds

        def search() -> list[float]:
            found = []
            while time.monotonic() < end:
                found.append(ask(port, f"/search?q={COMMON}+-nowhere{len(found)}"))
            return found

        ask(port, "/search?q=unheard")
        searching = pool.submit(search)
        waits = []
        while time.monotonic() < end:
            waits.append(ask(port, f"/articles/harbin-today:{1 + len(waits) % 100}"))
        searches = searching.result()
    print(f"{len(waits):,} articles beside {len(searches):,} searches of {max(searches):.2f} s at most")
    within = sorted(waits)[len(waits) * 95 // 100]
    report_aim("serve: an article while a search runs, 95% within", within, 0.1, unit=" s")


def main() -> None:
    """Builds an archive and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--folder", type=Path, help="keep the archive here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)) / str(given.articles)
        build(folder, given.articles)
        measure(folder, given.seconds)


if __name__ == "__main__":
    main()
