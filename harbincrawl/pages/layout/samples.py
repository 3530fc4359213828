"""Which pages a layout is learnt from, which are read without it, too, and when it is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

from harbincrawl.records import Article

COUNTS = (5, 20, 80)
"""Pages of a template at which its layout is learnt, each time anew; behind the last nothing more is."""
FEWEST = COUNTS[0]
"""Pages that a layout is learnt from, at least."""
SAMPLES = 40
"""At most."""

Page = TypeVar("Page")


def choose_samples(pages: Sequence[Page]) -> list[Page]:
    """The pages that a layout is learnt from when these are the pages of its template, in their order."""
    many = min(len(pages), SAMPLES)
    return [pages[at * len(pages) // many] for at in range(many)]


_FIRST = 10
"""Pages that are read with a new layout and asked, before few are."""
_ONE_IN = 50
"""Of how many pages behind them one is asked."""
_DOUBT = 10
"""A layout is in doubt where more than one in so many of the pages asked is read otherwise without it."""
FIELDS = ("title", "updated", "author", "authors", "source", "body", "images")
"""The fields that are compared."""


def is_asked(before: int, id: str) -> bool:
    """Whether the article `id`, the next one that a layout reads, is asked; `before` is how many of it were so far."""
    return before < _FIRST or int.from_bytes(sha256(id.encode()).digest()) % _ONE_IN == 0


def is_in_doubt(asked: int, differing: int) -> bool:
    """Whether a layout is in doubt by the pages asked; of fewer than the first ones a single page is none."""
    return differing * _DOUBT > max(asked, _FIRST)


def list_differences(own: Article, alone: Article | None) -> list[str]:
    """The fields in which an article is another one without the layout; None: it is no article then."""
    if alone is None:
        return [name for name in FIELDS if getattr(own, name)]
    return [name for name in FIELDS if getattr(own, name) != getattr(alone, name)]
