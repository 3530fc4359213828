"""What the elements of a page do to its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

COUNTED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "pre", "figcaption"))
"""Blocks that matter for all lines within them."""
BLOCKS = COUNTED | frozenset(
    "html body p div table caption thead tbody tfoot tr td th ul ol li dl dt dd section article header footer nav "
    "aside main figure form fieldset legend blockquote center address details summary dir menu hgroup hr".split()
)
"""Elements that stand on lines of their own."""
STRONG = frozenset(("b", "strong"))
"""Elements whose words are bold."""
HEAD = frozenset(("title", "base", "link"))
"""Elements that describe the page and are not shown."""
HIDDEN = HEAD | frozenset(
    "script style noscript noframes template meta select option textarea button input object embed iframe svg audio "
    "video canvas map param rt rp".split()
)
"""Elements whose content no reader of the page sees as text."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def hides(attributes: Mapping[str, str]) -> bool:
    """True where the attributes say that an element is not shown."""
    return "hidden" in attributes or ("style" in attributes and bool(_HIDING.search(attributes["style"])))
