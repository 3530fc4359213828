"""The rows of a database that can be: readers see these alone, and each row that is left out is named."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from .forms import ALL_FORMS, FORMS, Form
from .left_out import LEFT_OUT

_COLUMNS = {table: list(forms.items()) for table, (_, forms) in ALL_FORMS.items()}
_LONGEST_NAME = 80
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_ID = re.compile(rb'^\{"id":"[^":]*:([^"]*)"')


def sift(
    connection: sqlite3.Connection, database: str, tables: Mapping[str, tuple[str, dict[str, Form]]] = FORMS
) -> None:
    """Puts a temporary view before each table: queries that name the table see the rows that can be, and no other.

    A view costs nothing but what is read through it. `database` is what messages call the file.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.create_function("leave_out", 3, partial(_leave_out, database))
    connection.create_function("is_text", 2, is_text, deterministic=True)
    connection.create_function("has_shape", 2, _has_shape, deterministic=True)
    for table in tables:
        connection.execute(write_view(table))


@contextmanager
def trust_texts(connection: sqlite3.Connection, read: dict[str, Collection[str]]) -> Iterator[None]:
    """While it lasts the caller reads of these tables only the named columns, and no other is looked at.

    Whether a text of theirs is UTF-8 without NUL it looks itself, in what it makes of them.
    """
    tables = sorted(set(_list_views(connection)).intersection(read))
    try:
        for table in tables:
            connection.execute(f"DROP VIEW temp.{table}")
            connection.execute(write_view(table, read[table]))
        yield
    finally:
        # Of an export that failed the connection may be closed by now, and its views are gone with it.
        with suppress(sqlite3.ProgrammingError):
            for table in tables:
                connection.execute(f"DROP VIEW IF EXISTS temp.{table}")
                connection.execute(write_view(table))


def find_sound(connection: sqlite3.Connection) -> list[str]:
    """The tables of which no row is left out; reads all of them, in one state of the database. Raises sqlite3.Error."""
    connection.execute("BEGIN")
    try:
        tables = _list_views(connection)
        return [each for each in tables if _count(connection, "temp", each) == _count(connection, "main", each)]
    finally:
        connection.execute("ROLLBACK")


def relieve(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Reads `tables` as they are from now on: the sieve calls Python for each row, and holds up whatever else runs."""
    for table in set(tables).intersection(_list_views(connection)):
        connection.execute(f"DROP VIEW temp.{table}")


def _list_views(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM temp.sqlite_master WHERE type = 'view'")]


def _count(connection: sqlite3.Connection, schema: str, table: str) -> int:
    (rows,) = connection.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone()
    return int(rows)


def write_view(table: str, trusted: Collection[str] | None = None) -> str:
    """SQL of the view before `table`. Where columns are `trusted` as to their texts, no other is looked at."""
    row, forms = ALL_FORMS[table]
    right, wrong = ["1"], ["WHEN 0 THEN 0"]
    texts: dict[bool, list[str]] = {True: [], False: []}
    for at, (column, form) in enumerate(forms.items()):
        if trusted is not None and column not in trusted:
            continue
        right.append(form.right.format(c=f'"{column}"'))
        wrong.append(f"WHEN ({right[-1]}) IS NOT TRUE THEN {at}")
        if form.is_text and trusted is None:
            texts[form.is_word].append(f"""coalesce("{column}", '')""")
            wrong.append(f'WHEN NOT is_text(CAST("{column}" AS BLOB), {form.is_word}) THEN {at}')
    # All at once, as each call costs half a microsecond. The sign between two keeps halves of a letter apart.
    for is_word, some in texts.items():
        if some:
            joined = " || '/' || ".join(some)
            right.append(f"is_text(CAST({joined} AS BLOB), {is_word})")
    return (
        f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table}"
        f" WHERE {' AND '.join(right)} OR leave_out('{table}', CASE {' '.join(wrong)} END, CAST({row} AS BLOB))"
    )


def drop_broken_lines(connection: sqlite3.Connection, lines: Iterable[tuple[bytes]]) -> list[bytes]:
    """JSON that SQLite wrote of articles whose texts are trusted: those lines whose texts are UTF-8 without NUL."""
    # Line by line, which are in the processor's nearest cache: of all joined it takes three times as long.
    return [
        line
        for (line,) in lines
        if ((line.isascii() or is_text(line)) and b"\\u0000" not in line) or _is_sound(connection, line)
    ]


def _is_sound(connection: sqlite3.Connection, line: bytes) -> bool:
    if is_text(line) and _ESCAPED_NUL.search(line) is None:
        return True
    name = _ID.search(line)
    (database,) = (file for _, kind, file in connection.execute("PRAGMA database_list") if kind == "main")
    column, form = "text", FORMS["articles"][1]["title"]
    LEFT_OUT.add(database, "articles", _write_name(name[1] if name else None), column, form.expected)
    return False


def _leave_out(database: str, table: str, place: int, row: bytes | None) -> int:
    """Notes that the value of a column, named by its place, cannot be; 0, which leaves the row out."""
    column, form = _COLUMNS[table][place]
    LEFT_OUT.add(database, table, _write_name(row), column, form.expected)
    return 0


def _write_name(row: bytes | None) -> str:
    return ascii((row or b"without a name").decode(errors="replace")[:_LONGEST_NAME])


def is_text(value: bytes | None, is_word: int = False) -> bool:
    """Whether bytes are UTF-8 without NUL, or nothing; as a word also printable, without blanks."""
    if value is None or (value.isascii() and not is_word and b"\0" not in value):
        return True
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return False
    return "\0" not in text and (not is_word or (text.isprintable() and " " not in text))


def _has_shape(name: str, value: bytes | None) -> int:
    from .shapes import has_shape

    return int(value is not None and has_shape(name, value))
