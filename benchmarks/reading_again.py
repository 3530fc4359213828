"""How many captured pages a second do `ingest`, `reparse`, `verify` and `rebuild` read, by one process and by several?

    python -m benchmarks.reading_again [ARTICLES] [--processes N] [--runs N]

A WARC file of the twin's pages, packed by record, is ingested into a new archive, ingested again, and the archive is
read again, verified, and its database made anew; then the same pages are read alone, and put into a database by one
`insert_all`, with its full-text index. The processor time of the parent, which writes, bounds what more processes can
bring; on a busy machine it says more than the clock does.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from benchmarks._loopback import make_site
from benchmarks._measure import report_aim
from harbincrawl.errors import NotAnArticle
from harbincrawl.evidence import read_charset
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.operations.reparse import reparse
from harbincrawl.operations.verify import verify
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.reread.executor import open_executor
from harbincrawl.reread.ingest import ingest
from harbincrawl.sites import default_site
from harbincrawl.warc.foreign import read_stream
from harbincrawl.warc.heads import digest_of
from harbincrawl.warc.reader import CapturedRecord

MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def make_warc(path: Path, articles: int) -> int:
    """Writes all pages of the twin's articles; returns their number."""
    twin = make_site(articles)
    count = 0
    with path.open("wb") as stream:
        for story in twin.stories.values():
            for page in range(1, story.page_count + 1):
                body = twin.render(story.page_path(page)).body
                block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
                head = (
                    "WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
                    f"WARC-Record-ID: <urn:uuid:{uuid.UUID(int=count)}>\r\n"
                    f"WARC-Target-URI: {default_site().base}{story.page_path(page)}\r\n"
                    f"WARC-Date: {MOMENT + timedelta(seconds=count):%Y-%m-%dT%H:%M:%SZ}\r\n"
                    f"WARC-Block-Digest: {digest_of(block)}\r\nWARC-Payload-Digest: {digest_of(body)}\r\n"
                    f"Content-Length: {len(block)}\r\n\r\n"
                )
                stream.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 6))
                count += 1
    return count


def read_times() -> tuple[float, float, float]:
    """Seconds by the clock, of this process, of its children that ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic(), own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def run_once(warc: Path, pages: int, processes: int) -> None:
    """Prints a line a job."""
    with tempfile.TemporaryDirectory() as place:
        archive = Path(place) / "archive"
        spent = {}
        for job in ("ingest", "ingest again", "reparse", "verify", "rebuild", "alone"):
            before = read_times()
            run_job(job, archive, warc, processes)
            clock, parent, workers = (now - then for now, then in zip(read_times(), before, strict=True))
            spent[job] = parent + workers
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{job:12} {processes} processes: {pages / clock:6.0f} pages/s by the clock; processor time a page"
                f" {1000 * parent / pages:.2f} ms parent + {1000 * workers / pages:.2f} ms workers; {memory:.0f} MB"
            )

        for job in ("verify", "rebuild") if processes == 1 else ():
            report_aim(f"processor time of reading alone and one insert: {job}", spent[job] / spent["alone"], 2)


def run_job(job: str, archive: Path, warc: Path, processes: int) -> None:
    """Does one of the jobs; `alone` in this process."""
    site = default_site()
    if job == "alone":
        read_alone(warc, archive.with_name("alone.db"))
    elif job == "verify":
        verify(archive, site, quick=False, progress=lambda *_: None, workers=processes)
    elif job == "rebuild":
        rebuild(archive, give_up=False, progress=lambda *_: None, workers=processes)
    else:
        with open_executor(processes) as executor:
            if job == "reparse":
                reparse(archive, site, apply=False, executor=executor, progress=lambda *_: None)
            else:
                ingest(archive, [warc], site, executor=executor, progress=lambda *_: None)


def read_alone(warc: Path, database: Path) -> None:
    """Reads the pages, and puts what they say into a new database with a full-text index."""
    site = default_site()
    rows = []
    with warc.open("rb") as stream:
        for record in read_stream(stream, warc.name):
            if isinstance(record, CapturedRecord):
                text = decode_page(record.payload, read_charset(record.http_headers))
                try:
                    article = read_article(text, record.target, site, today=site_day(site, record.date))
                except NotAnArticle:
                    continue  # a further page that only the one before proves
                rows.append({"url": article.url, "title": article.title, "body": "\n\n".join(article.body)})
    table = Database(database)["articles"]
    table.insert_all(rows)
    table.enable_fts(["title", "body"], tokenize="porter")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("articles", nargs="?", type=int, default=2000)
    parser.add_argument("--processes", type=int, help="only this many, in this process")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--warc", type=Path, help="of an earlier step")
    parser.add_argument("--pages", type=int, default=0)
    options = parser.parse_args()
    if options.processes:
        run_once(options.warc, options.pages, options.processes)
        return
    with tempfile.TemporaryDirectory() as place:
        warc = Path(place) / "site.warc.gz"
        pages = make_warc(warc, options.articles)
        print(f"{pages} pages, {warc.stat().st_size / 1e6:.1f} MB", flush=True)
        for _ in range(options.runs):
            for processes in ("1", "2"):
                step = ["--processes", processes, "--warc", str(warc), "--pages", str(pages)]
                subprocess.run([sys.executable, "-m", "benchmarks.reading_again", *step], check=True)


if __name__ == "__main__":
    main()
