"""The words and numbers that pagers print, and the number of items in a whole list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from harbincrawl.pages.html.line import Line
from harbincrawl.sites.words import Words

FIRST = frozenset(("首页", "first", "firstpage", "startpage", "home", "第一页"))
PREVIOUS = frozenset(("上一页", "上页", "previous", "prev", "prevpage", "previouspage", "prior", "pre"))
NEXT = frozenset(("下一页", "下页", "next", "nextpage"))
LAST = frozenset(("尾页", "末页", "最后一页", "last", "lastpage", "end", "endpage"))
STEPS = FIRST | PREVIOUS | NEXT | LAST
FILLERS = frozenset(("page", "pages", "total", "record", "records", "items", "photos", "共", "条", "页", "第", "of"))
"""Words that stand beside the numbers of pages."""

_TOKEN = re.compile(r"\d+|[^\W\d_]+", re.UNICODE)
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_SPLIT = re.compile(r"(?i)\b(first|last|next|previous|prev)\s+page\b")
_OF = re.compile(r"(?:pages?\s*)?(?<![\d/])(\d{1,5})\s*(?:/|of)\s*(\d{1,5})(?![\d/])", re.IGNORECASE)
_PAGES = re.compile(r"(?:共|total(?:\s+of)?)\s*(\d{1,5})\s*(?:页|pages?\b)|\b(\d{1,5})\s+pages\b", re.IGNORECASE)
_RANGE = re.compile(r"\d{1,7}\s*[-–]\s*\d{1,7}")
"""Which items a page shows."""
_MOST_DIGITS = 7
_LONGEST = 300
"""Characters of a line of a pager without links to its pages."""
_MOST_WORDS = 5
"""Words beside the links of a pager that no pager is known to print; a sentence has more."""
_SENTENCE_WORDS = 2
"""The same for a line that ends as a sentence does."""
_UNITS = r"(?:items?|records?|articles?|results?|entries|stories|posts?|topics?|threads?|条|篇|则)"
_NO_STEP = "".join(rf"(?<!{step}\s)" for step in ("next", "previous", "prev", "first", "last", "more"))
"""`Next 8 items` is a link, and no count of a list."""
_LONGEST_COUNTS = 80
"""Characters of a line of counts."""
_TOTAL = re.compile(
    r"共有?\s*(\d{1,7})\s*[条篇则个]"
    rf"|(?:total(?:\s+of)?(?:\s+{_UNITS})?\s*[:：]?\s*|共有?\s*)(\d{{1,7}})(?!\d|\s*(?:页|pages?))"
    r"|\d{1,7}\s*(?:-|–|to|至|~)\s*\d{1,7}\s*(?:of|/|共)\s*(\d{1,7})(?!\d)"
    rf"|(?<!\d){_NO_STEP}(?<!每页)(?<!每页\s)(?<!每)(\d{{1,7}})\s*{_UNITS}(?!\w|\s*(?:/|per|a|each)\s*page|\s*/\s*页)"
    rf"|(?<!\w){_UNITS}\s*[:：]\s*(\d{{1,7}})(?!\d)"
    r"|(?<!\w)out\s+of\s+(\d{1,7})\s+total(?!\w)",
    re.IGNORECASE,
)
_COUNT_LINE = re.compile(
    r"^\W*(?:(?:"
    rf"共有?\s*\d{{1,7}}\s*(?:[条篇则个页]\w{{0,4}})|第?\s*\d{{1,7}}\s*页|每页\s*\d{{1,3}}\s*[条篇则]"
    rf"|total(?:\s+of)?(?:\s+{_UNITS})?\s*[:：]?\s*\d{{1,7}}(?:\s*(?:{_UNITS}|pages?))?(?!\w)"
    r"|(?:[^\W\d_]+\s+){0,2}\d{1,7}\s*(?:-|–|to|至|~)\s*\d{1,7}\s*(?:of|/|共)\s*\d{1,7}(?!\w)(?:[\s.]+[^\W\d_]+){0,8}"
    rf"|\d{{1,7}}\s*(?:{_UNITS}|pages?)(?:\s+(?:in\s+(?:all|total|this\s+\w+)|found))?(?!\w)"
    rf"|{_UNITS}\s*[:：]\s*\d{{1,7}}"
    rf"|(?:showing|displaying)\s+\d{{1,7}}\s*{_UNITS}(?!\w).*|.*(?<!\w)out\s+of\s+\d{{1,7}}\s+total(?!\w)"
    r"|page\s*[:：]?\s*\d{1,7}\s*(?:of|/)\s*\d{1,7}|\d{1,7}\s*/\s*\d{1,7}(?:\s*(?:页|pages?))?"
    r")\W*)+$",
    re.IGNORECASE,
)
"""A line of counts and nothing else: `共 24 条 1/3 页`, `24 records, 3 pages`, `Showing 1-8 of 24`."""


def read_tokens(text: str) -> list[str]:
    """The words and numbers of `text` in lower case; `next page` is one word."""
    return _TOKEN.findall(_SPLIT.sub(lambda match: match[1].lower() + "page", text).lower())


def is_number(token: str) -> bool:
    """True for what `int` reads and a pager may print: `③` and `²` are digits, too, and no number."""
    return token.isdecimal() and len(token) <= _MOST_DIGITS


def is_pager_word(token: str, words: Words) -> bool:
    """True for a number or a word that pagers print."""
    return is_number(token) or token in STEPS or token in FILLERS or token in words.pager_tokens


def is_step(token: str, words: Words) -> bool:
    """True for a word that leads from page to page."""
    return token in STEPS or token in words.pager_tokens


def may_be_pager(text: str, words: Words) -> bool:
    """True where `text` has nothing but numbers, words that pagers print, and marks; no day, as `2020-01-01`."""
    if len(text) > _LONGEST:
        return False
    first = _TOKEN.search(text)
    if first is None:
        return len(text) <= 3
    if not is_pager_word(first[0].lower(), words):
        # As nearly every line of text: its other words need not be asked for.
        return False
    return not _DAY.search(text) and all(is_pager_word(token, words) for token in read_tokens(text))


def is_prose(line: Line, words: Words) -> bool:
    """True where the links of a line stand in a sentence: beside them are more words than a pager has."""
    rest = line.rest
    if len(rest) <= _MOST_WORDS:
        return False
    unknown = 0.0
    for token in read_tokens(rest[:_LONGEST]):
        if not is_pager_word(token, words):
            # Chinese is written without blanks between words, which have some two characters.
            unknown += len(token) / 2 if token[0] >= "\u2e80" else 1
    return unknown > (_SENTENCE_WORDS if rest[-1] in ".!?。！？" else _MOST_WORDS)


def read_count(text: str, page: int) -> int | None:
    """The number of pages in a count of them such as `1/8` or `8 pages`, on page `page`; None where there is none.

    `24/7`, `3/4` and `2013/2014` count no pages, unless by chance on page 24, 3 or 2013.
    """
    for match in _OF.finditer(text):
        if int(match[1]) == page <= int(match[2]):
            return int(match[2])
    printed = _PAGES.search(text)
    count = int(printed[1] or printed[2]) if printed else 0
    return count if count >= page else None


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
    if len(text) > _LONGEST_COUNTS or not any(map(str.isdigit, text)) or not _COUNT_LINE.match(text):
        return None
    found = {int(next(filter(None, match.groups()))) for match in _TOTAL.finditer(text)}
    return found.pop() if len(found) == 1 else 0


def find_printed(lines: Sequence[Line], places: Iterable[int]) -> int | None:
    """The number of items that the lines `places` print; None where they print none, or more than one."""
    counts = {count for at in places if 0 <= at < len(lines) and (count := read_count_line(lines[at].text))}
    return counts.pop() if len(counts) == 1 else None


def read_total(text: str, numbered: Collection[int], page: int) -> int | None:
    """The number of items in the pager `text`: the one that is labelled so, or the first number if it is no page's.

    `numbered` has the pages that numbers of the pager lead to, `page` is the page's own.
    """
    if match := _TOTAL.search(text):
        return int(next(filter(None, match.groups())))
    tokens = read_tokens(_RANGE.sub(" ", _OF.sub(" ", text)))
    if not tokens or not is_number(tokens[0]):
        return None
    first = int(tokens[0])
    numbers = [int(token) for token in tokens[1:] if is_number(token)]
    if not numbers:
        # Links to the pages 1, 2 and 3 that touch are no 123.
        pages = sorted({page, *numbered})
        is_joined = len(pages) > 1 and tokens[0] == "".join(map(str, pages))
        return None if is_joined or first == page or first in numbered else first
    # `1 2 3`: the first number is the first of the pages shown. ` 20 1 2 3`, ` 1 1 2`: it stands before them.
    is_page = (first == page or first in numbered) and numbers.count(first) == 0
    return None if is_page else first
