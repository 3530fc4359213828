"""Limits of the system that are too low: one line and a code of its own, not one failed article after the other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.crawl.test_mistakes import plant
from tests.support.crawling import check_whole, crawl, crawl_command
from tests.support.families import sample
from tests.support.twin import make_twin, serve


def test_too_few_open_files_are_told_before_anything_is_made(tmp_path: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_NOFILE, (14, 14))"
    run = crawl(tmp_path / "archive", "http://127.0.0.1:9", code=2, prelude=limit)
    assert run.words == (
        "harbincrawl: only 14 open files are allowed, 26 are needed: raise the limit (ulimit -n 256).\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("megabytes", sample([50, 30, 70, 300, 100, 200, 390]))
def test_too_little_memory_is_told_before_anything_is_made(tmp_path: Path, megabytes: int) -> None:
    words = ["prlimit", f"--as={megabytes << 20}", *crawl_command(tmp_path / "archive", "http://127.0.0.1:9")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"harbincrawl: (only \d+ MB of memory are allowed, 400 MB|out of memory).*\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


MEMORY, FILES = "MemoryError", "OSError(24, 'Too many open files')"


@pytest.mark.parametrize(
    ("module", "name", "error"),
    [
        ("harbincrawl.archive.articles.store", "Store.put_article", MEMORY),
        ("harbincrawl.archive.articles.store", "Store.flush_index", MEMORY),
        ("harbincrawl.fetch.handler", "make_heads", FILES),
        ("harbincrawl.spiders.articles", "read_article", FILES),
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
