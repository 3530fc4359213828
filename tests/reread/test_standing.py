"""A line that pages of both wordings show was read otherwise: it is no edit, whatever the rows say."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl import open_archive
from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.edits import read_edits
from harbincrawl.cli.main import main
from harbincrawl.reread.standing import make_judge
from harbincrawl.search.choice import make_choice
from harbincrawl.search.filters import Filters
from tests.support.archives import MakeOnce
from tests.support.crawling import ask
from tests.support.edited_twins import ARCHIVE, list_expected, make_edited, read_known

Change = Callable[[list[str]], list[str]]


@pytest.fixture(scope="module")
def made(make_once: MakeOnce) -> Path:
    return make_once("edited-twin", make_edited)


def take_article(archive: Path) -> tuple[int, list[str]]:
    """An article that never changed, with its paragraphs."""
    rows = ask(
        archive, "SELECT number, body FROM articles WHERE revision = 1 AND last_seen > first_seen ORDER BY number"
    )
    return next((number, body.split("\n\n")) for number, body in rows if body and body.count("\n\n") > 2)


def add_wording(
    archive: Path, number: int, body: list[str], *, title: str | None = None, has_capture: bool = True
) -> None:
    """Puts a wording before the present one, as if the same pages had been read otherwise."""
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO revisions(number, revision, title, updated, author, source, body, images, fingerprint, parser,"
            " first_capture, capture, seen, replaced, cause) SELECT number, 1, coalesce(?, title), updated, author,"
            " source, ?, (SELECT json_group_array(json_object('url', url, 'caption', caption, 'credit', credit,"
            " 'file_name', file_name)) FROM images AS i WHERE i.number = a.number), 'x', parser, first_capture,"
            " iif(?, first_capture, NULL), first_seen, last_seen, 'crawl' FROM articles AS a WHERE number = ?",
            (title, "\n\n".join(body), has_capture, number),
        )
        connection.execute("UPDATE articles SET revision = 2 WHERE number = ?", (number,))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda body: body[:-1], (0, 1, 0)),  # a line at the end that was furniture once
        (lambda body: body[1:], (0, 1, 0)),
        (lambda body: [*body, "No page has said this, ever."], (1, 0, 0)),
        (lambda body: [body[0].replace("e", "i", 1), *body[1:]], (1, 0, 0)),
        (lambda body: body[::-1], (1, 0, 0)),  # moved
    ],
)
def test_only_what_both_pages_show_is_left_out(
    made: Path, tmp_path: Path, change: Change, found: tuple[int, int, int]
) -> None:
    archive = shutil.copytree(made / ARCHIVE, tmp_path / "archive")
    number, body = take_article(archive)
    add_wording(archive, number, change(body))
    with closing(open_reader(archive)) as connection:
        judge = make_judge(archive, connection)
        history = read_edits(connection, make_choice(Filters(numbers=(number,))), judge)
        assert (len(history.edits), history.left_out, history.unjudged) == found
        plain = read_edits(connection, make_choice(Filters(numbers=(number,))))
    assert (len(plain.edits), plain.left_out) == (1, 0)


def test_a_title_may_stand_elsewhere_on_a_page_and_is_an_edit(made: Path, tmp_path: Path) -> None:
    archive = shutil.copytree(made / ARCHIVE, tmp_path / "archive")
    number, body = take_article(archive)
    add_wording(archive, number, body, title=body[0])
    with closing(open_reader(archive)) as connection:
        history = read_edits(connection, make_choice(Filters(numbers=(number,))), make_judge(archive, connection))
    assert (len(history.edits), history.left_out, history.unjudged) == (1, 0, 0)


@pytest.mark.parametrize("is_kept", [False, True])
def test_what_no_record_tells_is_counted_and_said(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], is_kept: bool
) -> None:
    archive = shutil.copytree(made / ARCHIVE, tmp_path / "archive")
    number, body = take_article(archive)
    add_wording(archive, number, body[:-1], has_capture=is_kept)
    if is_kept:
        shutil.rmtree(archive / "warc")
        (archive / "warc").mkdir()
    with pytest.raises(SystemExit):
        main(["--archive", str(archive), "edits", f"id:{number}", "--json"])
    out, said = capsys.readouterr()
    assert len(json.loads(out)) == 1
    assert "not checked, as the record of a page is not there: 1 edit" in said


def test_the_command_leaves_it_out_and_says_so_unless_told_not_to_look(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = shutil.copytree(made / ARCHIVE, tmp_path / "archive")
    number, body = take_article(archive)
    add_wording(archive, number, body[:-1])
    edits = len(list_expected(read_known(made)))
    for words, count in (((), edits), (("--unchecked",), edits + 1)):
        with pytest.raises(SystemExit):
            main(["--archive", str(archive), "edits", "--json", *words])
        out, said = capsys.readouterr()
        assert len(json.loads(out)) == count
        assert ("left out: 1 difference, as captured pages of both" in said) is not bool(words)
    with open_archive(archive) as opened:
        assert len(opened.edits()) == edits
