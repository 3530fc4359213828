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


def test_a_feed_is_dated_by_the_last_run_unless_one_is_under_way(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    build_archive(archive, [{"number": 1}])
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO runs (kind, started, ended, outcome, arguments, versions)"
            " VALUES ('crawl', '2024-06-01T08:00:00Z', '2024-06-01T08:00:05Z', 'complete', '{}', '{}')"
        )
    with running(archive) as site:
        reply = site.ask("/feed.atom")
        updated = etree.fromstring(reply.body).findtext(f"{ATOM}updated")
        assert parsedate_to_datetime(reply.headers["Last-Modified"]).isoformat() == "2024-06-01T08:00:05+00:00"
        assert updated == "2024-06-01T08:00:05Z"
        with closing(sqlite3.connect(archive / FILE)) as connection, connection:
            connection.execute("UPDATE runs SET ended = NULL")
        assert site.ask("/feed.atom").headers["Last-Modified"] is None
