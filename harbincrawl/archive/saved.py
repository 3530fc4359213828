"""The table `saved_searches`: adding and removing one, and moving its two positions."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from harbincrawl.errors import OptionsError
from harbincrawl.search.saved import SavedSearch, read_counter, read_saved, understand_saved
from harbincrawl.text import clean, nearest, time_text

PATIENCE = 5.0
"""Seconds to wait for another command that writes to the archive."""
_NAME = re.compile(r"\w[\w-]{0,63}")


def save_search(
    connection: sqlite3.Connection, name: str, query: str, options: Mapping[str, Any], now: datetime
) -> None:
    """Saves a search, in the caller's transaction; what changes from now on is new under it.

    Raises OptionsError for a name that is taken or none, FilterError.
    """
    if not _NAME.fullmatch(name):
        raise OptionsError(f"{clean(name)!r} is no name: expected up to 64 letters, digits, - and _.")
    if read_saved(connection, name):
        raise OptionsError(f"there is a saved search {name}: `harbincrawl watch remove {name}` removes it.")
    counter = read_counter(connection)
    saved = SavedSearch(name, query, dict(options), time_text(now), counter, counter)
    understand_saved(connection, saved)
    connection.execute(
        "INSERT INTO saved_searches(name, query, filters, saved, printed, notified) VALUES (?, ?, ?, ?, ?, ?)",
        saved._replace(options=json.dumps(saved.options, ensure_ascii=False)),  # type: ignore[arg-type]
    )


def remove_search(connection: sqlite3.Connection, name: str) -> None:
    """Removes a saved search, in the caller's transaction. Raises OptionsError."""
    find_saved(connection, name)
    connection.execute("DELETE FROM saved_searches WHERE name = ?", (name,))


def find_saved(connection: sqlite3.Connection, name: str) -> SavedSearch:
    """The saved search called `name`. Raises OptionsError, which names the one that was meant."""
    found = read_saved(connection, name)
    if found:
        return found[0]
    near = nearest(name, [each.name for each in read_saved(connection)])
    hint = f"; did you mean {near}?" if near else ": `harbincrawl watch list` lists them."
    raise OptionsError(f"there is no saved search {clean(name)}{hint}")


def move_position(
    connection: sqlite3.Connection, name: str, position: Literal["printed", "notified"], change: int
) -> None:
    """Moves one of the two positions of a saved search on to `change`, in the caller's transaction."""
    connection.execute(f"UPDATE saved_searches SET {position} = ? WHERE name = ?", (change, name))
