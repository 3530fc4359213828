"""Running the crawl: Scrapy with our settings, signals that end it cleanly, and what it reported."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from ..spiders.harbin_today import HarbinTodaySpider
from .session import Session


def run_crawl(session: Session, *, verbose: bool = False) -> dict[str, Any]:
    """Crawls until done or interrupted, and returns the report. Raises what ended the run before its time."""
    settings = Settings()
    settings.setmodule("harbincrawl.settings", priority="project")
    options = session.options
    settings.setdict(
        {
            "USER_AGENT": session.agent,
            "DOWNLOAD_DELAY": options.delay,
            "CONCURRENT_REQUESTS": options.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
            # With no delay at all there is nothing for it to adjust but its own slowness.
            "AUTOTHROTTLE_ENABLED": options.delay > 0,
            "AUTOTHROTTLE_START_DELAY": options.delay,
            "AUTOTHROTTLE_TARGET_CONCURRENCY": float(options.concurrency),
            "LOG_LEVEL": "INFO" if verbose else "ERROR",
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(settings)
    process.crawl(HarbinTodaySpider, session=session)
    before = {number: signal.signal(number, _stopper(session)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        process.start(install_signal_handlers=False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if session.error is not None:
        raise session.error
    if session.report is None:
        session.close()
    assert session.report is not None  # noqa: S101 - close makes it or raises
    return session.report


def _stopper(session: Session) -> Any:
    def stop(number: int, _: FrameType | None) -> None:
        if session.interrupted:
            # Asked twice: stop now. What is committed is safe, and what is not will be asked for again.
            os._exit(128 + number)
        session.interrupted = True
        session.on_stop()

    return stop
