"""The list of what an archive of others kept: asked for part after part, and held in a database that is nobody's."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from harbincrawl.errors import OptionsError, SiteError
from harbincrawl.fetch.client import RequestError
from harbincrawl.sites import Site
from harbincrawl.text import clean

from .cdx import CdxRow, ListFormatError, parse_answer, parse_indexes, parse_pages, read_moment
from .manners import Manners
from .sources import ArchiveSource

LIMIT = 5000
"""Rows to ask for at once."""
MAX_BYTES = 16 << 20
"""Of an answer."""
MAX_ROWS = 1_000_000
"""Of a list; one without an end has to end somewhere."""
_MIN_ROWS = 100
"""As so many an answer counts that has fewer: one without any may name what to ask for next, too."""
_LESS = "ask for less at once, with --since and --until"
_ATTEMPTS = 3
"""At an answer that is no list: without all of it no page is asked for."""
_FIELDS = "urlkey,timestamp,original,mimetype,statuscode,digest,length"
_TABLE = """
CREATE TABLE held(address TEXT, timestamp TEXT, original TEXT, id TEXT, section TEXT, digest TEXT, length INTEGER,
 place TEXT, PRIMARY KEY (address, timestamp)) WITHOUT ROWID"""
# What has the body of the one before it says nothing new.
_WANTED = """
SELECT address, timestamp, original, id, section, length, place FROM (SELECT *, lag(digest)
 OVER (PARTITION BY address ORDER BY timestamp) AS before FROM held) WHERE digest IS NULL OR digest IS NOT before
ORDER BY timestamp, address"""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class CaptureSelection:
    """What is to be asked for."""

    since: str = ""
    """First digits of the earliest timestamp; empty: any."""
    until: str = ""
    """First digits of the latest timestamp, all that begin so included; empty: any."""
    sections: tuple[str, ...] = ()
    """Paths of sections, those below them included; empty: all."""
    crawls: tuple[str, ...] = ()
    """Indexes of Common Crawl; empty: all."""

    def covers(self, timestamp: str, section: str) -> bool:
        """Whether a capture of a page in `section` is to be asked for."""
        if timestamp < self.since or (self.until and timestamp[: len(self.until)] > self.until):
            return False
        return not self.sections or any(section == each or section.startswith(f"{each}/") for each in self.sections)


class HeldCapture(NamedTuple):
    """A capture of a page of the site that an archive of others has."""

    address: str
    """On the site."""
    timestamp: str
    """14 digits, UTC."""
    original: str
    """The address as that archive writes it."""
    id: str | None
    """The article's; None: a list."""
    section: str
    length: int | None
    place: str | None


@dataclass
class CaptureList:
    """The captures of the site's pages that were listed, of a selection; of others how many there are."""

    site: Site
    selection: CaptureSelection
    purged: Collection[str]
    now: datetime
    found: int = 0
    not_ours: Counter[str] = field(default_factory=Counter)
    """By reason."""

    def __post_init__(self) -> None:
        # A temporary file of SQLite's: a list of a million rows need not fit into memory.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(_TABLE)
        self.close = self._database.close

    def put(self, rows: list[CdxRow]) -> None:
        """Takes in a part of a list. Raises sqlite3.Error."""
        self.found += len(rows)
        self.not_ours.update(filter(None, map(self._judge, rows)))

    async def fill(self, manners: Manners, source: ArchiveSource, tell: Callable[[int], None]) -> None:
        """Takes in all that `source` lists; `tell` is called with how many rows. Raises what `read_lists` raises."""
        async for rows in read_lists(manners, source, self.site, self.selection):
            self.put(rows)
            tell(self.found)

    def _judge(self, row: CdxRow) -> str | None:
        """Keeps what is to be asked for; else why it is not."""
        address = self.site.canonical(row.original)
        meaning = self.site.read_address(address) if address else None
        moment = read_moment(row.timestamp)
        if address is None:
            return "another host"
        if meaning is None:
            return "neither an article nor a list"
        if meaning.id is not None and meaning.id in self.purged:
            return "purged"
        if moment is None:
            return "a time that is none"
        if moment > self.now:
            return "dated in the future"
        if row.status not in (None, 200):
            return f"HTTP {row.status}"
        if not self.selection.covers(row.timestamp, meaning.section_path):
            return "not chosen"
        values = (address, row.timestamp, row.original, meaning.id, meaning.section_path, row.digest, row.length)
        self._database.execute("INSERT OR IGNORE INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, row.place))
        return None

    def list_wanted(self) -> Iterator[HeldCapture]:
        """What is to be asked for, in the order of time."""
        return (HeldCapture(*row) for row in self._database.execute(_WANTED))

    def count_wanted(self) -> int:
        """How many these are."""
        (count,) = self._database.execute(f"SELECT count(*) FROM ({_WANTED})").fetchone()
        return int(count)


async def read_lists(
    manners: Manners, source: ArchiveSource, site: Site, selection: CaptureSelection
) -> AsyncIterator[list[CdxRow]]:
    """All captures of the time in `selection`, some thousands at once.

    An index of Common Crawl is cut into numbered pages; other lists give keys to go on with, or all at once. Raises
    SiteError, OptionsError for an index of Common Crawl that there is not, InterruptedRequestError.
    """
    apis = [source.api]
    if source.kind == "commoncrawl":
        indexes = await _read(manners, source, source.api, parse_indexes)
        if unknown := sorted(set(selection.crawls) - {name for name, _ in indexes}):
            raise OptionsError(
                f"--crawl {clean(unknown[0])}: Common Crawl has no such index; its newest is {indexes[0][0]}."
            )
        apis = [
            urljoin(source.api, address)
            for name, address in indexes
            if not selection.crawls or name in selection.crawls
        ]
    for api in apis:
        for target in list_targets(site):
            query = [("url", target), ("matchType", "prefix"), ("output", "json")]
            query += [(name, day) for name, day in (("from", selection.since), ("to", selection.until)) if day]
            if source.kind == "commoncrawl":
                pages = await _read(manners, source, _join(api, [*query, ("showNumPages", "true")]), parse_pages)
                for page in range(pages):
                    yield (await _read(manners, source, _join(api, [*query, ("page", str(page))]), parse_answer)).rows
                continue
            async for rows in _read_keys(manners, source, api, [*query, ("showResumeKey", "true")]):
                yield rows


async def _read_keys(
    manners: Manners, source: ArchiveSource, api: str, query: list[tuple[str, str]]
) -> AsyncIterator[list[CdxRow]]:
    """A list whose server gives keys to go on with; one that knows none gives all of it."""
    if source.kind == "wayback":
        query += [("limit", str(LIMIT)), ("fl", _FIELDS)]
    resume: str | None = None
    asked: set[str] = set()
    count = 0
    while True:
        more = [] if resume is None else [("resumeKey", resume)]
        answer = await _read(manners, source, _join(api, query + more), parse_answer)
        yield answer.rows
        count += max(answer.count, _MIN_ROWS)
        resume = answer.resume
        if count > MAX_ROWS:
            raise SiteError(f"the list of captures at {api.partition('?')[0]} does not end at {count:,} rows; {_LESS}.")
        if resume is None or resume in asked:
            return
        asked.add(resume)


async def _read(manners: Manners, source: ArchiveSource, address: str, parse: Callable[[bytes], Found]) -> Found:
    """What an answer says. Raises SiteError where it says nothing, again and again."""
    reason = ""
    for _ in range(_ATTEMPTS):
        try:
            reply = await manners.ask(address, source.list_pause, MAX_BYTES)
            if reply.status == 200 or (reply.status == 404 and reply.body.lstrip()[:1] == b"{"):
                return parse(reply.body)
            reason = f"HTTP {reply.status}"
        except ListFormatError as error:
            reason = str(error)
        except RequestError as error:
            reason = f"{error.reason}; {_LESS}" if error.kind == "too-large" else error.reason
    raise SiteError(f"the list of captures at {address.partition('?')[0]} cannot be read: {clean(reason)}.")


def list_targets(site: Site) -> list[str]:
    """What the addresses of a site begin with, without their scheme: its host and its aliases, down to its scope."""
    base = urlsplit(site.base)
    hosts = dict.fromkeys((base.netloc.lower(), *(alias.lower() for alias in site.aliases)))
    return [f"{host}{site.scope}" for host in hosts]


def _join(api: str, query: list[tuple[str, str]]) -> str:
    return f"{api}{'&' if '?' in api else '?'}{urlencode(query)}"
