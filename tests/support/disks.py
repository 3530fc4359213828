"""Disks as a test needs them: full ones, and folders that nobody can write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

AMPLE = 50_000
"""Kilobytes, and files: more than any test writes."""
PAGE = 4096


@contextmanager
def tight_disk(folder: Path) -> Iterator[None]:
    """A disk in `folder` whose room `leave_room` limits. Skips the test if it cannot be mounted."""
    _mount("-t", "tmpfs", "-o", f"size={AMPLE}k", "tmpfs", str(folder))
    try:
        # Without a size, it could not be given one any more.
        (folder / "ballast").write_bytes(bytes(PAGE))
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def leave_room(folder: Path, *, pages: int | None = None, files: int | None = None) -> None:
    """Leaves room for so many more pages of 4 KiB, and for so many more files; without a number, for many."""
    state = os.statvfs(folder)
    size = AMPLE << 10 if pages is None else (state.f_blocks - state.f_bfree) * state.f_frsize + pages * PAGE
    inodes = AMPLE if files is None else state.f_files - state.f_ffree + files
    subprocess.run(["mount", "-o", f"remount,size={size},nr_inodes={inodes}", str(folder)], check=True)


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
