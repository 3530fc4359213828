"""Articles over time: a bar a year or a month, each of which leads to as many hits as it says."""

from __future__ import annotations

import html
import re

import pytest

from tests.support.web_site import Site


def read_bars(page: str) -> list[tuple[str, str, float]]:
    """(address, label, height) of each bar."""
    found = re.findall(r'<a href="([^"]+)" title="[^"]*" aria-label="([^"]+)">.*?height="([\d.]+)"', page)
    return [(html.unescape(address), label, float(height)) for address, label, height in found]


@pytest.mark.parametrize("query", ["q=snow", "section=news", "since=2015"])
def test_a_bar_has_as_many_hits_as_it_says(site: Site, query: str) -> None:
    bars = read_bars(site.ask(f"/search?{query}&copies=1").text)
    assert len(bars) > 5
    for address, label, height in bars:
        total = site.json(address.replace("/search?", "/search.json?"))["total"]
        assert int(label.split()[1]) == total
        assert (height > 0) == (total > 0)
    assert max(height for _, _, height in bars) == 100


def test_within_a_year_bars_are_its_months_and_lead_back(site: Site) -> None:
    page = site.ask("/search?since=2014&until=2014").text
    bars = read_bars(page)
    assert [label.split(":")[0] for _, label, _ in bars][:2] == ["January 2014", "February 2014"]
    assert len(bars) == 12 and 'href="/search">all years</a>' in page
    assert bars[4][0] == "/search?since=2014-05&until=2014-05"
