"""What an answer for a capture is: the page as it was, an archived error, or a refusal with its class."""

from __future__ import annotations

import gzip

import pytest

from harbincrawl.fetch.client import Reply
from harbincrawl.rescue.mementos import MOST_BYTES, Memento, NoPage, Refused, find_range, judge_range, judge_reply
from tests.support.other_archives import digest

STAMP = "20140501020304"
SAID = ("Memento-Datetime", "Thu, 01 May 2014 02:03:04 GMT")
PAGE = "<html><body>哈尔滨</body></html>".encode()


def test_the_sites_own_fields_are_restored() -> None:
    fields = (
        SAID, ("Server", "nginx"), ("content-type", "text/html;charset=gb18030"), ("x-archive-orig-etag", '"7"'),
        ("X-Archive-Orig-Content-Type", "text/html"), ("x-archive-orig-content-encoding", "gzip"), ("Link", "<x>"),
    )  # fmt: skip
    found = judge_reply(Reply(200, "OK", fields, PAGE), STAMP)
    assert isinstance(found, Memento)
    assert found.fields == (("etag", '"7"'), ("Content-Type", "text/html"), ("X-Archive-Orig-content-encoding", "gzip"))
    assert (found.body, found.payload, f"{found.moment:%Y%m%d%H%M%S}") == (PAGE, PAGE, STAMP)


@pytest.mark.parametrize("fields", [(), (("Content-Encoding", "gzip"),)])
@pytest.mark.parametrize("times", [1, 2])
def test_packed_bodies_are_unpacked_and_kept_packed(fields: tuple[tuple[str, str], ...], times: int) -> None:
    body = PAGE
    for _ in range(times):
        body = gzip.compress(body)
    found = judge_reply(Reply(200, "OK", (SAID, *fields), body), STAMP)
    if times == 1 or fields:
        assert isinstance(found, Memento)
        assert (found.body, found.payload) == (PAGE, body)
        assert [found.has_digest(mark) for mark in (digest(PAGE), digest(body), digest(b""), None)] == [
            True, True, False, None,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, "", (), PAGE), "no-moment"),
        (Reply(200, "", (("Memento-Datetime", "yesterday"),), PAGE), "no-moment"),
        (Reply(200, "", (("Memento-Datetime", "Thu, 01 May 2014 02:03:05 GMT"),), PAGE), "wrong-moment"),
        (Reply(302, "", (("Location", "/web/20150101000000id_/http://e.my399.com/"),), b""), "wrong-moment"),
        (Reply(404, "", (), b"not archived"), "missing"),
        (Reply(403, "", (), b"excluded"), "http"),
        (Reply(200, "", (SAID, ("Content-Encoding", "gzip")), gzip.compress(PAGE)[:-9]), "cut"),
        (Reply(200, "", (SAID, ("Content-Encoding", "gzip")), gzip.compress(b" " * (MOST_BYTES + 1))), "too-large"),
    ],
)
def test_what_is_not_the_capture_has_a_class(reply: Reply, kind: str) -> None:
    found = judge_reply(reply, STAMP)
    assert isinstance(found, Refused)
    assert found.kind == kind


def test_archived_redirects_and_errors_are_no_pages() -> None:
    assert judge_reply(Reply(302, "", (SAID, ("Location", "/x")), b""), STAMP) == NoPage("redirects")
    assert judge_reply(Reply(404, "", (SAID,), b"gone"), STAMP) == NoPage("not_an_article")


def test_content_location_names_the_moment_too_and_digits_without_a_month_need_the_year() -> None:
    place = ("Content-Location", f"http://archive.example/coll/{STAMP}id_/http://e.my399.com/")
    assert isinstance(judge_reply(Reply(200, "", (place,), PAGE), STAMP), Memento)
    assert isinstance(judge_reply(Reply(200, "", (place,), PAGE), "20140012030405"), Memento)
    assert isinstance(judge_reply(Reply(200, "", (place,), PAGE), "20150012030405"), Refused)


@pytest.mark.parametrize(
    ("place", "length"),
    [
        (None, 5),
        ("7 a.warc.gz", None),
        ("7 /etc/passwd", 5),
        ("7 a/../../b", 5),
        ("7 a?b", 5),
        ("x a", 5),
        ("7 a", 1 << 40),
    ],
)
def test_places_that_are_none_are_not_asked_for(place: str | None, length: int | None) -> None:
    assert find_range(place, length) is None
    assert find_range("7 crawl-data/a.warc.gz", 5) == ("crawl-data/a.warc.gz", "bytes=7-11")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404, "", (), b""), "missing"),
        (Reply(206, "", (), b"1234"), "cut"),
        (Reply(206, "", (), b"12345"), "damaged"),
        (Reply(200, "", (), b"x" * 1000), "cut"),
        (Reply(403, "", (), b"12345"), "http"),
    ],
)
def test_bytes_that_are_no_record_have_a_class(reply: Reply, kind: str) -> None:
    found = judge_range(reply, "http://e.my399.com/", STAMP, 5)
    assert isinstance(found, Refused)
    assert found.kind == kind
