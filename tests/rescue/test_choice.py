"""Which captures are the site's, which are asked for, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harbincrawl.archive.rescued import Wanted
from harbincrawl.errors import OptionsError
from harbincrawl.rescue.cdx import CdxRow
from harbincrawl.rescue.choice import CaptureSelection, choose_sample, judge_row, order_rows
from harbincrawl.rescue.lists import list_targets, split_span
from harbincrawl.rescue.sources import choose_source
from tests.support.sites import HARBIN_TODAY

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ARTICLE = "http://e.my399.com/news/2014-05-09/1021.html"


def row(original: str = ARTICLE, timestamp: str = "20140601000000", status: int | None = 200) -> CdxRow:
    return CdxRow(original, timestamp, status, "A" * 32, 100)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row(), None),
        (row("https://E.my399.com:443/news/2014-05-09/1021_2.html?from=home#top"), None),
        (row("http://e.my399.com:80/news/index_3.html"), None),
        (row(status=None), None),
        (row(timestamp="20140012000000"), None),
        (row("http://my399.com/news/2014-05-09/1021.html"), "another host"),
        (row("http://e.my399.com/skin/a.css"), "neither an article nor a list"),
        (row("http://e.my399.com/news/2014-05-09/1022.html"), "purged"),
        (row(timestamp="20990101000000"), "dated in the future"),
        (row(status=301), "a redirect"),
        (row(status=503), "HTTP 503"),
    ],
)
def test_a_row_is_ours_or_has_a_reason(given: CdxRow, reason: str | None) -> None:
    assert judge_row(given, HARBIN_TODAY, {"1022"}, NOW).not_ours == reason


def wanted(address: str, timestamp: str, digest: str | None = None, number: int | None = 1) -> Wanted:
    return Wanted(address, timestamp, address, number, 1, digest, None, None, 0)


def test_edges_come_first_then_lists_then_the_rest() -> None:
    a = [wanted("a", stamp, digest) for stamp, digest in (("1", "x"), ("2", "y"), ("3", "z"), ("4", "y"))]
    b = [wanted("b", "1", "x")]
    lists = [wanted("l", "1", number=None), wanted("l", "2", number=None)]
    ordered = [(each.address, each.timestamp) for each in order_rows([*a, *b, *lists])]
    # The last one's body is asked for at its earliest capture.
    assert ordered == [("a", "1"), ("a", "2"), ("b", "1"), ("l", "1"), ("l", "2"), ("a", "3"), ("a", "4")]


def test_a_sample_takes_turns() -> None:
    rows = [
        wanted(f"http://e.my399.com/{section}/20{year}-01-01/{number}.html", f"20{year}0101{number:06}")
        for section in ("news", "gallery") for year in (14, 18) for number in range(1, 30)
    ]  # fmt: skip
    chosen = choose_sample(rows, 8, HARBIN_TODAY)
    places = [(each.timestamp[:4], each.address.split("/")[3]) for each in chosen]
    assert sorted(places) == sorted(2 * [(year, name) for year in ("2014", "2018") for name in ("gallery", "news")])


def test_a_choice_of_days_and_sections() -> None:
    chosen = CaptureSelection("20140501", "20140531", ("culture",))
    assert chosen.covers("20140531235959", "culture/music")
    assert not chosen.covers("20140601000000", "culture/music")
    assert not chosen.covers("20140430235959", "culture")
    assert not chosen.covers("20140510000000", "news")


def test_spans_are_cut_down_to_hours() -> None:
    assert split_span("", "", 1998) == [("1996", "1996"), ("1997", "1997"), ("1998", "1998")]
    assert len(split_span("2014", "2014", 2026)) == 12
    assert split_span("201405", "201405", 2026)[-1] == ("20140531", "20140531")
    assert len(split_span("20140531", "20140531", 2026)) == 24
    assert split_span("2014053123", "2014053123", 2026) == []
    assert list_targets(HARBIN_TODAY) == ["e.my399.com/"]


def test_sources_their_hosts_and_their_pace() -> None:
    wayback = choose_source("wayback", None, None, None)
    assert wayback.hosts == {"web.archive.org:443": False}
    assert (wayback.list_pause, wayback.page_pause) == (2.5, 0.25)
    common = choose_source("commoncrawl", None, None, None)
    assert common.hosts == {"index.commoncrawl.org:443": False, "data.commoncrawl.org:443": False}
    assert (common.list_pause, common.page_pause) == (1.5, 1.5)
    other = choose_source("https://archive.example/coll/cdx", None, None, 60)
    assert (other.replay, other.hosts) == ("https://archive.example/coll/", {"archive.example:443": True})
    assert (other.list_pause, other.page_pause) == (10.0, 1.0)
    local = choose_source("wayback", "http://127.0.0.1:1/cdx", "http://localhost:2/web", None)
    assert (local.page_pause, local.is_local, local.replay) == (0.0, True, "http://localhost:2/web/")


@pytest.mark.parametrize(
    "given",
    [
        ("nowhere", None, None, None), ("ftp://a/b", None, None, None), ("http://u:p@a/cdx", None, None, None),
        ("wayback", "file:///etc/passwd", None, None), ("wayback", None, "http://[::1", None),
        ("wayback", None, None, 0), ("wayback", None, None, float("nan")), ("http://a b/c", None, None, None),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(given: tuple[str, str | None, str | None, float | None]) -> None:
    with pytest.raises(OptionsError):
        choose_source(*given)


@pytest.mark.parametrize("named", ["http:///", "http://news.example", "http://news.example/"])
def test_an_address_without_a_host_or_a_list_is_refused(named: str) -> None:
    with pytest.raises(OptionsError, match="expected an address"):
        choose_source(named, None, None, None)
