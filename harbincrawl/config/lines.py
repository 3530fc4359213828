"""On which line of a TOML text a key stands: tomllib does not say."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""The names of the tables that lead to a key, and its own; behind that of an array may be the number of an item."""

_PIECE = re.compile(
    r"""
    (?P<text> \"{3} (?:\\.|[^\\])*? \"{3,5} | '{3} .*? '{3,5} | " (?:\\.|[^"\\\n])* " | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<mark> [\[\]{},=.\n] )
    | (?P<word> [^\s"'\#\[\]{},=.]+ )
    """,
    re.DOTALL | re.VERBOSE,
)


def find_lines(text: str) -> dict[Path, int]:
    """The line (from 1) on which each key and table of a TOML text is first named; never fails, whatever the text.

    What is within an array is there with the number of its item, from 0, and without.
    """
    lines: dict[Path, int] = {}
    items: dict[Path, int] = {}
    """How many items of each array have begun."""
    table: Path = ()
    opened: list[tuple[str, Path]] = []
    """The arrays and inline tables around this place: their bracket, and the key that they are the value of."""
    path: Path = ()
    """The key whose value this place is in."""
    parts: Path = ()
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


def _begin_item(items: dict[Path, int], array: Path) -> Path:
    """The path of the next item of `array`."""
    items[array] = items.get(array, -1) + 1
    return (*array, items[array])


def _note(lines: dict[Path, int], path: Path, line: int) -> None:
    for each in (path, tuple(name for name in path if isinstance(name, str))):
        for length in range(1, len(each) + 1):
            lines.setdefault(each[:length], line)


def _unquote(piece: str) -> str:
    """A bare or quoted key as the name that it stands for."""
    if piece[0] not in "\"'":
        return piece
    import tomllib  # costs 2 ms, and few keys are quoted

    try:
        name = tomllib.loads(f"key = {piece}")["key"]
    except ValueError:
        return piece
    return str(name)
