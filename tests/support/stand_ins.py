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
