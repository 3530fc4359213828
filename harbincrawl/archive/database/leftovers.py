"""Files that killed commands left in an archive: unfinished ones, which never got their final name."""

from __future__ import annotations

from itertools import chain, product
from pathlib import Path

_OURS = ("articles.db.new", "articles.db.part", "backup.begun")
"""In the archive's own folder, where other programs may keep files, too."""
_SQLITE = ("", "-journal", "-wal", "-shm")
_ENDINGS = ("part", "new", "begun", "tmp")


def remove_leftovers(folder: Path) -> None:
    """Deletes the unfinished files of the archive in `folder`. The caller holds the lock. Raises OSError."""
    names = ("".join(each) for each in product(_OURS, _SQLITE))
    inside = (f"{name}/*.{ending}" for name, ending in product(("warc", "media"), _ENDINGS))
    for pattern in chain(names, inside):
        for path in folder.glob(pattern):
            path.unlink()
