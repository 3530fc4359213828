"""The field's own tools: found, run, and pywb served on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


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
    with run_pywb(folder) as origin:
        yield origin


@contextmanager
def run_pywb(folder: Path) -> Iterator[str]:
    """The origin of a pywb with the collections, or the `config.yaml`, in `folder`."""
    server = find_tool("wayback")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [server, "-p", str(port), "-b", "127.0.0.1"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
    )
    try:
        origin = f"http://127.0.0.1:{port}"
        for _ in range(150):
            try:
                urllib.request.urlopen(origin, timeout=5).close()
                break
            except urllib.error.HTTPError as error:
                error.close()
                break
            except OSError:
                time.sleep(0.2)
        yield origin
    finally:
        process.terminate()
        process.wait(20)
