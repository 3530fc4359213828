"""Each wording of an article has its captures: in the archive of a site that edits, goes back and changes its boxes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.origin import read_site
from harbincrawl.cli.main import main
from tests.support.crawling import ask, crawl
from tests.support.runs import tell
from tests.support.shown_wordings import find_misshown, list_wordings
from tests.support.twin import changes, make_twin, serve

Show = Callable[..., tuple[Any, bytes, str]]


class Made(NamedTuple):
    """An archive, and what the site's pages were when each wording was read last."""

    archive: Path
    edited: int
    """Edited, and later as it was before."""
    several: int
    """An article of several pages; edited once."""
    pages: dict[tuple[int, int, int], bytes]
    """By article, revision and page."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    archive = tmp_path_factory.mktemp("wordings") / "archive"
    twin = make_twin(5, 14, sections=("news", "gallery"))
    several = next(story.number for story in twin.stories.values() if story.page_count > 1)
    edited = next(story.number for story in twin.listing("news") if story.page_count == 1)
    pages = {}

    def keep(number: int, revision: int) -> None:
        story = twin.stories[number]
        for page in range(1, story.page_count + 1):
            pages[number, revision, page] = twin.render(story.page_path(page)).body

    again = ("news", "gallery", "--recheck", "all")
    with serve(twin, gzip=True) as server:
        crawl(archive, server, "news", "gallery")
        crawl(archive, server, *again)
        before = twin.stories[edited].blocks
        changes.change_feature_box(twin)
        crawl(archive, server, *again)
        keep(edited, 1), keep(several, 1)
        changes.edit(twin, edited), changes.edit(twin, several)
        crawl(archive, server, *again)
        keep(edited, 2), keep(several, 2)
        crawl(archive, server, *again)
        with twin.lock:
            twin.stories[edited].blocks = before
        crawl(archive, server, *again)
        keep(edited, 3)
        port = server.port
    with serve(twin, port=port, conditional=False) as server:
        crawl(archive, server, *again)
    return Made(archive, edited, several, pages)


@pytest.fixture
def show(made: Made, capfdbinary: pytest.CaptureFixture[bytes]) -> Show:
    def run(*arguments: object, archive: Path = made.archive) -> tuple[Any, bytes, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(archive), "show", *map(str, arguments)])
        printed = capfdbinary.readouterr()
        return ended.value.code, printed.out, printed.err.decode()

    return run


def test_each_capture_of_an_article_is_listed_with_the_wording_that_it_shows(made: Made) -> None:
    assert find_misshown(made.archive) == []
    with closing(open_reader(made.archive)) as connection:
        found = list(list_wordings(connection, read_site(connection)))
    listed = {row.id for _, _, rows in found for row in rows}
    pages = " OR ".join("address LIKE ?" for _ in found)
    addresses = [f"%/{id}.html" for id, _, _ in found]
    assert listed == {id for (id,) in ask(made.archive, f"SELECT id FROM captures WHERE {pages}", *addresses)}
    status = {(id, wording.revision): [row.status for row in rows] for id, wording, rows in found}
    first, *others = status[str(made.edited), 1]
    assert (first, 304 in others, 200 in others) == (200, True, True)
    assert status[str(made.edited), 2] == [200, 304]
    assert status[str(made.edited), 3] == [200, 200]


def test_raw_of_a_revision_is_the_page_as_it_was_then(made: Made, show: Show) -> None:
    for (number, revision, page), body in made.pages.items():
        assert show(number, "--raw", "--revision", revision, "--page", page) == (0, body, "")


def test_raw_of_a_revision_falls_back_on_another_capture_of_it(made: Made, show: Show, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(made.archive, archive)
    with closing(open_reader(archive)) as connection:
        shown = [row for row in list_shown(connection, read_site(connection), made.edited)[1] if row.status == 200]
    first, *_, last = shown
    assert first.digest != last.digest
    for lost in shown[:0:-1]:
        tell(archive, "UPDATE captures SET warc = NULL WHERE id = ?", lost.id)
    code, out, said = show(made.edited, "--raw", "--revision", 1, archive=archive)
    assert (code, said.count("\n")) == (0, 1)
    assert f"the record of capture {last.id} is not there" in said
    assert out != made.pages[made.edited, 1, 1] and out
    tell(archive, "UPDATE captures SET warc = NULL")
    code, out, said = show(made.edited, "--raw", "--revision", 1, archive=archive)
    assert (code, out, said.count("\n")) == (9, b"", 1)
