"""Captured pages read again: the same records, lost ones put back, what another reader would change."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.runs.history import read_runs
from harbincrawl.cli.main import main
from harbincrawl.operations import reparse
from harbincrawl.pages.article import page as article_page
from harbincrawl.pages.layout.view import Layouts
from harbincrawl.records import Article
from harbincrawl.reread import pages
from harbincrawl.sites import Site
from tests.support.crawling import ask, change, crawl
from tests.support.reread_cases import check_index, damage_capture, everything, run_reparse
from tests.support.twin import changes, make_twin, serve


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three runs between which the site changed, with copies, pages of several, gone ones, 304s."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(7, 24, sections=("news", "gallery"))
    with serve(twin, gzip=True) as server:
        crawl(folder, server, "news", "gallery", "--full")
        changes.churn(twin, 12)
        for number in [number for number, story in twin.stories.items() if not story.gone and story.listed][:4]:
            changes.edit(twin, number, "white space")
        crawl(folder, server, "news", "gallery", "--recheck", "all", code=None)
        changes.churn(twin, 12)
        crawl(folder, server, "news", "gallery", "--recheck", "all", code=None)
        crawl(folder, server, "news", "gallery", "--recheck", "all", code=None)
    assert ask(folder, "SELECT count(*) FROM revisions") > [(3,)]
    assert ask(folder, "SELECT count(*) FROM captures WHERE first_page IS NOT NULL") > [(3,)]
    return folder


def test_an_unchanged_reader_changes_nothing(archive: Path) -> None:
    before = everything(archive)
    report = run_reparse(archive)
    assert (report.articles, report.same) == (len(before["articles"]), len(before["articles"]))
    assert (report.changed, report.exit_code) == (0, 0)
    run_reparse(archive, apply=True)
    assert everything(archive) == before


def read_shouting(
    html: str | bytes,
    address: str,
    site: Site,
    *,
    today: date | None = None,
    before: Article | None = None,
    layouts: Layouts | None = None,
) -> Article:
    found = article_page.read_article(html, address, site, today=today, before=before, layouts=layouts)
    return replace(found, title=(found.title or "").upper() or None, parser="0")


def test_what_another_reader_would_change_is_told_field_by_field(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "read_article", read_shouting)
    monkeypatch.setattr(reparse, "parser_of", lambda _: "next")
    before = everything(archive)
    report = run_reparse(archive)
    assert set(report.fields) == {"title"}
    assert report.changed == report.fields["title"] > 20
    difference = report.examples[0]["fields"]["title"]
    assert difference["after"] == difference["before"].upper() != difference["before"]
    assert everything(archive) == before


def test_all_wordings_are_put_as_today_s_reader_has_them(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "read_article", read_shouting)
    monkeypatch.setattr(reparse, "parser_of", lambda _: "next")
    seen = ask(archive, "SELECT number, last_seen, status, first_seen, capture FROM articles ORDER BY 1")
    wordings = "SELECT number, revision, title, seen, replaced, cause, capture FROM revisions ORDER BY 1, 2"
    earlier = ask(archive, wordings)
    report = run_reparse(archive, apply=True)
    assert report.changed > 20
    # What the site said it said, whoever reads it.
    now = ask(archive, wordings)
    assert [(*row[:2], *row[3:]) for row in now] == [(*row[:2], *row[3:]) for row in earlier] != []
    # A title that only a list gives is as the list has it.
    assert {row[2] for row in now} <= {form for row in earlier for form in (row[2], row[2].upper())}
    assert {row[2] for row in now} & {row[2].upper() for row in earlier}
    assert ask(archive, "SELECT DISTINCT parser FROM articles UNION SELECT parser FROM revisions") == [("0",)]
    # The site was not asked: when it last answered is as it was.
    assert ask(archive, "SELECT number, last_seen, status, first_seen, capture FROM articles ORDER BY 1") == seen
    assert ask(archive, "SELECT kind, outcome, exit_code FROM runs ORDER BY run DESC LIMIT 1") == [
        ("reparse", "complete", 0)
    ]
    check_index(archive)
    again = run_reparse(archive)
    assert (again.changed, again.same) == (0, again.articles)


def test_a_damaged_capture_is_counted(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage_capture(archive)
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "reparse"])
    assert ended.value.code == 3
    assert "1 with a damaged capture" in capsys.readouterr().out
    assert run_reparse(archive, apply=True).exit_code == 3
    with closing(open_reader(archive)) as connection:
        (run,) = read_runs(connection, 1)
    assert (run.kind, run.exit_code, run.report["unread"]["damaged"]) == ("reparse", 3, 1)


def test_pages_that_were_never_kept_are_counted_and_no_fault(tmp_path: Path) -> None:
    with serve(make_twin(3, 12, sections=("news",))) as server:
        crawl(tmp_path / "a", server)
    change(tmp_path / "a", 'UPDATE captures SET warc = NULL, "offset" = NULL, digest = NULL')
    report = run_reparse(tmp_path / "a", apply=True)
    assert (report.unread["no-evidence"], report.exit_code) == (12, 0)
