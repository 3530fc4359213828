"""One label a section: the site file's, else the first that a page of the section printed, for all its articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace

from harbincrawl.records import Article

# All articles of a section have one label; where another program changed some of them, most of them decide.
_LABEL = """SELECT section FROM articles WHERE section_path = ? AND section <> ?
 GROUP BY section ORDER BY count(*) DESC, section LIMIT 1"""
_IS_KNOWN = "SELECT 1 FROM articles WHERE section_path = ? AND section = ? LIMIT 1"


class SectionLabels:
    """The labels of the sections of an archive, as its articles have them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, str] = {}
        """By path, what all stored articles of the section have."""

    def forget(self) -> None:
        """Reads them anew when next asked; call it after a rollback."""
        self._known.clear()

    def name(self, article: Article) -> Article:
        """`article` with the label of its section: the site file's, else the one that was read first, else its own.

        An article without a path is in no section that is known, and keeps what its page says.
        """
        if not article.section_path or article.unread_label is None:
            return article
        label = self._read(article.section_path, article.unread_label) or article.section
        return article if label == article.section else replace(article, section=label)

    def spread(self, article: Article, next_change: Callable[[], int]) -> None:
        """Gives the others of its section the label of `article` if none has it, in the caller's transaction.

        Each of them gets a change of its own: its record is another one now.
        """
        path, label = article.section_path, article.section
        if not path or label == article.unread_label or self._known.get(path) == label:
            return
        if self._connection.execute(_IS_KNOWN, (path, label)).fetchone() is None:
            others = "SELECT number FROM articles WHERE section_path = ? AND id <> ?"
            for (number,) in sorted(self._connection.execute(others, (path, article.id)).fetchall()):
                self._connection.execute(
                    "UPDATE articles SET section = ?, change = ? WHERE number = ?", (label, next_change(), number)
                )
        self._known[path] = label

    def _read(self, path: str, unread: str) -> str | None:
        if path not in self._known:
            row = self._connection.execute(_LABEL, (path, unread)).fetchone()
            if row is None:
                return None
            self._known[path] = str(row[0])
        return self._known[path]
