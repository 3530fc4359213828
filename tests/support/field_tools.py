"""The field's own tools: found, run, and pywb served on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from .listening import find_port, run_server


def find_tool(name: str) -> str:
    """Where the tool is, beside this Python first; skips the test where it is nowhere."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    if (found := shutil.which(name, path=places)) is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """The finished command; skips the test where the tool is missing."""
    return subprocess.run([find_tool(name), *words], capture_output=True, text=True, timeout=300, check=False)


@contextmanager
def serve_pywb(folder: Path, files: Sequence[Path]) -> Iterator[str]:
    """The origin of a pywb in `folder` that holds `files` as its collection `harbin`."""
    manager = find_tool("wb-manager")
    subprocess.run([manager, "init", "harbin"], cwd=folder, check=True, capture_output=True)
    subprocess.run([manager, "add", "harbin", *files], cwd=folder, check=True, capture_output=True)
    port = find_port()
    with run_server([find_tool("wayback"), "-p", str(port), "-b", "127.0.0.1"], port, folder) as origin:
        yield origin
