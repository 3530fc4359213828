"""Saved pages with expected records: two files a case, the address and the day in the page's first line."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.pages.explain import RECORD_FIELDS, describe_record, explain_page
from harbincrawl.records import Article, Listing
from harbincrawl.sites import find_site, list_sites

PAGES = sorted(Path(__file__).with_name("golden").glob("*.html"))
HEAD = re.compile(rb"<!-- (https?://\S+) -->(?:<!-- read on (\d{4}-\d\d-\d\d) -->)?\n?")


def describe(record: Article | Listing | None) -> dict[str, Any]:
    """The record as a file has it; of a page that was refused an empty one, for a person to fill in."""
    made = dict.fromkeys(RECORD_FIELDS) if record is None else describe_record(record)
    made["unexplained"] = record.unaccounted if record else []
    made.pop("parser", None)
    values: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return values


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_saved_page_gives_its_record(path: Path) -> None:
    body = path.read_bytes()
    head = HEAD.match(body)
    assert head, "the first line names the page's address"
    address, day = head[1].decode(), date.fromisoformat(head[2].decode()) if head[2] else date(2024, 6, 20)
    site = next(site for site in map(find_site, list_sites()) if site.canonical(address))
    page = explain_page(body, address, site, day)
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected.write_text(json.dumps(describe(page.record), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and is written now: review it")
    assert page.record is not None, page.refused
    assert describe(page.record) == json.loads(expected.read_text(encoding="utf-8"))
