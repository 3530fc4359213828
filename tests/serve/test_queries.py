"""Queries that are mistyped or made up: the page of an endless one is bounded."""

from __future__ import annotations

import html
import time
from urllib.parse import quote_plus

import pytest

from tests.support.web_site import Site

ENDLESS = {
    "500 equal words": "snow " * 500,
    "7,000 letters": "x" * 7000,
    "400 brackets": "(" * 400 + "snow" + ")" * 400,
    "900 words": " ".join(f"w{at}" for at in range(900)),
    "300 beginnings": " OR ".join(f"{'abcdefghij'[at % 10]}{at}*" for at in range(300)),
    "1,000 dashes": "-" * 1000 + "snow",
    "one phrase": '"' + "snow ice " * 400 + '"',
    "a NEAR of many": "NEAR(" + " ".join(f"w{at}" for at in range(400)) + ", 900)",
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("path", ["/search", "/questions/trends", "/questions/concordance", "/questions/keywords"])
def test_an_endless_query_has_a_page_within_the_limit_that_does_not_echo_it(site: Site, kind: str, path: str) -> None:
    query = ENDLESS[kind]
    begin = time.monotonic()
    reply = site.ask(f"{path}?q={quote_plus(query)}")
    # Three times the limit: this machine may do much else.
    assert time.monotonic() - begin < 15
    assert reply.status in (200, 400, 504)
    text = html.unescape(reply.text)
    assert text.count(query.strip()) + text.count(quote_plus(query.strip())) < 40
    assert len(reply.body) < 400_000
