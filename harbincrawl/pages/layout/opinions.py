"""The second opinion: which pages are read without the layout of their template, too, and when it is in doubt.

A wrong decision about a place is wrong on all pages alike: no page of the template looks odd beside the others.
"""

from __future__ import annotations

from hashlib import sha256

from harbincrawl.records import Article

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
