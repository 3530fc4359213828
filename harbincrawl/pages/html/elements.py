"""What the elements of a page do to its lines, and the picture that one shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from sys import intern

COUNTED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "pre", "figcaption"))
"""Blocks that matter for all lines within them."""
BLOCKS = COUNTED | frozenset(
    "html body p div table caption thead tbody tfoot tr td th ul ol li dl dt dd section article header footer nav "
    "aside main figure form fieldset legend blockquote center address details summary dir menu hgroup hr".split()
)
"""Elements that stand on lines of their own."""
CELLS = frozenset(("td", "th"))
"""Columns of a table."""
STRONG = frozenset(("b", "strong"))
"""Elements whose words are bold."""
STYLED = frozenset(("font", "i", "em", "small"))
"""Elements whose words look otherwise than those around them; a `span` is one, too."""
SHOWING = frozenset(("amp-img", "amp-anim", "picture", "source"))
"""Elements beside `img` that show a picture, or say where it is."""
HEAD = frozenset(("title", "base", "link"))
"""Elements that describe the page and are not shown."""
HIDDEN = HEAD | frozenset(
    "script style noscript noframes template meta select option textarea button input object embed iframe svg audio "
    "video canvas map param rt rp".split()
)
"""Elements whose content no reader of the page sees as text."""
_NUMBERS = re.compile(r"[A-Za-z]*\d+[A-Za-z][A-Za-z\d]*|(?<![A-Za-z])[a-f]{1,4}\d{3,}|\d+")
"""Numbers, and letters with numbers amid them: hashes, another one on each page."""
_LONGEST_STEP = 60
"""Characters of a class or an id that tell places apart."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK = re.compile(r"display\s*:\s*block", re.IGNORECASE)


def hides(attributes: Mapping[str, str]) -> bool:
    """True where the attributes say that an element is not shown."""
    return "hidden" in attributes or ("style" in attributes and bool(_HIDING.search(attributes["style"])))


def is_block(attributes: Mapping[str, str]) -> bool:
    """True where a `span` is shown as a block."""
    return "style" in attributes and bool(_BLOCK.search(attributes["style"]))


def name_step(tag: str, attributes: Mapping[str, str]) -> str:
    """What stands for an element in the place of a line: its name, first class, id and alignment, without numbers."""
    values = attributes.get("class", ""), attributes.get("id", ""), attributes.get("align", "")
    return _write_step(tag, values[0][:_LONGEST_STEP], values[1][:_LONGEST_STEP], values[2][:_LONGEST_STEP])


@lru_cache(maxsize=1024)
def _write_step(tag: str, name: str, id: str, align: str) -> str:
    step = tag
    for mark, value in ((".", name), ("#", id), ("@", align)):
        if words := value.split():
            step += mark + _NUMBERS.sub("", words[0])
    return intern(step)


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
