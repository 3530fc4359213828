"""The weight that real pages carry: style sheets, scripts, menus and footers, the same for every page of a skin."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import count

from tests.support.twin.manner import SITE_MAP

LOOK_ALIKE = "Updated : 2001-01-01"
"""Looks like the line above an article's body, and stands where no reader sees it or after everything else."""

MENU: tuple[tuple[str, str], ...] = tuple(SITE_MAP["menu"].items())

_COLOURS = ("#1a4b8c", "#c00", "#333", "#f7f7f7", "#0a6", "#fff", "#9bd", "#555")
_NAMES = ("nav", "top", "con", "list", "tit", "txt", "pic", "foot", "box", "lft", "rgt", "mid", "btn", "tab", "ban")


@lru_cache(maxsize=64)
def styles(prefix: str, kilobytes: int) -> str:
    """About `kilobytes` of style rules, each skin's its own."""

    def write(number: int) -> str:
        name, colour = _NAMES[number % len(_NAMES)], _COLOURS[(number * 5 + len(prefix)) % len(_COLOURS)]
        return (
            f".{prefix}_{name}{number} a,.{prefix}_{name}{number} li{{margin:0 {number % 9}px;padding:{number % 7}px;"
            f"color:{colour};font-size:{12 + number % 5}px;line-height:{18 + number % 8}px}}"
        )

    return _fill([], write, kilobytes)


@lru_cache(maxsize=64)
def scripts(prefix: str, kilobytes: int) -> str:
    """About `kilobytes` of script, with a line in it that looks like an article's date and a link like a box item."""
    lines = [
        f"var {prefix}_stamp = 'Updated : 2001-01-01';",
        f"document.write('<p>{LOOK_ALIKE}</p><p>By ( nobody )</p>');",
        f"function {prefix}_hot(){{return '<a href=\"/news/2001-01-01/1.html\">Not a story</a>';}}",
    ]
    return _fill(
        lines,
        lambda number: (
            f"function {prefix}_tab{number}(n){{for(var i=0;i<{3 + number % 5};i++){{var o=document.getElementById("
            f"'{prefix}'+i);if(o&&i<=n){{o.style.display=i==n?'block':'none';}}}}return n+{number};}}"
        ),
        kilobytes,
    )


def _fill(lines: list[str], write: Callable[[int], str], kilobytes: int) -> str:
    """The lines, and numbered ones until they are long enough."""
    size = sum(map(len, lines))
    for number in count():
        if size >= kilobytes * 1024:
            break
        lines.append(write(number))
        size += len(lines[-1]) + 1
    return "\n".join(lines)
