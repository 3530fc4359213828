"""The feed as RFC 4287 has it: its schema, its fifty entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.support.archives import build_archive
from tests.support.web_site import Site, running

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "support" / "atom.rng"))
FEEDS = ("/search.atom", "/search.atom?q=snow&section=news&sort=oldest")


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


def test_a_feed_has_the_fifty_newest_entries_with_every_part_that_atom_asks_for(site: Site) -> None:
    feed = etree.fromstring(site.ask("/search.atom").body)
    link = feed.find(f"{ATOM}link[@rel='self']")
    assert link is not None and link.attrib["href"] == f"http://127.0.0.1:{site.port}/search.atom"
    assert feed.findtext(f"{ATOM}id") == "tag:e.my399.com,2000:harbin-today/search.atom"
    entries = list(feed.iter(f"{ATOM}entry"))
    assert len(entries) == len({entry.findtext(f"{ATOM}id") for entry in entries}) == 50
    for entry in entries:
        assert all(entry.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author", "link"))
        assert entry.findtext(f"{ATOM}updated") == "2024-06-01T08:00:00Z"
