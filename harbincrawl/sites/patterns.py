"""Patterns of a site file, matched by RE2 in time that grows with the path alone, whatever a stranger wrote in them.

`re` has no public way to look into a pattern: `re._parser` and `re._compiler` are used here alone, and a test watches
what they give.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from re import _compiler as compiler  # type: ignore[attr-defined]  # private: see above
from re import _parser as parser  # type: ignore[attr-defined]  # private: see above
from typing import Any

import re2  # type: ignore[import-untyped]  # it has no types

from harbincrawl.identity import ID, LONGEST_ID

LONGEST = 1000
"""Characters of a pattern."""
LARGEST = 2000
"""Instructions that RE2 makes of one: the longest path takes the worst of them a few thousandths of a second."""
MOST_GROUPS = 20
_UNBOUNDED = int(parser.MAXREPEAT)
_DIGITS = frozenset("0123456789")
_LATIN = "".join(map(chr, range(256)))
_NO_LEAST = re.compile(r"(?<!\\)\{,\d+\}")


class PathPattern:
    """A pattern that reads paths as a whole."""

    def __init__(self, text: str) -> None:
        """Raises ValueError, which says why `text` is no pattern."""
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
        self._groups: dict[str, int] = {name.decode(): at for name, at in self._compiled.groupindex.items()}
        self.names = frozenset(self._groups)
        """Of its groups."""

    def read(self, path: str) -> dict[str, str | None] | None:
        """What each named group holds, None for one that has no part in it; None where the path does not match."""
        match = self._compiled.fullmatch(path.encode("utf-8", "surrogatepass"))
        if match is None:
            return None
        return {name: _decode(match[number]) for name, number in self._groups.items()}

    def split(self, path: str, name: str) -> tuple[str, str] | None:
        """What stands before and behind the group `name`; None where it has no part in the path, or nothing matches."""
        data = path.encode("utf-8", "surrogatepass")
        match = self._compiled.fullmatch(data) if name in self._groups else None
        if match is None or match[self._groups[name]] is None:
            return None
        start, end = match.span(self._groups[name])
        return data[:start].decode("utf-8", "surrogatepass"), data[end:].decode("utf-8", "surrogatepass")


def _decode(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogatepass")


def find_pattern_problem(text: str) -> str | None:
    """Why `text` cannot be the pattern of an address; None for one that can.

    It is read by `re` and RE2 alike: what they understand differently is none.
    """
    if len(text) > LONGEST:
        return f"the pattern has {len(text):,} characters, and {LONGEST:,} are allowed"
    if _NO_LEAST.search(text):
        return "a repeat such as {,3} needs its least number: {0,3}"
    try:
        with warnings.catch_warnings():
            # `[[` and `--` in a set, which RE2 knows as something else.
            warnings.simplefilter("error", FutureWarning)
            tree = parser.parse(text, re.ASCII)
        PathPattern(text)
        return _find_group_problem(tree)
    except (re.error, FutureWarning, OverflowError, ValueError) as error:
        return f"the pattern does not compile: {error}"
    except RecursionError:
        return "the pattern does not compile: it is nested too deeply"


def _find_group_problem(tree: Any) -> str | None:
    groups = {number: name for name, number in tree.state.groupdict.items()}
    for name, body in _list_groups(tree, groups):
        if name == "number":
            least, most = body.getwidth()
            if least > LONGEST_ID or LONGEST_ID < most < _UNBOUNDED:
                return f"its group number may give an id longer than {LONGEST_ID} characters"
            if least < 1:
                return "its group number may give an empty id"
            if others := [letter for letter in _find_letters(body) if not ID.fullmatch(letter)]:
                other = min(others, key=lambda letter: (not letter.isprintable(), letter))
                return f"its group number may give ids with {other!r}: letters, digits, - _ and . only"
        elif name == "page" and not _find_letters(body) <= _DIGITS:
            return "its group page may give what is no number: digits only"
    return None


def _list_groups(tree: Any, names: dict[int, str]) -> Iterator[tuple[str, Any]]:
    """The pattern of every named group."""
    for code, value in tree:
        if str(code) == "SUBPATTERN" and value[0] in names:
            yield names[value[0]], value[3]
        for part in _list_parts(value):
            yield from _list_groups(part, names)


def _list_parts(value: Any) -> list[Any]:
    """The patterns within an element; none in one that matches a single character or a place."""
    if isinstance(value, parser.SubPattern):
        return [value]
    return [part for each in value for part in _list_parts(each)] if isinstance(value, list | tuple) else []


def _find_letters(tree: Any) -> frozenset[str]:
    """The characters that `tree` may match: of Latin-1, and of those that its text names."""
    found: set[str] = set()
    for code, value in tree:
        for part in (parts := _list_parts(value)):
            found |= _find_letters(part)
        if not parts:
            matcher = compiler.compile(parser.SubPattern(tree.state, [(code, value)]))
            letters = _LATIN + tree.state.str
            found |= set(letters).difference(matcher.sub("", letters))
    return frozenset(found)
