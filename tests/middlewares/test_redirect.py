"""The redirect middleware: an empty Location leads nowhere, and what is no address is refused without a traceback."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.support.crawling import crawl
from tests.support.raw_server import serve_raw
from tests.support.twin import make_twin, serve
from tests.support.twin.faults import Fault


@pytest.mark.parametrize("to", ["", " "], ids=["empty", "blank"])
def test_a_redirect_without_a_target_is_asked_for_once(tmp_path: Path, to: str) -> None:
    twin = make_twin(61, 12, sections=("news",))
    path = twin.listing("news")[3].path
    twin.faults[path] = Fault("redirect", to=to)
    with serve(twin) as server:
        report = crawl(tmp_path, server, code=3).report
    assert [request.path for request in server.requests].count(path) == 1
    assert [(one["class"], one["reason"]) for one in report["failures"]] == [("http", "HTTP 302 without a Location")]


@pytest.mark.parametrize("to", ["http://[", "http://127.0.0.1:99999/", "javascript:alert(1)"])
def test_a_redirect_to_what_is_no_address_is_refused(tmp_path: Path, to: str) -> None:
    twin = make_twin(62, 12, sections=("news",))
    twin.faults[twin.listing("news")[3].path] = Fault("redirect", to=to)
    with serve(twin) as server:
        report = crawl(tmp_path, server, code=3).report
    failures = [(one["class"], one["reason"]) for one in report["failures"]]
    assert failures == [("refused", "redirects to what is no address")]


BOMB = gzip.compress(bytes(17 << 20))
UNREADABLE = {
    "no address": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    "too large": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_robots_txt_that_cannot_be_read_closes_the_site_without_a_traceback(tmp_path: Path, name: str) -> None:
    with serve_raw(lambda _, client: client.sendall(UNREADABLE[name])) as server:
        run = crawl(tmp_path / "archive", server.url, code=None)
    assert run.report["robots"]["says"] == "closed"
    assert "Traceback" not in run.words
    assert len(server.asked) == 1
