"""Reading a page without an archive, for `scrapy parse`, `check` and the like."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from scrapy.http import Response

from harbincrawl.errors import NotAnArticle
from harbincrawl.fetch.headers import read_charset
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.sites import Site

logger = logging.getLogger(__name__)

Page = TypeVar("Page")


def read_plain(read: Callable[[str, str, Site], Page], response: Response, site: Site) -> tuple[Page | None, Site]:
    """(what `read` makes of a page, the site); None where it cannot be read, which is logged.

    A page that is not on the site's own hosts is taken as a mirror's, as pages of a twin are.
    """
    url = response.url
    if (address := site.canonical(url)) is None:
        parts = urlsplit(url)
        site = replace(site, mirror=f"{parts.scheme}://{parts.netloc}")
        address = site.canonical(url) or url
    try:
        return read(decode_page(response.body, read_charset(response)), address, site), site
    except (NotAnArticle, ValueError) as error:
        logger.error("%s: %s", url, error)  # noqa: TRY400 - the page is at fault, and where it was read says nothing
        return None, site
