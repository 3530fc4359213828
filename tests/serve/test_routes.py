"""Addresses as strangers write them: which page they lead to, and that no answer goes past our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.errors import OptionsError
from harbincrawl.serve.answers import OURS
from harbincrawl.serve.server import make_settings
from tests.support.web_site import Site, running


@pytest.fixture(scope="module")
def below(small: Path) -> Iterator[Site]:
    with running(small, "--base-path", "/x") as started:
        yield started


def send(site: Site, line: str, *headers: str) -> str:
    """All that the site answers to a request with this first line."""
    lines = [f"{line} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=60)) as sock:
        sock.sendall("\r\n".join(lines).encode())
        found = b""
        while part := sock.recv(65536):
            found += part
        return found.decode()


@pytest.mark.parametrize("path", [
    "//", "///", "//search", "/search/", "/search//", "/search.", "/search.html", "/search.JSON", "/search%2Fjson",
    "/captures/1%2Fpage", "/captures/1/page/", "/captures/%00", "/articles/", "/articles//4", "/articles/a%2Fb",
    "/articles/%0d%0a", "/articles/%2e%2e%2fsearch", "/articles/../search", "/articles/{id}", "/media/%2e%2e%2fa",
    "/sectionsx", "/robotsxtxt", "/x/search", "/%ff", "/%zz",
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_no_address_has_the_page_that_says_so(site: Site, method: str, path: str) -> None:
    head, _, body = send(site, f"{method} {path}").partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 404 ")
    assert f"Content-Security-Policy: {OURS}" in head
    assert ("<h1>" in body) == (method == "GET")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/x", 301), ("/x/", 200), ("/x/search", 200), ("/%78/%73earch.json", 200), ("/", 404), ("/search", 404),
     ("//x/", 404), ("/x//", 404), ("/x//search", 404), ("/xx/", 404), ("/x%2Fsearch", 404), ("/x/../search", 404)],
)  # fmt: skip
def test_below_a_base_path_is_all_and_outside_of_it_nothing(below: Site, path: str, status: int) -> None:
    answer = send(below, f"GET {path}")
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert f"Content-Security-Policy: {OURS}" in answer
    assert "Server: harbincrawl\r\n" in answer


@pytest.mark.parametrize("line", ["POST /search", "POST /nothing", "GET /search", "GET /x/nothing", "PUT /x/search"])
def test_nobody_is_told_to_send_a_body_on(site: Site, below: Site, line: str) -> None:
    status = "HTTP/1.1 405 " if not line.startswith("GET") else "HTTP/1.1 413 "
    for each in (site, below):
        answer = send(each, line, "Content-Length: 5", "Expect: 100-continue")
        assert answer.startswith(status)


@pytest.mark.parametrize("line", ["OPTIONS *", "CONNECT localhost:80", "GET search", "GET /é"])
def test_what_is_no_path_is_refused_with_the_headers(site: Site, line: str) -> None:
    answer = send(site, line)
    assert answer[len("HTTP/1.1 ") :][:3] in ("400", "404", "405")
    assert OURS in answer
    assert "aiohttp" not in answer


@pytest.mark.parametrize(
    "base", ["archive", "/a//b", "/a b", "/a%41", "/a?b", "/a#b", "/a\\b", "/é", "/a{b}", '/a"', "/<"]
)
def test_a_base_path_that_addresses_cannot_have_as_it_is_is_refused(base: str) -> None:
    with pytest.raises(OptionsError, match="expected a path such as /archive"):
        make_settings("127.0.0.1", base, (), is_behind_proxy=False)
