"""What the elements of a page do to its lines."""

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
CONTROLS = frozenset(("input", "textarea", "button"))
"""What a reader of the page fills in or presses."""
_NUMBERS = re.compile(r"[A-Za-z]*\d+[A-Za-z][A-Za-z\d]*|\d+")
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


def is_control(attributes: Mapping[str, str]) -> bool:
    """True for a control that is shown."""
    return attributes.get("type", "").strip().lower() != "hidden"


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
