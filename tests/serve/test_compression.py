"""What is sent of an answer: packed for who takes that, with a tag, and not again to who has it."""

from __future__ import annotations

import gzip
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.serve.answers import CAPTURED, OURS
from harbincrawl.serve.looks import SCRIPT, SCRIPT_NAME, STYLE, STYLE_NAME
from harbincrawl.twin import make_twin, serve
from tests.support.archives import build_archive
from tests.support.crawling import crawl, records
from tests.support.families import sample
from tests.support.purging import run as purge
from tests.support.web_site import PICTURE, PICTURE_NAME, Reply, Site, keep_page, running

PAGES = (
    "/", "/index.json", "/search?q=snow", "/search.json?q=snow", "/articles/harbin-today:4",
    "/articles/harbin-today:4.json",
    "/articles/harbin-today:8/revisions/1..2", "/captures/1", "/sections", "/trends?q=snow",
    "/concordance?q=snow", "/status", "/feed.atom", "/watches", "/api", f"/{STYLE_NAME}", f"/{SCRIPT_NAME}",
)  # fmt: skip
DOWNLOADS = ("/search.csv?q=snow", "/search.jsonl", "/search.atom", "/concordance.csv?q=snow")
TAKEN = (
    "gzip",
    "GZIP",
    "deflate, gzip;q=0.1",
    "*",
    "br, *;q=0.5",
    "gzip;q=1.000",
    "gzip ; q=0.5 , br",
    "identity;q=0.5, gzip;q=1",
)
NOT_TAKEN = (
    "", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "br", "gzipped", "gzip;q=2", "gzip;q=-1",
    "gzip;q=", "gzip;q=0.5, identity", "gzip;level=1", "gzip q=1", ";gzip", "gzip" * 1000, "," * 5000,
)  # fmt: skip


def ask(site: Site, path: str, accepted: str = "gzip", method: str = "GET", **headers: str) -> Reply:
    return site.ask(path, method, Accept_Encoding=accepted, **headers)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_packed_for_who_takes_it_and_each_form_has_its_tag(site: Site, path: str) -> None:
    plain, packed = ask(site, path, "identity"), ask(site, path)
    assert plain.status == packed.status == 200
    assert "Content-Encoding" not in plain.headers
    if len(plain.body) < 800:
        assert packed.body == plain.body
    else:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) < len(plain.body)
        assert packed.headers["ETag"] != plain.headers["ETag"]
    for reply in (plain, packed):
        assert reply.headers["Vary"] == "Accept-Encoding"
        assert int(reply.headers["Content-Length"]) == len(reply.body)
        assert re.fullmatch('"[0-9a-f]{32}"', reply.headers["ETag"])
    # What is kept is of the right form, too.
    assert ask(site, path).body == packed.body
    assert ask(site, path, "identity").body == plain.body


@pytest.mark.parametrize("path", DOWNLOADS)
def test_a_download_is_packed_while_it_is_made(site: Site, path: str) -> None:
    plain, packed = ask(site, path, "identity"), ask(site, path)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    head = ask(site, path, method="HEAD")
    assert (head.body, head.headers["Content-Encoding"]) == (b"", "gzip")


@pytest.mark.parametrize(
    ("accepted", "is_packed"), sample([*((each, True) for each in TAKEN), *((each, False) for each in NOT_TAKEN)], 9)
)
def test_whoever_does_not_clearly_take_gzip_gets_none(site: Site, accepted: str, is_packed: bool) -> None:
    for path in ("/search?q=snow", "/search.csv", f"/{STYLE_NAME}"):
        reply = ask(site, path, accepted)
        assert reply.status == 200
        assert (reply.headers.get("Content-Encoding") == "gzip") is is_packed, path
        assert (reply.body[:2] == b"\x1f\x8b") is is_packed


def test_the_header_may_be_in_several_lines_or_missing(site: Site) -> None:
    for lines, is_packed in ((b"", False), (b"Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n", True)):
        with closing(socket.create_connection(("127.0.0.1", site.port))) as sock:
            sock.sendall(b"GET /api HTTP/1.1\r\nHost: localhost\r\n" + lines + b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: sock.recv(65536), b""))
        assert (b"Content-Encoding: gzip" in answer) is is_packed


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_a_page_is_told_so_without_its_bytes(site: Site, path: str, accepted: str, method: str) -> None:
    whole = ask(site, path, accepted)
    tag = whole.headers["ETag"]
    for wanted in (tag, f"W/{tag}", f'"x", {tag}', f'W/"a,b" ,{tag},"y"', "*", f"  {tag}  "):
        reply = ask(site, path, accepted, method, If_None_Match=wanted)
        assert (reply.status, reply.body) == (304, b""), wanted
        kept = ("ETag", "Vary", "Cache-Control", "Content-Security-Policy")
        assert {name: reply.headers[name] for name in kept} == {name: whole.headers[name] for name in kept}
        assert not {"Content-Type", "Content-Encoding"} & set(reply.headers)
    for wanted in (
        '"x"',
        tag[:-1],
        tag.strip('"'),
        f"x{tag}",
        f'"{tag}"',
        tag.upper() if tag != tag.upper() else "",
        "W/*",
        '"*"',
    ):
        reply = ask(site, path, accepted, method, If_None_Match=wanted)
        assert (reply.status, len(reply.body) > 0) == (200, method == "GET"), wanted
    head = ask(site, path, accepted, "HEAD")
    assert {name: head.headers[name] for name in ("ETag", "Content-Length", "Vary")} == {
        name: whole.headers[name] for name in ("ETag", "Content-Length", "Vary")
    }
    assert head.headers.get("Content-Encoding") == whole.headers.get("Content-Encoding")


def test_the_tag_of_the_other_form_confirms_nothing(site: Site) -> None:
    packed, plain = (ask(site, "/search?q=snow", accepted).headers["ETag"] for accepted in ("gzip", "identity"))
    assert ask(site, "/search?q=snow", "gzip", If_None_Match=plain).status == 200
    assert ask(site, "/search?q=snow", "identity", If_None_Match=packed).status == 200


@pytest.mark.parametrize("wanted", ["*", '"x"'])
def test_what_is_no_page_is_never_confirmed(site: Site, wanted: str) -> None:
    for path, status in (("/articles/77", 404), ("/search?since=x", 400), ("/nothing", 404), ("/articles/4", 301)):
        reply = ask(site, path, If_None_Match=wanted)
        assert (reply.status, "ETag" in reply.headers) == (status, False)
    assert site.ask("/search.csv", If_None_Match=wanted).status == 200


def test_a_change_of_the_archive_is_another_tag(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "title": "Before"}])
    with running(archive) as site:
        tag = ask(site, "/search").headers["ETag"]
        assert ask(site, "/search", If_None_Match=tag).status == 304
        with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
            connection.execute("UPDATE articles SET title = 'After'")
        reply = ask(site, "/search", If_None_Match=tag)
        assert reply.status == 200
        assert b"After" in gzip.decompress(reply.body)


def test_what_was_purged_is_never_confirmed(tmp_path: Path) -> None:
    archive, twin = tmp_path / "archive", make_twin(5, 12, sections=("news",))
    with serve(twin) as server:
        crawl(archive, server)
    number = twin.listing("news")[3].number
    title = records(archive)[number]["title"].encode()
    paths = [
        "/",
        "/search",
        "/search.json",
        "/feed.atom",
        f"/articles/harbin-today:{number}",
        *(f"/captures/{at}" for at in range(1, 9)),
    ]
    with running(archive) as site:
        had = {}
        for path in paths:
            reply = ask(site, path)
            body = gzip.decompress(reply.body) if reply.headers.get("Content-Encoding") else reply.body
            if title in body:
                had[path] = reply.headers["ETag"]
        assert len(had) > 4
        purge(archive, number)
        later = "Fri, 01 Jan 2038 00:00:00 GMT"
        for path, tag in had.items():
            for headers in (
                {"If_None_Match": tag},
                {"If_Modified_Since": later},
                {"If_None_Match": tag, "If_Modified_Since": later},
            ):
                assert ask(site, path, **headers).status in (200, 404, 410), path
        assert ask(site, f"/articles/harbin-today:{number}", If_None_Match="*").status == 404


@contextmanager
def captured(archive: Path) -> Iterator[tuple[Site, int]]:
    build_archive(archive, [{"number": 1}])
    address = "http://e.my399.com/news/2024-05-01/1.html"
    capture = keep_page(archive, address, f"<html><body>{'<p>words of a page</p>' * 200}")
    (archive / "media").mkdir()
    (archive / "media" / PICTURE_NAME).write_bytes(PICTURE * 50)
    with running(archive) as site:
        yield site, capture


def test_captures_and_pictures_are_sent_as_they_are(tmp_path: Path) -> None:
    with captured(tmp_path / "archive") as (site, capture):
        for path in (f"/captures/{capture}/raw", f"/media/{PICTURE_NAME}"):
            reply, plain = ask(site, path), ask(site, path, "identity")
            assert (reply.status, reply.body) == (200, plain.body), path
            assert not {"Content-Encoding", "Vary"} & set(reply.headers), path
        assert ask(site, f"/media/{PICTURE_NAME}", If_None_Match=f'"{"a" * 64}"').status == 304


def test_a_captured_page_that_is_confirmed_keeps_its_own_policy(tmp_path: Path) -> None:
    with captured(tmp_path / "archive") as (site, capture):
        page = ask(site, f"/captures/{capture}/page")
        assert page.headers["Content-Encoding"] == "gzip"
        confirmed = ask(site, f"/captures/{capture}/page", If_None_Match=page.headers["ETag"])
        assert confirmed.status == 304
        # A browser puts the headers of a 304 in the place of those that it has kept.
        assert confirmed.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"] == CAPTURED


def test_style_and_script_are_kept_for_ever_under_the_names_of_their_content(site: Site) -> None:
    for name, content, kind in ((STYLE_NAME, STYLE, "text/css"), (SCRIPT_NAME, SCRIPT, "text/javascript")):
        reply = ask(site, f"/{name}", "identity")
        assert (reply.status, reply.body) == (200, content)
        assert reply.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert "max-age=31536000" in reply.headers["Cache-Control"]
        assert reply.headers["Content-Security-Policy"] == OURS
    assert site.ask("/script-000000000000.js").status == 404
    assert len(SCRIPT) <= 3000


def test_nothing_of_an_archive_is_given_to_a_browser_that_would_run_it(tmp_path: Path) -> None:
    with captured(tmp_path / "archive") as (site, capture):
        for path in (f"/captures/{capture}/raw", f"/captures/{capture}/page", "/search.csv", "/search?q=x"):
            for wanted in ("script", "serviceworker", "worker"):
                assert site.ask(path, Sec_Fetch_Dest=wanted).status == 403, path
            assert site.ask(path, Sec_Fetch_Dest="document").status == 200, path
        assert site.ask(f"/{SCRIPT_NAME}", Sec_Fetch_Dest="script").status == 200
