"""Whether the disk has room for a list, whose length only its server knows."""

from __future__ import annotations

import shutil
from pathlib import Path

from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import NoSpaceError


def check_room(archive: Path, folder: Path) -> None:
    """Raises NoSpaceError where the disk of `folder` has less room than the settings of `archive` want to be free."""
    bounds = read_config(archive).fill(Thresholds())
    disk = shutil.disk_usage(folder)
    least = min(bounds.disk_bytes, bounds.disk_share * disk.total)
    if disk.free < least:
        raise NoSpaceError(
            f"no space left for the list of captures in {folder}: {disk.free:,} bytes are free, expected at least"
            f" {least:,.0f} ([health] disk_bytes and disk_share). Make room, or ask for less, with --since and --until."
        )
