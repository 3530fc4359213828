"""A TOML file as it was written: its values, and on which line each of them stands, which tomllib does not say."""

from __future__ import annotations

import re
import tomllib

from harbincrawl.text import clean

KeyPath = tuple[str | int, ...]
"""The names of the tables that lead to a key, and its own; behind that of an array may be the number of an item."""

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_PIECE = re.compile(
    r"""
    (?P<text> \"{3} (?:\\.|[^\\])*? \"{3,5} | '{3} .*? '{3,5} | " (?:\\.|[^"\\\n])* " | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<mark> [\[\]{},=.\n] )
    | (?P<word> [^\s"'\#\[\]{},=.]+ )
    """,
    re.DOTALL | re.VERBOSE,
)


class Document:
    """A TOML text and what it says; `name` is what messages call the file."""

    def __init__(self, text: str, name: str) -> None:
        """Raises ValueError, which names file, line and reason, for what is no TOML."""
        self.text, self.name = text, name
        try:
            self.values = tomllib.loads(text)
        except RecursionError:
            raise ValueError(f"{name}: not valid TOML: brackets are nested too deeply") from None
        except ValueError as error:
            words, line = str(error), None
            if match := _PLACE.fullmatch(words):
                words, line = match[1], int(match[2] or text.rstrip().count("\n") + 1)
            where = f"{name} line {line}" if line else name
            raise ValueError(f"{where}: not valid TOML: {' '.join(clean(words).split())}") from None
        self._lines = find_lines(text)

    def place(self, *path: str | int) -> str:
        """`FILE line N` of what is at `path`, or of the table that would have it."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self.name} line {self._lines.get(path, 1)}"


def decode_text(data: bytes, name: str) -> str:
    """The text of a file, without a byte order mark. Raises ValueError, which names file, line and reason."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"not UTF-8 (byte 0x{data[error.start]:02x})"
        raise ValueError(f"{name} line {line}: {found}: save the file as UTF-8") from None


def find_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) on which each key and table of a TOML text is first named; never fails, whatever the text.

    What is within an array is there with the number of its item, from 0, and without.
    """
    lines: dict[KeyPath, int] = {}
    items: dict[KeyPath, int] = {}
    """How many items of each array have begun."""
    table: KeyPath = ()
    opened: list[tuple[str, KeyPath]] = []
    """The arrays and inline tables around this place: their bracket, and the key that they are the value of."""
    path: KeyPath = ()
    """The key whose value this place is in."""
    parts: KeyPath = ()
    """What has been read of a key."""
    in_key, in_header, is_array, line = True, False, False, 1
    for match in _PIECE.finditer(text):
        piece, kind = match[0], match.lastgroup
        if kind in ("word", "text"):
            parts = (*parts, _unquote(piece)) if in_key else parts
        elif piece == "\n" and not opened:
            in_key, in_header, parts = True, False, ()
        elif piece == "=" and in_key:
            path = (*(opened[-1][1] if opened else table), *parts)
            _note(lines, path, line)
            in_key, parts = False, ()
        elif piece in ("[", "{") and not in_key:
            opened.append((piece, path))
            in_key = piece == "{"
            path = path if in_key else _begin_item(items, path)
        elif piece in ("]", "}") and opened:
            path = opened.pop()[1]
            in_key, parts = False, ()
        elif piece == "," and opened:
            in_key, parts = opened[-1][0] == "{", ()
            path = opened[-1][1] if in_key else _begin_item(items, opened[-1][1])
        elif piece == "[" and not opened:
            is_array, in_header, parts = in_header, True, ()
        elif piece == "]" and in_header:
            table = _begin_item(items, parts) if is_array else parts
            _note(lines, table, line)
            in_header, in_key = False, False
        line += piece.count("\n")
    return lines


def _begin_item(items: dict[KeyPath, int], array: KeyPath) -> KeyPath:
    """The path of the next item of `array`."""
    items[array] = items.get(array, -1) + 1
    return (*array, items[array])


def _note(lines: dict[KeyPath, int], path: KeyPath, line: int) -> None:
    for each in (path, tuple(name for name in path if isinstance(name, str))):
        for length in range(1, len(each) + 1):
            lines.setdefault(each[:length], line)


def _unquote(piece: str) -> str:
    """A bare or quoted key as the name that it stands for."""
    if piece[0] not in "\"'":
        return piece
    try:
        name = tomllib.loads(f"key = {piece}")["key"]
    except ValueError:
        return piece
    return str(name)
