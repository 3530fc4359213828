"""Every feed as RFC 4287 has it: its schema, its fifty entries, the time of its state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from lxml import etree

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import build_archive
from tests.support.web_site import Site, running

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "support" / "atom.rng"))
FEEDS = ("/feed.atom", "/search.atom", "/search.atom?q=snow&section=news&sort=oldest")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(build_archive(tmp_path_factory.mktemp("empty") / "archive", [])) as started:
        yield started


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("kind", ["site", "hostile", "empty"])
def test_every_feed_is_of_the_schema(feed: str, kind: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(kind)
    site: Site = found[0] if kind == "hostile" else found
    reply = site.ask(feed)
    assert reply.status == 200
    SCHEMA.assertValid(etree.fromstring(reply.body))


def test_the_feed_of_a_saved_search_is_of_the_schema(hostile: tuple[Site, dict[str, int]]) -> None:
    for name in ("evil", "snow"):
        reply = hostile[0].ask(f"/watches/{name}.atom")
        assert reply.status == 200
        SCHEMA.assertValid(etree.fromstring(reply.body))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("<updated>", "<updated>yesterday "), ("<title>", "<name>x</name><title>"), (' rel="self"', ' rel=""'),
        ("<entry>", "<entry><author></author>"), ("<id>tag", "<id></id><id>tag"), ("</feed>", "text</feed>"),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_is_no_feed(site: Site, wrong: str, right: str) -> None:
    text = site.ask("/feed.atom").text
    assert wrong in text
    assert not SCHEMA.validate(etree.fromstring(text.replace(wrong, right, 1).encode()))


@pytest.mark.parametrize("feed", ["/feed.atom", "/search.atom"])
def test_a_feed_has_fifty_entries(site: Site, feed: str) -> None:
    entries = list(etree.fromstring(site.ask(feed).body).iter(f"{ATOM}entry"))
    assert len(entries) == 50
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 50


_RUN = (
    "INSERT INTO runs (kind, started, ended, outcome, arguments, versions)"
    " VALUES (?, '2024-06-01T08:00:00Z', ?, 'complete', '{}', '{}')"
)


def test_a_feed_is_dated_by_the_last_run_where_that_tells_one_state_from_all_others(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    build_archive(archive, [{"number": 1}])

    def add_run(kind: str, ended: str | None) -> None:
        with closing(sqlite3.connect(archive / FILE)) as connection, connection:
            connection.execute(_RUN, (kind, ended))

    add_run("crawl", "2024-06-01T08:00:05Z")
    with running(archive) as site:
        reply = site.ask("/feed.atom")
        dated = reply.headers["Last-Modified"]
        assert parsedate_to_datetime(dated).isoformat() == "2024-06-01T08:00:05+00:00"
        assert etree.fromstring(reply.body).findtext(f"{ATOM}updated") == "2024-06-01T08:00:05Z"
        assert site.ask("/feed.atom", If_Modified_Since=dated).status == 304
        assert site.ask("/feed.atom", If_None_Match=reply.headers["ETag"]).status == 304
        # A tag that does not fit decides, whatever the time says; a later time is none of ours.
        assert site.ask("/feed.atom", If_None_Match='"other"', If_Modified_Since=dated).status == 200
        assert site.ask("/feed.atom", If_Modified_Since="Sat, 01 Jun 2030 08:00:05 GMT").status == 200
        assert site.ask("/feed.atom", If_Modified_Since="yesterday").status == 200
        for kind, ended in (("purge", "2024-06-01T08:00:05Z"), ("crawl", None)):
            add_run(kind, ended)
            reply = site.ask("/feed.atom", If_Modified_Since=dated)
            assert (reply.status, reply.headers["Last-Modified"]) == (200, None)
        add_run("purge", "2024-06-01T08:00:09Z")
        assert site.ask("/feed.atom", If_Modified_Since=dated).status == 200
