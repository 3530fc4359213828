"""Further pages that nothing but the page before them proves: crawled, verified, read again, taken in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_whole, crawl, execute, records
from tests.support.reread_cases import long_story, present, run_ingest, run_reparse
from tests.support.twin import Story, Twin, make_twin, serve
from tests.support.twin.press import TwinAnswer
from tests.support.twin.server import Told

TEXT = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."


def _make_headless(twin: Twin, chosen: Story) -> None:
    """The further pages of `chosen` have its title in their heads alone, and the last one no link to another page."""
    pages = {}
    for number in range(2, chosen.page_count + 1):
        following = f"<p><a href='{chosen.page_path(number + 1)}'>More</a></p>" if number < chosen.page_count else ""
        pages[chosen.page_path(number)] = (
            f"<title>{chosen.title} - Harbin Today</title><div>News</div><div><p>{TEXT} Page {number}.</p></div>"
            f"{following}<div><a href='/news/'>News</a> <a href='/gallery/'>Photos</a></div>"
        ).encode()
    _answer_with(twin, pages)


def _answer_with(twin: Twin, pages: dict[str, bytes]) -> None:
    answer = twin.answer

    def answer_other(path: str, now: datetime | None = None) -> TwinAnswer:
        given = answer(path, now)
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return replace(given, headers=headers, body=pages[path]) if path in pages else given

    twin.answer = answer_other  # type: ignore[method-assign]


@pytest.mark.attack
def test_further_pages_that_only_the_page_before_them_proves_are_kept_by_every_way_of_reading(tmp_path: Path) -> None:
    twin = make_twin(5, 30, sections=("news", "gallery"))
    chosen = long_story(twin)
    _make_headless(twin, chosen)
    with serve(twin) as server:
        run = crawl(tmp_path / "crawled", server, "news", "gallery")
        files = sorted((tmp_path / "crawled" / "warc").iterdir())
        run_ingest(tmp_path / "ingested", *files, origin=server.url)
    assert run.report["failed"] == 0
    ((body,),) = ask(tmp_path / "crawled", f"SELECT body FROM articles WHERE id = '{chosen.number}'")
    assert body.count(TEXT) == chosen.page_count - 1
    assert present(tmp_path / "ingested") == present(tmp_path / "crawled")
    assert run_reparse(tmp_path / "crawled").changed == 0
    check_whole(tmp_path / "crawled")
    check_whole(tmp_path / "ingested")


SIZE = 4
PARTS = 3


def number_of(query: str) -> int:
    match = re.search(r"page=(\d+)", query)
    return int(match[1]) if match else 1


def pager(page: int, last: int) -> str:
    made = [f"<b>{n}</b>" if n == page else f'<a href="?page={n}">{n}</a>' for n in range(1, last + 1)]
    return f"<p>{' '.join(made)}</p>"


def test_pages_told_apart_by_their_query_are_read(tmp_path: Path) -> None:
    twin = make_twin(49, 10, sections=("news",))
    stories = twin.listing("news")
    photos = stories[0]

    def answer(path: str) -> Told | None:
        bare, _, query = path.partition("?")
        page = number_of(query)
        if bare == "/news/":
            shown = stories[SIZE * (page - 1) : SIZE * page]
            body = "".join(f"<p><a href={each.path}>{each.title}</a></p><p>{each.updated}</p>" for each in shown)
            body += pager(page, -(-len(stories) // SIZE))
        elif bare == photos.path:
            body = (
                "<p><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></p><h1>A story of pages</h1>"
                f"<p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p><p>What page {page} of it says.</p>"
            ) + pager(page, PARTS)
        else:
            return None
        return 200, {"Content-Type": "text/html; charset=utf-8"}, f"<html><body>{body}</body></html>".encode()

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server)
        again = crawl(tmp_path, server)
    assert run.report["sections"]["news"]["walk"] == "full"
    assert run.report["new"] == len(records(tmp_path)) == len(stories)
    assert records(tmp_path)[photos.number]["body"] == [f"What page {page} of it says." for page in range(1, PARTS + 1)]
    assert again.report["new"] == again.report["changed"] == 0
    check_whole(tmp_path)
    for words in (("verify",), ("reparse",), ("explain", str(photos.number))):
        assert execute(tmp_path, *words)[0] == 0
