"""The number of items in a whole list, as its pages print it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from harbincrawl.pages.html.line import Line
from harbincrawl.sites.words import Words

from .tokens import is_number, read_tokens, without_counts

_UNITS = r"(?:items?|records?|articles?|results?|entries|stories|条|篇|则)"
_LONGEST = 80
"""Characters of a line of counts."""
_TOTAL = re.compile(
    r"共\s*(\d{1,7})\s*[条篇则]"
    r"|(?:total(?:\s+of)?(?:\s+records?)?\s*[:：]?\s*|共有?\s*)(\d{1,7})(?!\d|\s*(?:页|pages?))"
    r"|\d{1,7}\s*(?:-|–|to|至|~)\s*\d{1,7}\s*(?:of|/|共)\s*(\d{1,7})(?!\d)"
    rf"|(?<!\d)(?<!每页)(?<!每页\s)(?<!每)(\d{{1,7}})\s*{_UNITS}(?!\w|\s*(?:/|per|a|each)\s*page|\s*/\s*页)",
    re.IGNORECASE,
)
_ITEMS = re.compile(
    rf"共有?\s*(\d{{1,7}})\s*(?:条|篇|则|个)|(?<![\d/-])(\d{{1,7}})\s*{_UNITS}(?!\w|\s*found)"
    rf"|total(?:\s+of)?(?:\s+{_UNITS})?\s*[:：]?\s*(\d{{1,7}})(?!\d|\s*(?:页|pages?))"
    r"|\d{1,7}\s*(?:-|–|to|至|~)\s*\d{1,7}\s*(?:of|/|共)\s*(\d{1,7})(?!\d)",
    re.IGNORECASE,
)
_COUNT_LINE = re.compile(
    r"^\W*(?:(?:"
    rf"共有?\s*\d{{1,7}}\s*(?:[条篇则个页]\w{{0,4}})|第?\s*\d{{1,7}}\s*页|每页\s*\d{{1,3}}\s*[条篇则]"
    rf"|total(?:\s+of)?(?:\s+{_UNITS})?\s*[:：]?\s*\d{{1,7}}(?:\s*(?:{_UNITS}|pages?))?(?!\w)"
    r"|(?:showing|items?|results?|records?)?\s*\d{1,7}\s*(?:-|–|to|至|~)\s*\d{1,7}\s*(?:of|/|共)\s*\d{1,7}"
    rf"|\d{{1,7}}\s*(?:{_UNITS}|pages?)(?:\s+in\s+(?:all|total))?(?!\w)"
    r"|page\s*\d{1,7}\s*(?:of|/)\s*\d{1,7}|\d{1,7}\s*/\s*\d{1,7}(?:\s*(?:页|pages?))?"
    r")\W*)+$",
    re.IGNORECASE,
)
"""A line of counts and nothing else: `共 24 条 1/3 页`, `24 records, 3 pages`, `Showing 1-8 of 24`."""


def find_total(lines: Sequence[Line], words: Words) -> int | None:
    """The number of items that one of `lines` prints in the site's own words; None where it has none for that."""
    if not words.total:
        return None
    for line in lines:
        if match := words.total_text.search(line.text):
            return int(next(filter(None, match.groups())))
    return None


def read_count_line(text: str) -> int | None:
    """The number of items where `text` consists of counts, and says which of them is that; 0 where it says none.

    None for a text of other words, for `24` and for `1/3` alone.
    """
    if len(text) > _LONGEST or not any(map(str.isdigit, text)) or not _COUNT_LINE.match(text):
        return None
    found = {int(next(filter(None, match.groups()))) for match in _ITEMS.finditer(text)}
    return found.pop() if len(found) == 1 else 0


def find_printed(lines: Sequence[Line], places: Iterable[int]) -> int | None:
    """The number of items that the lines `places` print; None where they print none, or more than one."""
    counts = {count for at in places if 0 <= at < len(lines) and (count := read_count_line(lines[at].text))}
    return counts.pop() if len(counts) == 1 else None


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
