"""Pictures on disk before the rows that name them."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.media import put_media, write_media
from harbincrawl.archive.runs.log import open_log


def test_a_picture_and_its_name_are_on_disk_before_its_row_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(handle: int) -> None:
        steps.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().relative_to(tmp_path)}")
        sync(handle)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append(f"rename to {target.relative_to(tmp_path)}")
        return replace(path, target)

    with closing(open_writer(tmp_path)) as connection, closing(open_log(tmp_path, connection, "test")) as log:
        monkeypatch.setattr(os, "fsync", note_sync)
        monkeypatch.setattr(Path, "replace", note_replace)
        monkeypatch.setattr(log, "commit", lambda: None)
        connection.set_trace_callback(lambda statement: steps.append(statement.split()[0]))
        name = write_media(tmp_path, b"a picture", "jpg")
        put_media(connection, log, tmp_path, {"http://e.my399.com/a.jpg": name})
        connection.set_trace_callback(None)
    file = f"media/{name}"
    order = ["sync .", f"sync {file}.part", f"rename to {file}", "sync media", "BEGIN", "UPDATE", "COMMIT"]
    assert steps == order


def test_a_picture_whose_file_holds_other_bytes_is_written_again(tmp_path: Path) -> None:
    name = write_media(tmp_path, b"a picture", "jpg")
    (tmp_path / "media" / name).write_bytes(bytes(9))
    assert write_media(tmp_path, b"a picture", "jpg") == name
    assert (tmp_path / "media" / name).read_bytes() == b"a picture"
