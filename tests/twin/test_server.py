"""The twin's server: what goes over the wire, as a plain client sees it."""

from __future__ import annotations

import gzip
import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.forge import PATIENCE
from tests.support.twin import Server, Twin, make_twin, serve


@pytest.fixture
def twin() -> Twin:
    return make_twin(2, 30)


@pytest.fixture
def server(twin: Twin) -> Iterator[Server]:
    with serve(twin) as running:
        yield running


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer, body


def test_pages_go_out_as_rendered_and_every_request_is_noted(twin: Twin, server: Server) -> None:
    path = twin.listing("news")[0].path
    answer, body = ask(server, path, User_Agent="me")
    assert (answer.status, body) == (200, twin.render(path).body)
    assert ask(server, "/nowhere.html")[0].status == 404
    assert [(one.method, one.path, one.status) for one in server.requests] == [
        ("GET", path, 200),
        ("GET", "/nowhere.html", 404),
    ]
    assert server.requests[0].headers["user-agent"] == "me"
    server.clear()
    assert server.requests == []


def test_a_connection_is_kept_for_many_requests_without_delay(
    twin: Twin, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: list[int] = []
    set_option = socket.socket.setsockopt

    def note(line: socket.socket, level: int, name: int, value: int) -> None:
        if line.getsockname()[1] == server.port:
            options.append(name)
        set_option(line, level, name, value)

    monkeypatch.setattr(socket.socket, "setsockopt", note)
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    for story in twin.stories.values():
        line.request("GET", story.path)
        assert line.getresponse().read()
    line.close()
    # One connection for all, and without Nagle's algorithm, with which every answer would wait 40 ms.
    assert options == [socket.TCP_NODELAY]


def test_an_unchanged_page_answers_304_by_etag_or_date(twin: Twin, server: Server) -> None:
    story = twin.listing("news")[0]
    first, _ = ask(server, story.path)
    again, body = ask(server, story.path, If_None_Match=first.headers["ETag"])
    assert (again.status, body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert ask(server, story.path, If_Modified_Since=first.headers["Last-Modified"])[0].status == 304
    assert ask(server, story.path, If_Modified_Since="nonsense")[0].status == 200
    story.source = "changed.example"
    assert ask(server, story.path, If_None_Match=first.headers["ETag"])[0].status == 200
    assert ask(server, story.path, If_Modified_Since=first.headers["Last-Modified"])[0].status == 200


def test_gzip_is_sent_to_those_who_accept_it(twin: Twin) -> None:
    path = twin.listing("news")[0].path
    with serve(twin, gzip=True) as server:
        answer, body = ask(server, path, Accept_Encoding="gzip, br")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(body) == twin.render(path).body
        answer, body = ask(server, path)
        assert answer.headers["Content-Encoding"] is None
        assert body == twin.render(path).body


def test_robots_may_be_a_text_a_status_or_absent(twin: Twin) -> None:
    with serve(twin, robots="User-agent: *\nDisallow: /news/\n") as server:
        assert ask(server, "/robots.txt")[1] == b"User-agent: *\nDisallow: /news/\n"
    for robots, status in ((503, 503), (None, 404)):
        with serve(twin, robots=robots) as server:
            assert ask(server, "/robots.txt")[0].status == status


def test_the_server_ends_at_once_with_connections_still_open(twin: Twin) -> None:
    with serve(twin) as server:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        line.request("GET", "/")
        assert line.getresponse().read()
        assert line.sock is not None
        idle = line.sock
    assert idle.recv(1) == b"", "the server left it open"
    line.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "twin"]


def test_a_client_that_takes_it_for_a_proxy_gets_the_page(twin: Twin, server: Server) -> None:
    path = twin.listing("news")[0].path
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"GET http://e.my399.com{path} HTTP/1.0\r\n\r\n".encode())
        with line.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
