"""A box of the section's own stories above its list: each page has it, other stories every day, and none of its words
reaches a record."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from harbincrawl.twin import Twin, make_twin, serve
from harbincrawl.twin.press import TwinAnswer
from tests.support.crawling import check_whole, command, crawl, listing_requests, revisions

LISTS = {"html5": "<section>", "divsoup": '<div class="lists">', "portal": '<ul class="list">'}
"""By skin, what begins its lists."""


def _put_box(twin: Twin, chosen: list[int], begin: str) -> None:
    """Every page of the list has links to these of its stories above it, under no heading."""
    stories = twin.listing("news")
    links = "".join(f'<li><a href="{stories[at].path}">{stories[at].title}</a></li>' for at in chosen)
    box = f'<ul class="top">{links}</ul>{begin}'.encode()

    def answer_with_box(path: str, now: datetime | None = None) -> TwinAnswer:
        given = Twin.answer(twin, path, now)
        is_list = path == "/news/" or path.startswith("/news/index_")
        return replace(given, body=given.body.replace(begin.encode(), box, 1)) if is_list else given

    twin.answer = answer_with_box  # type: ignore[method-assign]


@pytest.mark.parametrize("skin", LISTS)
def test_stories_in_a_box_keep_the_words_of_their_list(tmp_path: Path, skin: str) -> None:
    twin = make_twin(61, 40, sections=("news",), skins=(skin,))
    _put_box(twin, [3, 14, 25], LISTS[skin])
    with serve(twin) as server:
        first = crawl(tmp_path, server, code=3)
        # Articles of page 1 were asked for before page 2 told that these lines are a box's.
        crawl(tmp_path, server)
        assert first.report["sections"]["news"]["gap"] == 0
        check_whole(tmp_path, twin)
        _put_box(twin, [9, 20, 31], LISTS[skin])
        server.requests.clear()
        again = crawl(tmp_path, server)
    assert (again.report["wanted"], again.report["sections"]["news"]["walk"]) == (0, "to-floor")
    assert len(listing_requests(server)) == 1
    check_whole(tmp_path, twin)
    assert not revisions(tmp_path)
    for words in ("verify", "reparse"):
        made = subprocess.run(command(tmp_path, words), capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stdout + made.stderr
