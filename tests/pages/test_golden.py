"""Saved pages with expected records (two files a case), and the version of the reader."""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.pages.explain import RECORD_FIELDS, describe_record, explain_page
from harbincrawl.pages.version import PARSER, parser_of
from harbincrawl.records import Article, Listing
from harbincrawl.sites import default_site, find_site, list_sites

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


def test_other_words_of_the_usual_site_are_another_version_of_the_reader() -> None:
    # Where this fails, the shipped words have changed: raise PARSER, and put both here.
    assert (PARSER, default_site().reading) == ("28", "80deb6d3")


def test_a_site_with_words_of_its_own_has_a_version_of_its_own() -> None:
    usual, sister = default_site(), find_site("jilin-china")
    changed = replace(sister, words=replace(sister.words, updated=("Printed",)))
    assert parser_of(usual) == PARSER
    assert len({parser_of(usual), parser_of(sister), parser_of(changed)}) == 3
    # Neither a mirror nor an alias nor another process makes a difference.
    assert parser_of(replace(sister, mirror="http://127.0.0.1:1", aliases=())) == parser_of(sister)
    assert parser_of(pickle.loads(pickle.dumps(sister))) == parser_of(sister)  # noqa: S301 - our own bytes
