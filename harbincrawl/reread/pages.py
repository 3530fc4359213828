"""Pages out of the WARC to one article, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from harbincrawl.errors import NoEvidenceError, NotAnArticle, RemovedError, WarcError
from harbincrawl.evidence import Source, read_charset, read_source, site_as_read
from harbincrawl.pages import read_article
from harbincrawl.pages.article.page import join_pages
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.records import Article
from harbincrawl.sites import Site

CHUNK = 40
"""Articles that a process is handed at a time."""
FEW = 200
"""So few articles are read sooner than another process starts."""


@dataclass(frozen=True, slots=True)
class Job:
    """An article to read: the captures of all its pages, in their order."""

    number: int
    pages: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a job: an article, or why there is none."""

    number: int
    article: Article | None = None
    """What the pages say; what only the listing knows is not in it."""
    kind: str = "read"
    """`read`, `no-evidence` (captured without WARC), `removed` (on purpose), `damaged`, `not-an-article`, `pages`."""
    reason: str = ""


def count_processes() -> int:
    """As many as this process may use cores."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        # Not every system says which cores are ours.
        return os.cpu_count() or 1


def read_jobs(folder: Path, jobs: Iterable[Job], site: Site, processes: int) -> Iterator[Reading]:
    """The readings of `jobs`, in their order; more than FEW of them are read in `processes` processes."""
    source = iter(jobs)
    first = list(islice(source, FEW + 1))
    if processes < 2 or len(first) <= FEW:
        yield from (read_job(folder, job, site) for job in first)
        yield from (read_job(folder, job, site) for job in source)
        return
    chunks = _cut(_chain(first, source))
    # Not forked: a fork would take over open databases and the locks of other threads.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)
    waiting: deque[Future[list[Reading]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(_read_chunk, folder, chunk, site))
            if len(waiting) > 3 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _chain(first: list[Job], rest: Iterator[Job]) -> Iterator[Job]:
    yield from first
    yield from rest


def _cut(jobs: Iterator[Job]) -> Iterator[list[Job]]:
    while chunk := list(islice(jobs, CHUNK)):
        yield chunk


def _ignore_interrupts() -> None:
    # Ctrl-C reaches all processes of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_chunk(folder: Path, jobs: list[Job], site: Site) -> list[Reading]:
    return [read_job(folder, job, site) for job in jobs]


def read_job(folder: Path, job: Job, site: Site) -> Reading:
    """Reads one article from its captures. Never raises for what they hold."""
    pages: list[Article] = []
    for source in job.pages:
        try:
            pages.append(read_page(folder, source, site))
        except NoEvidenceError as error:
            return Reading(job.number, None, "no-evidence", str(error))
        except RemovedError as error:
            return Reading(job.number, None, "removed", str(error))
        except WarcError as error:
            return Reading(job.number, None, "damaged", str(error))
        except NotAnArticle as error:
            return Reading(job.number, None, "not-an-article", error.reason)
    return join_reading(job.number, pages)


def join_reading(number: int, pages: list[Article]) -> Reading:
    """The pages of an article as one reading; a page too few makes it none, as it does in a crawl."""
    if not pages or len(pages) < pages[0].pages:
        return Reading(number, None, "pages", f"{len(pages)} of {pages[0].pages if pages else 1} pages were captured")
    try:
        return Reading(number, join_pages(pages))
    except ValueError as error:
        return Reading(number, None, "pages", str(error))


def read_page(folder: Path, source: Source, site: Site) -> Article:
    """The article that one captured page shows, judged by the day on which it was fetched.

    Raises NoEvidenceError, WarcError, NotAnArticle.
    """
    stored = read_source(folder, source)
    text = decode_page(stored.body, read_charset(stored.http_headers))
    seen = site_as_read(site, stored.target)
    return read_article(text, source.address, seen, today=site_day(site, source.fetched_at))
