"""The command `duplicates`: what it lists, in which format, and what a rebuild says."""

import csv
import io
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from harbincrawl.archive.database import lock
from harbincrawl.cli.commands.duplicates import command
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.errors import NoArchiveError
from tests.support.archives import build_archive
from tests.support.duplicate_cases import STORY, article, paragraphs, retouch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with three copies of which nothing is known yet."""
    build_archive(
        tmp_path / "archive",
        [
            article(1, STORY, title="One", fingerprint="f"),
            article(2, STORY, title="One", fingerprint="f", section_path="change"),
            article(3, STORY, title="Three \x1b[31m", created="2024-05-02"),
            article(4, paragraphs(2)),
            article(5, retouch(STORY, 40), title="One"),
        ],
    )
    return tmp_path / "archive"


def run(folder: Path, *words: str, quiet: bool = False) -> Result:
    options = GlobalOptions(folder, quiet, verbose=False)
    return CliRunner().invoke(command, words, obj=options, standalone_mode=False)


@pytest.fixture
def linked(folder: Path) -> Path:
    result = run(folder, "--rebuild")
    assert result.exception is None
    assert result.stdout == "5 articles: 1 exact copy, 2 near copies, 3 links changed\n"
    assert result.stderr == ""
    return folder


def test_the_list_shows_originals_with_their_copies(linked: Path) -> None:
    lines = run(linked, quiet=True).stdout.splitlines()
    assert lines[:4] == [
        "One",
        "  original  1  2024-05-01 · Harbin Today",
        "  exact     2  2024-05-01 · change",
        "  1         3  2024-05-02 · Harbin Today",
    ]
    assert lines[4] == "            Three [31m"
    assert len(lines) == 6


def test_the_list_as_json_is_one_document(linked: Path) -> None:
    records = json.loads(run(linked, "--format", "json").stdout)
    assert [record["id"] for record in records] == ["harbin-today:2", "harbin-today:3", "harbin-today:5"]
    assert records[0] == {
        "id": "harbin-today:2",
        "url": "http://e.my399.com/change/2024-05-01/2.html",
        "title": "One",
        "section": "change",
        "date": "2024-05-01",
        "duplicate_of": "harbin-today:1",
        "similarity": 1.0,
        "kind": "exact",
        "original_url": "http://e.my399.com/news/2024-05-01/1.html",
        "original_title": "One",
        "original_section": "Harbin Today",
        "original_date": "2024-05-01",
    }
    assert "\x1b" not in run(linked, "--format", "json").stdout


def test_json_lines_and_csv_hold_the_same(linked: Path) -> None:
    records = json.loads(run(linked, "--format", "json", "--kind", "near").stdout)
    lines = run(linked, "--format", "jsonl", "--kind", "near").stdout.splitlines()
    assert [json.loads(line) for line in lines] == records
    rows = list(csv.DictReader(io.StringIO(run(linked, "--format", "csv", "--kind", "near").stdout)))
    assert [(row["id"], float(row["similarity"])) for row in rows] == [
        (record["id"], record["similarity"]) for record in records
    ]


def test_an_archive_without_copies_gives_empty_documents(folder: Path) -> None:
    assert run(folder).stderr == "no copies\n"
    assert run(folder).stdout == ""
    assert json.loads(run(folder, "--format", "json").stdout) == []
    assert run(folder, "--format", "jsonl").stdout == ""
    assert run(folder, "--format", "csv").stdout.startswith("id,url,")
    assert run(folder, "--format", "csv").stdout.count("\n") == 1


def test_a_rebuild_prints_its_counts_as_json(folder: Path) -> None:
    assert json.loads(run(folder, "--rebuild", "--format", "json").stdout) == {
        "articles": 5,
        "exact": 1,
        "near": 2,
        "changed": 3,
    }


def test_a_second_rebuild_changes_no_link(linked: Path) -> None:
    assert json.loads(run(linked, "--rebuild", "--format", "json").stdout)["changed"] == 0


def test_a_rebuild_waits_for_no_other_writer(folder: Path) -> None:
    with lock.hold(folder, "crawl"):
        error = run(folder, "--rebuild").exception
    assert isinstance(error, lock.HeldError)
    assert error.exit_code == 5


def test_a_rebuild_that_is_interrupted_leaves_the_links_as_they_were(
    linked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = run(linked, "--format", "json").stdout
    with monkeypatch.context() as patched:
        patched.setattr("harbincrawl.duplicates.rebuild.link_copies", interrupt)
        assert isinstance(run(linked, "--rebuild").exception, click.Abort)
    assert run(linked, "--format", "json").stdout == before


def test_a_rebuild_makes_no_archive_where_there_is_none(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path / "none", "--rebuild").exception, NoArchiveError)
    assert not (tmp_path / "none").exists()


def test_a_rebuild_refuses_the_formats_of_lists(folder: Path) -> None:
    assert "--rebuild" in str(run(folder, "--rebuild", "--format", "csv").exception)
