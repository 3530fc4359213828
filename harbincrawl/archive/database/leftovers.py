"""What killed commands left of an archive: unfinished files, which never got their final name, and copies."""

from __future__ import annotations

from itertools import chain, product
from pathlib import Path

from harbincrawl.disk import remove_abandoned

STAGING = ".restore"
"""The folder within a new archive where `restore` copies and proves it; then its files get their places."""
_OURS = (
    *("articles.db.new", "articles.db.part", "articles.db.rebuilt", "articles.db.scratch-*"),
    *("backup.begun", "user.db.part"),
)
"""In the archive's own folder, where other programs may keep files, too."""
_SQLITE = ("", "-journal", "-wal", "-shm")
_ENDINGS = ("part", "new", "begun", "tmp")


def remove_leftovers(folder: Path) -> None:
    """Deletes the unfinished files and copies of the archive in `folder`. The caller holds the lock. Raises OSError.

    They may hold texts that were purged since.
    """
    names = ("".join(each) for each in product(_OURS, _SQLITE))
    inside = (f"{name}/*.{ending}" for name, ending in product(("warc", "media"), _ENDINGS))
    for pattern in chain(names, inside):
        for path in folder.glob(pattern):
            path.unlink()
    staging = folder / STAGING
    if staging.is_symlink():
        staging.unlink()
    elif staging.exists():
        import shutil  # costs a millisecond, for what is hardly ever there

        shutil.rmtree(staging)
    remove_abandoned()
