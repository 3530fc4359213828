"""Every way Scrapy ends a crawl: it ends by itself, with a report, and what was fetched is stored."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.crawl.test_plain import ROOT, command, run
from tests.support.crawling import ask, check_sums, check_whole, crawl, live_records
from tests.support.families import sample
from tests.support.twin import Twin, make_twin, serve

PART = """
import asyncio, types
from scrapy import signals
from scrapy.exceptions import CloseSpider

class Part:
    def __init__(self, crawler):
        self.crawler, self.items, self.kept = crawler, 0, []
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.scraped, signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def run(self, coroutine):
        self.kept.append(asyncio.ensure_future(coroutine))

    def opened(self, spider):
        if HOW == "at once":
            self.run(self.crawler.engine.close_spider_async(reason="at_once"))

    async def scraped(self, item, spider):
        self.items += 1
        if self.items != 5:
            return
        if HOW == "slow handler":
            await asyncio.sleep(0.2)
        if HOW in ("its engine", "slow handler"):
            self.run(self.crawler.engine.close_spider_async(reason="enough"))
        if HOW == "twice":
            self.run(self.crawler.engine.close_spider_async(reason="enough"))
            self.run(self.crawler.engine.close_spider_async(reason="again"))
        if HOW == "the crawler":
            self.run(self.crawler.stop_async())

parts = types.ModuleType("parts_of_a_user")
parts.Part = Part
sys.modules["parts_of_a_user"] = parts
"""
"""An extension of a user's own, which ends the crawl in one of several ways."""
MORE = ("-s", "CONCURRENT_REQUESTS=4", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4")


@pytest.fixture
def twin() -> Twin:
    return make_twin(93, 24, sections=("news",))


def read_run(archive: Path) -> tuple[str, int, str | None]:
    """Outcome, exit code and reason of the run; its sums hold."""
    ((outcome, code, text),) = ask(archive, "SELECT outcome, exit_code, report FROM runs")
    report = json.loads(text)
    check_sums(report)
    assert report["exit_code"] == code
    assert bool(report["reasons"]) == (code == 3)
    return outcome, code, report["closed"]


def check_next(archive: Path, twin: Twin, url: str) -> None:
    """All that was fetched is whole, and the next run has the rest."""
    check_whole(archive)
    crawl(archive, url)
    assert live_records(archive) == twin.truth()


@pytest.mark.parametrize(
    ("setting", "least", "more"),
    sample([
        (setting, least, more)
        for setting, least in (
            ("CLOSESPIDER_ITEMCOUNT=10", 10), ("CLOSESPIDER_PAGECOUNT=20", 1), ("CLOSESPIDER_ITEMCOUNT=1", 1)
        )
        for more in ((), MORE)
    ]),
)  # fmt: skip
def test_a_count_that_was_asked_for_ends_it_with_0(
    tmp_path: Path, twin: Twin, setting: str, least: int, more: tuple[str, ...]
) -> None:
    with serve(twin) as server:
        code, words = run([*command(tmp_path, server.url), "-s", setting, *more])
        assert (code, "Traceback" in words) == (0, False), words
        assert read_run(tmp_path) == ("partial", 0, setting.partition("=")[0].lower())
        assert least <= ask(tmp_path, "SELECT count(*) FROM articles")[0][0] < 24
        assert words.rstrip().endswith("- partial")
        check_next(tmp_path, twin, server.url)


def test_a_time_that_was_asked_for_ends_it_with_0(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        told = [*command(tmp_path, server.url), "-s", "DOWNLOAD_DELAY=0.2", "-s", "CLOSESPIDER_TIMEOUT=1"]
        code, words = run(told)
        assert code == 0, words
        assert read_run(tmp_path) == ("partial", 0, "closespider_timeout")
        check_next(tmp_path, twin, server.url)


@pytest.mark.parametrize(
    ("how", "ended", "more"),
    sample([
        (how, ended, more)
        for how, ended in (
            ("its engine", ("partial", 3, "enough")),
            ("slow handler", ("partial", 3, "enough")),
            ("twice", ("partial", 3, "enough")),
            ("at once", ("partial", 3, "at_once")),
            ("the crawler", ("interrupted", 130, None)),
        )
        for more in ((), MORE)
    ]),
)  # fmt: skip
def test_an_extension_may_end_it(
    tmp_path: Path, twin: Twin, how: str, ended: tuple[str, int, str | None], more: tuple[str, ...]
) -> None:
    prelude = f"{PART}\nHOW = {how!r}\n"
    with serve(twin) as server:
        extensions = json.dumps({"parts_of_a_user.Part": 900})
        told = [*command(tmp_path, server.url), "-s", f"EXTENSIONS={extensions}", "-s", "DOWNLOAD_DELAY=0.05"]
        code, words = run([*told, *more], prelude)
        assert (code, "Traceback" in words) == (ended[1], False), words
        assert read_run(tmp_path) == ended
        stored = ask(tmp_path, "SELECT count(*) FROM articles")[0][0]
        assert stored == 0 if how == "at once" else 4 <= stored < 24
        if how == "at once":
            assert not server.requests
        check_next(tmp_path, twin, server.url)


def test_scrapys_own_command_ends_by_itself(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        told = [*command(tmp_path, server.url), "-s", "CLOSESPIDER_ITEMCOUNT=10"]
        done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert read_run(tmp_path)[2] == "closespider_itemcount"


ENDING = """
import asyncio, sys
from scrapy.exceptions import CloseSpider

class Part:
    seen = 0

    def end(self):
        self.seen += 1
        if self.seen == 7:
            if HOW == "sys.exit":
                sys.exit(0)
            raise CloseSpider("enough")

    def process_request(self, request):
        if HOW == "sys.exit":
            self.end()

    def process_spider_output(self, response, result):
        self.end()
        return result

    async def process_spider_output_async(self, response, result):
        self.end()
        async for each in result:
            yield each

class Stumbles:
    def open_spider(self):
        raise ValueError("stumbled at its opening")

    def process_item(self, item):
        return item

class Closes:
    seen = 0

    def process_item(self, item):
        self.seen += 1
        if self.seen == 7:
            raise CloseSpider("enough")
        return item

parts = types.ModuleType("parts_of_a_user")
parts.Part, parts.Stumbles, parts.Closes = Part, Stumbles, Closes
sys.modules["parts_of_a_user"] = parts
"""
"""Parts of a user's own that end the crawl by what they raise."""


@pytest.mark.parametrize(
    ("how", "setting", "ended"),
    [
        ("CloseSpider", "SPIDER_MIDDLEWARES", ("partial", 3, "enough")),
        ("sys.exit", "DOWNLOADER_MIDDLEWARES", ("failed", 1, None)),
    ],
)
@pytest.mark.parametrize("more", [(), MORE], ids=["one at a time", "four at once"])
def test_a_middleware_may_end_it(
    tmp_path: Path, twin: Twin, how: str, setting: str, ended: tuple[str, int, str | None], more: tuple[str, ...]
) -> None:
    prelude = f"import types\n{ENDING}\nHOW = {how!r}\n"
    parts = json.dumps({"parts_of_a_user.Part": 543})
    with serve(twin) as server:
        code, words = run([*command(tmp_path, server.url), "-s", f"{setting}={parts}", *more], prelude)
        assert (code, "Traceback" in words) == (ended[1], False), words
        ((outcome, noted, text),) = ask(tmp_path, "SELECT outcome, exit_code, report FROM runs")
        assert (outcome, noted, json.loads(text)["closed"]) == ended
        check_next(tmp_path, twin, server.url)


def test_a_pipeline_that_cannot_be_opened_fails_it_by_its_own_error(tmp_path: Path, twin: Twin) -> None:
    parts = json.dumps({"parts_of_a_user.Stumbles": 50})
    with serve(twin) as server:
        crawl(tmp_path, server, "--limit", "5", code=None)
        prelude = f"import types\n{ENDING}\nHOW = None\n"
        code, words = run([*command(tmp_path, server.url), "-s", f"ITEM_PIPELINES={parts}"], prelude)
        assert code == 1, words
        outcome, noted, text = ask(tmp_path, "SELECT outcome, exit_code, report FROM runs ORDER BY run")[-1]
        assert (outcome, noted, json.loads(text)["error"]) == ("failed", 1, "stumbled at its opening")
        check_next(tmp_path, twin, server.url)


@pytest.mark.parametrize("more", [(), MORE], ids=["one at a time", "four at once"])
def test_a_pipeline_may_end_it(tmp_path: Path, twin: Twin, more: tuple[str, ...]) -> None:
    """Scrapy knows no such end, and logs it as an error; the run has its reason."""
    parts = json.dumps({"parts_of_a_user.Closes": 50})
    with serve(twin) as server:
        told = [*command(tmp_path, server.url), "-s", f"ITEM_PIPELINES={parts}", *more]
        code, words = run(told, f"import types\n{ENDING}\nHOW = None\n")
        assert code == 3, words
        assert read_run(tmp_path) == ("partial", 3, "enough")
        check_next(tmp_path, twin, server.url)
