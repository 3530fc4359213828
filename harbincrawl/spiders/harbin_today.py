"""The one spider: walks the lists of the site, then asks for the articles that are wanted, then for pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.settings import BaseSettings

from harbincrawl.fetch.fetcher import Fetcher
from harbincrawl.pipelines.context import RunContext
from harbincrawl.pipelines.outcome import Outcome, PictureOutcome

from .lists import ListWalker
from .pictures import ask_pictures
from .plan import Plan
from .queue import ArticleQueue

STEP = 0.01
"""Seconds between two looks at what was stored."""
PATIENCE = 10.0
"""Seconds without any outcome stored, after which pictures are asked for all the same."""


class HarbinTodaySpider(scrapy.Spider):
    """Makes no requests for Scrapy to schedule: its queue is the archive's, and it awaits each answer itself."""

    name = "harbin_today"
    context: RunContext
    plan: Plan
    fetcher: Fetcher

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.arguments = arguments
        """As given by `-a NAME=VALUE`, or by `harbincrawl crawl`; read by the extension that opens the archive."""
        self._has_ended = asyncio.Event()
        self._has_ended.set()
        self._is_paused = False
        """Whether an outcome was handed over, and Scrapy has not come back for the next one."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """AutoThrottle follows the crawl's delay; with none at all it could adjust nothing but its own slowness."""
        super().update_settings(settings)
        delay = settings.getfloat("DOWNLOAD_DELAY")
        settings.set("AUTOTHROTTLE_ENABLED", delay > 0, priority="spider")
        settings.set("AUTOTHROTTLE_START_DELAY", delay, priority="spider")
        concurrency = settings.getfloat("CONCURRENT_REQUESTS_PER_DOMAIN")
        settings.set("AUTOTHROTTLE_TARGET_CONCURRENCY", concurrency, priority="spider")

    def take_over(self, context: RunContext, plan: Plan, fetcher: Fetcher) -> None:
        """Takes what the run works with; called once, before `start`."""
        self.context, self.plan, self.fetcher = context, plan, fetcher

    async def start(self) -> AsyncIterator[Outcome | PictureOutcome]:
        """Yields what came of asking for each article and each picture; the pipelines take it from there."""
        self._has_ended.clear()
        try:
            async for outcome in self._crawl():
                self.context.progress.handed += 1
                self._is_paused = True
                yield outcome
                self._is_paused = False
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and end as if all were done
            self.context.stop.fail(error)
        finally:
            self._has_ended.set()

    async def wait_for_end(self, *, comes_back: bool) -> None:
        """Waits until nothing is asked for any more; `comes_back`: whether Scrapy still takes outcomes from `start`."""
        if comes_back or not self._is_paused:
            await self._has_ended.wait()

    async def _crawl(self) -> AsyncIterator[Outcome | PictureOutcome]:
        context, plan = self.context, self.plan
        lists = ListWalker(self.fetcher, context, plan)
        context.progress.lists = len(plan.sections)
        for section in plan.sections:
            if context.stop.is_set:
                return
            await lists.walk_section(section)
        async for outcome in ArticleQueue(self.fetcher, context, plan, lists).ask_all():
            yield outcome
        if plan.image_max_bytes is not None:
            await self._wait_for_pipelines()
            context.writer.flush()
            async for picture in ask_pictures(self.fetcher, context, plan, plan.image_max_bytes):
                yield picture

    async def _wait_for_pipelines(self) -> None:
        """Waits for the outcomes that are on their way through the pipelines: their pictures are known only then.

        An outcome that a pipeline keeps to itself is not waited for for ever; the run's end reports it.
        """
        progress, stop = self.context.progress, self.context.stop
        received, patience = -1, PATIENCE
        while progress.received < progress.handed and patience > 0 and not stop.is_set:
            patience = PATIENCE if progress.received > received else patience - STEP
            received = progress.received
            await asyncio.sleep(STEP)
