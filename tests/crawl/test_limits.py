"""Limits of the system that are too low: one line and a code of its own, not one failed article after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawl.test_mistakes import plant
from tests.support.crawling import check_whole, crawl
from tests.support.twin import make_twin, serve

MEMORY, FILES = "MemoryError", "OSError(24, 'Too many open files')"


@pytest.mark.parametrize(
    ("module", "name", "error"),
    [
        ("harbincrawl.archive.articles.store", "Store.put_article", MEMORY),
        ("harbincrawl.fetch.handler", "make_heads", FILES),
    ],
)
def test_what_runs_out_in_the_middle_ends_the_crawl_and_fails_no_article(
    tmp_path: Path, module: str, name: str, error: str
) -> None:
    with serve(make_twin(3, 12, sections=("news",))) as server:
        run = crawl(tmp_path, server, code=2, prelude=plant(module, name, error))
        assert run.last.startswith(f"harbincrawl: {'out of memory' if error == MEMORY else 'too many open files'}: ")
        assert run.report["failures"] == []
        assert "Traceback" not in run.words
        crawl(tmp_path, server)
    check_whole(tmp_path)
