"""The one spider: walks the lists of the site, asks for the articles that are wanted, then for pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from twisted.python.failure import Failure

from harbincrawl.errors import HarbincrawlError, OptionsError
from harbincrawl.fetch.answers import CAPTURE, INTERRUPTED, OWNER, Answer, Broken, read_answer, read_failure
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

Made = Request | Outcome | PictureOutcome


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
        priority = max(settings.getpriority("CONCURRENT_REQUESTS") or 0, SETTINGS_PRIORITIES["spider"])
        settings.set("CONCURRENT_REQUESTS", int(concurrency), priority=priority)

    def take_over(self, context: RunContext, options: Options) -> None:
        """Takes what the run works with; called once, before `start`."""
        self.context, self.options, self.stop = context, options, context.stop
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
        for section in self.options.chosen_sections:
            if self.stop.is_set:
                return
            task = ListTask(self.lists, self.queue.take_shown, self.options, section)
            for made in self._begin(task):
                yield made
            await self._wait(until_idle=True)
            # Where a part of a user's own let its request vanish, the walk ends as its list stands.
            task.end()
        async for article in self.queue.take_due():
            if self.stop.is_set:
                return
            for made in self._begin(article):
                yield made
            await self._wait()
        if self.options.images:
            await self._wait(until_idle=True)
            self.context.writer.flush()
            for url in list_pictures(self.context, self.options):
                if self.stop.is_set:
                    return
                for made in self._begin(PictureTask(url, self.options.image_max_bytes)):
                    yield made
                await self._wait()

    async def _wait(self, *, until_idle: bool = False) -> None:
        """Until Scrapy could ask for more than it has been given, or has nothing left to do."""
        engine = self.crawler.engine
        while True:
            has_pending = engine.scheduler is not None and engine.scheduler.has_pending_requests()
            slot = engine.scraper.slot
            is_busy = bool(engine.downloader.active) or (slot is not None and not slot.is_idle())
            if not has_pending and not (is_busy if until_idle else engine.needs_backout()):
                return
            # Scrapy sends this signal after all that it was given has moved on.
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    # What comes after an answer

    def parse_list(self, response: Response, task: Task | None = None, ask: ListAsk | None = None) -> list[Any]:
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

    def parse_article(self, response: Response, task: Task | None = None, ask: Ask | None = None) -> list[Any]:
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
            task, ask = request.cb_kwargs["task"], request.cb_kwargs["ask"]
            return self._make(task, task.take(ask, answer)) if answer is not None else []
        return []

    def _take_answer(self, response: Response, task: Task, ask: Ask) -> list[Any]:
        with self._ending_run():
            if not self._is_due(task, ask, response.meta):
                return []
            if response.request is not None:
                keep_cached(self.context, response.request, response)
            return self._make(task, task.take(ask, read_answer(response)))
        return []

    def _begin(self, task: Task) -> list[Made]:
        return self._make(task, task.take(None, None))

    def _make(self, task: Task, steps: Iterable[Any]) -> list[Made]:
        """A request or an item of each step, to be handed to Scrapy at once."""
        self.tasks.pop(task, None)
        made: list[Made] = []
        for step in steps:
            if isinstance(step, Ask):
                made.append(request := self._request(task, step))
                self.tasks[task] = request.cb_kwargs["ask"]
            elif isinstance(step, ArticleTask):
                made += self._begin(step)
            else:
                made.append(step)
        return made

    def _request(self, task: Task, ask: Ask) -> Request:
        callback: Callable[..., list[Any]] = self.parse_article
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
        # A walk may read a page twice, and the queue has each article once: nothing is to be filtered.
        return Request(
            self.site.fetched(ask.address), callback, errback=self.take_failure, meta=meta, priority=priority,
            cb_kwargs={"task": task, "ask": ask}, dont_filter=True,
        )  # fmt: skip

    def _is_due(self, task: Task, ask: Ask, meta: dict[str, Any]) -> bool:
        """False for an answer that nobody waits for: a part of a user's own has doubled the request."""
        if self.tasks.get(task) is not ask:
            # It is evidence all the same, and nobody else would ever store it.
            if OWNER in meta and CAPTURE in meta and meta[CAPTURE] in meta[OWNER]:
                meta[OWNER].remove(meta[CAPTURE])
                self.context.writer.keep_capture(meta[CAPTURE])
            return False
        self.tasks[task] = None
        return True

    def _read_failure(self, error: BaseException | None, request: Request) -> Answer | None:
        """What a failed request means, None for nothing new; what concerns all others as well ends the run."""
        answer = read_failure(error or ValueError("no reason"), request)
        if not self._is_due(**request.cb_kwargs, meta=request.meta):
            return None
        if answer is INTERRUPTED:
            return answer
        if isinstance(error, HarbincrawlError):
            self.stop.fail(error)
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        rules = robots.find_rules(request.url) if robots is not None else None
        return answer if rules is None or rules.allowed(request.url) else Broken("robots", rules.refusal)

    @contextmanager
    def _ending_run(self) -> Iterator[None]:
        """An error within ends the run by its own name; Scrapy would log it and go on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is
            self.stop.fail(error)
