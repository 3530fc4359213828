"""The address guard: off the site and onto private machines leads no way."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from harbincrawl.fetch.guard import AddressGuard
from harbincrawl.sites import HARBIN_TODAY

BASE = HARBIN_TODAY.base


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254"])
def test_a_name_that_leads_to_a_private_machine_is_found_out(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve_to(monkeypatch, "93.184.216.34", address)
    guard = AddressGuard(HARBIN_TODAY, allow_private=False)
    assert asyncio.run(guard.find_private(f"{BASE}/news/")) == address
    resolve_to(monkeypatch, "93.184.216.34")
    assert asyncio.run(guard.find_private(f"{BASE}/news/")) is None


@pytest.mark.parametrize(
    ("address", "meta", "allow_private", "refused"),
    [
        ("10.0.0.1", {}, False, True),
        ("10.0.0.1", {}, True, False),
        ("10.0.0.1", {"proxy": "http://10.0.0.1"}, False, False),
        ("93.184.216.34", {}, False, False),
    ],
)
def test_an_answer_of_a_private_machine_is_refused_unless_it_was_named(
    address: str, meta: dict[str, Any], allow_private: bool, refused: bool
) -> None:
    response = Response(f"{BASE}/news/", ip_address=ip_address(address))
    guard = AddressGuard(HARBIN_TODAY, allow_private=allow_private)
    assert guard.refuses(Request(f"{BASE}/news/", meta=meta), response) == refused


def test_a_redirect_stays_on_the_site_and_on_its_mirror() -> None:
    guard = AddressGuard(HARBIN_TODAY, allow_private=False)
    assert guard.find_redirect("http://elsewhere.invalid/news/") is None
    assert guard.find_redirect("ftp://e.my399.com/news/") is None
    assert guard.find_redirect(f"{BASE}:8080/news/") is None
    assert guard.find_redirect(f"{BASE}/news/") == (f"{BASE}/news/", f"{BASE}/news/")
    mirrored = AddressGuard(replace(HARBIN_TODAY, mirror="http://127.0.0.1:81"), allow_private=True)
    assert mirrored.find_redirect(f"{BASE}/news/") == (f"{BASE}/news/", "http://127.0.0.1:81/news/")
