"""Each line of the safety of the site, attacked."""

from __future__ import annotations

import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import lxml.etree
import lxml.html
import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.serve.answers import CAPTURED, OURS
from tests.support.archives import build_archive
from tests.support.crawling import crawl, records
from tests.support.purging import run as purge
from tests.support.twin import make_twin, serve
from tests.support.web_site import PICTURE, PICTURE_NAME, Site, keep_page, running

HEADERS = {
    "Content-Security-Policy": OURS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
SLOW = """
from harbincrawl.serve.pools import POOLS, Readers
Readers.__init__.__kwdefaults__.update(seconds=0.3)
POOLS["pages"] = POOLS["pages"]._replace(waiting=60)
"""


def list_elements(page: str) -> list[tuple[str, dict[str, str]]]:
    """(name, attributes) of every element of a page."""
    return [(str(each.tag), dict(each.attrib)) for each in lxml.html.fromstring(page).iter(lxml.etree.Element)]


def send(site: Site, data: bytes) -> bytes:
    """All that the site answers to raw bytes."""
    with closing(socket.create_connection(("127.0.0.1", site.port), timeout=60)) as sock:
        sock.sendall(data)
        found = b""
        while part := sock.recv(65536):
            found += part
        return found


def test_the_policies_are_the_documented_ones() -> None:
    assert OURS == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert CAPTURED == (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; img-src 'self' data:; "
        "style-src 'unsafe-inline' 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )


@pytest.mark.parametrize("path", [
    "/", "/search?q=snow", "/search.json?q=snow", "/search.csv?q=snow", "/search.atom", "/articles/harbin-today:4",
    "/articles/4",
    "/status", "/robots.txt", "/nothing", "/search?since=x", "/captures/1", "/captures/1/page",
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_has_the_headers(site: Site, path: str, method: str) -> None:
    reply = site.ask(path, method)
    policy = reply.headers["Content-Security-Policy"]
    assert {name: reply.headers[name] for name in HEADERS} == HEADERS | {"Content-Security-Policy": policy}
    assert policy == (CAPTURED if path == "/captures/1/page" else OURS)
    assert "aiohttp" not in reply.headers["Server"].lower()
    assert "Set-Cookie" not in reply.headers
    assert method != "HEAD" or reply.body == b""


@pytest.mark.parametrize("data", [
    b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nBad header\r\n\r\n",
    b"GET /" + b"a" * 10000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 10000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
])  # fmt: skip
def test_a_broken_or_endless_request_is_refused_with_the_headers_and_shows_nothing_of_itself(
    site: Site, data: bytes
) -> None:
    answer = send(site, data)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answer[:200]
    assert OURS.encode() in answer
    assert b"nosniff" in answer
    assert answer.partition(b"\r\n\r\n")[2] == b"The request could not be read.\n"


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:8399", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1", "",
    "localhost@evil.example",
    "[::2]", "127.0.0.1:99999999", "2130706433",
])  # fmt: skip
def test_another_host_name_is_refused(site: Site, host: str) -> None:
    reply = site.ask("/articles/harbin-today:4", Host=host)
    assert reply.status == 403
    assert "About snow" not in reply.text
    assert (
        site.ask("/", Host="localhost:1").status
        == site.ask("/", Host="[::1]").status
        == site.ask("/", Host="LOCALHOST").status
        == 200
    )
    assert b" 403 " in send(site, b"GET / HTTP/1.0\r\n\r\n")


def test_names_are_allowed_and_a_proxy_believed_only_when_told(site: Site, small: Path) -> None:
    with running(small, "--allow-host", "News.Example.org", "--behind-proxy") as other:
        assert other.ask("/", Host="news.example.org").status == 200
        assert other.ask("/", Host="evil.example").status == 403
        assert other.ask("/", Host="localhost", X_Forwarded_Host="evil.example").status == 403
        told = {"X_Forwarded_Host": "news.example.org", "X_Forwarded_Proto": "https"}
        assert "https://news.example.org/articles/" in other.ask("/search.atom", Host="localhost", **told).text
        assert "news.example.org/search" not in site.ask("/search.atom", Host="localhost", **told).text
        assert "https:" not in site.ask("/search.atom", **told).text.replace("https://web", "")


def test_the_socket_is_bound_to_loopback(site: Site) -> None:
    with closing(socket.socket()) as sock:
        sock.settimeout(5)
        own = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
            "127.0.0.1",
            "127.0.1.1",
        }
        for address in own:
            with pytest.raises(OSError, match="refused"):
                sock.connect((str(address), site.port))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_nothing_can_be_sent(site: Site, method: str) -> None:
    reply = site.ask("/search", method, b"q=snow")
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")


def test_a_request_with_a_body_is_refused_and_its_body_not_waited_for(site: Site) -> None:
    assert site.ask("/search", "GET", b"x" * 100).status == 413
    begin = time.monotonic()
    answer = send(site, b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nx")
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert time.monotonic() - begin < 20


def test_nothing_of_a_captured_page_is_left_that_could_run_or_load(hostile: tuple[Site, dict[str, int]]) -> None:
    site, captures = hostile
    reply = site.ask(f"/captures/{captures['hostile']}/page")
    page = reply.text
    assert reply.headers["Content-Security-Policy"] == CAPTURED
    assert reply.headers["Content-Type"].startswith("text/html")
    assert {name for name, _ in list_elements(page)} == {
        "html", "head", "meta", "title", "style", "body", "div", "h1", "p", "img", "input", "button", "a", "main",
        "template",
    }  # fmt: skip
    names = {name for _, attributes in list_elements(page) for name in attributes}
    assert names == {
        "lang", "charset", "name", "content", "style", "role", "src", "alt", "href", "disabled", "title", "target",
        "tabindex", "aria-label", "shadowrootmode",
    }  # fmt: skip
    assert "@import" not in page
    assert "url(" not in page
    assert "p { color: green }" in page
    assert "A captured heading" in page
    assert "A captured paragraph" in page


def test_the_links_of_a_captured_page_lead_to_captures_alone(hostile: tuple[Site, dict[str, int]]) -> None:
    site, captures = hostile
    page = site.ask(f"/captures/{captures['hostile']}/page").text
    links = re.findall(r'<a href="([^"]+)" target="_top">([^<]+)</a>', page)
    assert links == [(f"/captures/{captures['other']}", "captured")]
    assert "never captured</a>" in page and "outside</a>" in page
    assert page.count(" href=") == page.count('target="_top"') == 1
    assert f'src="/media/{PICTURE_NAME}"' in page


def test_a_captured_page_says_when_and_from_where_and_is_framed_in_a_sandbox(
    hostile: tuple[Site, dict[str, int]],
) -> None:
    site, captures = hostile
    assert (
        "Captured 1 June 2024, 08:00:00 UTC from http://e.my399.com/news/2024-05-01/1.html"
        in site.ask(f"/captures/{captures['hostile']}/page").text
    )
    frame = re.search(r"<iframe ([^>]*)>", site.ask(f"/captures/{captures['hostile']}").text)
    assert frame is not None
    assert frame[1].startswith(
        f'sandbox="allow-top-navigation-by-user-activation" src="/captures/{captures["hostile"]}/page"'
    )


def test_bytes_and_pictures_cannot_be_taken_for_pages(hostile: tuple[Site, dict[str, int]]) -> None:
    site, captures = hostile
    raw = site.ask(f"/captures/{captures['hostile']}/raw")
    assert raw.headers["Content-Type"] == "application/octet-stream"
    assert raw.headers["Content-Disposition"].startswith("attachment;")
    assert raw.body.startswith(b"<!DOCTYPE html><html><head><base")
    for name in (PICTURE_NAME, PICTURE_NAME.partition(".")[0]):
        picture = site.ask(f"/media/{name}")
        assert (picture.status, picture.headers["Content-Type"], picture.body) == (200, "image/png", PICTURE)
        assert picture.headers["Content-Security-Policy"] == CAPTURED


def test_a_capture_without_its_record_says_why(tmp_path: Path) -> None:
    archive = build_archive(
        tmp_path / "archive",
        [{"number": 1, "capture": {"warc": None}}, {"number": 2, "capture": {"warc": "gone.warc.gz", "offset": 0}}],
    )
    captures = [
        keep_page(archive, "http://e.my399.com/robots.txt", "x"),
        keep_page(archive, "http://e.my399.com/a", b"<p>" * 800_000),
    ]
    with running(archive) as site:
        assert (site.ask("/captures/1/page").status, site.ask("/captures/2/page").status) == (404, 500)
        assert "names a purged article" in site.ask("/captures/1/page").text
        assert "harbincrawl verify" in site.ask("/captures/2/page").text
        assert str(tmp_path) not in site.ask("/captures/2/page").text
        assert site.ask(f"/captures/{captures[1]}/page").status == 413
        # It can be shown in the frame; and nothing is framed that is no page.
        assert "frame-ancestors 'self'" in site.ask("/captures/1/page").headers["Content-Security-Policy"]
        assert "<iframe" not in site.ask("/captures/1").text
        assert "names a purged article" in site.ask("/captures/1").text


def test_a_purged_article_is_nowhere_from_the_next_request_on(tmp_path: Path) -> None:
    archive, twin = tmp_path / "archive", make_twin(5, 16, sections=("news",))
    with serve(twin) as server:
        crawl(archive, server)
    number = twin.listing("news")[3].number
    record = records(archive)[number]
    with closing(sqlite3.connect(archive / FILE)) as connection:
        captures = connection.execute("SELECT count(*) FROM captures").fetchone()[0]
    with running(archive) as site:
        paths = ["/", "/search", "/search.csv", "/search.json", "/search.atom", "/sections",
        f"/articles/harbin-today:{number}",
                 *(f"/captures/{at}{rest}" for at in range(1, captures + 1) for rest in ("", "/page",
                 "/raw"))]  # fmt: skip
        before = [path for path in paths if record["title"] in site.ask(path).body.decode("utf-8", "replace")]
        assert len(before) > 6
        purge(archive, number)
        assert [path for path in paths if record["title"] in site.ask(path).body.decode("utf-8", "replace")] == []
        assert site.ask(f"/articles/harbin-today:{number}").status == 404


@contextmanager
def slow_archive(tmp_path: Path) -> Iterator[Site]:
    body = " ".join(f"word{at}" for at in range(3000))
    archive = build_archive(tmp_path / "archive", [{"number": at, "body": body} for at in range(1, 400)])
    with running(archive, prelude=SLOW) as site:
        yield site


def test_a_question_ends_at_its_deadline_with_a_page_that_says_so(tmp_path: Path) -> None:
    with slow_archive(tmp_path) as site:
        begin = time.monotonic()
        reply = site.ask("/search?q=" + "+OR+".join(f"w{at}*" + f"+word{at}*" for at in "1234567890"))
        assert reply.status == 504
        assert "ask for less" in reply.text
        assert time.monotonic() - begin < 30
        assert "harbincrawl search" in reply.text
        assert site.ask("/articles/harbin-today:1.json").status == 200


@pytest.mark.parametrize(("number", "code"), [(2, 130), (15, 0)])
def test_a_signal_ends_it_at_once_whatever_is_under_way(tmp_path: Path, number: int, code: int) -> None:
    body = "snow " + "words of a long text " * 5_000
    archive = build_archive(tmp_path / "archive", [{"number": at, "body": body} for at in range(1, 200)])
    with running(archive) as site:
        sock = socket.create_connection(("127.0.0.1", site.port))
        sock.sendall(b"GET /search.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle = socket.create_connection(("127.0.0.1", site.port))
        begin = time.monotonic()
        ended, said = site.end(number)
        assert (ended, time.monotonic() - begin < 5) == (code, True)
        assert "Traceback" not in said
        sock.close()
        idle.close()


def test_a_damaged_archive_says_so_and_shows_no_path(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": at, "body": f"snow {at} " * 400} for at in range(1, 300)])
    with running(archive) as site:
        assert site.ask("/search?q=snow").status == 200
        with closing(sqlite3.connect(archive / FILE)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with (archive / FILE).open("r+b") as stream:
            size = stream.seek(0, 2)
            stream.seek(8192)
            stream.write(b"\xa5" * (size - 8192))
        with closing(sqlite3.connect(archive / FILE)) as connection:
            connection.execute("PRAGMA user_version = 2")
        reply = site.ask("/search?q=snow&sort=oldest")
        assert reply.status == 500
        assert "harbincrawl rebuild" in reply.text
        assert str(tmp_path) not in reply.text
