"""The one spider: walks the lists of the site, asks for the articles that are wanted, then for pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from harbincrawl.errors import HarbincrawlError, OptionsError
from harbincrawl.fetch.answers import CAPTURE, INTERRUPTED, OWNER, Answer, Broken, read_answer, read_failure
from harbincrawl.fetch.ending import Ending
from harbincrawl.fetch.stop import Stop
from harbincrawl.middlewares.conditional import VALIDATORS
from harbincrawl.middlewares.evidence import keep_cached
from harbincrawl.middlewares.robots import RobotsMiddleware
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.pipelines.context import RunContext
from harbincrawl.pipelines.outcome import Outcome, PictureOutcome, make_article_item, make_line_item
from harbincrawl.sites import Site, choose_site, default_site

from .articles import ArticleTask
from .asks import Ask, ListAsk, PictureAsk, Task
from .lists import ListReader, ListTask
from .options import Options
from .pictures import TIMES, PictureTask, list_pictures
from .plain import read_plain
from .queue import ArticleQueue

FIRST, NEXT, LAST = 2, 1, 0
"""Priorities: a further page of what was begun, an article, the next page of a list."""

LARGE = 64 * 1024
"""Bytes of a page; up to here none takes long to read, and honest ones are hardly ever larger."""

Made = Request | Outcome | PictureOutcome
Output = list[Any] | Awaitable[list[Any]]
"""What a callback returns: requests and items."""


class HarbinTodaySpider(scrapy.Spider):
    """Asks for what the archive's queue wants; without an archive, its callbacks read any page of the site.

    `start` feeds one list after the other, then articles, no faster than Scrapy asks for them. What comes after a page,
    the next page of a walk or of an article, is what its callback returns.
    """

    name = "harbin_today"
    handle_httpstatus_list = (304, 404, 410)
    context: RunContext
    """The open archive; not there for `scrapy parse`, `shell` and the like."""
    stop: Stop
    ending: Ending

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.arguments = arguments
        """As given by `-a NAME=VALUE`, or by `harbincrawl crawl`; read by the extension that opens the archive."""
        mirror = (arguments.get("site_url") or "").rstrip("/") or None
        named = arguments.get("site")
        self.site: Site = replace(choose_site(named) if named else default_site(), mirror=mirror)
        self.may_be_private = mirror is not None
        """Whether a mirror was named on purpose, which may be on this machine."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """AutoThrottle follows the crawl's delay; with none at all it could adjust nothing but its own slowness.

        No more is asked for at once than of one host: what has waited for its turn by a Crawl-delay would wait in the
        downloader's queue once more, and be sent close upon another.
        """
        super().update_settings(settings)
        delay = settings.getfloat("DOWNLOAD_DELAY")
        settings.set("AUTOTHROTTLE_ENABLED", delay > 0, priority="spider")
        settings.set("AUTOTHROTTLE_START_DELAY", delay, priority="spider")
        concurrency = settings.getfloat("CONCURRENT_REQUESTS_PER_DOMAIN")
        settings.set("AUTOTHROTTLE_TARGET_CONCURRENCY", concurrency, priority="spider")
        if settings.getint("CONCURRENT_REQUESTS") > concurrency:
            priority = settings.getpriority("CONCURRENT_REQUESTS") or 0
            settings.set("CONCURRENT_REQUESTS", int(concurrency), priority=priority)

    def take_over(self, context: RunContext, options: Options, ending: Ending) -> None:
        """Takes what the run works with; called once, before `start`."""
        self.context, self.options = context, options
        self.stop, self.ending = context.stop, ending
        self.site, self.may_be_private = context.site, context.site.mirror is not None
        self.lists = ListReader(context)
        self.queue = ArticleQueue(context, options)
        self.tasks: dict[Task, Ask | None] = {}
        """What each task waits for; None while the answer is read."""

    def end_tasks(self) -> None:
        """Ends what gets no more answers: walks as their lists stand, articles without an outcome."""
        for task in self.tasks:
            task.end()
        self.tasks.clear()

    # What is asked for first

    async def start(self) -> AsyncIterator[Made]:
        """Requests for the lists, then for articles, then for pictures."""
        if not hasattr(self, "context"):
            raise OptionsError("no archive is open: give `-a archive=DIR`.")
        try:
            async for made in self._feed():
                yield made
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and end as if all were done
            self.stop.fail(error)

    async def _feed(self) -> AsyncIterator[Made]:
        self.context.progress.lists = len(self.options.chosen_sections)
        for section in self.options.chosen_sections:
            if self.stop.is_set:
                return
            task = ListTask(self.lists, self.queue.take_shown, self.options, section)
            for made in self._begin(task):
                yield made
            while not task.has_ended:
                if self._is_quiet():
                    # A part of Scrapy, or of a user's own, has let the request vanish: it has no callback any more.
                    for made in self._make(task, task.drop()):
                        yield made
                else:
                    await self._wait()
        async for article in self.queue.take_due():
            await self._wait_for_room()
            if self.stop.is_set:
                return
            for made in self._begin(article):
                yield made
        if self.options.images:
            while not self._is_quiet():
                await self._wait()
            self.context.writer.flush()
            for url in list_pictures(self.context, self.options):
                await self._wait_for_room()
                if self.stop.is_set:
                    return
                for made in self._begin(PictureTask(url, self.options.image_max_bytes)):
                    yield made

    async def _wait_for_room(self) -> None:
        """Until Scrapy could ask for more than it has been given."""
        engine = self.crawler.engine
        while engine.needs_backout() or (engine.scheduler is not None and engine.scheduler.has_pending_requests()):
            await self._wait()

    async def _wait(self) -> None:
        """Until Scrapy asks for more; it does so after all that it was given has moved on."""
        await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _is_quiet(self) -> bool:
        """Whether nothing is asked for, read or stored: whatever was begun has come to its end, or vanished."""
        engine = self.crawler.engine
        slot, scheduler = engine.scraper.slot, engine.scheduler
        has_pending = scheduler is not None and scheduler.has_pending_requests()
        return not engine.downloader.active and (slot is None or slot.is_idle()) and not has_pending

    # What comes after an answer

    def parse_list(self, response: Response, task: Task | None = None, ask: ListAsk | None = None) -> Output:
        """A page of a list; without a `task`, one item a line, requests for its articles and for its next page.

        @url http://e.my399.com/news/
        @returns items 1
        @scrapes address title
        """
        if task is not None and ask is not None:
            return self._take_answer(response, task, ask)
        listing, site = read_plain(read_listing, response, self.site)
        if listing is None:
            return []
        shown = [line.address for line in listing.lines if not line.elsewhere]
        more = [Request(site.fetched(each), self.parse_article) for each in shown]
        more += [Request(site.fetched(listing.next_page), self.parse_list)] if listing.next_page else []
        return [*map(make_line_item, listing.lines), *more]

    def parse_article(self, response: Response, task: Task | None = None, ask: Ask | None = None) -> Output:
        """A page of an article; without a `task`, its record as an item, and a request for its next page."""
        if task is not None and ask is not None:
            return self._take_answer(response, task, ask)
        article, site = read_plain(read_article, response, self.site)
        if article is None:
            return []
        more = [Request(site.fetched(article.next_page), self.parse_article)] if article.next_page else []
        return [make_article_item(article, site), *more]

    def take_failure(self, failure: Failure) -> list[Made]:
        """A request that has no answer: the errback of all of them."""
        with self._ending_run():
            request: Request = failure.request  # type: ignore[attr-defined]
            answer = self._read_failure(failure.value, request)
            return self._take(**request.cb_kwargs, answer=answer) if answer is not None else []
        return []

    def _take_answer(self, response: Response, task: Task, ask: Ask) -> Output:
        with self._ending_run():
            if not self._is_due(task, ask, response.meta):
                return []
            if response.request is not None:
                keep_cached(self.context, response.request, response)
            answer = read_answer(response)
            return self._take(task, ask, answer) if len(response.body) <= LARGE else self._take_apart(task, ask, answer)
        return []

    async def _take_apart(self, task: Task, ask: Ask, answer: Answer) -> list[Made]:
        """As `_take`, the page read in a thread, so that the crawl's other work goes on meanwhile."""
        with self._ending_run():
            return self._make(task, task.take(ask, answer, await asyncio.to_thread(task.read, ask, answer)))
        return []

    def _take(self, task: Task, ask: Ask, answer: Answer) -> list[Made]:
        return self._make(task, task.take(ask, answer, task.read(ask, answer)))

    def _begin(self, task: Task) -> list[Made]:
        return self._make(task, task.take(None, None, None))

    def _make(self, task: Task, steps: Iterable[Any]) -> list[Made]:
        """A request or an item of each step, to be handed to Scrapy at once: they count as made."""
        self.tasks.pop(task, None)
        made: list[Made] = []
        for step in steps:
            if isinstance(step, Ask):
                made.append(request := self._request(task, step))
                self.tasks[task] = request.cb_kwargs["ask"]
            elif isinstance(step, ArticleTask):
                made += self._begin(step)
            else:
                self.context.progress.hand_on(step)
                made.append(step)
        return made

    def _request(self, task: Task, ask: Ask) -> Request:
        callback: Callable[..., Output] = self.parse_article
        priority = FIRST if task.captures else NEXT
        meta: dict[str, Any] = {}
        if isinstance(ask, ListAsk):
            ask, callback = self.lists.find_place(ask), self.parse_list
            priority = LAST if isinstance(task, ListTask) else FIRST
        elif isinstance(ask, PictureAsk):
            callback = self._take_answer
            timeout = self.settings.getfloat("DOWNLOAD_TIMEOUT") * TIMES
            meta = {"download_maxsize": ask.most_bytes, "download_timeout": timeout}
        if task.captures is not None:
            meta[OWNER] = task.captures
        meta[VALIDATORS] = ask.etag, ask.last_modified
        self.context.progress.requests.made += 1
        # A walk may read a page twice, and the queue has each article once: nothing is to be filtered.
        return Request(
            self.site.fetched(ask.address), callback, errback=self.take_failure, meta=meta, priority=priority,
            cb_kwargs={"task": task, "ask": ask}, dont_filter=True,
        )  # fmt: skip

    def _is_due(self, task: Task, ask: Ask, meta: dict[str, Any], *, interrupted: bool = False) -> bool:
        """Counts an outcome; False for one that nobody waits for: a part of a user's own has doubled the request."""
        if self.tasks.get(task) is not ask:
            # It is evidence all the same, and nobody else would ever store it.
            if OWNER in meta and CAPTURE in meta and meta[CAPTURE] in meta[OWNER]:
                meta[OWNER].remove(meta[CAPTURE])
                self.context.writer.keep_capture(meta[CAPTURE])
            return False
        self.tasks[task] = None
        self.context.progress.requests.interrupted += interrupted
        self.context.progress.requests.outcomes += not interrupted
        return True

    def _read_failure(self, error: BaseException | None, request: Request) -> Answer | None:
        """What a failed request means, None for nothing new; what concerns all others as well ends the run."""
        answer = read_failure(error or ValueError("no reason"), request)
        if not self._is_due(**request.cb_kwargs, meta=request.meta, interrupted=answer is INTERRUPTED):
            return None
        if answer is INTERRUPTED:
            return answer
        if isinstance(error, HarbincrawlError):
            self.stop.fail(error)
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        rules = robots.find_robots(request.url) if robots is not None else None
        return answer if rules is None or rules.allows(request.url) else Broken("robots", rules.refusal)

    @contextmanager
    def _ending_run(self) -> Iterator[None]:
        """An error within ends the run by its own name; Scrapy would log it and go on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is
            self.stop.fail(error)
