"""What the walk of a list is told, asks for, writes and ends with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from harbincrawl.records import Listed, Listing


@dataclass(frozen=True, slots=True)
class Row:
    """What the archive holds of one line of one section."""

    line: Listed
    """The line as read last, address included: a new address is news like a new title."""
    since: int
    """The run that first read this wording here."""
    stands: bool = True
    """False once a walk proved that the list shows it no more."""


class Rows(Protocol):
    """The rows of a section by `Listed.key`: a walk looks up those of the pages it reads, and never needs them all."""

    def get(self, key: str, /) -> Row | None:
        """The row, or None."""

    def __getitem__(self, key: str, /) -> Row: ...

    def __setitem__(self, key: str, row: Row, /) -> None: ...

    def count_standing(self) -> int:
        """How many rows stand."""

    def list_standing(self) -> Iterable[str]:
        """Keys of the rows that stand."""

    def list_dated(self) -> Iterable[tuple[date, str]]:
        """(date, key) of the standing rows that have a date."""


class RowsInMemory(dict[str, Row]):
    """Rows that are simply there."""

    def count_standing(self) -> int:
        return sum(row.stands for row in self.values())

    def list_standing(self) -> Iterable[str]:
        return (key for key, row in self.items() if row.stands)

    def list_dated(self) -> Iterable[tuple[date, str]]:
        return ((row.line.date, key) for key, row in self.items() if row.stands and row.line.date)


@dataclass(slots=True)
class SectionState:
    """A section as the archive knows it; loaded before a walk and kept in step by it."""

    path: str
    floor: int = 0
    """The run at whose end everything listed had been read; 0: never."""
    offset: int = 0
    """The total less the standing rows, as the last walk to the end found it."""
    last: int = 1
    """Number of the last list page, as far as known."""
    hole: int | None = None
    """The first list page that could not be read."""
    full_at: datetime | None = None
    """When the last walk to the list's end was done."""
    total: int | None = None
    """The pager's total, or the measured one."""
    seen: bool = False
    """True once the first page answered."""
    rows: Rows = field(default_factory=RowsInMemory)

    @property
    def standing(self) -> int:
        """How many rows stand."""
        return self.rows.count_standing()


@dataclass(frozen=True, slots=True)
class Missing:
    """A list page that answered 404 or 410."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A list page that could not be had or read, retries included."""

    reason: str


Answer = Listing | Missing | Failed | None
"""What the walk is sent: the answer to an `Ask`, None after a `Write` has committed."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Fetch page `page` of the section's list, 1 for the first."""

    page: int


@dataclass(frozen=True, slots=True)
class Write:
    """Store this in one transaction, then go on; what was not stored is asked for again by the next run."""

    rows: Mapping[str, Row]
    """New, changed and struck rows by key."""
    wanted: frozenset[int]
    """Numbers of the articles that became wanted. A struck row says nothing of an address: the known one stays."""
    addresses: Mapping[int, str]
    """The address of every article whose line was read, by number: where to ask from now on."""


Step = Ask | Write


@dataclass(frozen=True, slots=True)
class WalkResult:
    """How a walk ended, and the section's fields, to be set by one UPDATE (path and rows aside)."""

    outcome: str
    """`to-floor`, `full`, `partial`, `failed` or `absent`."""
    reason: str | None
    """Why it is partial, failed or absent, in words for people."""
    floor: int
    offset: int
    hole: int | None
    last: int
    full_at: datetime | None
    total: int | None
    seen: bool
    standing: int
    """Rows that stand."""
    gap: int | None
    """Total less standing rows; None where no total is known."""
    pages_read: int
    """List pages asked for."""
