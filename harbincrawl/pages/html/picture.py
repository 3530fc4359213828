"""The picture that an element shows: where its file is, and whether it is one at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LATE = ("data-src", "data-original", "data-lazy-src", "data-url", "file", "zoomfile")
"""Where the address of a picture stands that loads late."""
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
"""Where the addresses of one picture in several sizes stand."""
_CANDIDATE = re.compile(r"(?P<src>[^\s,](?:\S*[^\s,])?)(?:\s+(?P<size>\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")
_LONGEST_SET = 2000
_PLACEHOLDER = re.compile(
    r"(?:spacer|blank|space|pixel|dot|clear|transparent|1x1|loading|loader|lazy|placeholder|gr[ae]y)[^/]{0,12}$|\.svg$",
    re.IGNORECASE,
)
_SPACER = re.compile(
    r"(?:^|[/_-])(?:spacer|blank|space|pixel|dot|line|clear|transparent|1x1)\.(?:gif|png)$", re.IGNORECASE
)
"""The end of the address of a picture that shows nothing."""
_ENDING = 80
"""Characters at the end of an address that are looked at."""
_FILES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
_SIZED = re.compile(r"-\d+x\d+$")
_ICON = 48
"""Pixels of the longer side of an icon, or of the shorter one of a rule."""
_RATIOS = frozenset(("responsive", "fill", "intrinsic", "flex-item"))
"""Layouts of an `amp-img` of which width and height are no pixels."""


def find_picture(attributes: Mapping[str, str]) -> str | None:
    """The address of the picture that an element shows, as written; None where it shows none.

    A picture that loads late has a placeholder as its own address, and the true one elsewhere. A spacer is kept.
    """
    src = attributes.get("src")
    late = next((late for name in _LATE if (late := attributes.get(name)) and late.strip()), None)
    # A photograph is no GIF: one beside a late address is what waits for it.
    if src and not _is_placeholder(src) and not (late and src.lower().endswith(".gif")):
        return src
    late = late or next((large for name in _SETS if (large := _find_largest(attributes.get(name)))), None)
    return late or (src if src and _SPACER.search(src[-_ENDING:]) else None)


def _find_largest(srcset: str | None) -> str | None:
    found = [one for one in _CANDIDATE.finditer((srcset or "")[:_LONGEST_SET]) if not _is_placeholder(one["src"])]
    return max(found, key=lambda one: float(one["size"] or 1))["src"] if found else None


def _is_placeholder(src: str) -> bool:
    return not src.strip() or src.lstrip()[:5].lower() == "data:" or bool(_PLACEHOLDER.search(src[-_ENDING:]))


def is_small(attributes: Mapping[str, str], src: str) -> bool:
    """True for what its size or its name shows to be no picture: a spacer, a rule, an icon."""
    for name in ("width", "height") if attributes.get("layout") not in _RATIOS else ():
        size = attributes.get(name, "").strip().lower().removesuffix("px")
        if size.isdecimal() and len(size) < 5 and int(size) <= _ICON:
            return True
    return bool(_SPACER.search(src[-_ENDING:]))


def is_file(src: str) -> bool:
    """True for the address of a picture's file; what counts visitors has another one."""
    return src.partition("?")[0].lower().endswith(_FILES)


def is_copy(src: str, other: str) -> bool:
    """True where both addresses are of one picture, perhaps in two sizes: `lamp.jpg?w=90`, `lamp-300x200.jpg`."""
    return src == other or _name(src) == _name(other)


def _name(src: str) -> str:
    return _SIZED.sub("", src.partition("?")[0].rpartition("/")[2].rpartition(".")[0]).lower()
