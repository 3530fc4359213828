"""The conditional middleware: the validators of an address are sent with it alone, and only where they can be."""

from __future__ import annotations

import pytest
from scrapy import Request

from harbincrawl.middlewares.conditional import VALIDATORS, ConditionalMiddleware


def send(request: Request) -> dict[str, str]:
    """The conditions that the request goes out with."""
    ConditionalMiddleware().process_request(request)
    names = ("If-None-Match", "If-Modified-Since")
    return {name: value.decode() for name in names if (value := request.headers.get(name))}


def test_the_validators_of_what_is_stored_are_sent() -> None:
    request = Request("http://e.my399.com/news/", meta={VALIDATORS: ('"7"', "Mon, 01 Jan 2024 00:00:00 GMT")})
    assert send(request) == {"If-None-Match": '"7"', "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
    assert send(request.copy()) == send(request), "a retry"


def test_a_redirect_takes_none_with_it() -> None:
    request = Request("http://e.my399.com/news/", meta={VALIDATORS: ('"7"', None)})
    send(request)
    assert send(request.replace(url="http://e.my399.com/a", meta={**request.meta, "redirect_times": 1})) == {}


@pytest.mark.parametrize("validator", [None, "", '"\xff"', '"a\r\nHost: b"'])
def test_what_cannot_stand_in_a_header_is_not_sent(validator: str | None) -> None:
    request = Request("http://e.my399.com/", headers={"If-None-Match": "old"}, meta={VALIDATORS: (validator, None)})
    assert send(request) == {}


def test_requests_of_others_go_as_they_are() -> None:
    assert send(Request("http://e.my399.com/", headers={"If-None-Match": '"own"'})) == {"If-None-Match": '"own"'}
