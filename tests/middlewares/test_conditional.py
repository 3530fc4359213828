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


@pytest.mark.parametrize(
    ("validators", "sent"),
    [
        (('"7"', "Mon, 01 Jan 2024 00:00:00 GMT"),
         {"If-None-Match": '"7"', "If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}),
        ((None, None), {}), (("", None), {}), (('"\xff"', None), {}), (('"a\r\nHost: b"', None), {}),
        (('"a\x01"', None), {}), (('W/"a b"', None), {"If-None-Match": 'W/"a b"'}),
    ],
)  # fmt: skip
def test_validators_of_what_is_stored_are_sent_where_they_can_stand_in_a_header(
    validators: tuple[str | None, str | None], sent: dict[str, str]
) -> None:
    request = Request("http://e.my399.com/", headers={"If-None-Match": "old"}, meta={VALIDATORS: validators})
    assert send(request) == sent
    assert send(request.copy()) == sent, "a retry"
    moved = request.replace(url="http://e.my399.com/a", meta={**request.meta, "redirect_times": 1})
    assert send(moved) == {}, "a redirect takes none with it"


def test_requests_of_others_go_as_they_are() -> None:
    assert send(Request("http://e.my399.com/", headers={"If-None-Match": '"own"'})) == {"If-None-Match": '"own"'}
