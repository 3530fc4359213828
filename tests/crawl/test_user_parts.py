"""Parts of a user's own on the line of `scrapy crawl`: they work, ours stay in force, and what they lose is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.crawl.test_scrapy_settings import check_end, read_report
from tests.support.crawling import ask, check_whole, crawl, live_records
from tests.support.families import sample
from tests.support.scrapy_commands import crawl_words, fork_scrapy, write_parts
from tests.support.twin import Fault, Twin, make_twin, serve

PARTS = """
import re
from scrapy import Request, signals
from scrapy.exceptions import DropItem, IgnoreRequest

class Counting:
    def __init__(self, crawler):
        self.items = self.responses = 0
        crawler.signals.connect(self.scraped, signals.item_scraped)
        crawler.signals.connect(self.received, signals.response_received)
        crawler.signals.connect(self.closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def scraped(self, item):
        self.items += 1

    def received(self, response):
        self.responses += 1

    def closed(self, reason):
        note(f"{self.items} {self.responses} {reason}")

class Naming:
    def process_request(self, request):
        request.headers["X-User"] = "a user"

class Articles:
    def process_request(self, request):
        found = re.search(r"/(\\d+)\\.html", request.url)
        if found and int(found[1]) % 3 == 0:
            note(request.url)
            self.lose()

class Ignores(Articles):
    def lose(self):
        raise IgnoreRequest("not today")

class Stumbles(Articles):
    def lose(self):
        raise KeyError("stumbled")

class Output:
    seen = 0

    def process_spider_output(self, response, result):
        return result

    async def process_spider_output_async(self, response, result):
        async for each in result:
            self.seen += isinstance(each, Request)
            for made in self.make(each) if isinstance(each, Request) else (each,):
                yield made

class DropsRequests(Output):
    def make(self, request):
        if self.seen % 2:
            return (request,)
        note(request.url)
        return ()

class Doubling(Output):
    def make(self, request):
        note("doubled")
        return request, request.replace()

class Meddling:
    seen = 0

    def process_item(self, item):
        note(item["outcome"])
        self.seen += 1
        if self.seen % 4 == 1:
            raise DropItem("not this one")
        if self.seen % 4 == 2:
            raise ValueError("stumbled over an item")
        item["title"] = "MINE"
        return item
"""
DOWNLOADER, SPIDER, PIPELINES = "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES"
FOUR_AT_ONCE = ("CONCURRENT_REQUESTS=4", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
LOSING = ((SPIDER, "DropsRequests"), (DOWNLOADER, "Ignores"), (DOWNLOADER, "Stumbles"))
"""Setting and part of what a user might plug in, which loses some pages."""


@pytest.fixture
def twin() -> Twin:
    return make_twin(98, 24, sections=("news",))


def name_part(setting: str, part: str, place: int = 543) -> str:
    return f"{setting}={json.dumps({f'parts_of_a_user.{part}': place})}"


def read_asked_headers(archive: Path, header: str) -> Iterator[str | None]:
    """The value of a header in each request record."""
    for path in sorted((archive / "warc").iterdir()):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "request":
                    yield record.http_headers.get_header(header)


def test_a_middleware_of_a_users_own_works_and_ours_stay_in_force(tmp_path: Path, twin: Twin) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", PARTS)
    forbidden, away, again = twin.listing("news")[2:5]
    twin.faults[away.path] = Fault("redirect", to="http://127.0.0.1:9/news/2020-01-01/300.html")
    twin.faults[again.path] = Fault("503", 1, retry_after=0)
    with serve(twin, gzip=True, robots=f"User-agent: *\nDisallow: {forbidden.path}\n") as server:
        words = crawl_words(archive, server.url, name_part(DOWNLOADER, "Naming"))
        report = check_end(fork_scrapy(*words, prelude=parts.prelude), archive)
        requests = [request for request in server.requests if request.path != "/robots.txt"]
    assert {request.headers.get("x-user") for request in requests} == {"a user"}
    # Robots, site and retry middlewares: the first is never asked for, the second leads nowhere, the third comes.
    assert forbidden.path not in {request.path for request in requests}
    failures = {failure["address"].removeprefix("http://e.my399.com"): failure for failure in report["failures"]}
    assert {path: failure["class"] for path, failure in failures.items()} == {
        forbidden.path: "robots",
        away.path: "refused",
    }
    assert (report["retries"], report["exit_code"]) == (1, 3)
    # Evidence: every answer has its record, with the request as it was sent.
    rows = ask(
        archive, "SELECT status, count(*), count(warc) FROM captures WHERE address NOT LIKE '%robots.txt' GROUP BY 1"
    )
    assert {status: (kept, proven) for status, kept, proven in rows} == {
        status: (count, count)
        for status in (200, 302, 503)
        for count in [sum(request.status == status for request in requests)]
    }
    assert list(read_asked_headers(archive, "X-User")).count("a user") >= len(requests)
    check_whole(archive)


@pytest.mark.parametrize(("setting", "part"), sample(LOSING))
def test_what_a_part_loses_stays_wanted(tmp_path: Path, twin: Twin, setting: str, part: str) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", PARTS)
    with serve(twin) as server:
        words = crawl_words(archive, server.url, name_part(setting, part))
        ended = fork_scrapy(*words, prelude=parts.prelude)
        assert parts.notes, ended.words
        report = read_report(archive)
        assert report["exit_code"] == ended.code, ended.words
        stored = len(live_records(archive))
        assert stored < 24
        assert report["left"] == report["listed"] - stored - report["failed"]
        check_whole(archive)
        crawl(archive, server)
    check_whole(archive, twin)


@pytest.mark.attack
def test_what_a_part_doubles_counts_once(tmp_path: Path, twin: Twin) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", PARTS)
    with serve(twin) as server:
        words = crawl_words(archive, server.url, name_part(SPIDER, "Doubling"), *FOUR_AT_ONCE)
        report = check_end(fork_scrapy(*words, prelude=parts.prelude), archive)
    assert parts.notes
    assert (report["outcome"], report["exit_code"], report["new"]) == ("complete", 0, 24)
    check_whole(archive, twin)


@pytest.mark.parametrize("place", sample([1, 1000]))
def test_a_pipeline_of_a_users_own_gets_a_mapping_and_changes_the_feed_alone(
    tmp_path: Path, twin: Twin, place: int
) -> None:
    archive, parts = tmp_path / "archive", write_parts(tmp_path / "parts", PARTS)
    feed = f"FEEDS={json.dumps({str(tmp_path / 'feed'): {'format': 'jsonlines'}})}"
    with serve(twin) as server:
        words = crawl_words(archive, server.url, name_part(PIPELINES, "Meddling", place), feed)
        ended = fork_scrapy(*words, prelude=parts.prelude)
    report = read_report(archive)
    assert (report["outcome"], ended.code, report["dropped"]) == ("complete", 0, 12), ended.words
    assert parts.notes == ["read"] * 24
    assert [json.loads(line)["title"] for line in (tmp_path / "feed").read_text().splitlines()] == ["MINE"] * 12
    check_whole(archive, twin)
