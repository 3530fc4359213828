"""A file or folder appears under its name only when it is whole."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harbincrawl.errors import DestinationError, NoSpaceError
from harbincrawl.export.files import write_atomic_file, write_atomic_folder
from tests.support.forge import PATIENCE

SLOW = """
import sys, time
from pathlib import Path
from harbincrawl.export.files import write_atomic_{what}
with write_atomic_{what}(Path(sys.argv[1])) as path:
    (path if path.is_file() else path / "part").write_text("half")
    print("writing", flush=True)
    # Short ones: a signal right before a sleep would wait for its end.
    while True:
        time.sleep(0.1)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start_slow(what: str, destination: Path) -> subprocess.Popen[str]:
    code = SLOW.format(what=what)
    process = subprocess.Popen([sys.executable, "-c", code, str(destination)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    process.send_signal(how)
    process.wait(PATIENCE)
    assert process.stdout is not None
    process.stdout.close()


def test_a_whole_file_takes_its_name(tmp_path: Path) -> None:
    with write_atomic_file(tmp_path / "a.txt") as path:
        path.write_text("all")
        assert not (tmp_path / "a.txt").exists()
    assert names(tmp_path) == ["a.txt"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ZeroDivisionError), write_atomic_file(tmp_path / "a.txt") as path:
        path.write_text("half")
        raise ZeroDivisionError
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_kill_leaves_nothing_under_the_name_and_the_next_export_clears_up(tmp_path: Path, what: str) -> None:
    destination = tmp_path / "dest"
    end(start_slow(what, destination), signal.SIGKILL)
    assert not destination.exists()
    with write_atomic_file(destination) if what == "file" else write_atomic_folder(destination) as path:
        (path if path.is_file() else path / "a").write_text("all")
    assert names(tmp_path) == ["dest"]
    assert destination.is_file() or names(destination) == ["a"]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_where_the_unfinished_export_goes_leads_nowhere(tmp_path: Path, what: str) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter").write_text("dear")
    target = tmp_path / "precious" if what == "folder" else tmp_path / "precious" / "letter"
    (tmp_path / ".dest.part").symlink_to(target)
    act = write_atomic_file if what == "file" else write_atomic_folder
    with pytest.raises(DestinationError, match="name another one"), act(tmp_path / "dest"):
        pytest.fail("it would be written through the link")
    assert (tmp_path / "precious" / "letter").read_text() == "dear"


def test_a_full_disk_and_a_missing_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoSpaceError) as full, write_atomic_file(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert full.value.exit_code == 8
    with pytest.raises(DestinationError) as missing, write_atomic_file(tmp_path / "none" / "a"):
        pytest.fail("there is no such folder")
    assert missing.value.exit_code == 2


@pytest.mark.parametrize("what", ["file", "folder"])
def test_an_export_that_is_refused_leaves_the_other_one_alone(tmp_path: Path, what: str) -> None:
    act = write_atomic_file if what == "file" else write_atomic_folder
    with act(tmp_path / "dest") as first:
        (first / "a" if what == "folder" else first).write_text("mine")
        with pytest.raises(DestinationError, match="another export"), act(tmp_path / "dest"):
            pytest.fail("two exports to one name")
    assert (tmp_path / "dest").exists()
    assert ((tmp_path / "dest" / "a") if what == "folder" else tmp_path / "dest").read_text() == "mine"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_two_exports_to_one_name_do_not_mix(tmp_path: Path, what: str) -> None:
    process = start_slow(what, tmp_path / "dest")
    act = write_atomic_file if what == "file" else write_atomic_folder
    with pytest.raises(DestinationError, match="another export"), act(tmp_path / "dest"):
        pytest.fail("two at once")
    end(process, signal.SIGINT)
