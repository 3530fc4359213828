"""Hostile texts as tables have them: runs of a piece are `⟨piece×count⟩`, or `⟨piece⟩` where a size is asked."""

from __future__ import annotations

import re
from itertools import count

_RUN = re.compile(r"⟨(.*?)(?:×(\d+))?⟩(½?)", re.DOTALL)


def expand(text: str, size: int = 0) -> str:
    """`text` with its runs: so many pieces, else as many as give `size` characters (half of them before a `½`).

    A piece with `{0}` is numbered: its copies never repeat.
    """

    def repeat(run: re.Match[str]) -> str:
        piece, times, half = run.groups()
        length = size // 2 if half else size
        if "{0}" not in piece:
            return piece * (int(times) if times else length // len(piece))
        made: list[str] = []
        for number in count(1):
            if (len(made) == int(times)) if times else length <= 0:
                return "".join(made)
            made.append(piece.replace("{0}", str(number)))
            length -= len(made[-1])
        raise AssertionError

    return _RUN.sub(repeat, text)


def encode(text: str) -> bytes:
    """The bytes of a text in which each character stands for one, its runs written out."""
    return expand(text).encode("latin-1")
