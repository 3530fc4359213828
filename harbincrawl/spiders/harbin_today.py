"""The one spider: walks the lists of Harbin Today, then asks for the articles that are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from harbincrawl.archive.lists import StoredRows, find_lines, load_section, read_list_page
from harbincrawl.archive.purged import hide_purged
from harbincrawl.archive.queue import read_many_queued, read_queue, read_wanted
from harbincrawl.crawl.session import Session
from harbincrawl.fetch.answers import INTERRUPTED, Broken, Got, NotModified, NotThere
from harbincrawl.fetch.fetcher import Fetcher
from harbincrawl.pages import PARSER, read_listing
from harbincrawl.pipelines.batches import Outcome
from harbincrawl.records import Listing
from harbincrawl.walk import (
    Answer,
    ArticleState,
    Ask,
    Failed,
    GoneProof,
    Missing,
    WalkResult,
    ask_key,
    is_asked,
    is_sought,
    walk,
)

from .articles import Line, ask_article
from .images import keep_pictures

READ_AHEAD = 50
"""Articles whose state and line are read at once; nothing but their own outcomes changes them while they wait."""
STEP = 0.01
PATIENCE = 10.0
"""Seconds without any outcome stored, after which pictures are asked for all the same."""


class HarbinTodaySpider(scrapy.Spider):
    """Lists first, then articles: so every answer is newer than every line the run has read."""

    name = "harbin_today"
    session: Session
    """Given by `harbincrawl crawl`; opened from arguments and settings under `scrapy crawl`."""

    def __init__(self, *, session: Session | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        if session is not None:
            self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if not hasattr(spider, "session"):
            from harbincrawl.crawl.plain import open_plain_session

            spider.session = open_plain_session(crawler, spider)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """AutoThrottle follows the crawl's delay; with none at all it could adjust nothing but its own slowness."""
        super().update_settings(settings)
        delay = settings.getfloat("DOWNLOAD_DELAY")
        settings.set("AUTOTHROTTLE_ENABLED", delay > 0, priority="spider")
        settings.set("AUTOTHROTTLE_START_DELAY", delay, priority="spider")
        concurrency = settings.getfloat("CONCURRENT_REQUESTS_PER_DOMAIN")
        settings.set("AUTOTHROTTLE_TARGET_CONCURRENCY", concurrency, priority="spider")

    async def start(self) -> AsyncIterator[Outcome]:
        """Yields an `Outcome` for each article asked; the pipelines take them from there."""
        try:
            async for outcome in self._crawl():
                self.session.handed += 1
                yield outcome
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and end as if all were done
            self.session.stop(error)

    async def _crawl(self) -> AsyncIterator[Outcome]:
        session = self.session
        self._failed_lists: set[str] = set()
        self.fetcher = Fetcher(
            self.crawler,
            session.site,
            delay=session.options.delay,
            agent=session.agent,
            allow_private=session.options.site_url is not None,
            keep=session.keeper.keep_capture,
            give_up=session.stop,
            is_lost=lambda: session.is_lost,
            before_pause=session.keeper.flush,
        )
        session.on_stop = self.fetcher.stop
        now = datetime.now(UTC)
        missing = [state.number for state in read_wanted(session.connection) if is_sought(state, now)]
        session.keeper.sought = GoneProof(missing, session.options.chosen_sections)
        for section in session.options.chosen_sections:
            if session.stopping:
                return
            await self._walk(section)
        async for outcome in self._ask_all():
            yield outcome
        if session.options.images:
            await self._settle()
            session.keeper.flush()
            await keep_pictures(self.fetcher, session)

    async def _settle(self) -> None:
        """Waits for the outcomes that are on their way through the pipelines: their pictures are known only then.

        An outcome that a pipeline keeps to itself is not waited for for ever; the run's end tells of it.
        """
        received, patience = -1, PATIENCE
        while self.session.keeper.received < self.session.handed and patience > 0 and not self.session.stopping:
            patience = PATIENCE if self.session.keeper.received > received else patience - STEP
            received = self.session.keeper.received
            await asyncio.sleep(STEP)

    async def _walk(self, section: str) -> None:
        session = self.session
        options, keeper = session.options, session.keeper
        rows = StoredRows(session.connection, section)
        state = load_section(session.connection, section, rows)
        wanted: set[int] = set()

        def is_cut() -> bool:
            return session.stopping or (options.limit is not None and len(wanted) >= options.limit)

        steps = walk(
            state,
            session.run,
            datetime.now(UTC),
            full=options.full,
            full_after=session.full_after,
            cut=is_cut,
            since=options.since,
            moves_floor=options.limit is None,
            sought=keeper.sought,
        )
        answer: Answer = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as ended:
                result: WalkResult = ended.value
                break
            if isinstance(step, Ask):
                answer = await self._ask_list(section, step.page)
                if isinstance(answer, Listing):
                    session.lines[section] = session.lines.get(section, 0) + len(answer.lines)
            elif session.is_lost:
                return
            else:
                wanted |= step.wanted
                keeper.put_list_page(section, step)
                rows.forget()
                answer = None
            session.on_progress()
        if session.is_lost:
            return
        keeper.end_walk(section, result)
        if result.outcome == "failed" and not session.stopping:
            self._fail_list(session.site.listing_address(section), "listing", result.reason or "it cannot be read")

    def _fail_list(self, address: str, kind: str, reason: str) -> Failed:
        """Notes why a list page could not be had; the first reason is the one that says most."""
        if address not in self._failed_lists:
            self._failed_lists.add(address)
            self.session.keeper.fail(address, None, kind, reason, datetime.now(UTC))
        return Failed(reason)

    async def _ask_list(self, section: str, page: int) -> Answer:
        session = self.session
        address = session.site.listing_address(section, page)
        known = read_list_page(session.connection, address, PARSER)
        etag, last_modified, before = known or (None, None, None)
        answer = await self.fetcher.fetch(address, etag=etag, last_modified=last_modified)
        if isinstance(answer, NotModified) and before is not None:
            return before
        if isinstance(answer, NotThere):
            return Missing()
        if isinstance(answer, Broken):
            if answer is INTERRUPTED:
                return Failed(answer.reason)
            return self._fail_list(address, answer.kind, answer.reason)
        if not isinstance(answer, Got):
            return Failed("it answers 304 to a plain request")
        meaning = session.site.read_address(answer.address)
        if meaning is None or (meaning.kind, meaning.section_path, meaning.page) != ("listing", section, page):
            # A page of another place, however much it looks like a list, says nothing of this one.
            return self._fail_list(address, "refused", f"it redirects to {answer.address}")
        try:
            listing = hide_purged(read_listing(answer.text, address, session.site), session.purged)
        except ValueError as error:
            session.lines.setdefault(section, 0)
            return self._fail_list(address, "listing", str(error))
        session.keeper.keep_listing(listing, answer.capture, PARSER)
        return listing

    async def _ask_all(self) -> AsyncIterator[Outcome]:
        """Every article that is due, each at most once, as many at a time as the crawl may."""
        session = self.session
        options = session.options
        now = datetime.now(UTC)
        queue = sorted(
            ask_key(state)
            for state in read_queue(session.connection, options.chosen_sections)
            if is_asked(state, now, options.recheck) and self._is_meant(state)
        )
        if options.limit is not None:
            queue = queue[: options.limit]
        session.to_ask = len(queue)
        asked = self._read_asked([-number for *_, number in queue])
        if options.concurrency == 1:
            # A task for each would cost more than there is to wait for side by side.
            while not session.stopping and (one := next(asked, None)) is not None:
                if (outcome := await self._ask_article(*one)) is not None:
                    yield outcome
            return
        running: set[asyncio.Task[Outcome | None]] = set()
        while not session.stopping:
            while len(running) < options.concurrency and (one := next(asked, None)) is not None:
                running.add(asyncio.ensure_future(self._ask_article(*one)))
            if not running:
                break
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (outcome := self._take(task)) is not None:
                    yield outcome
        if running:
            # The first signal lets what is in flight come in.
            done, _ = await asyncio.wait(running)
            for task in done:
                if (outcome := self._take(task)) is not None:
                    yield outcome

    def _read_asked(self, numbers: list[int]) -> Iterator[tuple[ArticleState, Line | None]]:
        """The articles in this order with their lines, read some at a time: one by one costs five times as much."""
        connection, site = self.session.connection, self.session.site
        for begin in range(0, len(numbers), READ_AHEAD):
            states = read_many_queued(connection, numbers[begin : begin + READ_AHEAD])
            meant = {state.number: site.read_address(state.address) for state in states}
            lines = find_lines(connection, {number: one.section_path if one else "" for number, one in meant.items()})
            yield from ((state, lines.get(state.number)) for state in states)

    async def _ask_article(self, state: ArticleState, line: Line | None) -> Outcome | None:
        """What came of asking; where the article is missing once more, the lists have the last word on it."""
        outcome = await ask_article(self.fetcher, self.session, state, line)
        if outcome is not None and outcome.kind == "missing":
            sought = self.session.keeper.sought
            for section, page in sought.pages_to_close(state.number, state.address):
                sought.close(state.number, (section, page), await self._ask_list(section, page))
        return outcome

    def _take(self, task: asyncio.Task[Outcome | None]) -> Outcome | None:
        """What came of a finished task; an error ends the run, once the others are in."""
        if (error := task.exception()) is not None:
            self.session.stop(error)
            return None
        return task.result()

    def _is_meant(self, state: ArticleState) -> bool:
        """False for articles that --since leaves out: their line is dated earlier."""
        since = self.session.options.since
        if since is None:
            return True
        row = self.session.connection.execute(
            "SELECT max(date) FROM listed WHERE number = ? AND stands", (state.number,)
        ).fetchone()
        return row is None or row[0] is None or row[0] >= since.isoformat()
