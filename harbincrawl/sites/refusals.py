"""Refusing what is wrong in a site file, with the line on which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from harbincrawl.config.lines import find_lines
from harbincrawl.errors import SiteFileError
from harbincrawl.text import clean, nearest

Place = tuple[str, ...]
"""The names of the tables that lead to a key, and its own."""
_SECTION_HEAD = re.compile(r"(?m)^[ \t]*\[\[\s*section\s*\]\]")


class Refusals:
    """Raises SiteFileError: `FILE line N: reason`."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def refuse(self, place: Place, reason: str, section: int | None = None) -> NoReturn:
        """Refuses what stands at `place`, of the section with this number from 0 where it is a section's."""
        raise SiteFileError(f"{self.name} line {self._find_line(place, section)}: {reason}")

    def refuse_unknown(
        self, place: Place, known: Iterable[str], table: str = "", section: int | None = None
    ) -> NoReturn:
        """Refuses the key at `place`, naming the nearest known one."""
        known, key = tuple(known), place[-1]
        near = nearest(key, known)
        hint = f'; did you mean "{near}"?' if near else f"; known: {', '.join(known)}"
        where = f" in [{table}]" if table else ""
        self.refuse(place, f'unknown key "{clean(key)}"{where}{hint}', section)

    def _find_line(self, place: Place, section: int | None) -> int:
        if section is not None and (line := self._find_section_line(re.escape(place[-1]), section)):
            return line
        lines = find_lines(self.text)
        while place and place not in lines:
            place = place[:-1]
        return lines.get(place, 1)

    def _find_section_line(self, key: str, section: int) -> int | None:
        """The line of a key of the section with this number; that of its head where it has no such key."""
        heads = [match.start() for match in _SECTION_HEAD.finditer(self.text)]
        if len(heads) > section:
            start, end = heads[section], [*heads, len(self.text)][section + 1]
            found = re.compile(rf"(?m)^[ \t]*{key}\s*=").search(self.text, start, end)
            return self.text.count("\n", 0, found.start() if found else start) + 1
        inline = [match.start() for match in re.finditer(rf"[{{,]\s*{key}\s*=", self.text)]
        return self.text.count("\n", 0, inline[section]) + 1 if len(inline) > section else None
