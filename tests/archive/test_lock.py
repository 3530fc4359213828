"""The lock on an archive's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_path_where_no_folder_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot be written"), hold(tmp_path / "file", "crawl"):
        pass
    check_free(tmp_path / "nowhere")
