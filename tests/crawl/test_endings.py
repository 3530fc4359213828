"""Every way Scrapy ends a crawl: it ends by itself, with a report, and what was fetched is stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_sums, check_whole, crawl, live_records
from tests.support.families import sample
from tests.support.scrapy_commands import crawl_words, fork_scrapy, write_parts
from tests.support.twin import Twin, make_twin, serve

PARTS = """
import asyncio, sys
from scrapy import signals
from scrapy.exceptions import CloseSpider

class Counting:
    seen = 0

    def has_enough(self):
        self.seen += 1
        return self.seen == 7

class Engine(Counting):
    reasons = ("enough",)

    def __init__(self, crawler):
        self.crawler, self.kept = crawler, []
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.scraped, signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def opened(self, spider):
        pass

    def scraped(self, item, spider):
        if self.has_enough():
            self.end()

    def end(self):
        for reason in self.reasons:
            self.run(self.crawler.engine.close_spider_async(reason=reason))

    def run(self, coroutine):
        self.kept.append(asyncio.ensure_future(coroutine))

class Twice(Engine):
    reasons = ("enough", "again")

class AtOnce(Engine):
    reasons = ("at_once",)

    def opened(self, spider):
        self.end()

class Crawler(Engine):
    def end(self):
        self.run(self.crawler.stop_async())

class Closes(Counting):
    def end(self):
        if self.has_enough():
            raise CloseSpider("enough")

    def process_item(self, item):
        self.end()
        return item

    def process_spider_output(self, response, result):
        return result

    async def process_spider_output_async(self, response, result):
        self.end()
        async for each in result:
            yield each

class Exits(Counting):
    def process_request(self, request):
        if self.has_enough():
            sys.exit(0)

class Stumbles:
    def open_spider(self):
        raise ValueError("stumbled at its opening")

    def process_item(self, item):
        return item
"""
"""Parts of a user's own, each of which ends the crawl in a way of its own."""


def name_part(setting: str, part: str) -> tuple[str, ...]:
    return (f"{setting}={json.dumps({f'parts_of_a_user.{part}': 543})}",)


ENDINGS = (
    (("CLOSESPIDER_ITEMCOUNT=10",), ("partial", 0, "closespider_itemcount")),
    (("CLOSESPIDER_PAGECOUNT=20",), ("partial", 0, "closespider_pagecount")),
    (("CLOSESPIDER_TIMEOUT=1", "DOWNLOAD_DELAY=0.2"), ("partial", 0, "closespider_timeout")),
    (("MEMUSAGE_LIMIT_MB=1", "MEMUSAGE_CHECK_INTERVAL_SECONDS=0.2", "DOWNLOAD_DELAY=0.1"),
     ("partial", 3, "memusage_exceeded")),
    (name_part("EXTENSIONS", "Engine"), ("partial", 3, "enough")),
    (name_part("EXTENSIONS", "Twice"), ("partial", 3, "enough")),
    (name_part("EXTENSIONS", "AtOnce"), ("partial", 3, "at_once")),
    (name_part("EXTENSIONS", "Crawler"), ("interrupted", 130, None)),
    (name_part("SPIDER_MIDDLEWARES", "Closes"), ("partial", 3, "enough")),
    (name_part("ITEM_PIPELINES", "Closes"), ("partial", 3, "enough")),
    (name_part("DOWNLOADER_MIDDLEWARES", "Exits"), ("failed", 1, None)),
)  # fmt: skip
"""Settings of the command line, and the outcome, exit code and reason that they lead to."""


@pytest.fixture
def twin() -> Twin:
    return make_twin(93, 24, sections=("news",))


@pytest.mark.parametrize(
    ("settings", "ended"),
    sample(ENDINGS, 4),
)
def test_there_is_a_report_and_what_was_fetched_is_stored(
    tmp_path: Path, twin: Twin, settings: tuple[str, ...], ended: tuple[str, int, str | None]
) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", PARTS)
    with serve(twin) as server:
        done = fork_scrapy(*crawl_words(archive, server.url, *settings), prelude=parts.prelude)
        # Scrapy logs what a pipeline raises.
        assert "Traceback" not in done.words or "ITEM_PIPELINES" in settings[0], done.words
        ((outcome, code, text),) = ask(archive, "SELECT outcome, exit_code, report FROM runs")
        report = json.loads(text)
        assert (outcome, code, report["closed"]) == ended, done.words
        assert code == done.code == report["exit_code"]
        assert bool(report["reasons"]) == (code == 3)
        check_sums(report)
        check_whole(archive)
        assert len(live_records(archive)) < 24
        assert not server.requests or "AtOnce" not in settings[0]
        crawl(archive, server)
    assert live_records(archive) == twin.truth()


def test_a_pipeline_that_cannot_be_opened_fails_it_by_its_own_error(tmp_path: Path, twin: Twin) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", PARTS)
    with serve(twin) as server:
        crawl(archive, server, "--limit", "5", code=None)
        settings = name_part("ITEM_PIPELINES", "Stumbles")
        done = fork_scrapy(*crawl_words(archive, server.url, *settings), prelude=parts.prelude)
        outcome, code, text = ask(archive, "SELECT outcome, exit_code, report FROM runs ORDER BY run")[-1]
        assert (outcome, code, json.loads(text)["error"]) == ("failed", 1, "stumbled at its opening"), done.words
        crawl(archive, server)
    check_whole(archive, twin)
