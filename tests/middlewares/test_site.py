"""What is asked, how often and with which validators: the site, retry and conditional middlewares."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from harbincrawl.errors import SiteError
from harbincrawl.fetch.answers import UNDECODABLE
from harbincrawl.fetch.counts import count_answer
from harbincrawl.fetch.guard import PrivateAddressError
from harbincrawl.fetch.stop import Stop
from harbincrawl.middlewares.conditional import VALIDATORS, ConditionalMiddleware
from harbincrawl.middlewares.retry import MOST_LOST, RetryMiddleware
from harbincrawl.middlewares.site import OffsiteError, SiteMiddleware
from harbincrawl.sites import Site
from tests.support.sites import HARBIN_TODAY

BASE = HARBIN_TODAY.base
MIRRORED = replace(HARBIN_TODAY, mirror="http://127.0.0.1:81")


PRIVATE = {"PRIVATE_ADDRESSES": True}


def find_target(site: Site | None, url: str, settings: dict[str, Any] | None = None, **meta: Any) -> str:
    """The address that is asked for in the end. Raises OffsiteError."""
    is_open = meta.pop("is_open", False)
    crawler = get_crawler(Spider, settings)
    spider = SimpleNamespace(site=site, context=SimpleNamespace(purged=()) if is_open else None)
    crawler.spider = spider  # type: ignore[assignment]
    # A retry asks not to be filtered.
    request = Request(url, meta=meta, dont_filter=True)
    return (SiteMiddleware.from_crawler(crawler).process_request(request) or request).url


@pytest.mark.parametrize(
    ("site", "url", "settings"),
    [
        (HARBIN_TODAY, "http://elsewhere.invalid/news/", None),
        (HARBIN_TODAY, f"{BASE}:8080/news/", None),
        (HARBIN_TODAY, "ftp://e.my399.com/news/", None),
        (HARBIN_TODAY, "http://127.0.0.1/news/", None),
        (MIRRORED, "http://127.0.0.1:82/news/", None),
        (HARBIN_TODAY, "http://10.0.0.1/news/", PRIVATE),
    ],
)
def test_what_is_not_the_sites_is_refused(site: Site, url: str, settings: dict[str, Any] | None) -> None:
    with pytest.raises(OffsiteError, match="it is not on the site"):
        find_target(site, url, settings)
    with pytest.raises(OffsiteError, match="redirects off the site, to"):
        find_target(site, url, settings, redirect_times=1, retry_times=1)


@pytest.mark.parametrize(
    ("site", "url", "settings", "target"),
    [
        (MIRRORED, f"{BASE}/news/", None, "http://127.0.0.1:81/news/"),
        (MIRRORED, "http://127.0.0.1:81/d/1.jpg?v=2", None, None),
        (HARBIN_TODAY, "http://127.0.0.1:8000/news/", PRIVATE, None),
        (HARBIN_TODAY, "http://localhost/news/", PRIVATE, None),
        (HARBIN_TODAY, "http://[::1]:80/news/", PRIVATE, None),
        # Scrapy writes this port without its zero: no request is replaced by its like.
        (replace(HARBIN_TODAY, mirror="http://127.0.0.1:081"), "http://127.0.0.1:081/news/", None,
         "http://127.0.0.1:81/news/"),
    ],
)  # fmt: skip
def test_a_mirror_is_asked_in_the_place_of_the_site_and_this_machine_where_a_setting_says_so(
    site: Site, url: str, settings: dict[str, Any] | None, target: str | None
) -> None:
    assert find_target(site, url, settings) == (target or url)


def test_the_site_of_an_open_archive_sends_the_crawl_to_no_service_of_this_machine() -> None:
    assert find_target(MIRRORED, "http://127.0.0.1:81/news/", PRIVATE, is_open=True) == "http://127.0.0.1:81/news/"
    with pytest.raises(OffsiteError):
        find_target(MIRRORED, "http://127.0.0.1:82/", PRIVATE, is_open=True, redirect_times=1)


def send(request: Request) -> dict[str, str]:
    """The conditions that the request goes out with."""
    ConditionalMiddleware().process_request(request)
    names = ("If-None-Match", "If-Modified-Since")
    return {name: value.decode() for name in names if (value := request.headers.get(name))}


@pytest.mark.parametrize(
    ("validators", "sent"),
    [
        (('"7"', "Mon, 01 Jan 2024 00:00:00 GMT"),
         {"If-None-Match": '"7"', "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}),
        ((None, None), {}), (("", None), {}), (('"\xff"', None), {}), (('"a\r\nHost: b"', None), {}),
        (('"a\x01"', None), {}), (('W/"a b"', None), {"If-None-Match": 'W/"a b"'}),
    ],
)  # fmt: skip
def test_validators_of_what_is_stored_are_sent_where_they_can_stand_in_a_header(
    validators: tuple[str | None, str | None], sent: dict[str, str]
) -> None:
    request = Request("http://e.my399.com/", headers={"If-None-Match": "old"}, meta={VALIDATORS: validators})
    assert send(request) == sent
    assert send(request.copy()) == sent, "a retry"
    moved = request.replace(url="http://e.my399.com/a", meta={**request.meta, "redirect_times": 1})
    assert send(moved) == {}, "a redirect takes none with it"


def test_requests_of_others_go_as_they_are() -> None:
    assert send(Request("http://e.my399.com/", headers={"If-None-Match": '"own"'})) == {"If-None-Match": '"own"'}


SETTINGS = {"RETRY_TIMES": 3, "RETRY_HTTP_CODES": [429, 503], "DOWNLOAD_DELAY": 1.0, "RETRY_GIVE_UP_LOG_LEVEL": "INFO"}


class Waits(Stop):
    """Notes how long was to be waited."""

    def __init__(self, database: Path) -> None:
        super().__init__(database)
        self.seconds: list[float] = []

    async def pause(self, seconds: float) -> None:
        self.seconds.append(seconds)


def make(tmp_path: Path) -> tuple[RetryMiddleware, Waits]:
    crawler = get_crawler(Spider, SETTINGS)
    stop = Waits(tmp_path / "articles.db")
    crawler.spider = SimpleNamespace(stop=stop, crawler=crawler)  # type: ignore[assignment]
    return RetryMiddleware.from_crawler(crawler), stop


def ask_until_answered(
    middleware: RetryMiddleware, what: Response | Exception, url: str = "http://e.my399.com/"
) -> int:
    """How many attempts are made at an address that answers or fails like this each time."""

    async def ask() -> int:
        request, attempts = Request(url), 0
        while True:
            attempts += 1
            made = await (
                middleware.process_response(request, what)
                if isinstance(what, Response)
                else middleware.process_exception(request, what)
            )
            if not isinstance(made, Request):
                return attempts
            request = made

    return asyncio.run(ask())


def answer(status: int, **more: Any) -> Response:
    return Response("http://e.my399.com/", status=status, **more)


@pytest.mark.parametrize(
    ("what", "attempts"),
    [
        (answer(200), 1),
        (answer(404), 1),
        (answer(503), 4),
        (answer(200, flags=[f"{UNDECODABLE}cut short"]), 4),
        (DownloadFailedError("reset"), 4),
        (DownloadConnectionRefusedError("refused"), 4),
        (DownloadTimeoutError("late"), 2),
        (DownloadCancelledError("too large"), 1),
        (PrivateAddressError("127.0.0.1"), 1),
        (IgnoreRequest("of a user's"), 1),
        (KeyError("a mistake"), 1),
    ],
    ids=str,
)
def test_each_class_of_failure_is_asked_again_as_often_as_that_is_of_use(
    tmp_path: Path, what: Response | Exception, attempts: int
) -> None:
    assert ask_until_answered(make(tmp_path)[0], what) == attempts


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [(None, [1.0, 2.0, 4.0]), ("30", [30.0] * 3), ("99999", [600.0] * 3)]
)
def test_it_waits_twice_as_long_each_time_and_for_retry_after_where_that_is_longer(
    tmp_path: Path, retry_after: str | None, seconds: list[float]
) -> None:
    middleware, waits = make(tmp_path)
    ask_until_answered(middleware, answer(503, headers={"Retry-After": retry_after} if retry_after else {}))
    assert waits.seconds == seconds


@pytest.mark.parametrize("error", [DownloadConnectionRefusedError("refused"), DownloadTimeoutError("late")])
def test_a_site_is_lost_after_so_many_addresses_in_a_row(tmp_path: Path, error: Exception) -> None:
    most = MOST_LOST
    middleware, stop = make(tmp_path)
    # With DOWNLOADER_STATS=0 Scrapy itself counts no answers.
    count_answer(middleware.crawler.stats, 200, 1000)
    attempts = [ask_until_answered(middleware, error) for _ in range(most - 1)]
    assert attempts[1:] == [1] * (most - 2), "once it did not answer, each address has one attempt"
    ask_until_answered(middleware, answer(200))
    for _ in range(most - 1):
        ask_until_answered(middleware, error)
    assert stop.error is None, "an answer in between begins anew"
    ask_until_answered(middleware, error)
    assert isinstance(stop.error, SiteError)


def test_a_site_that_never_answered_is_not_lost_here(tmp_path: Path) -> None:
    middleware, stop = make(tmp_path)
    for _ in range(2 * MOST_LOST):
        ask_until_answered(middleware, DownloadConnectionRefusedError("refused"))
    assert stop.error is None


def test_a_site_that_turns_us_away_for_an_hour_is_lost(tmp_path: Path) -> None:
    middleware, stop = make(tmp_path)
    for _ in range(3):
        ask_until_answered(middleware, answer(503, headers={"Retry-After": "600"}))
    assert isinstance(stop.error, SiteError)
    assert "turned us away for 60 minutes" in str(stop.error)
