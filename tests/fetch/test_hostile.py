"""Crawls of servers that were made to harm them: each ends by itself, by a documented code, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import crawl, execute
from tests.support.families import sample
from tests.support.hostile_servers import Speak, list_hostile
from tests.support.hostile_sites import list_hostile_sites
from tests.support.listening import serve_raw

MOST_MEMORY = 400 << 10
"""KB."""
HASTE = """
import harbincrawl.middlewares.retry as retry, harbincrawl.settings
retry.back_off, harbincrawl.settings.DOWNLOAD_TIMEOUT = lambda *_: 0.01, 1.0
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
crawl = main

def main(arguments):
    try:
        crawl(arguments)
    finally:
        print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.parametrize(("name", "speak"), sample([*list_hostile(), *list_hostile_sites()], 40))
def test_a_hostile_server_is_a_failure_with_a_name(tmp_path: Path, name: str, speak: Speak) -> None:
    archive = tmp_path / "archive"
    with serve_raw(speak) as server:
        run = crawl(archive, server.url, code=None, prelude=HASTE)
    assert run.code in (0, 3, 6), f"{name}: {run.words}"
    assert "Traceback" not in run.words, name
    assert run.report["outcome"], name
    assert int(run.words.split()[-2]) < MOST_MEMORY, name
    if archive.exists():
        execute(archive, "verify", code=0)
