"""Results that are longer than the screen, on a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.crawling import command
from tests.support.terminal import run_on_terminal

METROS = [{"number": number, "title": f"Metro {number}"} for number in range(1, 31)]


def write_pager(path: Path, script: str) -> Path:
    """A program that does what the shell's `script` says."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_what_is_longer_than_the_screen_goes_through_the_pager_with_its_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(write_pager(tmp_path / "pager", "echo begin; cat; echo end")))
    archive = build_archive(tmp_path / "archive", METROS)
    search = command(archive, "search", "metro", "--sort", "oldest")
    code, written = run_on_terminal(search)
    lines = written.replace("\r", "").splitlines()
    assert (code, lines[0], lines[-1]) == (0, "begin", "end")
    assert lines[-3:-1] == ["1\u201320 of 30", "more: --page 2"]
    for more in (["--limit", "2"], ["--no-pager"]):
        assert "begin" not in run_on_terminal([*search, *more])[1]
    assert "begin" not in run_on_terminal(command(archive, "status"))[1]


def test_colours_go_where_the_pager_shows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    write_pager(folder / "less", 'echo "options $LESS"; cat')
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    for name in ("PAGER", "LESS"):
        monkeypatch.delenv(name, raising=False)
    search = command(build_archive(tmp_path / "archive", METROS), "search", "metro")
    for more in ([], ["--color", "always"]):
        written = run_on_terminal([*search, *more], NO_COLOR="")[1]
        assert written.startswith("options -R")
        assert "\x1b[1m" in written
    assert "\x1b" not in run_on_terminal([*search, "--color", "never"])[1]
    # What another program does with colours is not known, and the person's own options of less say it.
    monkeypatch.setenv("PAGER", str(write_pager(tmp_path / "other", "cat")))
    assert "\x1b" not in run_on_terminal(search, NO_COLOR="")[1]
    assert "\x1b[1m" in run_on_terminal([*search, "--color", "always"], NO_COLOR="")[1]
    monkeypatch.delenv("PAGER")
    monkeypatch.setenv("LESS", "-S")
    written = run_on_terminal(search, NO_COLOR="")[1]
    assert written.startswith("options -S")
    assert "\x1b" not in written
