"""Which pages a layout is learnt from: some of the first of a run, and of the last of the runs before it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from harbincrawl.pages.html.document import Document  # the archive asks for samples and parses no page

SAMPLES = 20
"""Pages of a run that its layout is learnt from, at most."""
_BEFORE = 20
"""Pages of the runs before it that it is learnt from, too, at most."""
FEWEST = 5
"""At least."""
COUNTS = (5, 10, 20, 40, 80, 160, 640, 2560, 10240)
"""Pages of a run at which its layout is learnt anew: what stood on the first of them is not yet all that varies."""

Page = TypeVar("Page")
Address: TypeAlias = Callable[[Page], Hashable]


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A page that a layout is learnt from."""

    document: Document
    section: str = ""
    """Path of its section."""
    visit: object = None
    """The run or the day on which it was fetched: pages of one visit may share what others have not."""


def list_choices(pages: Sequence[Page], before: Sequence[Page], address: Address[Page] = id) -> list[list[Page]]:
    """The pages that the layout of a run is learnt from, as they come; the last choice is that of the whole run.

    `pages` are those of the run and of one frame, `before` the last of the runs before it, all in their order;
    `address` tells the same page at two times from two pages.
    """
    made = []
    for count in COUNTS:
        if count <= len(pages):
            many = min(count, SAMPLES)
            earlier = _find_last(before, {address(page) for page in pages[:count]}, address)
            made.append([*earlier, *(pages[at * count // many] for at in range(many))])
    return made


def _find_last(before: Sequence[Page], known: set[Hashable], address: Address[Page]) -> list[Page]:
    """The last pages that are not known, in their order: what one page shows at two times is its own."""
    found: list[Page] = []
    for page in reversed(before):
        if len(found) == _BEFORE:
            break
        if address(page) not in known:
            known.add(address(page))
            found.append(page)
    return found[::-1]
