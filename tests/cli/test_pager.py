"""Results that are longer than the screen, on a terminal."""

from __future__ import annotations

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


def test_what_is_longer_than_the_screen_goes_through_the_pager_with_its_notes_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", str(write_pager(tmp_path / "pager", "echo begin; cat; echo end")))
    archive = build_archive(tmp_path / "archive", METROS)
    search = command(archive, "search", "metro", "--sort", "oldest")
    code, written = run_on_terminal(search)
    lines = written.replace("\r", "").splitlines()
    assert (code, lines[0]) == (0, "begin")
    assert lines[-3:] == ["end", "1\u201320 of 30", "more: --page 2"]
    assert "begin" not in run_on_terminal([*search, "--limit", "2"])[1]
    assert "begin" not in run_on_terminal(command(archive, "status"))[1]
