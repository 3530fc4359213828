"""Faults of single addresses, as they arrive at a client."""

from __future__ import annotations

import gzip
import http.client
import random
import time
from collections.abc import Iterator

import pytest

from tests.support.forge import PATIENCE
from tests.support.twin import Fault, Server, Twin, make_twin, serve
from tests.support.twin.faults import KINDS, scattered


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(2, 30)


@pytest.fixture(scope="module")
def server(twin: Twin) -> Iterator[Server]:
    with serve(twin) as running:
        yield running


@pytest.fixture
def path(twin: Twin) -> Iterator[str]:
    twin.faults.clear()
    yield twin.listing("news")[0].path
    twin.faults.clear()


def ask(server: Server, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer, answer.read()
    finally:
        line.close()


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_a_status_fault_strikes_as_often_as_told(twin: Twin, server: Server, path: str, status: int) -> None:
    twin.faults[path] = Fault(str(status), times=2)
    assert [ask(server, path)[0].status for _ in range(4)] == [status, status, 200, 200]


def test_a_fault_without_times_lasts(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("500")
    assert {ask(server, path)[0].status for _ in range(5)} == {500}


def test_retry_after_is_sent_with_503_and_where_told(twin: Twin, server: Server, path: str) -> None:
    for fault, wait in (
        (Fault("503"), "1"),
        (Fault("429", retry_after=7), "7"),
        (Fault("503", retry_after=None), None),
    ):
        twin.faults[path] = fault
        assert ask(server, path)[0].headers["Retry-After"] == wait


def test_a_slow_answer_is_whole_but_late(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("slow", seconds=0.2, pieces=4)
    began = time.monotonic()
    assert ask(server, path)[1] == twin.render(path).body
    assert time.monotonic() - began >= 0.2


def test_a_cut_body_is_shorter_than_promised(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("cut", share=0.3)
    with pytest.raises(http.client.IncompleteRead) as cut:
        ask(server, path)
    assert twin.render(path).body.startswith(cut.value.partial)
    twin.faults[path] = Fault("cut", chunked=True)
    with pytest.raises(http.client.IncompleteRead):
        ask(server, path)


def test_a_dropped_connection_has_no_answer(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("drop", times=1)
    server.clear()
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        ask(server, path)
    assert server.requests[-1].status == 0
    assert ask(server, path)[0].status == 200


def test_a_redirect_leads_anywhere(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("redirect", to="http://10.0.0.1/", status=301)
    answer, _ = ask(server, path)
    assert (answer.status, answer.headers["Location"]) == (301, "http://10.0.0.1/")


def test_a_bomb_is_small_on_the_wire_and_large_unpacked(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("bomb", megabytes=8)
    answer, body = ask(server, path)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) < 100_000
    assert len(gzip.decompress(body)) > 8_000_000


def test_a_wrong_charset_stands_in_the_header_only(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("charset", says="big5")
    answer, body = ask(server, path)
    assert answer.headers["Content-Type"] == "text/html; charset=big5"
    assert body == twin.render(path).body


def test_an_endless_page_outgrows_any_patience(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("endless")
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    line.request("GET", path)
    assert len(line.getresponse().read(2_000_000)) == 2_000_000
    line.close()
    twin.faults[path] = Fault("endless", kilobytes=3, seconds=0)
    assert 3_000 < len(ask(server, path)[1]) < 5_000


def test_some_faults_look_like_success(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("soft404")
    answer, body = ask(server, path)
    assert (answer.status, b"404 Not Found" in body) == (200, True)
    twin.faults[path] = Fault("home")
    assert ask(server, path)[1] == twin.render("/").body
    twin.faults[path] = Fault("empty")
    assert ask(server, path)[1] == b""


def test_a_fault_holds_for_its_address_with_any_query(twin: Twin, server: Server, path: str) -> None:
    twin.faults[path] = Fault("410")
    assert ask(server, path + "?a=1")[0].status == 410


def test_unknown_kinds_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no fault is called 'fire'"):
        Fault("fire")
    assert "drop" in KINDS


def test_scattered_faults_pass_and_depend_on_the_dice_alone() -> None:
    paths = [f"/{n}" for n in range(500)]
    one = scattered(paths, 0.3, random.Random(1))
    assert repr(one) == repr(scattered(paths, 0.3, random.Random(1)))
    assert 100 < len(one) < 200
    assert all(fault.times == 1 for fault in one.values())
