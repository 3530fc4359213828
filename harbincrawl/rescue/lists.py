"""Asking for the list of what an archive of others kept: part after part, until it is read to its end."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from harbincrawl.archive.rescued import ListedCapture
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import NoSpaceError, OptionsError, SiteError
from harbincrawl.fetch.client import Reply, RequestError, find_host
from harbincrawl.reread.executor import cut
from harbincrawl.sites import Site
from harbincrawl.text import clean

from .cdx import CdxAnswer, CdxRow, ListFormatError, parse_answer, parse_indexes, parse_pages
from .choice import CaptureSelection, judge_row
from .manners import Manners
from .sources import ArchiveSource

LIMIT = 5000
"""Rows to ask for at once."""
BATCH = 5000
"""Rows that are stored at once: a server may answer with more than it was asked for."""
MOST_BYTES = 16 << 20
"""Of an answer."""
MOST_ROWS = 500_000
"""Of a list whose server does not say how many pages it has."""
_PAGE_ROWS = 150_000
"""At most, in what servers count as a page of a list."""
_LEAST_ROWS = 100
"""As so many an answer counts that has fewer: one without any may name what to ask for next, too."""
_LESS = "ask for less at once, with --since and --until"
_ATTEMPTS = 4
"""At an answer that is no list: error pages come as 200, and bodies come cut."""
_COUNT = ("showNumPages", "true")
_FIELDS = "urlkey,timestamp,original,mimetype,statuscode,digest,length"
_FIRST_YEAR = 1996
_MOST_REDIRECTS = 3

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ListPart:
    """Some rows of a list, few enough to be stored at once."""

    rows: list[ListedCapture]
    ended: str | None = None
    """The name of a list that is read to its end with this part, and never changes; None: there is none."""


class CaptureLists:
    """The lists of an archive about a site."""

    def __init__(
        self, manners: Manners, source: ArchiveSource, site: Site, purged: Collection[str], now: Callable[[], datetime]
    ) -> None:
        """`purged` are the ids of articles that are not asked for."""
        self._manners = manners
        self._source = source
        self._site = site
        self._purged = purged
        self._now = now
        self._targets = list_targets(site)
        self._rows = 0
        """That came of the list that is read."""
        self._pages: int | None = None
        """That it has, by its server's own count; 0: that says nothing; None: it was not asked yet."""

    async def read_all(
        self, selection: CaptureSelection, crawls: Collection[str], done: Collection[str] = ()
    ) -> AsyncIterator[ListPart]:
        """All captures of the time in `selection`.

        Of Common Crawl only the indexes `crawls`, unless there are none, without the lists that are `done`. Raises
        SiteError, OptionsError for an index that there is not, InterruptedRequestError.
        """
        since, until = selection.since, selection.until
        if self._source.kind != "commoncrawl":
            for target in self._targets:
                self._rows, self._pages = 0, None
                async for rows in self._read_span(self._source.api, target, since, until):
                    for part in self._judge(rows):
                        yield part
            return
        for name, address in await self._choose_indexes(crawls):
            for target in self._targets:
                key = f"{name} {target} {since}-{until}"
                if key not in done:
                    async for rows in self._read_index(address, target, since, until):
                        for part in self._judge(rows):
                            yield part
                    yield ListPart([], key)

    def _judge(self, rows: list[CdxRow]) -> Iterator[ListPart]:
        for some in cut(rows, BATCH):
            self._manners.check()
            yield ListPart([judge_row(row, self._site, self._purged, self._now()) for row in some])

    async def _choose_indexes(self, crawls: Collection[str]) -> list[tuple[str, str]]:
        indexes = await self._read(self._source.api, parse_indexes)
        found = [(name, urljoin(self._source.api, address)) for name, address in indexes]
        if unknown := sorted(set(crawls) - {name for name, _ in found}):
            raise OptionsError(
                f"--crawl {clean(unknown[0])}: Common Crawl has no such index; its newest is {found[0][0]}."
            )
        return [(name, address) for name, address in found if not crawls or name in crawls]

    async def _read_index(self, api: str, target: str, since: str, until: str) -> AsyncIterator[list[CdxRow]]:
        """An index of Common Crawl, which is cut into numbered pages."""
        query = _write_query(target, since, until)
        pages = await self._read(_join(api, [*query, _COUNT]), parse_pages)
        if pages is None:
            self._rows, self._pages = 0, None
            async for rows in self._read_span(api, target, since, until):
                yield rows
        for page in range(pages or 0):
            answer = await self._read(_join(api, [*query, ("page", str(page))]), parse_answer)
            yield answer.rows

    async def _read_span(self, api: str, target: str, since: str, until: str) -> AsyncIterator[list[CdxRow]]:
        """A list whose server gives keys to go on with, or cuts it off: then shorter spans of time are asked for."""
        query = [*_write_query(target, since, until), ("limit", str(LIMIT)), ("showResumeKey", "true")]
        if self._source.kind == "wayback":
            query.append(("fl", _FIELDS))
        resume: str | None = None
        asked: set[str] = set()
        while True:
            more = [] if resume is None else [("resumeKey", resume)]
            answer: CdxAnswer = await self._read(_join(api, query + more), parse_answer)
            self._rows += max(answer.count, _LEAST_ROWS)
            if self._rows > MOST_ROWS:
                await self._check_length(api, target)
            yield answer.rows
            resume = answer.resume
            if resume is None or resume in asked:
                break
            asked.add(resume)
        if not asked and answer.count >= LIMIT:
            for begin, end in split_span(since, until, self._now().year):
                async for rows in self._read_span(api, target, begin, end):
                    yield rows

    async def _check_length(self, api: str, target: str) -> None:
        """Raises SiteError where more rows came of a list than its server says that it has; it is asked once."""
        if self._pages is None:
            try:
                counted = await self._read(_join(api, [*_write_query(target, "", ""), _COUNT]), parse_pages)
            except SiteError:
                counted = None
            self._pages = counted or 0
        most = max(MOST_ROWS, _PAGE_ROWS * self._pages)
        if self._rows > most:
            raise SiteError(
                f"the list of captures at {api.partition('?')[0]} does not end: {self._rows:,} of {target} came,"
                f" expected were at most {most:,}, for it counts {self._pages or 'no'} pages; {_LESS}."
            )

    async def _read(self, address: str, parse: Callable[[bytes], Found]) -> Found:
        """What an answer says. Raises SiteError where it says nothing, again and again."""
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                reply = await self._follow(address)
                if reply.status == 200 or (reply.status == 404 and reply.body.lstrip()[:1] == b"{"):
                    return parse(reply.body)
                reason = f"HTTP {reply.status}"
                if 400 <= reply.status < 500:
                    break
            except ListFormatError as error:
                reason = str(error)
            except RequestError as error:
                reason = f"{error.reason}; {_LESS}" if error.kind == "too-large" else error.reason
                break
        raise SiteError(f"the list of captures at {address.partition('?')[0]} cannot be read: {clean(reason)}.")

    async def _follow(self, address: str) -> Reply:
        for _ in range(_MOST_REDIRECTS):
            reply = await self._manners.ask(address, self._source.list_pause, MOST_BYTES)
            target = next((value for name, value in reply.fields if name.lower() == "location"), None)
            if reply.status not in (301, 302, 303, 307, 308) or target is None:
                return reply
            joined = urljoin(address, target)
            if find_host(joined) not in self._source.hosts:
                raise RequestError("refused", f"it redirects to another host, {find_host(joined) or target[:100]}")
            address = joined
        return reply


def check_room(archive: Path, folder: Path) -> None:
    """Raises NoSpaceError where the disk of `folder` has less room than the settings of `archive` want to be free.

    How long a list is, only its server knows.
    """
    bounds = read_config(archive).fill(Thresholds())
    disk = shutil.disk_usage(folder)
    least = min(bounds.disk_bytes, bounds.disk_share * disk.total)
    if disk.free < least:
        raise NoSpaceError(
            f"no space left for the list of captures in {folder}: {disk.free:,} bytes are free, expected at least"
            f" {least:,.0f} ([health] disk_bytes and disk_share). Make room, or ask for less, with --since and --until."
        )


def list_targets(site: Site) -> list[str]:
    """What the addresses of a site begin with, without their scheme: its host and its aliases, down to its scope."""
    base = urlsplit(site.base)
    hosts = dict.fromkeys((base.netloc.lower(), *(alias.lower() for alias in site.aliases)))
    return [f"{host}{site.scope}" for host in hosts]


def split_span(since: str, until: str, last_year: int) -> list[tuple[str, str]]:
    """A span of time in shorter ones, years, months, days, hours; none where it is too short."""
    if since != until or not since:
        first = int((since or str(_FIRST_YEAR))[:4])
        last = int((until or str(last_year))[:4])
        return [(str(year), str(year)) for year in range(first, last + 1)]
    parts = {4: range(1, 13), 6: range(1, 32), 8: range(24)}.get(len(since), range(0))
    return [(f"{since}{part:02}", f"{since}{part:02}") for part in parts]


def _write_query(target: str, since: str, until: str) -> list[tuple[str, str]]:
    query = [("url", target), ("matchType", "prefix"), ("output", "json")]
    return query + [(name, value) for name, value in (("from", since), ("to", until)) if value]


def _join(api: str, query: list[tuple[str, str]]) -> str:
    return f"{api}{'&' if '?' in api else '?'}{urlencode(query)}"
