"""Pages of a list that is counted: which part is shown, and what leads to the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from multidict import MultiMapping

from .answers import PageError


class PageRange(NamedTuple):
    """A page of a list."""

    page: int
    """From 1 on."""
    size: int
    """Entries of a full page."""
    total: int

    @property
    def offset(self) -> int:
        """Entries on the pages before it."""
        return (self.page - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    def describe(self) -> str:
        """`21–40 of 1,463`; empty where one page has all."""
        if self.last == 1:
            return ""
        return f"{self.offset + 1:,}–{min(self.offset + self.size, self.total):,} of {self.total:,}"

    def link(self, link: Callable[[int], str]) -> dict[str, Any]:
        """The addresses of the `previous` and the `next` page by `link`; None where there is none."""
        return {
            "previous": link(self.page - 1) if self.page > 1 else None,
            "next": link(self.page + 1) if self.page < self.last else None,
        }


def read_page(query: MultiMapping[str], total: int, size: int) -> PageRange:
    """The page that the parameter `page` asks for. Raises PageError where there is none."""
    text = query.get("page", "").strip() or "1"
    found = PageRange(int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0, size, total)
    if not 1 <= found.page <= found.last:
        said = f"There is no page “{text[:40]}”: expected a number from 1 to {found.last}."
        raise PageError(404, "No such page", said)
    return found
