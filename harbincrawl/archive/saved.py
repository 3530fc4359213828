"""Saved searches in `user.db`: adding and removing one, moving its two positions, printing one at a time."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from harbincrawl.errors import HeldError, OptionsError
from harbincrawl.search.saved import SavedSearch, read_counter, read_saved, understand_saved
from harbincrawl.text import clean, suggest, time_text

from .database.lock import hold_file

LOCK = "watch.lock"
"""The file that `watch run` holds; it says nothing."""
PATIENCE = 5.0
"""Seconds to wait for another command that writes, or prints what is new."""
_NAME = re.compile(r"\w[\w-]{0,63}")


def make_search(
    connection: sqlite3.Connection, name: str, query: str, options: Mapping[str, Any], now: datetime
) -> SavedSearch:
    """A search of the archive; what changes from now on is new under it.

    Raises OptionsError for a name that is none, FilterError.
    """
    if not _NAME.fullmatch(name):
        raise OptionsError(f"{clean(name)!r} is no name: expected up to 64 letters, digits, - and _.")
    counter = read_counter(connection)
    saved = SavedSearch(name, query, dict(options), time_text(now), counter, counter)
    understand_saved(connection, saved)
    return saved


def save_search(user: sqlite3.Connection, saved: SavedSearch) -> None:
    """Saves a search, in the caller's transaction. Raises OptionsError for a name that is taken."""
    name = saved.name
    if read_saved(user, name):
        raise OptionsError(f"there is a saved search {name}: `harbincrawl watch remove {name}` removes it.")
    user.execute(
        "INSERT INTO saved_searches(name, query, filters, saved, printed, notified) VALUES (?, ?, ?, ?, ?, ?)",
        saved._replace(options=json.dumps(saved.options, ensure_ascii=False)),  # type: ignore[arg-type]
    )


def remove_search(user: sqlite3.Connection, name: str) -> None:
    """Removes a saved search, in the caller's transaction. Raises OptionsError."""
    find_saved(user, name)
    user.execute("DELETE FROM saved_searches WHERE name = ?", (name,))


def find_saved(user: sqlite3.Connection, name: str) -> SavedSearch:
    """The saved search called `name`. Raises OptionsError, which names the one that was meant."""
    found = read_saved(user, name)
    if found:
        return found[0]
    hint = suggest(name, [each.name for each in read_saved(user)], "{}", ": `harbincrawl watch list` lists them.")
    raise OptionsError(f"there is no saved search {clean(name)}{hint}")


def move_position(user: sqlite3.Connection, name: str, position: Literal["printed", "notified"], change: int) -> None:
    """Moves one of the two positions of a saved search on to `change`, in the caller's transaction."""
    user.execute(f"UPDATE saved_searches SET {position} = ? WHERE name = ?", (change, name))


def hold_printing(folder: Path) -> AbstractContextManager[int]:
    """One command prints what is new at a time, beside whatever writes to the archive in `folder`.

    Raises HeldError if another one prints for longer than PATIENCE, DatabaseError if the folder cannot be written,
    NoSpaceError.
    """
    said = f"another `watch run` prints what is new in {folder}: wait for it to end."
    return hold_file(folder / LOCK, PATIENCE, lambda _: HeldError(said))
