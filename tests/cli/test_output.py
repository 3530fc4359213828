"""Output that nobody takes: a closed pipe, a closed stream, a full disk; errors of the system in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.crawling import execute

COMMAND = [sys.executable, "-m", "harbincrawl"]
PRINTING = (["search", "metro"], ["export", "-"], ["show", "1"])
"""What `test_streams.py` does with every command, in processes of their own from the start."""
LONG = "x" * 300


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printing")
    build_archive(folder, [{"number": number, "title": f"metro {number}"} for number in (1, 2)])
    return folder


def run(archive: Path, words: list[str], **streams: int) -> tuple[int, str]:
    command = [*COMMAND, "--archive", str(archive), *words]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, **streams)
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", PRINTING)
def test_a_full_disk_behind_stdout_is_8_and_one_line(archive: Path, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        code, said = run(archive, words, stdout=full.fileno())
    *_, last = said.splitlines()
    assert code == 8
    assert last == "harbincrawl: no space left for the output (No space left on device): free disk space and run again."
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words",
    [
        ["export", LONG],
        ["export", f"{LONG}.jsonl"],
        ["backup", LONG],
        ["ingest", f"{LONG}.warc"],
        ["export", __file__, "--format", "text"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_2_and_one_line(archive: Path, tmp_path: Path, words: list[str]) -> None:
    code, _, said = execute(archive, *words, prelude=f"os.chdir({str(tmp_path)!r})")
    assert code == 2, said
    assert len(said.splitlines()) == 1 and said.startswith("harbincrawl: ")
    assert list(tmp_path.iterdir()) == []
