"""A script of a user's own that runs the spider: what cannot work is refused, and a run ends whatever became of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_whole, crawl
from tests.support.families import sample
from tests.support.scrapy_commands import ROOT, Ended
from tests.support.twin import Twin, make_twin, serve

HEAD = """
import asyncio, os, signal, sys
from scrapy.crawler import AsyncCrawlerProcess, AsyncCrawlerRunner, CrawlerProcess
from scrapy.utils.project import get_project_settings
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

settings = get_project_settings()
settings.set("DOWNLOAD_DELAY", 0, priority="cmdline")
asked = dict(archive=sys.argv[1], site_url=sys.argv[2])
"""
RUNS = """
process = AsyncCrawlerProcess(settings)
process.crawl(HarbinTodaySpider, **asked)
process.start()
"""
TWISTED = """
settings.set("TWISTED_REACTOR_ENABLED", True)
process = CrawlerProcess(settings)
process.crawl(HarbinTodaySpider, **asked)
process.start()
"""
NEVER = """
# What hangs is given up sooner than in twenty seconds.
settings.set("DOWNLOAD_TIMEOUT", 1)

class Never:
    seen = 0

    async def process_item(self, item):
        self.seen += 1
        if self.seen == 1:
            os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(600)

settings.set("ITEM_PIPELINES", {Never: 50})
"""
TWICE = """
async def main():
    runner = AsyncCrawlerRunner(settings)
    await runner.crawl(HarbinTodaySpider, **asked)
    settings.set("ITEM_PIPELINES", {})
    await AsyncCrawlerRunner(settings).crawl(HarbinTodaySpider, **asked)

asyncio.run(main())
"""
MISSING = 'settings.set("ITEM_PIPELINES", {"no.such.Part": 1})\n'


@pytest.fixture
def twin() -> Twin:
    return make_twin(94, 12, sections=("news",))


def run_script(script: str, archive: Path, url: str) -> Ended:
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, str(archive), url],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def test_a_process_without_asyncio_is_refused_before_the_archive_is_touched(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        ended = run_script(TWISTED, tmp_path / "archive", server.url)
        assert not server.requests
    assert "use AsyncCrawlerProcess or AsyncCrawlerRunner" in ended.words, ended.words
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    ("script", "outcomes"),
    sample([(MISSING + RUNS, ["failed"]), (NEVER + TWICE, ["interrupted", "complete"])]),
)
def test_a_run_ends_and_lets_the_archive_go_though_its_parts_cannot_be_made_or_never_end(
    tmp_path: Path, twin: Twin, script: str, outcomes: list[str]
) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--limit", "1", code=None)
        ended = run_script(script, tmp_path, server.url)
        found = [outcome for (outcome,) in ask(tmp_path, "SELECT outcome FROM runs ORDER BY run")][1:]
        assert found == outcomes, ended.words
        crawl(tmp_path, server)
    check_whole(tmp_path, twin)
