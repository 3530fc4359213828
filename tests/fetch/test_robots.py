"""robots.txt by the standard: rules, no file, a broken file, a delay, a redirect; and the report shows which."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harbincrawl.middlewares.robots import LONGEST, RobotsRules
from tests.support.crawling import article_requests, crawl
from tests.support.families import sample
from tests.support.twin import make_twin, serve
from tests.support.twin.server import Told

SITE = "http://e.my399.com"


def test_what_it_forbids_is_not_asked_for_and_is_named(tmp_path: Path) -> None:
    twin = make_twin(81, 16, sections=("news", "gallery"))
    forbidden = twin.listing("news")[3].path
    rules = f"User-agent: *\nDisallow: /gallery/\nDisallow: {forbidden}\n"
    with serve(twin, robots=rules) as server:
        run = crawl(tmp_path, server, "news", "gallery", code=3)
        asked = [request.path for request in server.requests]
    assert forbidden not in asked
    assert not any(path.startswith("/gallery/") for path in asked)
    assert {failure["class"] for failure in run.report["failures"]} == {"robots"}
    assert run.report["robots"] | {"forbidden": 0} == {
        "status": 200, "says": "rules", "crawl_delay": None, "reason": None, "forbidden": 0,
    }  # fmt: skip
    assert run.report["robots"]["forbidden"] == 2
    assert run.report["sections"]["gallery"]["walk"] == "partial"


DELAYED = "User-agent: *\nCrawl-delay: 86400\n"


@pytest.mark.parametrize(
    ("robots", "says", "words"),
    sample([
        (403, "none", ""), (404, "none", ""), (410, "none", ""),
        (500, "closed", "HTTP 500"), (429, "closed", "HTTP 429"), (DELAYED, "closed", "Crawl-delay of 86400 seconds"),
    ]),
)  # fmt: skip
def test_without_a_file_all_is_allowed_and_where_it_cannot_be_had_nothing(
    tmp_path: Path, robots: str | int, says: str, words: str
) -> None:
    with serve(make_twin(83, 8, sections=("news",)), robots=robots) as server:
        run = crawl(tmp_path, server, code=3 if words else 0)
        asked = {request.path for request in server.requests}
    assert (run.report["robots"]["says"], run.report["wanted"]) == (says, 0 if words else 8)
    assert words in run.words
    assert (asked == {"/robots.txt"}) == bool(words)


def test_its_delay_is_kept_and_shown(tmp_path: Path) -> None:
    twin = make_twin(85, 6, sections=("news",))
    with serve(twin, robots="User-agent: *\nCrawl-delay: 0.2\n") as server:
        times: list[float] = []
        twin.on_request = lambda _: times.append(time.monotonic())
        run = crawl(tmp_path, server, "--concurrency", "4")
        assert len(article_requests(server)) >= 6
    assert run.report["robots"]["crawl_delay"] == 0.2
    # A busy machine may note the first request late, and can shorten the whole by no more than that.
    assert times[-1] - times[0] > 0.2 * (len(times) - 3)


@pytest.mark.parametrize(
    ("to", "says", "code"),
    [
        ("/rules.txt", "rules", 3),
        ("/\xe6\x96\xb0.txt", "rules", 3),  # UTF-8 as it is
        ("http://127.0.0.1:9/robots.txt", "closed", 3),
    ],
)
def test_a_redirected_file_is_read_where_the_site_has_it(tmp_path: Path, to: str, says: str, code: int) -> None:
    twin = make_twin(87, 16, sections=("news", "gallery"))

    def answer(path: str) -> Told | None:
        if path == "/robots.txt":
            return 302, {"Location": to}, b""
        if path in ("/rules.txt", "/%E6%96%B0.txt"):
            return 200, {"Content-Type": "text/plain"}, b"\xef\xbb\xbfUser-agent: *\nDisallow: /gallery/\n"
        return None

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server, "news", "gallery", code=code)
        asked = {request.path.split("/")[1] for request in server.requests}
    assert run.report["robots"]["says"] == says
    assert "gallery" not in asked
    assert ("news" in asked) == (says == "rules")


def test_text_that_is_no_robots_file_forbids_nothing() -> None:
    for body in (
        b"",
        b"<html><body>Sorry</body></html>",
        b"\x00\xff\xfe",
        b"Disallow: /\n",
        b"User-agent\n: : :\n" * 9,
    ):
        robots = RobotsRules(body)
        assert robots.allowed(f"{SITE}/news/")


@pytest.mark.parametrize("name", ["news", "archive", "harbin", "crawl", "harbincrawler", "my-harbincrawl", "Googlebot"])
def test_rules_for_others_are_not_ours(name: str) -> None:
    rules = f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow: /private/\n"
    robots = RobotsRules(rules.encode())
    assert robots.allowed(f"{SITE}/news/")
    assert not robots.allowed(f"{SITE}/private/")


@pytest.mark.parametrize(
    "line", ["User-agent: harbincrawl", "user-agent:HarbinCrawl/1.0 (+mail)", "Useragent : HARBINCRAWL # us"]
)
def test_rules_for_us_come_before_those_for_all_however_our_name_is_written(line: str) -> None:
    robots = RobotsRules(f"User-agent: *\nDisallow: /\n\n{line}\nDisallow: /gallery/\n".encode())
    assert not robots.allowed(f"{SITE}/gallery/")
    assert robots.allowed(f"{SITE}/news/")


def test_a_file_that_is_too_long_is_read_to_a_whole_line() -> None:
    begin = b"User-agent: *\nDisallow: /gallery/\n"
    filler = b"#" * (LONGEST - len(begin) - len("Disallow: /") - 1) + b"\n"
    robots = RobotsRules(begin + filler + b"Disallow: /private/\n" * 100_000)
    assert robots.allowed(f"{SITE}/news/")
    assert not robots.allowed(f"{SITE}/gallery/")
