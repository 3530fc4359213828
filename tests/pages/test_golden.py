"""Saved pages with expected records: two files a case, the address in the page's first comment."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from harbincrawl.pages import read_article
from tests.support.sites import HARBIN_TODAY

PAGES = sorted(Path(__file__).with_name("golden").glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_saved_page_gives_its_record(path: Path) -> None:
    page = path.read_bytes()
    address = re.match(rb"<!-- (\S+) -->", page)
    assert address, "the first line names the page's address"
    article = read_article(page, address[1].decode(), HARBIN_TODAY, today=date(2024, 6, 20))
    made = json.loads(json.dumps(asdict(article), default=str))
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and is written now: review it")
    assert made == json.loads(expected.read_text(encoding="utf-8"))
