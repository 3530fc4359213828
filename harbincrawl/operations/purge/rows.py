"""Rows that quote purged articles: deleted where they are evidence, named where they are the user's own words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable

from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.saved import SavedSearch
from harbincrawl.text import write_json

from .marks import Marks, fold
from .pictures import Pictures, picture_key

_MIN_TITLE = 8
"""Letters and digits: a shorter title, such as `News`, is a word that anybody looks for."""


def clean_rows(connection: sqlite3.Connection, marks: Marks, pictures: Pictures) -> None:
    """Deletes what quotes the articles, names them or a picture of theirs, in the caller's transaction.

    Reports and failures of runs, unaccounted lines, what archives of others list; of lines of lists that lead elsewhere
    the words.
    """
    for each, address, reason in connection.execute("SELECT run, address, reason FROM failures").fetchall():
        is_picture = picture_key(marks.site, address) in pictures.addresses
        if is_picture or _quotes(marks, address) or _quotes(marks, reason):
            connection.execute("DELETE FROM failures WHERE run = ? AND address = ?", (each, address))
    for row in connection.execute("SELECT run, address, kind, text FROM unaccounted").fetchall():
        if _quotes(marks, row[1]) or _quotes(marks, row[3]):
            connection.execute("DELETE FROM unaccounted WHERE (run, address, kind, text) = (?, ?, ?, ?)", row)
    for row in connection.execute("SELECT section, item, title, summary FROM listed WHERE number IS NULL").fetchall():
        if any(_quotes(marks, text) for text in row if text):
            blank = "UPDATE listed SET title = '', date = NULL, summary = NULL WHERE section = ? AND item = ?"
            connection.execute(blank, row[:2])
    for each, report in connection.execute("SELECT run, report FROM runs WHERE report IS NOT NULL").fetchall():
        # They say what the rows say that are left.
        text = runs.write_report(connection, each, report)
        quotes = text is None or _quotes(marks, text)
        if quotes or text != report:
            connection.execute("UPDATE runs SET report = ? WHERE run = ?", (None if quotes else text, each))


def find_searches(searches: Iterable[SavedSearch], marks: Marks, texts: Iterable[str]) -> list[str]:
    """The `searches` that have a text, the id or the address of the articles in their name, words or options."""
    wanted = {folded for text in texts if len(folded := fold(text)) >= _MIN_TITLE}
    ids = "|".join(map(re.escape, sorted(marks.ids)))
    found = []
    for saved in searches:
        said = f"{saved.name} {saved.query} {write_json(saved.options)}"
        folded = fold(said)
        if (
            marks.names(said)
            or re.search(rf"(?<![\w-])(?:{ids})(?![\w-])", said)
            or any(text in folded for text in wanted)
        ):
            found.append(saved.name)
    return found


def _quotes(marks: Marks, text: str) -> bool:
    return marks.names(text) or marks.find_in(text) is not None
