"""Days that are glued to the summary behind them: `2015-06-04The mayor of …`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harbincrawl.pages.dates import read_any_date
from harbincrawl.sites import Site

from .item import Item

_GLUED = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{4}-\d{1,2}-\d{1,2}(?!\d))(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?(?P<blank>\s*)(?P<rest>\S.*)",
    re.DOTALL,
)
"""The summary may begin with a number."""


def take_glued_days(items: Sequence[Item], site: Site) -> None:
    """Gives items without a date of their own the day that their summary begins with, and takes it from the summary.

    A summary may begin with a day of its own, divided by a blank: that is a list's date only where most of the list's
    undated items have one.
    """
    undated = [item for item in items if not item.has_date and item.plain]
    found = [(item, match) for item in undated if (match := _GLUED.fullmatch(item.plain[0].text))]
    is_habit = len(found) > 1 and 2 * len(found) > len(undated)
    for item, match in found:
        if match["blank"] and not is_habit:
            continue
        item.has_date, item.date = True, read_any_date(match["day"], site)
        item.plain[0].text = match["rest"]
