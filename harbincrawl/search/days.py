"""Reading dates and times as people write them, as ranges of `articles.key` or of stored times."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from harbincrawl.errors import FilterError
from harbincrawl.identity import BITS_FOR_NUMBER

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,6})d", re.ASCII)
_NAMED = {"today": 0, "yesterday": 1}
FORMS = "YYYY, YYYY-MM, YYYY-MM-DD, 7d, today or yesterday"
"""What a date may be written as; `7d` is the day seven days ago."""
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?)?)?", re.ASCII)


def find_today() -> date:
    """The day here and now; the only clock of a search."""
    return datetime.now().astimezone().date()


def _find_days_ago(text: str) -> int | None:
    """How many days ago `7d`, `today` or `yesterday` is; None for any other text."""
    match = _AGO.fullmatch(text)
    return int(match[1]) if match else _NAMED.get(text)


def read_day_range(text: str, today: date | None = None) -> tuple[date, date]:
    """First and last day of a text in one of FORMS, days ago counted from `today`. Raises FilterError for others."""
    text = text.strip().lower()
    match = _DAY.fullmatch(text)
    try:
        if (ago := _find_days_ago(text)) is not None:
            # Before the year 1 there is nothing.
            found = date.fromordinal(max(1, (today or find_today()).toordinal() - ago))
            return found, found
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        if year is None or month is None:
            return date(year or 0, 1, 1), date(year or 0, 12, 31)
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else date.max
            return date(year, month, 1), following - timedelta(days=1) if following != date.max else date.max
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise FilterError(f"{text!r} is not a date: expected {FORMS}.") from None


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
    text = text.strip().replace(" ", "T")
    if not _MOMENT.fullmatch(text):
        first, _ = read_day_range(text)
        if _find_days_ago(text.lower()) is not None:
            return first.isoformat()
        return "-".join(part.zfill(2) for part in text.split("-"))
    read_day_range(text[:10])
    return text.rstrip("Z")
