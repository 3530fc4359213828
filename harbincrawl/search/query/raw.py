"""Checking FTS5 syntax for `--raw`: error messages with the place marked."""

from __future__ import annotations

import re
import sqlite3

from harbincrawl.errors import FilterError

_NEAR = re.compile(r'syntax error near "(.*)"', re.DOTALL)
_COLUMN = re.compile(r"no such column: (.*)", re.DOTALL)


def check_raw(connection: sqlite3.Connection, text: str) -> None:
    """Raises FilterError with the place marked if `text` is not an FTS5 query. An empty text is allowed."""
    if not text.strip():
        return
    error = find_error(connection, text)
    if error is None:
        return
    if match := _NEAR.search(error):
        at = _error_place(connection, text, match[1])
    elif match := _COLUMN.search(error):
        at = max(text.find(match[1]), 0)
    else:
        at = max(text.rfind('"'), 0) if "unterminated string" in error else 0
    raise FilterError(f"the query is not valid FTS5 syntax: {error}\n  {text}\n  {' ' * at}^")


def find_error(connection: sqlite3.Connection, text: str) -> str | None:
    """FTS5's error message for `text`; None: it is valid."""
    if "\0" in text or not text.isprintable() or not _is_unicode(text):
        return "it contains characters that a query cannot contain"
    try:
        connection.execute("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1", (text,)).fetchone()
    except sqlite3.OperationalError as error:
        return str(error)
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _error_place(connection: sqlite3.Connection, text: str, near: str) -> int:
    """The place of the word `near` from FTS5's message: the first one at which the query cut after it fails alike."""
    if not near:
        return len(text)
    at = text.find(near)
    while at >= 0:
        error = find_error(connection, text[: at + len(near)])
        if error and (match := _NEAR.search(error)) and match[1] == near:
            return at
        at = text.find(near, at + 1)
    return max(text.find(near), 0)
