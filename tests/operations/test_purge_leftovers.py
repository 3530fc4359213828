"""Take-downs of what killed commands left: copies of the archive that may hold what was purged; and saved searches."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_reader, open_writer
from harbincrawl.archive.saved import make_search, save_search
from harbincrawl.archive.user import change_user
from harbincrawl.cli.main import main
from harbincrawl.operations.backup import back_up
from tests.support.crawling import records
from tests.support.purging import HELD_TWICE, find_left, problems, run, sentences

_RESTORE = """
import os, signal, sys
from pathlib import Path
from harbincrawl.operations.backup import restore
restore(Path(sys.argv[1]), Path(sys.argv[2]), progress=lambda *_: None,
        prove=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.fixture
def target() -> int:
    return HELD_TWICE


def kill(script: str, *arguments: object) -> None:
    ended = subprocess.run([sys.executable, "-c", script, *map(str, arguments)], check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("writer", ["purge", "any"])
def test_what_a_killed_restore_left_is_removed_by_the_next_writer(
    tmp_path: Path, archive: Path, target: int, writer: str
) -> None:
    words = sentences(records(archive)[target])
    backup, other = tmp_path / "backup", tmp_path / "other"
    back_up(archive, backup, datetime.now(UTC), progress=lambda *_: None)
    kill(_RESTORE, backup, other)
    # The archive of the same name that was made, or put there, afterwards.
    for path in archive.iterdir():
        if path.name != lock.FILE:
            path.rename(other / path.name)
    assert (other / ".restore" / FILE).is_file()
    assert find_left(other / ".restore", words)
    if writer == "purge":
        run(other, target, everywhere=True)
        assert find_left(other, words) == []
    else:
        with lock.hold(other, "test"), closing(open_writer(other)):
            pass
    assert not (other / ".restore").exists()
    assert problems(other) == []


def test_saved_searches_that_quote_it_are_named_and_stay(
    archive: Path, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    title = str(records(archive)[target]["title"])
    words = title.split()
    searches = {
        "title": title.upper(),
        "id": f"harbin-today:{target}",
        "address": records(archive)[target]["url"],
        "other": '"no such words"',
        "word": words[0],
        "number": f"{target}0",
    }
    with closing(open_reader(archive)) as connection, change_user(archive) as user:
        for name, query in searches.items():
            quoted = query if name in ("word", "other") else f'"{query}"'
            save_search(user, make_search(connection, name, quoted, {}, datetime.now(UTC)))
    with pytest.raises(SystemExit):
        main(["--archive", str(archive), "purge", str(target), "--yes", "--json"])
    said = capsys.readouterr()
    assert '"searches": [\n    "address",\n    "id",\n    "title"\n  ]' in said.out
    for name in ("address", "id", "title"):
        assert f"a saved search asks for it; harbincrawl watch remove {name}\n" in said.err
