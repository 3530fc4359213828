"""Captures that were made to harm whoever replays them: nothing of them becomes a header, a page or a place of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harbincrawl.serve.answers import CAPTURED
from tests.support.archives import build_archive
from tests.support.mementos import Raw, hold
from tests.support.web_site import Site, running

STAMP = "20240601080000"
HOST = "http://e.my399.com"
PAGE = b"<script>alert(1)</script><meta http-equiv=refresh content='0;url=http://evil.example/'>"
LENGTHS = (700, 1200, 1900)
OURS = frozenset((
    "content-security-policy", "content-type", "content-length", "content-encoding", "memento-datetime", "link", "date",
    "server", "x-content-type-options", "referrer-policy", "cache-control", "connection", "location",
))  # fmt: skip
FIELDS = (
    "Content-Security-Policy: default-src *", "Set-Cookie: a=b", "Access-Control-Allow-Origin: *", "Clear-Site-Data: *",
    "Refresh: 0;url=http://evil.example/", "Strict-Transport-Security: max-age=9", "Link: </x>; rel=preload",
    "Memento-Datetime: Sat, 01 Jan 2000 00:00:00 GMT", "X-Archive-Orig-Link: </y>; rel=stylesheet", "Alt-Svc: h3=':9'",
    "WWW-Authenticate: Basic", "Content-Disposition: attachment; filename=x.exe", "Transfer-Encoding: identity",
    "Connection: keep-alive", "Content-Length: 5", "Service-Worker-Allowed: /", "X: a\x00b\x1b[31m\x7f",
    "\xff\xfe: \xff",
    "Vary: *", "Age: 9", "Cache-Control: public", "ETag: \"1\"", "Upgrade: h2c", "Trailer: X", "Server: evil",
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_archive(tmp_path_factory.mktemp("hostile") / "archive")
    hold(folder, STAMP, f"{HOST}/page", PAGE, fields=("Content-Type: text/html", *FIELDS))
    for status in (201, 204, 205, 206, 226, 300, 301, 307, 399, 401, 407, 418, 429, 451, 500, 599):
        hold(folder, STAMP, f"{HOST}/{status}", PAGE, status=status, fields=FIELDS)
    for status in (100, 101, 199, 304, 600, 999):
        hold(folder, STAMP, f"{HOST}/{status}", PAGE, status=status, fields=FIELDS)
    targets = (
        "http://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example\\", "http://[", "?",
        "/a>b\"; rel=\"x", "/" + "a" * 5000, "http://e.my399.com@evil.example/", "\tjavascript:x", "%0d%0aX: y",
    )  # fmt: skip
    for at, target in enumerate(targets):
        hold(folder, STAMP, f"{HOST}/to/{at}", b"", status=302, fields=(f"Location: {target}",))
    for at, kind in enumerate(
        ("text/html\x00; a", "", "x" * 3000, "multipart/x-mixed-replace;boundary=a", "\xe9/\xe9")
    ):
        hold(folder, STAMP, f"{HOST}/type/{at}", PAGE, fields=(f"Content-Type: {kind}",))
    hold(folder, STAMP, f"{HOST}/torn", PAGE, fields=("Content-Encoding: gzip",))
    for length in LENGTHS:
        for year in range(2021, 2026):
            hold(folder, f"{year}{STAMP[4:]}", f"{HOST}/long/" + "a" * length, PAGE)
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def replay(site: Site, name: str, method: str = "GET") -> Raw:
    return Raw(site, f"/web/{STAMP}id_/{HOST}/{name}", method=method)


def check(answer: Raw) -> None:
    """Its headers are ours, but for those that say whose they were."""
    assert answer.fields.keys() - OURS == {name for name in answer.fields if name.startswith("x-archive-orig-")}
    assert answer.fields["content-security-policy"] == CAPTURED
    assert answer.fields["x-content-type-options"] == "nosniff"
    assert answer.fields["server"] == "harbincrawl"
    assert answer.fields["cache-control"] == "no-cache"
    assert answer.fields["memento-datetime"] == "Sat, 01 Jun 2024 08:00:00 GMT"
    assert all(value.isprintable() for value in answer.fields.values())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_fields_of_a_capture_are_told_and_not_sent(site: Site, method: str) -> None:
    answer = replay(site, "page", method)
    check(answer)
    assert answer.status == 200
    assert answer.body == (PAGE if method == "GET" else b"")
    assert answer.fields["content-type"] == "text/html"
    assert answer.fields["x-archive-orig-set-cookie"] == "a=b"
    assert answer.fields["x-archive-orig-link"] == "</x>; rel=preload, </y>; rel=stylesheet"
    assert answer.fields["x-archive-orig-memento-datetime"] == "Sat, 01 Jan 2000 00:00:00 GMT"


@pytest.mark.parametrize("status", [201, 204, 205, 206, 226, 300, 301, 307, 399, 401, 407, 418, 429, 451, 500, 599])
def test_every_status_of_an_answer_is_given_again(site: Site, status: int) -> None:
    answer = replay(site, str(status))
    check(answer)
    assert (answer.status, answer.fields.get("location")) == (status, None)


@pytest.mark.parametrize("status", [100, 101, 199, 304, 600, 999])
def test_what_is_no_answer_is_not_given(site: Site, status: int) -> None:
    assert replay(site, str(status)).status == 404


@pytest.mark.parametrize("at", range(11))
def test_no_redirect_leads_out_of_the_archive(site: Site, at: int) -> None:
    answer = replay(site, f"to/{at}")
    check(answer)
    assert answer.status == 302
    place = answer.fields["location"]
    assert place.startswith(f"http://localhost/web/{STAMP}id_/")
    assert not set(place) & set(' "<>\\')
    assert Raw(site, place.removeprefix("http://localhost")).status in (404, 302)


@pytest.mark.parametrize("at", range(5))
def test_types_stay_what_they_are_in_a_sandbox(site: Site, at: int) -> None:
    answer = replay(site, f"type/{at}")
    check(answer)
    assert answer.body == PAGE


def test_a_false_content_encoding_stays_as_it_was(site: Site) -> None:
    answer = replay(site, "torn")
    assert (answer.status, answer.body, answer.fields["content-encoding"]) == (200, PAGE, "gzip")


@pytest.mark.parametrize("length", LENGTHS)
def test_headers_stay_short_for_long_addresses(site: Site, length: int) -> None:
    for path in (f"/web/{STAMP}id_/{HOST}/long/", f"/web/{HOST}/long/"):
        answer = Raw(site, path + "a" * length)
        assert answer.status in (200, 302)
        assert len(answer.fields["link"]) <= 8000
        assert answer.links["original"][0].endswith("a" * length)
