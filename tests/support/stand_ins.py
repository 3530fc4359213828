"""Programs of the machine that a test puts something of its own in place of."""

from __future__ import annotations

from pathlib import Path

import pytest


def stand_in(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts a program of that name into the PATH, which writes its words to a log; returns the log."""
    log = folder / f"{name}.log"
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$@" >> {log}\n{script}\n')
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


def stand_in_crontab(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `crontab` that keeps its table in a file, which is returned; at first there is none."""
    table = folder / "table"
    none = "{ echo no crontab for me >&2; exit 1; }"
    script = f'if [ "$1" = -l ]; then cat {table} 2>/dev/null || {none}; else cat > {table}; fi'
    stand_in(folder, "crontab", script, monkeypatch)
    return table
