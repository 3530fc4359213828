"""An ingest that was ended early: nothing is damaged, and `verify` says what is still to be done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harbincrawl.archive.database import lock
from harbincrawl.operations.verify import Findings, verify
from harbincrawl.operations.verify.findings import Note
from tests.support.forge import forge
from tests.support.reread_cases import THEN, capture, plain_story, rows, run_ingest, write
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import changes, make_twin

_KILLED = """
import signal
from harbincrawl.reread import ingest
ingest.fold_articles = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


def check(archive: Path, *, quick: bool = False) -> Findings:
    return verify(archive, HARBIN_TODAY, quick=quick, progress=lambda *_: None)


def notes(archive: Path, *, quick: bool = False) -> list[Note]:
    return [note for note in check(archive, quick=quick).notes if note.kind == "unfinished"]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The present wording of an article, and in another file the one before."""
    twin = make_twin(7, 8, sections=("news",))
    story = plain_story(twin)
    old = capture(twin, story.path, THEN)
    changes.edit(twin, story.number, "title")
    new = capture(twin, story.path, THEN + timedelta(days=1))
    return [write(tmp_path / "new.warc", new), write(tmp_path / "old.warc", old)]


def test_a_killed_ingest_is_told_until_one_came_to_its_end(files: list[Path], tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    code, _, said = forge().start(["--archive", str(archive), "ingest", *map(str, files)], _KILLED).wait()
    assert code == -9, said
    # What it took in is whole, but nothing is made of it yet.
    assert rows(archive, "SELECT count(*) FROM captures") == [(2,)]
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]
    for quick in (False, True):
        (note,) = notes(archive, quick=quick)
        assert note.where == "run 1"
        assert "an ingest of new.warc and 1 more file was ended early: 2 captures" in note.what
        assert "run harbincrawl ingest with these files again" in note.what
    assert (check(archive).exit_code, check(archive).problems) == (0, [])
    run_ingest(archive, *files)
    assert rows(archive, "SELECT count(*) FROM revisions") == [(1,)]
    assert notes(archive) == []


def test_an_ingest_that_was_killed_at_once_stored_nothing(files: list[Path], tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    killed = _KILLED.replace("fold_articles", "scan_files")
    assert forge().start(["--archive", str(archive), "ingest", *map(str, files)], killed).wait()[0] == -9
    (note,) = notes(archive)
    assert "was ended early: nothing of it was stored: run harbincrawl ingest" in note.what


def test_an_interrupted_ingest_is_told_and_one_that_runs_is_not(files: list[Path], tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    told: list[object] = []

    def interrupt(folder: Path) -> None:
        told.extend(notes(folder))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as patch:
        patch.setattr("harbincrawl.reread.ingest.fold_articles", lambda *_: interrupt(archive))
        run_ingest(archive, *files)
    assert told == []
    assert [note.where for note in notes(archive)] == ["run 1"]
    with lock.hold(archive, "crawl"):
        assert len(notes(archive)) == 1
