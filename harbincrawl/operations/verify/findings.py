"""Findings of `verify`: problems, each with what repairs it, and notes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harbincrawl.errors import ExitCode


class Problem(NamedTuple):
    """Something that is broken."""

    kind: str
    """`database`, `index`, `article`, `revision`, `counts`, `capture`, `warc`, `media`."""
    where: str
    """The article, file or row."""
    what: str
    mend: str
    """The command that repairs it, or what else to do."""


class Note(NamedTuple):
    """Something worth knowing that is not broken."""

    kind: str
    """`leftover`, `tail`, `skipped`."""
    where: str
    what: str


@dataclass
class Findings:
    """All findings of a check."""

    quick: bool
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    """Number of checked `articles`, `revisions`, `captures`, `records`, `files`, `media`."""
    broken_captures: set[int] = field(default_factory=set)
    """Ids of captures that cannot be read."""
    stale_captures: set[int] = field(default_factory=set)
    """Numbers of the articles whose current capture cannot be read."""
    broken_media: set[str] = field(default_factory=set)
    is_index_broken: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """DATABASE if anything is broken."""
        return ExitCode.DATABASE if self.problems else ExitCode.DONE

    def as_dict(self) -> dict[str, Any]:
        """The document of --json."""
        return {
            "whole": not self.problems,
            "quick": self.quick,
            "checked": dict(self.checked),
            "problems": [each._asdict() for each in self.problems],
            "notes": [each._asdict() for each in self.notes],
        }
