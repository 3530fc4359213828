"""Only the site's own hosts and ports are asked, whoever made the request: a page, a redirect or a retry."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from harbincrawl.archive.naming import names_purged
from harbincrawl.fetch.handler import PRIVATE_SETTING
from harbincrawl.pipelines.context import RunContext
from harbincrawl.sites import Site
from harbincrawl.text import is_loopback

logger = logging.getLogger(__name__)


class OffsiteError(IgnoreRequest):
    """An address that is not the site's, and what led to it."""


class SiteMiddleware:
    """Refuses what is not the site's, and sends what is to the mirror where there is one.

    Scrapy's own lets every request pass that asks not to be filtered, as its retries do, and any port. A spider without
    a `site` may ask for anything. With PRIVATE_ADDRESSES, ours may ask this machine, too, but not where an archive is
    open or where it is sent here: a redirect of the site would lead to any other service. What was purged is not asked
    for again, whatever redirects to it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._may_be_private = crawler.settings.getbool(PRIVATE_SETTING)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """None for a request that may go on. Raises OffsiteError."""
        site: Site | None = getattr(self._crawler.spider, "site", None)
        if site is None:
            return None
        address = site.canonical(request.url)
        context: RunContext | None = getattr(self._crawler.spider, "context", None)
        if address and context and context.purged and names_purged(address.encode(), context.purged, site):
            raise OffsiteError("it leads to an article that was taken down")
        if address is None:
            first: str = request.meta.get("redirect_urls", [request.url])[0]
            if self._may_be_private and context is None and is_loopback(request.url) and is_loopback(first):
                return None
            what = "redirects off the site, to" if "redirect_times" in request.meta else "it is not on the site:"
            hint = f"; this machine is asked with -s {PRIVATE_SETTING}=1" if is_loopback(request.url) else ""
            error = OffsiteError(f"{what} {request.url[:200]}")
            if getattr(self._crawler.spider, "stop", None) is None:
                # No report says it, and Scrapy says nothing of requests that are ignored.
                logger.error("refused: %s%s", error, hint)
            raise error
        if site.mirror is None or site.unfetched(request.url) is not None:
            return None
        asked = request.replace(url=site.fetched(address))
        # Scrapy writes some origins otherwise than they were named: it would be replaced for ever.
        return asked if asked.url != request.url else None
