"""What a check of the archive found: broken things with what mends them, and things worth knowing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

DAMAGED = 7


class Problem(NamedTuple):
    """A broken thing."""

    kind: str
    """`database`, `index`, `article`, `revision`, `counts`, `capture`, `warc`, `media`."""
    where: str
    """The article, file or row."""
    what: str
    mend: str
    """The command that mends it, or what else to do."""


class Note(NamedTuple):
    """No damage, but worth knowing."""

    kind: str
    """`leftover`, `tail`, `skipped`."""
    where: str
    what: str


@dataclass
class Findings:
    """All that a check found."""

    quick: bool
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    """How many articles, revisions, captures, records, files were looked at."""
    broken_captures: set[int] = field(default_factory=set)
    """Ids of the captures that cannot be read any more."""
    stale_captures: set[int] = field(default_factory=set)
    """Numbers of the articles whose present capture cannot be read."""
    broken_media: set[str] = field(default_factory=set)
    is_index_broken: bool = False

    @property
    def exit_code(self) -> int:
        """0, or 7 where anything is broken."""
        return DAMAGED if self.problems else 0

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "whole": not self.problems,
            "quick": self.quick,
            "checked": dict(self.checked),
            "problems": [each._asdict() for each in self.problems],
            "notes": [each._asdict() for each in self.notes],
        }
