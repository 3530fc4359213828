"""Which pages a layout is learnt from: some of the first of its template, spread evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from harbincrawl.pages.html.document import Document  # the archive asks for samples and parses no page

COUNTS = (5, 20, 80)
"""Pages of a template at which its layout is learnt, each time anew; behind the last nothing more is."""
FEWEST = COUNTS[0]
"""Pages that a layout is learnt from, at least."""
SAMPLES = 40
"""At most."""

Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A page that a layout is learnt from."""

    document: Document
    section: str = ""
    """Path of its section."""
    visit: object = None
    """The run or the day on which it was fetched: pages of one visit may share what others have not."""


def choose_samples(pages: Sequence[Page]) -> list[Page]:
    """The pages that a layout is learnt from when these are the pages of its template, in their order."""
    many = min(len(pages), SAMPLES)
    return [pages[at * len(pages) // many] for at in range(many)]
