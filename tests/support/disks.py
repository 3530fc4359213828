"""Disks as a test needs them: small ones, full ones, and folders that nobody can write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A disk of this size in `folder`; `resize_disk` changes it. Skips the test if it cannot be mounted."""
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def resize_disk(folder: Path, kilobytes: int) -> None:
    """Gives a small disk another size."""
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(folder)], check=True)


def fill_disk(folder: Path, kilobytes: int) -> Path:
    """Leaves only so much room on a small disk; returns the file that takes the rest."""
    state = os.statvfs(folder)
    path = folder / "ballast"
    path.write_bytes(bytes(state.f_bavail * state.f_frsize - (kilobytes << 10)))
    return path


@contextmanager
def read_only(folder: Path, view: Path | None = None) -> Iterator[Path]:
    """`folder` mounted in `view` (in its own place without one) so that nobody can write there, not even root."""
    if os.geteuid() and view is None:
        folder.chmod(0o555)
        try:
            yield folder
        finally:
            folder.chmod(0o755)
        return
    place = view or folder
    _mount("--bind", str(folder), str(place))
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(place)], check=True)
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _mount(*arguments: str) -> None:
    if os.geteuid() or subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode:
        pytest.skip("mounting takes root")
