"""The rows of a database that can be: readers see these alone, and each row that is left out is named."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from functools import partial

from .forms import FORMS
from .left_out import LEFT_OUT

_FORMS = {table: list(forms.items()) for table, (_, forms) in FORMS.items()}
_LONGEST_NAME = 80
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_ID = re.compile(rb'^\{"id":"[^":]*:([^"]*)"')


def sift(connection: sqlite3.Connection, database: str) -> None:
    """Puts a temporary view before each table: queries that name the table see the rows that can be, and no other.

    A view costs nothing but what is read through it. `database` is what messages call the file.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.create_function("leave_out", 3, partial(_leave_out, database))
    connection.create_function("are_texts", -1, partial(_are_texts, database))
    connection.create_function("has_shape", 2, _has_shape, deterministic=True)
    for table in FORMS:
        connection.execute(write_view(table))


def trust_texts(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """From now on the caller looks whether a text of these tables is UTF-8 without NUL, in what it makes of them."""
    views = {name for (name,) in connection.execute("SELECT name FROM temp.sqlite_master WHERE type = 'view'")}
    for table in views.intersection(tables):
        connection.execute(f"DROP VIEW temp.{table}")
        connection.execute(write_view(table, texts=False))


def write_view(table: str, *, texts: bool = True) -> str:
    """SQL of the view before `table`."""
    row, forms = FORMS[table]
    name = f"CAST({row} AS BLOB)"
    right = [form.right.format(c=f'"{column}"') for column, form in forms.items()]
    wrong = " ".join(f"WHEN ({each}) IS NOT TRUE THEN {at}" for at, each in enumerate(right))
    checked = [(at, column) for at, (column, form) in enumerate(forms.items()) if form.is_text]
    if texts and checked:
        places = "".join(f"{at:2}" for at, _ in checked)
        values = ", ".join(f'CAST("{column}" AS BLOB)' for _, column in checked)
        right.append(f"are_texts('{table}', '{places}', {name}, {values})")
    return (
        f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table}"
        f" WHERE {' AND '.join(right)} OR leave_out('{table}', CASE {wrong} END, {name})"
    )


def drop_broken_lines(connection: sqlite3.Connection, lines: list[bytes]) -> list[bytes]:
    """JSON that SQLite wrote of articles whose texts are trusted: those lines whose texts are UTF-8 without NUL."""
    joined = b"".join(lines)
    if is_text(joined) and b"\\u0000" not in joined:
        return lines
    return [line for line in lines if _is_sound(connection, line)]


def _is_sound(connection: sqlite3.Connection, line: bytes) -> bool:
    if is_text(line) and _ESCAPED_NUL.search(line) is None:
        return True
    name = _ID.search(line)
    (database,) = (file for _, kind, file in connection.execute("PRAGMA database_list") if kind == "main")
    column, form = "text", FORMS["articles"][1]["title"]
    LEFT_OUT.add(database, "articles", _write_name(name[1] if name else None), column, form.expected)
    return False


def _leave_out(database: str, table: str, place: int | None, row: bytes | None) -> int:
    """Notes that the value of a column, named by its place, cannot be; 0, which leaves the row out.

    Without a place one of its texts cannot be, which was noted.
    """
    if place is None:
        return 0
    column, form = _FORMS[table][place]
    LEFT_OUT.add(database, table, _write_name(row), column, form.expected)
    return 0


def _write_name(row: bytes | None) -> str:
    return ascii((row or b"without a name").decode(errors="replace")[:_LONGEST_NAME])


def _are_texts(database: str, table: str, places: str, row: bytes | None, *values: bytes | None) -> int:
    """1 where all values are UTF-8 without NUL, else 0, and the row is noted."""
    for at, value in enumerate(values):
        if value is None:
            continue
        place = int(places[2 * at : 2 * at + 2])
        if not is_text(value, is_word=_FORMS[table][place][1].is_word):
            return _leave_out(database, table, place, row)
    return 1


def is_text(value: bytes, *, is_word: bool = False) -> bool:
    """Whether bytes are UTF-8 without NUL; as a word also printable, without blanks."""
    if b"\0" in value:
        return False
    if value.isascii() and not is_word:
        return True
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return False
    return not is_word or (text.isprintable() and " " not in text)


def _has_shape(name: str, value: bytes | None) -> int:
    from .shapes import has_shape

    return int(value is not None and has_shape(name, value))
