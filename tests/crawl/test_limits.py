"""Limits of the system that are too low: one line and a code of its own, not one failed article after the other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.crawl.test_mistakes import plant
from tests.support.crawling import check_whole, crawl, crawl_command
from tests.support.twin import make_twin, serve


def test_too_few_open_files_are_told_before_anything_is_made(tmp_path: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_NOFILE, (14, 14))"
    run = crawl(tmp_path / "archive", "http://127.0.0.1:9", code=2, prelude=limit)
    assert run.words == (
        "harbincrawl: only 14 open files are allowed, 26 are needed: raise the limit (ulimit -n 256).\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("megabytes", [30, 50, 70, 100, 200, 300, 390])
def test_too_little_memory_is_told_before_anything_is_made(tmp_path: Path, megabytes: int) -> None:
    limit = ["prlimit", f"--as={megabytes << 20}"]
    done = subprocess.run(
        [*limit, *crawl_command(tmp_path / "archive", "http://127.0.0.1:9")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"harbincrawl: (only \d+ MB of memory are allowed, 400 MB|out of memory).*\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["put_article", "flush_index"])
def test_memory_that_ends_while_a_batch_is_stored_ends_the_crawl(tmp_path: Path, name: str) -> None:
    prelude = f"""
from harbincrawl.archive.articles.store import Store
def fail(*_, **__):
    raise MemoryError
Store.{name} = fail
"""
    with serve(make_twin(3, 20, sections=("news",))) as server:
        run = crawl(tmp_path, server, code=2, prelude=prelude)
        assert run.last.startswith("harbincrawl: out of memory: ")
        assert run.report["failures"] == []
        assert "Traceback" not in run.words
        crawl(tmp_path, server)
    check_whole(tmp_path)


@pytest.mark.parametrize(
    ("module", "name"), [("harbincrawl.fetch.handler", "make_heads"), ("harbincrawl.spiders.articles", "read_article")]
)
def test_too_many_open_files_end_a_crawl_instead_of_failing_each_article(
    tmp_path: Path, module: str, name: str
) -> None:
    with serve(make_twin(3, 20, sections=("news",))) as server:
        run = crawl(tmp_path, server, code=2, prelude=plant(module, name, "OSError(24, 'Too many open files')"))
    assert run.last == "harbincrawl: too many open files: raise the limit (ulimit -n 256) and run again."
    assert run.report["failures"] == []
    assert "Traceback" not in run.words
