"""The second database of `verify`: nothing of it stays."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.archive.database.leftovers import remove_leftovers
from harbincrawl.archive.database.scratch import open_scratch
from harbincrawl.errors import DatabaseError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    open_writer(folder).close()
    return folder


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
