"""Forms leave fields empty; the address that people copy has none of them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.families import sample
from tests.support.web_site import Site, running

HOSTILE = (
    "q=&x=%0d%0aSet-Cookie:%20a=b", "q=&%0d%0aLocation:%20http://evil.example/=1", "=&q=//evil.example/",
    "q=&next=http://evil.example",
    "q=%00&since=", "q=%ff%fe&since=", "q=%ed%a0%80&since=", "q=%u0041&since=", "=", "==&q=",
    "q=%E2%80%AE&since=",
    "q=" + "a" * 6000 + "&since=", "&".join(f"section=&section={at}" for at in range(250)), "q=&q=#x",
    "q=<script>&since=",
)  # fmt: skip


@pytest.mark.parametrize(("asked", "clean"), [
    ("/search?q=snow&section=&since=", "/search?q=snow"),
    ("/search?q=&section=", "/search"),
    ("/search?section=news&section=&section=culture&q=a+b", "/search?section=news&section=culture&q=a+b"),
    ("/search?q=%E5%86%B0%26%3D&until=+", "/search?q=%E5%86%B0%26%3D"),
    ("/?date=", "/"), ("/trends?q=a&q=&q=b&by=", "/trends?q=a&q=b"), ("/concordance?q=x&sort=", "/concordance?q=x"),
    ("/keywords?since=2020&against_until=", "/keywords?since=2020"), ("/sections?x", "/sections"),
    ("/articles/harbin-today:4?q=snow&section=", "/articles/harbin-today:4?q=snow"),
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_empty_fields_are_left_out_by_a_redirect(site: Site, asked: str, clean: str, method: str) -> None:
    reply = site.ask(asked, method)
    assert (reply.status, reply.headers["Location"]) == (303, clean)
    assert site.ask(clean, method).status == 200


@pytest.mark.parametrize("path", ["/search.json?q=snow&section=", "/search.csv?q=snow&since="])
def test_what_programs_ask_is_answered_as_it_is_asked(site: Site, path: str) -> None:
    assert site.ask(path).status == 200


def test_an_address_within_an_address_keeps_its_empty_fields(site: Site) -> None:
    assert "http://other.example/?a=" in site.ask("/outside/page?url=http://other.example/?a=&x=").text


@pytest.mark.parametrize("query", sample(HOSTILE, 6))
def test_a_hostile_query_leads_nowhere_else(site: Site, query: str) -> None:
    for path in ("/search", "/"):
        reply = site.ask(f"{path}?{query}")
        assert reply.status == 303
        target = reply.headers["Location"]
        assert (urlsplit(target).netloc, urlsplit(target).path) == ("", path)
        assert target.isprintable()
        assert target.isascii()
        assert "Set-Cookie" not in reply.headers
        # It leads there at once.
        assert site.ask(target).status in (200, 400)


def test_paths_that_look_like_hosts_lead_to_none_and_endless_ones_are_refused(site: Site) -> None:
    for path in ("//evil.example/search?q=", "/\\evil.example/search?q=", "//evil.example/%2e%2e/search?q=&x=1"):
        assert site.ask(path).status in (400, 404)
    assert site.ask("/search?q=&x=" + "a" * 100_000).status == 400


def test_the_base_path_and_the_archive_stay(small: Path) -> None:
    with running(small, "--base-path", "/x/y") as site:
        assert site.ask("/x/y/search?q=a&since=").headers["Location"] == "/x/y/search?q=a"
        assert site.ask("/x/y/?date=").headers["Location"] == "/x/y/"
