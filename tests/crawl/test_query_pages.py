"""Lists and articles whose further pages differ by their query alone are read to their end."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.crawling import check_whole, command, crawl, records
from tests.support.forge import forge
from tests.support.twin import make_twin, serve
from tests.support.twin.server import Told

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
        assert forge().start(command(tmp_path, *words)[3:]).wait()[0] == 0
