"""A mistake of ours, planted on purpose: it has a name, the report is printed, and never is a run called done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_whole, crawl, kept, records
from tests.support.families import sample
from tests.support.forge import PATIENCE
from tests.support.twin import Server, Twin, make_twin, serve

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(91, 16, sections=("news",))


@pytest.fixture(scope="module")
def server(twin: Twin) -> Iterator[Server]:
    with serve(twin) as running:
        yield running


def plant(module: str, name: str, error: str, *, when: str = "True") -> str:
    """Python that makes a function of ours raise `error` where `when` holds for its arguments."""
    return f"""
import {module} as module
true = module.{name}
def broken(*args, **kwargs):
    if {when}:
        raise {error}
    return true(*args, **kwargs)
module.{name} = broken
"""


def test_a_page_that_our_reader_stumbles_over_fails_alone(tmp_path: Path, twin: Twin, server: Server) -> None:
    bad = twin.listing("news")[4]
    fault = plant(
        "harbincrawl.spiders.articles", "read_article", "RecursionError('too deep')", when=f"'{bad.path}' in args[1]"
    )
    run = crawl(tmp_path, server, code=3, prelude=fault)
    assert [(failure["class"], failure["reason"]) for failure in run.report["failures"]] == [
        ("error", "RecursionError: too deep")
    ]
    assert len(records(tmp_path)) == 15
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


def test_an_article_that_cannot_be_stored_fails_alone(tmp_path: Path, twin: Twin, server: Server) -> None:
    bad = twin.listing("news")[4].number
    store = "harbincrawl.archive.articles.store"
    fault = plant(store, "article_values", "ValueError('odd')", when=f"args[0].id == '{bad}'")
    run = crawl(tmp_path, server, code=3, prelude=fault)
    assert [(failure["class"], failure["reason"]) for failure in run.report["failures"]] == [
        ("error", "ValueError: odd")
    ]
    assert len(records(tmp_path)) == 15
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


@pytest.mark.parametrize(
    ("module", "name"),
    sample([
        ("harbincrawl.spiders.queue", "read_queue"),
        ("harbincrawl.spiders.lists", "load_section"),
        ("harbincrawl.spiders.lists", "ListTask.take"),
        ("harbincrawl.spiders.articles", "ArticleTask.take"),
        ("harbincrawl.spiders.lists", "read_listing"),
        ("harbincrawl.pipelines.store", "shows_nothing"),
        ("harbincrawl.pipelines.batches", "next_state"),
        ("harbincrawl.middlewares.evidence", "undo_codings"),
        ("harbincrawl.middlewares.evidence", "read_heads"),
        ("harbincrawl.middlewares.evidence", "Exchange"),
        ("harbincrawl.middlewares.robots", "read_robots"),
        ("harbincrawl.middlewares.site", "SiteMiddleware.process_request"),
        ("harbincrawl.middlewares.conditional", "ConditionalMiddleware.process_request"),
        ("harbincrawl.spiders.harbin_today", "read_answer"),
        ("harbincrawl.spiders.queue", "find_line"),
        ("harbincrawl.crawl.extension", "RunExtension.finish"),
        ("harbincrawl.pipelines.store", "make_outcome_item"),
        ("harbincrawl.crawl.report", "count_sums"),
        ("scrapy.core.engine", "ExecutionEngine.open_spider_async"),
    ], 4),
)  # fmt: skip
def test_a_mistake_anywhere_else_is_no_success(
    tmp_path: Path, twin: Twin, server: Server, module: str, name: str
) -> None:
    run = crawl(tmp_path, server, code=None, prelude=plant(module, name, "KeyError('planted')"))
    assert run.code in (1, 3)
    assert "planted" in run.words
    if run.report:
        assert run.report["outcome"] != "complete"
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


def test_evidence_that_cannot_be_written_ends_the_run(tmp_path: Path, twin: Twin, server: Server) -> None:
    fault = plant(
        "harbincrawl.warc.writer",
        "WarcWriter.write",
        "OSError(5, 'Input/output error')",
        when="'/2' in args[1].address",
    )
    run = crawl(tmp_path, server, code=1, prelude=fault)
    assert run.report["outcome"] == "failed"
    assert records(tmp_path) == {}
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


def test_scrapy_crawl_makes_the_same_archive(tmp_path: Path, twin: Twin, server: Server) -> None:
    crawl(tmp_path / "ours", server)
    told = [sys.executable, "-m", "scrapy", "crawl", "harbin_today", "-a", f"site_url={server.url}"]
    told += ["-a", f"archive={tmp_path / 'plain'}", "-s", "DOWNLOAD_DELAY=0"]
    done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert "no gap" in done.stderr
    assert kept(tmp_path / "plain") == kept(tmp_path / "ours")
    check_whole(tmp_path / "plain", twin)
    assert ask(tmp_path / "plain", "SELECT outcome, exit_code FROM runs") == [("complete", 0)]
    (report,) = ask(tmp_path / "plain", "SELECT report FROM runs")[0]
    assert json.loads(report)["new"] + json.loads(report)["duplicate"] == 16


@pytest.mark.parametrize(
    "arguments",
    [
        ("--recheck", "often"),
        ("--since", "soon"),
        ("--limit", "-1"),
        ("--delay", "-1"),
        ("--delay", "nan"),
        ("--concurrency", "0"),
        ("--site-url", "ftp://127.0.0.1/"),
        ("--site-url", "http://127.0.0.1:99999/"),
        ("--site-url", "http://user:secret@127.0.0.1/"),
        ("--site-url", "http://example.com", "--delay", "0"),
        ("--site-url", "http://example.com", "--delay", "1", "--concurrency", "2"),
        ("--section-path", ".."),
        ("--section-path", "no such section!"),
        ("..",),
        ("news/../../etc",),
        ("no such section!",),
        ("--no-such-flag",),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_is_made(
    tmp_path: Path, server: Server, arguments: tuple[str, ...]
) -> None:
    run = crawl(tmp_path / "archive", server, *arguments, code=2)
    assert run.report == {}
    assert "Traceback" not in run.words
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("galery", 'no section "galery"; did you mean "gallery"? Known sections: harbincrawl status'),
        (
            "weather",
            'no section "weather". Known sections: harbincrawl status; '
            "another one: harbincrawl crawl --section-path PATH",
        ),
    ],
)
def test_an_unknown_section_is_named_with_the_nearest_one(
    tmp_path: Path, server: Server, name: str, message: str
) -> None:
    assert crawl(tmp_path, server, name, code=2).words == f"harbincrawl: {message}\n"
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_another_site_is_refused(tmp_path: Path, server: Server) -> None:
    crawl(tmp_path, server)
    before = kept(tmp_path)
    run = crawl(tmp_path, "http://example.com", "--delay", "1", code=2)
    assert server.url in run.words
    assert kept(tmp_path) == before
