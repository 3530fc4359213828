"""Crawls of servers that were made to harm them: each ends by a documented code, soon, in bounded memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.crawling import crawl
from tests.support.hostile_servers import Speak, list_hostile
from tests.support.raw_server import serve_raw

EVERY = int(os.environ.get("HOSTILE_EVERY", "11"))
"""One server of so many is tried; 1 tries all of them, which takes minutes."""
HASTE = """
import harbincrawl.fetch.fetcher as fetcher
fetcher.back_off, fetcher.FIRST_TIMEOUT = lambda *_: 0.01, 2.0
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
"""


@pytest.mark.parametrize(("name", "speak"), list(list_hostile())[::EVERY])
def test_a_hostile_server_is_a_failure_with_a_name(tmp_path: Path, name: str, speak: Speak) -> None:
    with serve_raw(speak) as server:
        run = crawl(tmp_path, server.url, code=None, prelude=HASTE)
    assert run.code in (0, 3, 6), f"{name}: {run.words}"
    assert "Traceback" not in run.words, name
    assert run.report["outcome"], name
