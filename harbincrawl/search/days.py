"""Reading dates and times as people write them, as ranges of `articles.key` or of stored times."""

from __future__ import annotations

import re
from datetime import date, timedelta

from harbincrawl.errors import FilterError
from harbincrawl.identity import BITS_FOR_NUMBER

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?)?)?", re.ASCII)


def read_day_range(text: str) -> tuple[date, date]:
    """First and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Raises FilterError for anything else."""
    match = _DAY.fullmatch(text.strip())
    try:
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
        raise FilterError(f"{text!r} is not a date: expected YYYY, YYYY-MM or YYYY-MM-DD.") from None


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
        read_day_range(text)
        return "-".join(part.zfill(2) for part in text.split("-"))
    read_day_range(text[:10])
    return text.rstrip("Z")
