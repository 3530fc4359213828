"""What can go wrong at an address, and how often, and how the pager of a list misleads its readers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

KINDS = (
    "404", "429", "500", "503", "slow", "cut", "drop", "redirect", "bomb", "charset", "endless", "soft404",
    "home", "empty",
)  # fmt: skip
"""The kinds, with their options:

`404` `429` `500` `503`: that status; `retry_after` (seconds; 503 has 1 unless told, None: no header).
`slow`: the true answer after `seconds` (1.0); with `pieces` it comes in that many parts over that time.
`cut`: the true headers, then the connection ends after half of the body.
`drop`: the connection is reset without an answer.
`redirect`: `to` (an address, absolute or not) with `status` (302).
`bomb`: gzip that unpacks to `megabytes` (64) of blanks.
`charset`: the true bytes, declared in the header as `iso-8859-1`.
`endless`: a page without end.
`soft404`, `home`, `empty`: status 200 with an error page, the home page, or nothing.
"""


class Fault:
    """A fault of one address; `times` is how often it strikes, None for ever."""

    def __init__(self, kind: str, times: int | None = None, **options: Any) -> None:
        assert kind in KINDS, kind
        self.kind = kind
        self.times = times
        self.options: dict[str, Any] = options

    def strike(self) -> bool:
        """True if the fault happens this time; counts down."""
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0

    def __repr__(self) -> str:
        return f"Fault({self.kind!r}, times={self.times!r}, **{self.options!r})"


PASSING = ("500", "503", "429", "cut", "drop")
"""What a patient crawler gets over by asking again."""


def scattered(paths: Iterable[str], share: float, dice: random.Random) -> dict[str, Fault]:
    """Passing faults for about `share` of `paths`, once each."""
    faults: dict[str, Fault] = {}
    for path in paths:
        if dice.random() < share:
            kind = dice.choice(PASSING)
            faults[path] = Fault(kind, 1, **({"retry_after": 1} if kind in ("429", "503") else {}))
    return faults


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
