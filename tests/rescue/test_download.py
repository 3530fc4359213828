"""Which captures are the site's and are asked for; whether an answer is the capture that was asked for."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from harbincrawl.fetch.client import Reply, RequestError
from harbincrawl.rescue.cdx import CdxRow
from harbincrawl.rescue.download import find_range, judge_range, judge_reply
from harbincrawl.rescue.lists import CaptureList, CaptureSelection, HeldCapture, list_targets
from harbincrawl.rescue.sources import choose_source
from tests.support.sites import HARBIN_TODAY

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ARTICLE = "http://e.my399.com/news/2014-05-09/1021.html"
STAMP = "20140501020304"
SAID = ("Memento-Datetime", "Thu, 01 May 2014 02:03:04 GMT")
PAGE = "<html><body>哈尔滨</body></html>".encode()


def row(
    original: str = ARTICLE, timestamp: str = "20140601000000", status: int | None = 200, mark: str = "A"
) -> CdxRow:
    return CdxRow(original, timestamp, status, mark * 32, 100)


def held(place: str | None = None, length: int | None = 5) -> HeldCapture:
    return HeldCapture(ARTICLE, STAMP, ARTICLE, "1021", "news", length, place)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (row(), None),
        (row("https://E.my399.com:443/news/2014-05-09/1021_2.html?from=home#top"), None),
        (row("http://e.my399.com:80/news/index_3.html"), None),
        (row(status=None), None),
        (row(timestamp="20140012000000"), "a time that is none"),
        (row("http://my399.com/news/2014-05-09/1021.html"), "another host"),
        (row("http://e.my399.com/skin/a.css"), "neither an article nor a list"),
        (row("http://e.my399.com/news/2014-05-09/1022.html"), "purged"),
        (row(timestamp="20990101000000"), "dated in the future"),
        (row(status=301), "HTTP 301"),
        (row("http://e.my399.com/gallery/2014-05-09/1023.html"), "not chosen"),
        (row(timestamp="20130101000000"), "not chosen"),
    ],
)
def test_a_row_is_asked_for_or_has_a_reason(given: CdxRow, reason: str | None) -> None:
    listed = CaptureList(HARBIN_TODAY, CaptureSelection("2014", "2026", ("news",)), {"1022"}, NOW)
    with closing(listed):
        listed.put([given])
        assert (dict(listed.not_ours), listed.count_wanted()) == (({}, 1) if reason is None else ({reason: 1}, 0))


def test_all_are_asked_for_in_the_order_of_time_but_those_with_the_body_of_the_one_before() -> None:
    listed = CaptureList(HARBIN_TODAY, CaptureSelection(), (), NOW)
    stamps = [(f"2014060{day}000000", mark) for day, mark in ((3, "x"), (1, "x"), (2, "y"), (4, "x"), (5, "x"))]
    with closing(listed):
        listed.put([row(timestamp=stamp, mark=mark) for stamp, mark in stamps])
        listed.put([row("http://e.my399.com/news/", "20140602120000")])
        assert [each.timestamp[6:10] for each in listed.list_wanted()] == ["0100", "0200", "0212", "0300"]
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


def test_the_sites_own_fields_are_restored() -> None:
    fields = (
        SAID, ("Server", "nginx"), ("content-type", "text/html;charset=gb18030"), ("x-archive-orig-etag", '"7"'),
        ("X-Archive-Orig-Content-Type", "text/html"), ("x-archive-orig-content-encoding", "gzip"), ("Link", "<x>"),
    )  # fmt: skip
    restored = (("etag", '"7"'), ("Content-Type", "text/html"), ("X-Archive-Orig-content-encoding", "gzip"))
    assert judge_reply(Reply(200, "OK", fields, PAGE), held()) == ("OK", restored, PAGE)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, "", (), PAGE), "other"),
        (Reply(200, "", (("Memento-Datetime", "yesterday"),), PAGE), "other"),
        (Reply(200, "", (("Memento-Datetime", "Thu, 01 May 2014 02:03:05 GMT"),), PAGE), "other"),
        (Reply(302, "", (("Location", "/web/20150101000000id_/http://e.my399.com/"),), b""), "other"),
        (Reply(404, "", (), b"not archived"), "missing"),
        (Reply(403, "", (), b"excluded"), "other"),
        (Reply(302, "", (SAID, ("Location", "/x")), b""), "other"),
        (Reply(404, "", (SAID,), b"gone"), "other"),
    ],
)
def test_what_is_not_the_capture_has_a_class(reply: Reply, kind: str) -> None:
    with pytest.raises(RequestError) as refused:
        judge_reply(reply, held())
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("place", "length"),
    [(None, 5), ("7 a.warc.gz", None), ("7 /etc/passwd", 5), ("7 a/../../b", 5), ("7 a?b", 5), ("x a", 5),
     ("7 a", 1 << 40)],
)  # fmt: skip
def test_places_that_are_none_are_not_asked_for(place: str | None, length: int | None) -> None:
    with pytest.raises(RequestError):
        find_range(held(place, length))
    assert find_range(held("7 crawl-data/a.warc.gz")) == ("crawl-data/a.warc.gz", "bytes=7-11")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404, "", (), b""), "missing"),
        (Reply(206, "", (), b"1234"), "damaged"),
        (Reply(206, "", (), b"12345"), "damaged"),
        (Reply(200, "", (), b"x" * 1000), "damaged"),
        (Reply(403, "", (), b"12345"), "other"),
    ],
)
def test_bytes_that_are_no_record_have_a_class(reply: Reply, kind: str) -> None:
    with pytest.raises(RequestError) as refused:
        judge_range(reply, held())
    assert refused.value.kind == kind
