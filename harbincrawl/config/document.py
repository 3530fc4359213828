"""A TOML file as it was written: its values, and on which line each of them stands."""

from __future__ import annotations

import re

from harbincrawl.text import clean

from .lines import find_lines

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)


class Document:
    """A TOML text and what it says; `name` is what messages call the file."""

    def __init__(self, text: str, name: str) -> None:
        """Raises ValueError, which names file, line and reason, for what is no TOML."""
        import tomllib  # costs 2 ms, and few archives have a config.toml

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
