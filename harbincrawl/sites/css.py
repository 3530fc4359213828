"""CSS selectors of site files: lxml looks for them, those alone that end in a time that grows with the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_MAX_LENGTH = 200
"""Characters of a selector; what a browser copies has some 100."""
_MAX_STEPS = 10
"""Parts of a selector that blanks divide."""
_SERIES = re.compile(r"n\s*\+\s*\d")
_REFUSED = ("~", "+", "|", ":has", ":contains")
"""What takes the square of a page's elements at each step (`b ~ b` does not end within 20 s where there are 10,000),
and namespaces, which HTML has not."""


@lru_cache(maxsize=256)
def compile_selector(selector: str) -> etree.XPath:
    """What finds the elements that match. Raises ValueError, which says what is wrong with the selector."""
    # Loaded for the few site files that have any.
    from cssselect import HTMLTranslator, SelectorError
    from lxml import etree

    if len(selector) > _MAX_LENGTH:
        raise ValueError(f"it has more than {_MAX_LENGTH} characters")
    if len(selector.split()) > _MAX_STEPS:
        raise ValueError(f"it has more than {_MAX_STEPS} steps")
    bare = _SERIES.sub("n", selector.replace("~=", "=").replace("|=", "="))
    if refused := next((each for each in _REFUSED if each in bare), None):
        raise ValueError(f"{refused} is not among what can be looked for")
    try:
        return etree.XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(str(error)) from None


def select_elements(roots: Iterable[etree._Element], selector: str) -> list[etree._Element]:
    """The elements of these trees that match, in the order of the page."""
    return [each for root in roots for each in compile_selector(selector)(root)]
