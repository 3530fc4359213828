"""The site middleware: what is not the site's is refused, whoever asks; a mirror is asked in the site's place."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from harbincrawl.middlewares.site import OffsiteError, SiteMiddleware
from harbincrawl.sites import Site
from tests.support.sites import HARBIN_TODAY

BASE = HARBIN_TODAY.base
MIRRORED = replace(HARBIN_TODAY, mirror="http://127.0.0.1:81")


def find_target(site: Site | None, url: str, settings: dict[str, Any] | None = None, **meta: Any) -> str:
    """The address that is asked for in the end. Raises OffsiteError."""
    crawler = get_crawler(Spider, settings)
    crawler.spider = SimpleNamespace() if site is None else SimpleNamespace(site=site)  # type: ignore[assignment]
    # A retry asks not to be filtered.
    request = Request(url, meta=meta, dont_filter=True)
    return (SiteMiddleware.from_crawler(crawler).process_request(request) or request).url


@pytest.mark.parametrize(
    "url", ["http://elsewhere.invalid/news/", f"{BASE}:8080/news/", "ftp://e.my399.com/news/", "http://127.0.0.1/news/"]
)
def test_what_is_not_the_sites_is_refused(url: str) -> None:
    with pytest.raises(OffsiteError, match="it is not on the site"):
        find_target(HARBIN_TODAY, url)
    with pytest.raises(OffsiteError, match="redirects off the site, to"):
        find_target(HARBIN_TODAY, url, redirect_times=1, retry_times=1)


def test_a_mirror_is_asked_in_the_place_of_the_site() -> None:
    assert find_target(MIRRORED, f"{BASE}/news/") == "http://127.0.0.1:81/news/"
    assert find_target(MIRRORED, "http://127.0.0.1:81/d/1.jpg?v=2") == "http://127.0.0.1:81/d/1.jpg?v=2"
    with pytest.raises(OffsiteError):
        find_target(MIRRORED, "http://127.0.0.1:82/news/")


def test_this_machine_may_be_asked_where_a_setting_says_so() -> None:
    for url in ("http://127.0.0.1:8000/news/", "http://localhost/news/", "http://[::1]:80/news/"):
        assert find_target(HARBIN_TODAY, url, {"PRIVATE_ADDRESSES": True}) == url
    with pytest.raises(OffsiteError):
        find_target(HARBIN_TODAY, "http://10.0.0.1/news/", {"PRIVATE_ADDRESSES": True})


def test_the_site_of_an_open_archive_sends_the_crawl_to_no_service_of_this_machine() -> None:
    crawler = get_crawler(Spider, {"PRIVATE_ADDRESSES": True})
    crawler.spider = SimpleNamespace(site=MIRRORED, context=SimpleNamespace(purged=()))  # type: ignore[assignment]
    middleware = SiteMiddleware.from_crawler(crawler)
    assert middleware.process_request(Request("http://127.0.0.1:81/news/")) is None
    with pytest.raises(OffsiteError):
        middleware.process_request(Request("http://127.0.0.1:82/", meta={"redirect_times": 1}))


def test_no_request_is_replaced_by_its_like() -> None:
    # Scrapy writes this port without its zero.
    mirrored = replace(HARBIN_TODAY, mirror="http://127.0.0.1:081")
    request = Request(mirrored.fetched(f"{BASE}/news/"))
    crawler = get_crawler(Spider)
    crawler.spider = SimpleNamespace(site=mirrored)  # type: ignore[assignment]
    assert SiteMiddleware.from_crawler(crawler).process_request(request) is None
