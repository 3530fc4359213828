"""Scrapy's own settings on the line of `scrapy crawl`: they do what its documentation says, and the report says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.crawling import ask, check_sums, check_whole, crawl, execute, live_records
from tests.support.purging import contents
from tests.support.scrapy_commands import Ended, crawl_words, fork_scrapy, write_parts
from tests.support.twin import Twin, make_twin, serve

ANSWERING = """
import json, pathlib
from urllib.parse import urlsplit
from scrapy.http import HtmlResponse

ANSWERS = json.loads(pathlib.Path(__file__).with_name("answers.json").read_text())

class Answering:
    def process_request(self, request):
        if known := ANSWERS.get(urlsplit(request.url).path):
            note(request.url)
            return HtmlResponse(request.url, headers=known["headers"], body=bytes.fromhex(known["body"]))
"""
"""A downloader middleware that answers some addresses itself."""


@pytest.fixture
def twin() -> Twin:
    return make_twin(97, 24, sections=("news",))


def read_report(archive: Path) -> dict[str, Any]:
    """The report of the last run."""
    report: dict[str, Any] = json.loads(ask(archive, "SELECT report FROM runs ORDER BY run DESC LIMIT 1")[0][0])
    check_sums(report)
    return report


def check_end(ended: Ended, archive: Path) -> dict[str, Any]:
    """The report of a crawl that ended in good order."""
    assert "Traceback" not in ended.words, ended.words
    report = read_report(archive)
    assert report["exit_code"] == ended.code, ended.words
    return report


def check_answerer(archive: Path, number: int, source: str) -> None:
    """`show` says who answered, and `verify` has nothing against it."""
    shown, verified = (execute(archive, *words) for words in (("show", str(number), "--format", "json"), ("verify",)))
    assert json.loads(shown[1])["capture"]["source"] == source
    assert verified[0] == 0, verified[2]


def find_sources(archive: Path) -> list[tuple[str, bool, bool]]:
    """Who answered what was captured, and whether there is a WARC record of it."""
    return ask(archive, 'SELECT DISTINCT source, warc IS NOT NULL, "offset" IS NOT NULL FROM captures')


@pytest.mark.attack
def test_what_a_cache_answers_is_no_answer_of_the_site(tmp_path: Path, twin: Twin) -> None:
    cache = ("HTTPCACHE_ENABLED=1", f"HTTPCACHE_DIR={tmp_path / 'cache'}")
    first, second = tmp_path / "first", tmp_path / "second"
    with serve(twin) as server:
        report = check_end(fork_scrapy(*crawl_words(first, server.url, *cache)), first)
        assert (report["outcome"], report["exit_code"]) == ("complete", 0)
        assert report["requests"] == len(server.requests)
        assert find_sources(first) == [("mirror", 1, 1)]
        check_whole(first, twin)
        server.clear()

        report = check_end(fork_scrapy(*crawl_words(second, server.url, *cache)), second)
        assert server.requests == []
        assert report["requests"] == 0
        assert report["new"] + report["duplicate"] == 24
        assert report["outcome"] == "partial"
        assert report["sections"]["news"]["walk"] == "partial"
        assert "cache" in report["sections"]["news"]["reason"]
        assert ask(second, "SELECT floor FROM sections WHERE path = 'news'") == [(0,)]
        assert find_sources(second) == [("cache", 1, 1)]
        assert live_records(second) == live_records(first)
        check_whole(second, twin)
        check_answerer(second, max(twin.stories), "cache")
        assert any(b"Harbincrawl-Answered-By: cache" in data for data in contents(second))

        # What the site itself says of its list is asked for all the same.
        after = crawl(second, server)
        assert after.report["sections"]["news"]["walk"] == "full"
        check_whole(second, twin)


def test_what_a_middleware_answers_is_no_answer_of_the_site(tmp_path: Path, twin: Twin) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", ANSWERING)
    stories = [story for story in twin.listing("news") if story.page_count == 1][:5]
    made = {story.path: twin.render(story.path) for story in stories}
    told = {path: {"headers": answer.headers, "body": answer.body.hex()} for path, answer in made.items()}
    (parts.folder / "answers.json").write_text(json.dumps(told))
    setting = 'DOWNLOADER_MIDDLEWARES={"parts_of_a_user.Answering": 543}'
    with serve(twin) as server:
        ended = fork_scrapy(*crawl_words(archive, server.url, setting), prelude=parts.prelude)
        report = check_end(ended, archive)
        assert not made.keys() & {request.path for request in server.requests}
        assert report["requests"] == len(server.requests)
    assert len(parts.notes) == 5
    rows = ask(archive, "SELECT address, source, warc IS NOT NULL FROM captures")
    answered = [row for row in rows if row[0].removeprefix("http://e.my399.com") in made]
    assert sorted(row[1:] for row in answered) == [("middleware", 1)] * 5
    assert all(row[1:] == ("mirror", 1) for row in rows if row not in answered)
    assert (report["new"] + report["duplicate"], report["failed"]) == (24, 0)
    check_whole(archive, twin)
    check_answerer(archive, stories[0].number, "middleware")


def test_a_feed_has_a_line_for_every_outcome_as_it_is_true_and_stored(tmp_path: Path, twin: Twin) -> None:
    archive, feed = tmp_path / "archive", tmp_path / "out.jsonl"
    feed.write_text("of another crawl\n")
    with serve(twin) as server:
        ended = fork_scrapy(*crawl_words(archive, server.url), "-O", str(feed))
    assert ended.code == 0, ended.words
    check_whole(archive, twin)
    stored = dict(ask(archive, "SELECT number, word_count FROM articles"))
    lines = {int(str(line["id"]).rpartition(":")[2]): line for line in map(json.loads, feed.read_text().splitlines())}
    truths = {truth["number"]: truth for truth in twin.truth()}
    assert lines.keys() == truths.keys()
    for number, truth in truths.items():
        expected = truth | {"outcome": "read", "word_count": stored[number], "body": "\n\n".join(truth["body"]) or None}
        del expected["number"]
        assert {key: lines[number][key] for key in expected} == expected


def test_a_jobdir_is_refused_before_it_is_made(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        ended = fork_scrapy(*crawl_words(tmp_path / "archive", server.url, f"JOBDIR={tmp_path / 'job'}"))
    assert ended.code == 2
    assert "JOBDIR: the archive itself holds what is left to ask for" in ended.words
    assert list(tmp_path.iterdir()) == []
