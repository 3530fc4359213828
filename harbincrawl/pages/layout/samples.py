"""Which pages a layout is learnt from: some of the first of a run, and of the last of the runs before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from harbincrawl.pages.html.document import Document

SAMPLES = 20
"""Pages that a layout is learnt from, at most."""
FEWEST = 5
"""At least."""
_COUNTS = (5, 10, 20, 80, 320, 1280, 5120, 20480)
"""Pages of a run at which its layout is learnt anew: what stood on the first of them is not yet all that varies."""

Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A page that a layout is learnt from."""

    document: Document
    section: str = ""
    """Path of its section."""
    day: date | None = None
    """When it was fetched, at the site."""
    listed: str | None = None
    """The title of its line in a list."""


def choose_samples(pages: Sequence[Page], before: Sequence[Page]) -> list[Page]:
    """The pages that the layout of a run is learnt from; none where there are too few.

    `pages` are those of the run and of one frame, `before` the last of the runs before it, all in their order.
    """
    count = max((count for count in _COUNTS if count <= len(pages)), default=0)
    if not count:
        return []
    many = min(count, SAMPLES)
    own = [pages[at * count // many] for at in range(many)]
    left = SAMPLES - many
    return [*before[len(before) - left :], *own] if left and before else own
