"""The second database of `verify`: where there is room for it, and nothing of it stays."""

from __future__ import annotations

import shutil
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database import scratch
from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.archive.database.leftovers import remove_leftovers
from harbincrawl.archive.database.scratch import choose_folder, open_scratch
from harbincrawl.errors import DatabaseError, NoSpaceError

Usage = namedtuple("Usage", "free")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    open_writer(folder).close()
    return folder


def give_room(patch: pytest.MonkeyPatch, rooms: dict[Path, int]) -> None:
    patch.setattr(scratch, "gettempdir", lambda: str(next(reversed(rooms))))
    patch.setattr(shutil, "disk_usage", lambda folder: Usage(rooms[folder]))


def test_without_room_one_line_says_what_to_do(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_room(monkeypatch, {archive: 10, tmp_path: 10})
    with pytest.raises(NoSpaceError, match=r"no space left for a second database of [\d.]+ MB in .*TMPDIR"):
        choose_folder(archive)


def test_its_file_has_no_name(archive: Path) -> None:
    before = sorted(archive.iterdir())
    with closing(open_scratch(archive)) as connection:
        connection.execute("INSERT INTO facts VALUES ('a', 'b')")
        assert sorted(archive.iterdir()) == before
    with pytest.raises(DatabaseError):
        open_scratch(archive / "none")
    # Killed before it lost its name, it goes with the next writer.
    (archive / f"{FILE}.scratch-x1y2").write_bytes(b"")
    remove_leftovers(archive)
    assert sorted(archive.iterdir()) == before
