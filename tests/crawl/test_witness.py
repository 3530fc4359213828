"""Articles that nothing but their list line proves: crawled, verified, read again and taken in from a WARC file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harbincrawl.twin import Story, Twin, make_twin, serve
from harbincrawl.twin.answers import TwinAnswer
from tests.support.crawling import check_whole, crawl
from tests.support.reread_cases import present, rows, run_ingest, run_reparse

TEXT = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."


def _make_bare(twin: Twin, chosen: Story) -> None:
    """The page of `chosen` has its title, a day, a text, and links that lead to other sites alone."""
    answer = twin.answer
    day = chosen.updated.isoformat() if chosen.updated else "2020-01-02"
    page = (
        f"<p><a href='http://www.example.com/a'>Partner</a></p><h1>{chosen.title}</h1><p>Updated : {day}</p>"
        f"<div><p>{TEXT}</p></div><p><a href='http://www.example.com/b'>Another partner</a></p>"
    ).encode()

    def answer_bare(path: str, now: datetime | None = None) -> TwinAnswer:
        given = answer(path, now)
        return (
            replace(given, headers={"Content-Type": "text/html; charset=utf-8"}, body=page)
            if path == chosen.path
            else given
        )

    twin.answer = answer_bare  # type: ignore[method-assign]


def test_an_article_that_only_its_list_line_proves_is_kept_by_every_way_of_reading(tmp_path: Path) -> None:
    twin = make_twin(5, 20, sections=("news",))
    chosen = next(story for story in twin.stories.values() if story.page_count == 1 and "<" not in story.title)
    _make_bare(twin, chosen)
    with serve(twin) as server:
        run = crawl(tmp_path / "crawled", server, "news")
        files = sorted((tmp_path / "crawled" / "warc").iterdir())
        run_ingest(tmp_path / "ingested", *files, origin=server.url)
    assert run.report["failed"] == 0
    query = f"SELECT body FROM articles WHERE id = '{chosen.number}'"
    assert rows(tmp_path / "crawled", query) == [(TEXT,)]
    assert present(tmp_path / "ingested") == present(tmp_path / "crawled")
    assert run_reparse(tmp_path / "crawled").changed == 0
    check_whole(tmp_path / "crawled")
    check_whole(tmp_path / "ingested")
