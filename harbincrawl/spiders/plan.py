"""What the spider is to do in one run, chosen by flags, arguments and settings before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from harbincrawl.walk.articles import Recheck


@dataclass(frozen=True)
class Plan:
    """The part of a crawl's options that the spider reads."""

    sections: tuple[str, ...]
    """Path prefixes of the lists to walk, in this order."""
    full: bool
    """Read every list to its end."""
    full_after: timedelta
    """How old the last complete walk of a list may be before it is read to its end again."""
    recheck: Recheck
    since: date | None
    """Read no list further back than this day, and ask for no older article."""
    limit: int | None
    """Articles to ask for at most."""
    image_max_bytes: int | None
    """The largest picture to keep; None: pictures are not asked for."""
