"""The list of captures in the language of CDX servers: choices, forms, keys to go on with, what is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from multidict import MultiDict

from harbincrawl.archive.database.connection import FILE
from harbincrawl.rescue.cdx import parse_answer, parse_pages
from harbincrawl.serve.cdx import CdxError, read_query
from harbincrawl.warc.heads import digest_of
from tests.support.archives import build_archive
from tests.support.mementos import NEWS, hold
from tests.support.web_site import Site, running

HOST = "http://e.my399.com"
STORY = f"{HOST}/news/2024-05-01/7.html"
FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_archive(tmp_path_factory.mktemp("cdx") / "archive")
    for at in range(6):
        hold(folder, f"20240{at + 1}01080000", body=f"<p>{at // 2}</p>".encode())
    hold(folder, "20240102000000", STORY)
    # Twice in one second: what the site answered us is the one that is listed and given.
    hold(folder, "20240103000000", STORY, b"rescued", source="wayback", host="web.archive.org")
    hold(folder, "20240103000000", STORY, b"own")
    hold(folder, "20240103000000", STORY, b"busy", status=503)
    hold(folder, "20240104000000", STORY, b"", status=304, digest=digest_of(b"own"))
    hold(folder, "20240105000000", STORY, b"", status=304)
    hold(folder, "20240106000000", STORY, b"", status=301, fields=("Location: /",))
    hold(folder, "20240107000000", STORY, warc=None, offset=None)
    hold(folder, "20240108000000", f"{HOST}/gallery/%E5%93%88<\u54c8")
    lost = hold(folder, "20240109000000", STORY)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("INSERT INTO lost_captures(capture, run, reason) VALUES (?, 1, 'damaged')", (lost,))
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def rows(site: Site, query: str) -> list[list[str]]:
    """What /cdx answers in its two forms, which must be alike."""
    reply = site.ask(f"/cdx?{query}")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/plain; charset=utf-8"), reply.text
    lines = [line.split(" ") for line in reply.text.splitlines()]
    head, *others = site.json(f"/cdx?{query}&output=json") or [[]]
    assert others == lines
    assert not head or set(head) <= set(FIELDS)
    return lines


def stamps(site: Site, query: str) -> list[str]:
    return [row[0] for row in rows(site, f"{query}&fl=timestamp")]


def test_a_row_has_the_seven_fields_of_the_wayback_machine(site: Site) -> None:
    assert rows(site, f"url={STORY}") == [
        [f"com,my399,e){STORY[len(HOST):]}", stamp, STORY, kind, status, digest, "-"]
        for stamp, kind, status, digest in (
            ("20240102000000", "-", "200", digest_of(b"<html><body><p>A page</p></body></html>")),
            ("20240103000000", "-", "200", digest_of(b"own")),
            ("20240104000000", "warc/revisit", "-", digest_of(b"own")),
            ("20240106000000", "-", "301", digest_of(b"")),
        )
    ]  # fmt: skip
    assert site.ask(f"/web/20240103000000id_/{STORY}").body == b"own"
    lost = site.ask(f"/web/20240109000000id_/{STORY}")
    assert lost.headers["Location"].endswith(f"/web/20240106000000id_/{STORY}")


@pytest.mark.parametrize(("query", "count"), [
    ("url=e.my399.com/news/", 6), (f"url={NEWS}", 6), ("url=https://e.my399.com/news/", 6),
    ("url=e.my399.com/news/*", 10), ("url=e.my399.com/news&matchType=prefix", 10), ("url=e.my399.com*", 11),
    ("url=e.my399.com/n&matchType=prefix", 10), ("url=e.my399.com/x*", 0), ("url=e.my399.com&matchType=host", 11),
    ("url=http://e.my399.com/any&matchType=host", 11), ("url=my399.com&matchType=host", 0),
    ("url=my399.com&matchType=domain", 11), ("url=*.my399.com", 11), ("url=*.e.my399.com", 11), ("url=*.y399.com", 0),
    ("url=evil.example*", 0), ("url=e.my399.com.evil.example/*", 0), ("url=e.my399.com/never", 0),
])  # fmt: skip
def test_addresses_are_chosen_whole_by_their_beginning_or_by_host(site: Site, query: str, count: int) -> None:
    assert len(rows(site, query)) == count
    if count == 0:
        assert site.ask(f"/cdx?{query}&output=json").text == "[]\n"


@pytest.mark.parametrize(("query", "chosen"), [
    ("from=2024", "123456"), ("from=202403", "3456"), ("to=202403", "123"),
    ("from=20240301080000&to=20240301080000", "3"),
    ("from=20240301080001", "456"), ("to=2023", ""), ("limit=2", "12"), ("collapse=digest", "135"),
    ("collapse=timestamp:4", "1"), ("collapse=timestamp:6", "123456"), ("filter=statuscode:200", "123456"),
    ("filter=!statuscode:200", ""), ("filter=statuscode:2..", "123456"), ("filter=statuscode:404|200", "123456"),
    ("filter==status:200", "123456"), ("filter=~timestamp:20240[12].*", None), ("filter=timestamp:.*0401.*", "4"),
    ("filter=statuscode:200&filter=!timestamp:20240201.*", "13456"), ("sort=closest&closest=20240410", "453627"),
    ("sort=closest&closest=20240310&limit=2", "34"), ("page=0", "123456"),
    ("resolveRevisits=true&fastLatest=", "123456"),
])  # fmt: skip
def test_times_filters_limits_and_order(site: Site, query: str, chosen: str | None) -> None:
    if chosen is None:
        assert site.ask(f"/cdx?url={NEWS}&{query}").status == 400
        return
    wanted = [f"20240{month}01080000" for month in chosen.replace("7", "1")]
    assert stamps(site, f"url={NEWS}&{query}") == wanted


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_key_leads_through_a_list_of_any_length(site: Site, form: str) -> None:
    whole = stamps(site, "url=e.my399.com/*")
    found: list[str] = []
    key = ""
    for _ in range(len(whole) + 1):
        more = f"&resumeKey={quote(key)}" if key else ""
        text = site.ask(f"/cdx?url=e.my399.com/*&limit=2&fl=timestamp&showResumeKey=true&output={form}{more}").text
        part, _, rest = text.partition("\n\n") if form == "text" else ("", "", "")
        if form == "json":
            _, *values = json.loads(text)
            rest = values.pop()[0] if values[-2:-1] == [[]] else ""
            part = "\n".join(value for each in values for value in each)
        found += part.split()
        if not (key := rest.strip()):
            break
    assert found == whole


def test_our_own_reader_of_lists_understands_it(site: Site) -> None:
    answer = parse_answer(site.ask("/cdx?url=e.my399.com/*&output=json&limit=10&showResumeKey=true").body)
    assert len(answer.rows) == 10
    assert answer.resume is not None
    assert answer.rows[0].digest == digest_of(b"<html><body><p>A page</p></body></html>")[7:].upper()
    assert {row.status for row in answer.rows} == {200, None}
    for query in ("", "&output=json"):
        assert parse_pages(site.ask(f"/cdx?url=e.my399.com/*&showNumPages=true{query}").body) == 1
        assert parse_pages(site.ask(f"/cdx?url=e.my399.com/x*&showNumPages=true{query}").body) == 0
    assert [site.ask(f"/cdx?url=e.my399.com/*&page={page}").status for page in (0, 1)] == [200, 400]


def test_what_would_break_a_line_is_escaped(site: Site) -> None:
    ((key, _, original, *_),) = rows(site, "url=e.my399.com/gallery*")
    assert (key, original) == ("com,my399,e)/gallery/%e5%93%88%3c%e5%93%88", f"{HOST}/gallery/%E5%93%88%3C%E5%93%88")


@pytest.mark.parametrize("query", [
    "", "url=", "url=*", "url=x&matchType=all", "url=x&limit=0", "url=x&limit=-1", "url=x&limit=9999999999",
    "url=x&limit=%D9%A3",
    "url=x&from=then", "url=x&to=202401010000001", "url=x&from=2024-01-01", "url=x&fl=name", "url=x&output=xml",
    "url=x&filter=statuscode", "url=x&filter=name:x", "url=x&filter=original:(a+)%2B$", "url=x&filter=original:a*",
    "url=x&filter=original:[a-z]", "url=x&filter=original:\\", "url=x&collapse=digest:", "url=x&collapse=name",
    "url=x&offset=5", "url=x&sort=closest", "url=x&sort=reverse", "url=x&page=-1", "url=x&resumeKey=abc",
    "url=x*&sort=closest&closest=2024", "url=x&resumeKey=a%00%2020240101000000", "url=x&page=7",
    "url=x&resumeKey=a%0d%0ab%2020240101000000", "url=x&matchType=%1b[31m%0d%0a",
])  # fmt: skip
def test_what_is_not_understood_is_one_line_and_400(site: Site, query: str) -> None:
    reply = site.ask(f"/cdx?{query}")
    assert (reply.status, reply.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert reply.text.endswith("\n")
    assert reply.text[:-1].isprintable()
    assert 10 < len(reply.text) < 200


def test_patterns_of_strangers_take_no_time() -> None:
    tests = read_query(MultiDict({"url": "x", "filter": "original:" + ".*a" * 60 + "b"})).tests
    assert not tests[0](("", "", "a" * 2000, "", "", "", ""))
    with pytest.raises(CdxError, match="alone"):
        read_query(MultiDict({"url": "x", "filter": "original:(a*)*b"}))


def test_it_is_beside_the_captures_too(site: Site) -> None:
    for path in ("/web/cdx", "/cdx"):
        assert site.ask(f"{path}?url={NEWS}").text == site.ask(f"/cdx?url={NEWS}").text
    assert site.ask(f"/20240101080000id_/{NEWS}").body == site.ask(f"/web/20240101080000id_/{NEWS}").body == b"<p>0</p>"
    assert site.ask("/cdx?url=e.my399.com/*", "HEAD").body == b""
