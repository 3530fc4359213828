"""Whether a pattern of a site file is safe: what its groups may hold, and that no path makes it slow.

`re` has no public way to look into a pattern: `re._parser` is used here alone, and a test watches what it gives.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from re import _parser as parser  # type: ignore[attr-defined]  # private: see above
from typing import Any

from harbincrawl.identity import ID, LONGEST_ID

from .addresses import LONGEST_PATH

_PATIENCE = 0.05
"""Seconds for one path."""
_UNBOUNDED = int(parser.MAXREPEAT)
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_SAMPLES = "a0/-_.%éA"
_CATEGORIES = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_WORD": "0a_", "CATEGORY_SPACE": " "}
_DIGITS = frozenset("0123456789")


def find_pattern_problem(pattern: re.Pattern[str]) -> str | None:
    """Why `pattern` cannot be the one of an address; None for one that can."""
    tree = parser.parse(pattern.pattern, re.ASCII)
    groups = {number: name for name, number in pattern.groupindex.items()}
    for name, body in _list_groups(tree, groups):
        least, most = body.getwidth()
        letters = _letters(body)
        if name == "number":
            if least > LONGEST_ID or LONGEST_ID < most < _UNBOUNDED:
                return f"its group number may give an id longer than {LONGEST_ID} characters"
            if least < 1:
                return "its group number may give an empty id"
            other = next((letter for letter in letters if not ID.fullmatch(letter)), None)
            if other is not None:
                return f"its group number may give ids with {other!r}: letters, digits, - _ and . only"
        elif name == "page" and not letters <= _DIGITS:
            return "its group page may give what is no number: digits only"
    slow = _find_slow_path(pattern, tree)
    return f"it takes too long over a path such as {slow[:60]!r}: repeats must not be nested" if slow else None


def _list_groups(tree: Any, names: dict[int, str]) -> Iterator[tuple[str, Any]]:
    for code, value in tree:
        if str(code) == "SUBPATTERN":
            if value[0] in names:
                yield names[value[0]], value[3]
            yield from _list_groups(value[3], names)
        else:
            for part in _parts(str(code), value):
                yield from _list_groups(part, names)


def _parts(code: str, value: Any) -> list[Any]:
    """The patterns within an element."""
    if code in _REPEATS:
        return [value[2]]
    if code == "BRANCH":
        return list(value[1])
    if code == "SUBPATTERN":
        return [value[3]]
    if code in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    return [value] if code == "ATOMIC_GROUP" else []


def _letters(tree: Any) -> frozenset[str]:
    """Characters that stand for all that `tree` may match."""
    found: set[str] = set()
    for code, value in tree:
        name = str(code)
        if name in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            found |= _one_of(name, value)
        for part in _parts(name, value):
            found |= _letters(part)
    return frozenset(found)


def _one_of(name: str, value: Any) -> set[str]:
    if name == "LITERAL":
        return {chr(value)}
    if name == "ANY":
        return set(_SAMPLES)
    if name == "NOT_LITERAL":
        return set(_SAMPLES) - {chr(value)}
    found: set[str] = set()
    negated = False
    for code, inner in value:
        kind = str(code)
        if kind == "NEGATE":
            negated = True
        elif kind == "RANGE":
            # Both ends and what lies between the kinds of letters: `[A-z]` has a bracket in it.
            found |= {chr(at) for at in range(inner[0], min(inner[1], inner[0] + 300) + 1)}
        elif kind == "CATEGORY":
            found |= set(_CATEGORIES.get(str(inner), _SAMPLES))
        else:
            found |= {chr(inner)}
    return set(map(chr, range(0x21, 0x7F))) - found or {"é"} if negated else found


def _find_slow_path(pattern: re.Pattern[str], tree: Any) -> str | None:
    """A path over which the pattern takes long, built by repeating what it repeats; None where none was found."""
    repeats = _count_repeats(tree)
    for chosen in range(repeats):
        length = 8.0
        while length <= LONGEST_PATH:
            made = _example(tree, [chosen], int(length))
            for path in (made + "!", made + "/", made):
                path = path[:LONGEST_PATH]
                began = time.thread_time()
                pattern.fullmatch(path)
                if time.thread_time() - began > _PATIENCE:
                    return path
            length = length + 4 if length < 40 else length * 1.5
    return None


def _count_repeats(tree: Any) -> int:
    return sum(
        (str(code) in _REPEATS) + sum(_count_repeats(part) for part in _parts(str(code), value)) for code, value in tree
    )


def _example(tree: Any, chosen: list[int], times: int) -> str:
    """A text that `tree` matches, with the repeat whose turn it is (`chosen` counts down) made `times` times."""
    made = ""
    for code, value in tree:
        name = str(code)
        if name in _REPEATS:
            chosen[0] -= 1
            mine = chosen[0] == -1
            least, most, body = value
            one = _example(body, chosen, times)
            made += one * (max(least, min(times, int(most))) if mine else max(1, least))
        elif name == "BRANCH":
            made += _example(value[1][0], chosen, times)
        elif name in ("ASSERT", "ASSERT_NOT"):
            _example(value[1], chosen, times)
        elif name in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            letters = _one_of(name, value)
            made += next((letter for letter in "0a" if letter in letters), min(letters))
        else:
            made += "".join(_example(part, chosen, times) for part in _parts(name, value))
    return made
