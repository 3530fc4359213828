"""Reading dates and times as people write them, as ranges of `articles.key` or of stored times."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime

from harbincrawl.errors import FilterError
from harbincrawl.identity import BITS_FOR_NUMBER

_NUMBERS = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(?:(\d{1,2}) )?([a-z]{3,9}),? (\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9}) (\d{1,2}),? (\d{4})", re.ASCII)
_AGO = re.compile(r"(\d{1,6})([dwmy])", re.ASCII)
_NAMED = {"today": 0, "yesterday": 1}
_MONTHS = "january february march april may june july august september october november december".split()
FORMS = "2019, 2019-05, 2019-05-30, May 2019, 30 May 2019, 7d (2w, 3m, 1y), today or yesterday"
"""What a date may be written as; `7d` is the day seven days ago, `2w`, `3m` and `1y` weeks, months and years ago."""
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?)?)?", re.ASCII)

DAY = "coalesce(a.updated, a.created)"
"""SQL: the day of an article, the printed one, else that in its address."""

Parts = tuple[int, int | None, int | None]
"""Year, month and day; None: the whole year or month is meant."""


def find_today() -> date:
    """The day here and now; the only clock of a search."""
    return datetime.now().astimezone().date()


def _read_parts(text: str, today: date | None) -> Parts:
    """What a text in one of FORMS says. Raises ValueError for others."""
    text = " ".join(text.lower().split())
    if match := _NUMBERS.fullmatch(text):
        return int(match[1]), int(match[3]) if match[3] else None, int(match[4]) if match[4] else None
    if match := _DAY_FIRST.fullmatch(text):
        return int(match[3]), _read_month(match[2]), int(match[1]) if match[1] else None
    if match := _MONTH_FIRST.fullmatch(text):
        return int(match[3]), _read_month(match[1]), int(match[2])
    match = _AGO.fullmatch(text)
    if match is None and text not in _NAMED:
        raise ValueError(text)
    count, unit = (int(match[1]), match[2]) if match else (_NAMED[text], "d")
    found = _go_back(today or find_today(), count, unit)
    return found.year, found.month, found.day


def _read_month(name: str) -> int:
    # Of a name that there is not the number is one that there is not.
    return next(at for at, month in enumerate([*_MONTHS, name], 1) if month.startswith(name))


def _go_back(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years before; the last day of a month that is too short."""
    # Before the year 1 there is nothing.
    if unit in "dw":
        return date.fromordinal(max(1, day.toordinal() - count * (7 if unit == "w" else 1)))
    months = max(12, day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1))
    first = date(months // 12, months % 12 + 1, 1)
    return first.replace(day=min(day.day, _last_day(first.year, first.month).day))


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def read_day_range(text: str, today: date | None = None) -> tuple[date, date]:
    """First and last day of a text in one of FORMS, days ago counted from `today`. Raises FilterError for others."""
    try:
        year, month, day = _read_parts(text, today)
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), _last_day(year, month)
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise FilterError(f"{text.strip()!r} is not a date: expected {FORMS}.") from None


def read_key_range(since: str | None, until: str | None) -> tuple[int, int] | None:
    """(first, last) `articles.key` of the days from `since` to `until`; None if neither is given.

    Articles without a date are in no range.
    """
    if not since and not until:
        return None
    first = read_day_range(since)[0].toordinal() if since else 1
    last = read_day_range(until)[1].toordinal() if until else date.max.toordinal()
    return first << BITS_FOR_NUMBER, ((last + 1) << BITS_FOR_NUMBER) - 1


def read_moment(text: str) -> str:
    """`text` in the format of stored times, shortened to its precision: comparing the texts compares the times."""
    moment = text.strip().replace(" ", "T")
    if _MOMENT.fullmatch(moment):
        read_day_range(moment[:10])
        return moment.rstrip("Z")
    read_day_range(text)
    year, *rest = _read_parts(text, None)
    return "-".join([f"{year:04}", *(f"{part:02}" for part in rest if part is not None)])
