"""What is the user's: it can be read, and no saved search is ahead of the archive."""

from __future__ import annotations

from pathlib import Path

from harbincrawl.archive.database.connection import USER, read_archive
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError
from harbincrawl.operations.verify.findings import Findings
from harbincrawl.search.hits import read_counter
from harbincrawl.search.saved import read_saved
from harbincrawl.text import count_text


def check_user(folder: Path, findings: Findings) -> None:
    """Checks `user.db` of the archive in `folder`."""
    try:
        with read_user(folder) as user:
            searches = read_saved(user)
    except DatabaseError as error:
        findings.report("database", USER, str(error), "restore it from a backup, or move it away")
        return
    # Behind that: a command that runs meanwhile moves what it has printed on to the newest change.
    with read_archive(folder) as connection:
        counter = read_counter(connection)
    if ahead := [each.name for each in searches if max(each.printed, each.notified) > counter]:
        said = f"{count_text(len(ahead), 'saved search')} ahead of all changes"
        findings.report("counts", ", ".join(ahead), said, "harbincrawl watch remove, with its name")
