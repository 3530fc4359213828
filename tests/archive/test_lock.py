"""The lock on an archive's folder."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.lock import FILE, check_free, hold
from harbincrawl.errors import DatabaseError, HeldError


def test_the_holder_is_named_to_the_next_one(tmp_path: Path) -> None:
    with hold(tmp_path / "archive", "crawl news"):
        words = rf"`crawl news` \(process {os.getpid()}, since 20"
        with pytest.raises(HeldError, match=words) as caught, hold(tmp_path / "archive", "reparse"):
            pass
        assert caught.value.exit_code == 5
        with pytest.raises(HeldError, match=words):
            check_free(tmp_path / "archive")
    check_free(tmp_path / "archive")
    with hold(tmp_path / "archive", "reparse"):
        pass


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom harbincrawl.archive.database.lock import hold\n"
        "with hold(Path(sys.argv[1]), 'crawl news'):\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert (tmp_path / FILE).stat().st_size > 0
    check_free(tmp_path)
    with hold(tmp_path, "crawl gallery"):
        assert b"gallery" in (tmp_path / FILE).read_bytes()


def test_checking_the_lock_does_not_turn_a_writer_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).touch()
    handle = os.open(tmp_path / FILE, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    ending = threading.Timer(0.05, os.close, [handle])
    ending.start()
    monkeypatch.setattr(lock, "PATIENCE", 300.0)
    with hold(tmp_path, "crawl"):
        ending.join()


def test_a_lock_file_with_other_words_in_it_is_still_a_lock(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[1, 2]")
    handle = os.open(tmp_path / FILE, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(HeldError, match="another process"):
            check_free(tmp_path)
    finally:
        os.close(handle)


def test_a_path_where_no_folder_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot be written"), hold(tmp_path / "file", "crawl"):
        pass
    check_free(tmp_path / "nowhere")
