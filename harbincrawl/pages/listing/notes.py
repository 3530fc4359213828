"""What a list prints beside a title and its summary: days in any form, source, author, counts, tags, marks."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from itertools import islice

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_LABEL = (
    r"(?:(?:last\s+)?updated?(?:\s+on)?|date|time|posted(?:\s+on)?|published(?:\s+on)?|发布时间|发布日期|更新时间|更新日期"
    r"|发表时间|添加时间|时间|日期|发布于|更新于)"
)
_NUMBERS = (
    r"(?<!\d)(?P<year>\d{4})(?:\s*[-/.年]\s*)(?P<month>\d{1,2})(?:\s*[-/.月]\s*)(?P<day>\d{1,2})(?!\d)(?:\s*[日号])?"
)
_NAMED = (
    rf"(?<!\w)(?P<month_a>{_MONTH})\s*(?P<day_a>\d{{1,2}})(?:[snrt][tdh])?(?!\d)(?:\s*,)?\s*(?P<year_a>\d{{4}})(?!\d)"
    r"|(?<![\d.-])(?P<day_g>\d{1,2})(?P<mark>[.-])(?P<month_g>\d{1,2})(?P=mark)(?P<year_g>\d{4})(?!\d)"
    rf"|(?<!\w)(?P<day_b>\d{{1,2}})(?:[snrt][tdh])?[\s.-]+(?P<month_b>{_MONTH})[\s,-]*(?P<year_b>\d{{4}})(?!\d)"
)
_SHORT = (
    r"(?<![\d/.:-])(?P<month_c>\d{2})[-/.](?P<day_c>\d{2})(?![\d/.:-])|(?<!\d)(?P<month_d>\d{1,2})月(?P<day_d>\d{1,2})[日号]"
    rf"|(?<!\w)(?P<month_e>{_MONTH})\s*(?P<day_e>\d{{1,2}})(?!\d)|(?<!\w)(?P<day_f>\d{{1,2}})\s+(?P<month_f>{_MONTH})(?!\w)"
)
_TIME = r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s*[ap]\.?m\.?)?"
_WEEKDAY_NAME = r"(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?"
_CHINESE_WEEKDAY = "(?:星期|周)[一二三四五六日天]"
_WEEKDAY = rf"(?:{_WEEKDAY_NAME}\.?,?|{_CHINESE_WEEKDAY})"
_WEEKDAY_BEHIND = rf"(?:{_WEEKDAY_NAME}(?![\w'’]|\s+[^\W\d])\.?,?|{_CHINESE_WEEKDAY})"
"""Before a word it is the text's: `2013-06-14Sunday's snow`, `2013-06-14 Sun Wei came by bus`."""
DAY = re.compile(
    rf"(?:{_LABEL}\s*[:：]?\s*)?(?:{_WEEKDAY}\s*)?(?P<text>{_NUMBERS}|{_NAMED}|{_SHORT})(?:\s*{_WEEKDAY_BEHIND})?(?:[\sT]*{_TIME})?",
    re.IGNORECASE,
)
"""A day with what belongs to it: label, weekday, time; its `text` is the day alone."""
FULL_DAY = re.compile(rf"{_NUMBERS}|{_NAMED}", re.IGNORECASE)
"""A day with its year."""
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}")
"""What every day has, and every day with its year: looked for first, as nearly no line of a page is one."""
_AROUND = " \t[](（）【】)|·•,:：-—–"
_BEHIND = re.compile(rf"(?:{FULL_DAY.pattern})(?:[\sT]*{_TIME})?[^\w]*$", re.IGNORECASE)
_FROM_END = 40
"""Characters at a line's end in which its day may stand."""
_LONGEST_DAY = 60
"""Characters of a line that is a day and no more."""

_MORE_WORDS = (
    r"(?:read more(?: (?:about|of|on))?"
    r"|more|details?|full (?:story|text|article)|continue reading|view details?|leave a (?:comment|reply)"
    r"|查看详细|详细(?:内容)?|更多|阅读全文|查看全文|全文)"
)
_COUNTED = (
    r"(?:page\s*views?|views?|hits?|reads?|clicks?|comments?|likes?|shares?|replies"
    r"|(?:浏览|阅读|点击|评论)(?:次数|量|数)?|好评|人气|回复|点赞|关注|次数)"
)
_COUNT = rf"(?:{_COUNTED}\s*[:：]?\s*[(（\[]?\d{{1,9}}[)）\]]?(?:\s*次)?|\d{{1,9}}\s*(?:次|人)?{_COUNTED})"
MORE = re.compile(rf"^\W*{_MORE_WORDS}?\W*$", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")
_MOST_NOTES = 12
"""Words of a line that is a day and notes beside it."""
_LONGEST = 300
"""Characters of a line in which a day is looked for."""
_FROM_START = 80
"""Characters in which a line with a day among its notes has a digit."""
_STOPS = frozenset('.!?。！？…”"')
"""What no line of notes ends in."""
COUNT_ALONE = re.compile(rf"^\W*{_COUNT}\W*$", re.IGNORECASE)
"""A count and nothing else, as the words of a link to the comments."""


@lru_cache(maxsize=256)
def match_day(text: str) -> re.Match[str] | None:
    """The match of DAY where `text` is a day, with or without label and time, and nothing else.

    Kept for the lines of a page, each of which is asked for often.
    """
    if len(text) > _LONGEST_DAY or _DIGIT.search(text) is None:
        return None
    return DAY.fullmatch(text.strip(_AROUND))


def has_year(text: str, start: int = 0) -> bool:
    """False where `text` can have no day with its year from `start` on."""
    return _YEAR.search(text, start) is not None


def read_day(match: re.Match[str], created: date | None) -> date | None:
    """The day of a match of DAY or FULL_DAY; None for an impossible one.

    A day without a year is one only where the day in the article's address, `created`, says the year.
    """
    found = match.groupdict()
    for form in ("", "_a", "_b", "_c", "_d", "_e", "_f", "_g"):
        month, day = found.get(f"month{form}"), found.get(f"day{form}")
        if month is None or day is None:
            continue
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        year = found.get(f"year{form}")
        if year is None:
            agrees = created is not None and (created.month, created.day) == (number, int(day))
            return created if agrees else None
        try:
            return date(int(year), number, int(day))
        except ValueError:
            return None
    return None


def has_day(text: str) -> bool:
    """True for a line that is a day, begins with one, has one beside few words, or ends in one."""
    if is_note(text):
        return True
    # A day with its year, and with or without a time, may end the text.
    start = max(0, len(text) - _FROM_END)
    return has_year(text, start) and _BEHIND.search(text, start) is not None


@lru_cache(maxsize=256)
def is_note(text: str) -> bool:
    """True for a line that is a day, begins with one, or has one beside few words; one within a sentence is none."""
    digit = _DIGIT.search(text)
    if digit is None or digit.start() >= _FROM_START:
        return False
    begin = text[:_LONGEST]
    lead = next((at for at, character in enumerate(begin) if character.isalpha()), len(begin))
    if match_day(text) or any(DAY.match(begin, at) for at in range(lead + 1)):
        return True
    is_short = text[-1] not in _STOPS and next(islice(_WORDS.finditer(text), _MOST_NOTES, None), None) is None
    return bool(is_short and (match := DAY.search(begin)) and FULL_DAY.search(match[0]))
