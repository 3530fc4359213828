"""On which line of a TOML text a key stands: tomllib does not say."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str, ...]
"""The names of the tables that lead to a key, and its own."""

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
    """The line (from 1) on which each key and table of a TOML text is first named; never fails, whatever the text."""
    lines: dict[Path, int] = {}
    table: Path = ()
    opened: list[tuple[str, Path]] = []
    """The arrays and inline tables around this place: their bracket, and the key that they are the value of."""
    path: Path = ()
    """The key whose value this place is in."""
    parts: Path = ()
    """What has been read of a key."""
    in_key, in_header, line = True, False, 1
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
        elif piece in ("]", "}") and opened:
            path = opened.pop()[1]
            in_key, parts = False, ()
        elif piece == "," and opened:
            in_key, parts = opened[-1][0] == "{", ()
            path = opened[-1][1]
        elif piece == "[" and not opened:
            in_header, parts = True, ()
        elif piece == "]" and in_header:
            table = parts
            _note(lines, table, line)
            in_header, in_key = False, False
        line += piece.count("\n")
    return lines


def _note(lines: dict[Path, int], path: Path, line: int) -> None:
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], line)


def _unquote(piece: str) -> str:
    """A bare or quoted key as the name that it stands for."""
    if piece[0] not in "\"'":
        return piece
    try:
        name = tomllib.loads(f"key = {piece}")["key"]
    except ValueError:
        return piece
    return str(name)
