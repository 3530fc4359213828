"""Results that are longer than the screen, on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.crawling import command
from tests.support.terminal import run_on_terminal


def test_what_is_longer_than_the_screen_goes_through_the_pager_with_its_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho begin; cat; echo end\n")
    pager.chmod(0o755)
    monkeypatch.setenv("PAGER", str(pager))
    archive = build_archive(tmp_path / "archive", [{"number": n, "title": f"Metro {n}"} for n in range(1, 31)])
    search = command(archive, "search", "metro", "--sort", "oldest")
    code, written = run_on_terminal(search)
    lines = written.replace("\r", "").splitlines()
    assert (code, lines[0], lines[-1]) == (0, "begin", "end")
    assert lines[-3:-1] == ["1\u201320 of 30", "more: --page 2 --change 30"]
    for more in (["--limit", "2"], ["--no-pager"]):
        assert "begin" not in run_on_terminal([*search, *more])[1]
    assert "begin" not in run_on_terminal(command(archive, "status"))[1]


def test_without_a_pager_of_ones_own_it_is_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    less = tmp_path / "less"
    less.write_text("#!/bin/sh\necho begin; cat; echo end\n")
    less.chmod(0o755)
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    archive = build_archive(tmp_path / "archive", [{"number": n, "title": f"Metro {n}"} for n in range(1, 31)])
    code, written = run_on_terminal(command(archive, "search", "metro"))
    lines = written.replace("\r", "").splitlines()
    assert (code, lines[0], lines[-1]) == (0, "begin", "end")
