"""What an archive takes of its disk: by names and sizes alone, for `status` opens no file but the database."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from harbincrawl.archive.measures import measure_pages
from harbincrawl.archive.media import FOLDER as MEDIA
from harbincrawl.evidence import WARC_FOLDER
from harbincrawl.text import count_text, size_text

_WARCS = (".warc.gz", ".warc.gz.open")
"""How the names of WARC files end; the last one is still written."""


def measure_disk(connection: sqlite3.Connection, folder: Path) -> dict[str, int]:
    """Bytes of the database, of the WARC files and pictures that are here, and of what is free; how many files.

    Raises sqlite3.Error, OSError.
    """
    warcs, warc = _measure_files(folder / WARC_FOLDER, _WARCS)
    pictures, media = _measure_files(folder / MEDIA, ("",))
    return {
        "database": measure_pages(connection),
        "warc": warc,
        "media": media,
        "free": shutil.disk_usage(folder).free,
        "warc_files": warcs,
        "media_files": pictures,
    }


def describe_disk(disk: Mapping[str, int]) -> str:
    """`on disk: 2.9 MB database, 3.4 MB in 8 WARC files; 81.6 GB free`."""
    parts = [f"{size_text(disk['database'])} database"]
    for name, noun in (("warc", "WARC file"), ("media", "picture")):
        if count := disk[f"{name}_files"]:
            parts.append(f"{size_text(disk[name])} in {count_text(count, noun)}")
    return f"on disk: {', '.join(parts)}; {size_text(disk['free'])} free"


def _measure_files(folder: Path, endings: tuple[str, ...]) -> tuple[int, int]:
    """(how many files with one of `endings` are in `folder`, their bytes); none where there is no such folder."""
    count = size = 0
    # Where a folder may not be read, the rest of the state is worth showing.
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            # A purge or the end of a crawl may take a file away meanwhile.
            with suppress(FileNotFoundError):
                if entry.name.endswith(endings) and entry.is_file(follow_symlinks=False):
                    size += entry.stat(follow_symlinks=False).st_size
                    count += 1
    return count, size
