"""Saved pages with expected records: two files a case, the address and the day in the page's first line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from harbincrawl.operations.golden_pair import describe_pair, read_head, write_record
from harbincrawl.pages.explain import explain_page
from harbincrawl.sites import find_site, list_sites

PAGES = sorted(Path(__file__).with_name("golden").glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_saved_page_gives_its_record(path: Path) -> None:
    body = path.read_bytes()
    head = read_head(body)
    assert head, "the first line names the page's address"
    site = next(site for site in map(find_site, list_sites()) if site.canonical(head.address))
    page = explain_page(body, head.address, site, head.day or date(2024, 6, 20))
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected.write_text(write_record(page), encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and is written now: review it")
    assert page.record is not None, page.refused
    assert describe_pair(page.record) == json.loads(expected.read_text(encoding="utf-8"))
