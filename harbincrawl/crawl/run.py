"""Running the crawl: Scrapy with our settings, signals that end it cleanly, and what it reported."""

from __future__ import annotations

import gc
import logging
import os
import signal
from types import FrameType
from typing import Any
from urllib.request import getproxies

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from harbincrawl.errors import EndedEarlyError
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .session import Session


def run_crawl(session: Session, *, verbose: bool = False) -> dict[str, Any]:
    """Crawls until done, interrupted or failed, and returns the report; what failed is in `session.error`."""
    settings = Settings()
    settings.setmodule("harbincrawl.settings", priority="project")
    options = session.options
    settings.setdict(
        {
            "USER_AGENT": session.agent,
            "DOWNLOAD_DELAY": options.delay,
            "CONCURRENT_REQUESTS": options.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
            # Without one in the environment every page would be checked for it in vain.
            "HTTPPROXY_ENABLED": bool(getproxies()),
            "LOG_LEVEL": "INFO" if verbose else "ERROR",
            "LOG_INSTALL_ROOT_HANDLER": not logging.getLogger().handlers,
        },
        priority="cmdline",
    )
    before = {number: signal.signal(number, make_stopper(session)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        process = AsyncCrawlerProcess(settings)
        # Modules stay for good, and a page's own garbage is soon gone: to look for circles often costs 5%.
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()
        crawling = process.crawl(HarbinTodaySpider, session=session)
        process.start(install_signal_handlers=False)
        # What broke before the spider opened is in the task alone; nobody else would ever look there.
        if not crawling.done() or crawling.cancelled():
            session.stop(EndedEarlyError("the crawl ended early: its task was left alone"))
        elif (error := crawling.exception()) is not None:
            session.stop(error)
    except Exception as error:  # noqa: BLE001 - it is raised again by the caller, once the report is out
        session.stop(error)
    finally:
        # The process ends with the run: Python would look through all that is left twice more, for 0.1 seconds.
        gc.freeze()
        for number, handler in before.items():
            signal.signal(number, handler)
    return session.close()


def make_stopper(session: Session) -> Any:
    """The handler of an interrupt: the run ends in good order, the second time at once."""

    def stop(number: int, _: FrameType | None) -> None:
        if session.interrupted:
            # Asked twice: stop now. What is committed is safe, and what is not will be asked for again.
            os._exit(128 + number)
        session.interrupted = True
        session.on_stop()

    return stop
