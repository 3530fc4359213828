"""The site middleware refuses what is not the site's; the conditional one sends an address its own validators alone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from harbincrawl.middlewares.conditional import VALIDATORS, ConditionalMiddleware
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
