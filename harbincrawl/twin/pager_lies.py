"""How the pager of a list misleads its readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagerLies:
    """What is wrong with the pager of a section; `Twin.hidden` has by how much its total is wrong."""

    drift: int = 0
    """Each page prints a total that is this much higher than the page before."""
    shown: int | None = None
    """There are only so many pages, whatever the total says; None: all."""
    unlinked: int | None = None
    """This page links no later page, although there are some."""
    repeats: bool = False
    """Behind its end the list shows the last page again, in place of a 404."""


HONEST = PagerLies()
