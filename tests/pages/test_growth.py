"""Reading takes time by the length of a page, whatever the page is made of."""

from __future__ import annotations

import gc
import time
from contextlib import suppress
from datetime import date

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing
from tests.support.families import sample
from tests.support.hostile_pages import KINDS
from tests.support.sites import HARBIN_TODAY as SITE

SIZE = 40_000
"""Characters of the smaller page."""
FAST = 0.05
"""Seconds of processor time in which no growth can be told from chance."""
MOST_GROWTH = 3.0
"""Times the time for a page of twice the length: 2 by the length, 4 by its square."""


def measure_reading(page: str) -> float:
    """Seconds of processor time that the page takes as an article and as a list."""
    gc.collect()
    # As timeit does: the collector goes through all that other tests left behind.
    gc.disable()
    try:
        begin = time.process_time()
        with suppress(NotAnArticle):
            read_article(page, f"{SITE.base}/news/2020-01-01/7.html", SITE, today=date(2024, 6, 20))
        read_listing(page, f"{SITE.base}/news/", SITE)
        return time.process_time() - begin
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", sample(KINDS, 16))
def test_twice_the_length_takes_about_twice_the_time(kind: str) -> None:
    page = KINDS[kind](2 * SIZE)
    if measure_reading(page) < FAST:
        return
    half = KINDS[kind](SIZE)
    growths = []
    for _ in range(3):
        growths.append(measure_reading(page) / measure_reading(half))
        if growths[-1] < MOST_GROWTH:
            return
    pytest.fail(f"twice the length takes {min(growths):.1f} times the time")
