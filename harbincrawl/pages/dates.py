"""Printed days: ISO at once, anything else through dateparser, and never one that cannot be."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from harbincrawl.sites import Site

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_LONGEST = 60
"""Characters: no printed date is longer, and dateparser takes its time over long strings."""
_REFERENCE = datetime(2020, 1, 1)  # noqa: DTZ001 - dateparser wants a naive one; strict parsing never uses it


def site_day(site: Site, now: datetime | None = None) -> date:
    """What day it is at the site."""
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(site.time_zone)).date()


def read_date(text: str, site: Site, today: date) -> date | None:
    """The day that `text` prints; None where it prints none, an impossible one, or one later than tomorrow."""
    found = read_any_date(text, site)
    return found if found and found <= today + timedelta(days=1) else None


def read_any_date(text: str, site: Site) -> date | None:
    """As `read_date`, the future allowed."""
    if match := _ISO.search(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    text = text.strip()
    if not text or len(text) > _LONGEST or not any(character.isdigit() for character in text):
        return None
    return _parse_date(text, site.languages)


@lru_cache(maxsize=4096)
def _parse_date(text: str, languages: tuple[str, ...]) -> date | None:
    # Imported here: most runs meet ISO dates only, and dateparser takes longer to import than a hundred pages to read.
    from dateparser.date import DateDataParser

    parser = DateDataParser(
        languages=list(languages),
        settings={
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
            "RELATIVE_BASE": _REFERENCE,
            "DATE_ORDER": "YMD" if text[:4].isdigit() else "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    try:
        found = parser.get_date_data(text).date_obj
    except (ValueError, OverflowError):
        return None
    return found.date() if found else None
