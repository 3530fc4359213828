"""The same crawl under `scrapy crawl harbin_today`: options from spider arguments and settings."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from harbincrawl.config.reader import read_config
from harbincrawl.errors import HarbincrawlError, OptionsError
from harbincrawl.text import clean

from .options import Options
from .report import describe_report
from .run import make_stopper
from .session import Session, open_session


def open_plain_session(crawler: Crawler, arguments: Any) -> Session:
    """A session from `-a archive=… -a sections=news,culture/music -a full=1 …`, the names of the flags.

    DOWNLOAD_DELAY and CONCURRENT_REQUESTS of the settings are the crawl's delay and concurrency. `end_with`, from our
    `scrapy crawl`, hears the exit code.
    """
    end_with: Callable[[int], None] = vars(arguments).get("end_with", lambda _: None)
    try:
        session = _open(crawler, vars(arguments))
    except HarbincrawlError as error:
        end_with(error.exit_code)
        raise

    def tell() -> None:
        if session.report is not None:
            for line in describe_report(session.report):
                sys.stderr.write(clean(line) + "\n")
        if session.error is not None:
            sys.stderr.write(f"harbincrawl: {session.error}\n")
        end_with(session.report["exit_code"] if session.report else getattr(session.error, "exit_code", 1))

    def listen() -> None:
        # Scrapy's own handlers cancel what is in flight; ours let it come to its end.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, make_stopper(session))

    crawler.signals.connect(listen, signal=signals.spider_opened, weak=False)
    # Scrapy itself would end without a word.
    crawler.signals.connect(tell, signal=signals.engine_stopped, weak=False)
    return session


def _open(crawler: Crawler, told: Mapping[str, Any]) -> Session:
    settings = crawler.settings
    archive = Path(told.get("archive") or settings.get("HARBINCRAWL_ARCHIVE") or "archive")
    sections = tuple(part for part in str(told.get("sections") or "").split(",") if part)
    recheck = str(told.get("recheck") or "due")
    if recheck not in ("all", "due", "none"):
        raise OptionsError(f"recheck={recheck}: expected all, due or none.")
    try:
        options = Options(
            archive,
            sections,
            all_sections=_is_true(told.get("all")),
            full=_is_true(told.get("full")),
            recheck=recheck,  # type: ignore[arg-type]
            since=date.fromisoformat(told["since"]) if told.get("since") else None,
            limit=int(told["limit"]) if told.get("limit") else None,
            site_url=told.get("site_url"),
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            concurrency=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            warc=not _is_true(told.get("no_warc")),
        )
    except ValueError as error:
        raise OptionsError(f"a spider argument makes no sense: {error}.") from error
    return open_session(read_config(archive).fill(options))


def _is_true(value: object) -> bool:
    return str(value or "").lower() in ("1", "true", "yes", "on")
