"""Patterns of a site file, matched by RE2 in time that grows with the path alone, whatever a stranger wrote in them."""

from __future__ import annotations

from functools import lru_cache

import re2  # type: ignore[import-untyped]  # it has no types

LONGEST = 1000
"""Characters of a pattern."""
LARGEST = 2000
"""Instructions that RE2 makes of one: the longest path takes the worst of them a few thousandths of a second."""
MOST_GROUPS = 20


class PathPattern:
    """A pattern that reads paths as a whole."""

    def __init__(self, text: str) -> None:
        """Raises ValueError, which says why `text` is no pattern."""
        if len(text) > LONGEST:
            raise ValueError(f"it has {len(text):,} characters, and {LONGEST:,} are allowed")
        options = re2.Options()
        options.log_errors = False
        try:
            # Of bytes: RE2 knows no other places, and to count them as characters would take twice the time.
            self._compiled = re2.compile(text.encode(), options)
        except re2.error as error:
            reason = error.args[0].decode("utf-8", "replace")
            raise ValueError(f"{reason} (RE2 matches it: nothing may look around or refer back)") from None
        if self._compiled.programsize > LARGEST or self._compiled.groups > MOST_GROUPS:
            raise ValueError("it is too large: use fewer groups and smaller counts")
        # What an address means and where its page number stands are asked of one path, one after the other.
        self._match = lru_cache(maxsize=64)(self._compiled.fullmatch)
        self._groups: dict[str, int] = {name.decode(): at for name, at in self._compiled.groupindex.items()}
        self.names = frozenset(self._groups)
        """Of its groups."""

    def read(self, path: str) -> dict[str, str | None] | None:
        """What each named group holds, None for one that has no part in it; None where the path does not match."""
        match = self._match(path.encode("utf-8", "surrogatepass"))
        if match is None:
            return None
        return {name: _decode(match[number]) for name, number in self._groups.items()}

    def split(self, path: str, name: str) -> tuple[str, str] | None:
        """What stands before and behind the group `name`; None where it has no part in the path, or nothing matches."""
        data = path.encode("utf-8", "surrogatepass")
        match = self._match(data) if name in self._groups else None
        if match is None or match[self._groups[name]] is None:
            return None
        start, end = match.span(self._groups[name])
        return data[:start].decode("utf-8", "surrogatepass"), data[end:].decode("utf-8", "surrogatepass")


def _decode(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogatepass")
