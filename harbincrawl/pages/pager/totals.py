"""The number of items in a whole list, as its pages print it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from harbincrawl.pages.html.line import Line
from harbincrawl.sites.words import Words

from .tokens import is_number, read_count, read_tokens, without_counts

_UNITS = r"(?:items?|records?|articles?|results?|entries|stories|条|篇|则)"
_LONGEST = 40
"""Characters of a line with a count."""
_TOTAL = re.compile(
    r"共\s*(\d{1,7})\s*[条篇则]"
    r"|(?:total(?:\s+of)?(?:\s+records?)?\s*[:：]?\s*|共有?\s*)(\d{1,7})(?!\d|\s*(?:页|pages?))"
    r"|\d{1,7}\s*(?:-|–|to|至|~)\s*\d{1,7}\s*(?:of|/|共)\s*(\d{1,7})(?!\d)"
    rf"|(?<!\d)(?<!每页)(?<!每页\s)(?<!每)(\d{{1,7}})\s*{_UNITS}(?!\w|\s*(?:/|per|a|each)\s*page|\s*/\s*页)",
    re.IGNORECASE,
)


def find_total(lines: Sequence[Line], words: Words) -> int | None:
    """The number of items that one of `lines` prints in the site's own words; None where it has none for that."""
    if not words.total:
        return None
    for line in lines:
        if match := words.total_text.search(line.text):
            return int(next(filter(None, match.groups())))
    return None


def counts_items(text: str) -> bool:
    """True for a line that says how many items or pages there are, and little else."""
    return len(text) <= _LONGEST and bool(_TOTAL.search(text) or read_count(text, 1))


def read_total(text: str, numbered: Container[int], page: int) -> int | None:
    """The number of items in the pager `text`: the one that is labelled so, or the first number if it is no page's.

    `numbered` has the pages that numbers of the pager lead to, `page` is the page's own.
    """
    if match := _TOTAL.search(text):
        return int(next(filter(None, match.groups())))
    tokens = read_tokens(without_counts(text))
    if not tokens or not is_number(tokens[0]):
        return None
    first = int(tokens[0])
    numbers = [int(token) for token in tokens[1:] if is_number(token)]
    if not numbers:
        return None if first == page or first in numbered else first
    # `1 2 3`: the first number is the first of the pages shown. ` 20 1 2 3`, ` 1 1 2`: it stands before them.
    is_page = (first == page or first in numbered) and numbers.count(first) == 0
    return None if is_page else first
