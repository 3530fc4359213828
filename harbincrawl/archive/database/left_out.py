"""The rows of databases that cannot be, and were left out: what a command says of them at its end."""

from __future__ import annotations

import threading

MOST_NAMED = 5
"""Rows that are named, each in a line; of further ones the number."""
_MOST_COUNTED = 100_000


class LeftOut:
    """The rows that the readers of this process met and left out; from any thread."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], str] = {}
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, database: str, table: str, row: str, column: str, expected: str) -> None:
        """Notes a row, once."""
        with self._lock:
            if len(self._rows) < _MOST_COUNTED:
                sentence = (
                    f"{database}: the row {row} of {table} is left out: its {column} is not {expected}; "
                    "`harbincrawl verify` says what mends it."
                )
                self._rows.setdefault((database, table, row), sentence)

    def take_sentences(self) -> list[str]:
        """What there is to say, and forgets it; empty where no row was left out."""
        with self._lock:
            sentences = list(self._rows.values())
            self._rows.clear()
        if (more := len(sentences) - MOST_NAMED) > 0:
            sentences[MOST_NAMED:] = [f"{more:,} more rows are left out"]
        return sentences


LEFT_OUT = LeftOut()
"""A command says at its end what it left out."""
