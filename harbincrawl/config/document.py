"""A TOML file as it was written: its values, and the line of a key, found by its name: tomllib does not say it."""

from __future__ import annotations

import re
import tomllib

from harbincrawl.text import clean

KeyPath = tuple[str | int, ...]
"""A table and a key of it, or either; behind the name of a repeated table is its number, from 0."""

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_HEADER = re.compile(r"\[{1,2}([^\[\]=]+)\]{1,2}(?:\s*#|$)")
"""At the beginning of a line without blanks at its ends; the time that it takes grows with the line alone."""


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

    def place(self, *path: str | int) -> str:
        """`FILE line N` of the key at `path`, or of the table that would have it."""
        return f"{self.name} line {find_line(self.text, path)}"


def decode_text(data: bytes, name: str) -> str:
    """The text of a file, without a byte order mark. Raises ValueError, which names file, line and reason."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"not UTF-8 (byte 0x{data[error.start]:02x})"
        raise ValueError(f"{name} line {line}: {found}: save the file as UTF-8") from None


def find_line(text: str, path: KeyPath) -> int:
    """The first line (from 1) that names the last key of `path` in its table; else that of the table, else 1."""
    names, number = (
        [each for each in path if isinstance(each, str)],
        sum(each for each in path if isinstance(each, int)),
    )
    if not names:
        return 1
    lines = ["" if each.lstrip().startswith("#") else each for each in text.split("\n")]
    found = ((at, _HEADER.match(line.strip())) for at, line in enumerate(lines))
    headers = {at: match[1].strip(" \t\"'") for at, match in found if match}
    of_table = [at for at, name in headers.items() if f"{name}.".startswith(f"{names[0]}.")]
    start, end = 0, len(lines)
    if number < len(of_table):
        start = of_table[number]
        if len(names) == 1:
            return start + 1
        after = (at for at in headers if at > start and (at not in of_table or isinstance(path[1], int)))
        end, number = next(after, end), 0
    elif len(path) == 1:
        end = next(iter(headers), end)
    key = re.compile(rf"(?<![\w-]){re.escape(names[-1])}[\"']?\s*[=.\]]")
    keys = [at for at in range(start, end) if key.search(lines[at])]
    # Tables in a row on the lines of an array: each has its key once.
    return (keys[min(number, len(keys) - 1)] if keys else start) + 1
