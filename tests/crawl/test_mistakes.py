"""A mistake of ours, planted on purpose: it has a name, the report is printed, and never is a run called done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawling import check_whole, crawl, kept, records
from tests.support.families import sample
from tests.support.twin import Server, Twin, make_twin, serve


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


@pytest.mark.parametrize(
    ("module", "name", "when"),
    sample([
        ("harbincrawl.spiders.articles", "read_article", "'{0.path}' in args[1]"),
        ("harbincrawl.archive.articles.store", "article_values", "args[0].id == '{0.number}'"),
    ]),
)  # fmt: skip
def test_a_page_that_cannot_be_read_or_stored_fails_alone(
    tmp_path: Path, twin: Twin, server: Server, module: str, name: str, when: str
) -> None:
    fault = plant(module, name, "RecursionError('too deep')", when=when.format(twin.listing("news")[4]))
    run = crawl(tmp_path, server, code=3, prelude=fault)
    assert [(failure["class"], failure["reason"]) for failure in run.report["failures"]] == [
        ("error", "RecursionError: too deep")
    ]
    assert len(records(tmp_path)) == 15
    crawl(tmp_path, server)
    check_whole(tmp_path, twin)


@pytest.mark.parametrize(
    ("module", "name"),
    sample([
        ("harbincrawl.spiders.lists", "load_section"),
        ("harbincrawl.spiders.articles", "ArticleTask.take"),
        ("harbincrawl.spiders.lists", "read_listing"),
        ("harbincrawl.pipelines.batches", "next_state"),
        ("harbincrawl.middlewares.evidence", "Exchange"),
        ("harbincrawl.middlewares.robots", "read_robots"),
        ("harbincrawl.middlewares.site", "SiteMiddleware.process_request"),
        ("harbincrawl.middlewares.conditional", "ConditionalMiddleware.process_request"),
        ("harbincrawl.crawl.extension", "RunExtension.finish"),
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--recheck often", "Invalid value for '--recheck'"),
        ("--since soon", "'soon' is not a date"),
        ("--delay -1", "--delay"),
        ("--site-url http://127.0.0.1:99999/", "--site-url"),
        ("--site-url http://user:secret@127.0.0.1/", "must not carry a user name or a password"),
        ("--site-url http://example.com --delay 0", "for loopback hosts only"),
        ("--site-url http://example.com --delay 1 --concurrency 2", "for loopback hosts only"),
        ("news/../../etc", "no section"),
        ("galery", 'no section "galery"; did you mean "gallery"? Known sections: harbincrawl status\n'),
        ("weather", 'no section "weather". Known sections: harbincrawl status; '
                    "another one: harbincrawl crawl --section-path PATH\n"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2_before_anything_is_made(
    tmp_path: Path, server: Server, arguments: str, words: str
) -> None:
    run = crawl(tmp_path / "archive", server, *arguments.split(), code=2)
    assert run.report == {}
    assert words in run.words and "Traceback" not in run.words
    assert not (tmp_path / "archive").exists()


def test_an_archive_of_another_site_is_refused(tmp_path: Path, server: Server) -> None:
    crawl(tmp_path, server)
    before = kept(tmp_path)
    run = crawl(tmp_path, "http://example.com", "--delay", "1", code=2)
    assert server.url in run.words
    assert kept(tmp_path) == before
