"""What the walk of a list gets, asks for, writes and returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from harbincrawl.records import Listed, Listing


@dataclass(frozen=True, slots=True)
class Row:
    """A list line as the archive stores it for one section."""

    line: Listed
    """The line as last read, with its address: a new address is a change, as a new title is."""
    since: int
    """The run that first read this wording in this section."""
    active: bool = True
    """False after a walk proved that the list no longer shows the line (removed)."""


class Rows(Protocol):
    """The rows of a section by `Listed.key`. A walk looks up the rows of the pages it reads, not all rows."""

    def get(self, key: str, /) -> Row | None:
        """The row, or None."""

    def __getitem__(self, key: str, /) -> Row: ...

    def __setitem__(self, key: str, row: Row, /) -> None: ...

    def count_active(self) -> int:
        """Number of active rows."""

    def list_active(self) -> Iterable[str]:
        """Keys of the active rows."""

    def list_dated(self) -> Iterable[tuple[date, str]]:
        """(date, key) of the active rows that have a date."""


@dataclass(slots=True)
class SectionState:
    """The stored state of a section; loaded before a walk and updated by it."""

    path: str
    floor: int = 0
    """The last run that had read everything listed when it ended; 0: none."""
    offset: int = 0
    """The list's total minus the active rows, as the last full walk found it."""
    last: int = 1
    """Number of the last list page known."""
    hole: int | None = None
    """The first list page that could not be read."""
    full_at: datetime | None = None
    """When the last full walk ended."""
    total: int | None = None
    """The total that the pager prints, else the measured one."""
    seen: bool = False
    """True after the first page answered once."""
    rows: Rows = field(kw_only=True)

    @property
    def active_rows(self) -> int:
        """Number of active rows."""
        return self.rows.count_active()


@dataclass(frozen=True, slots=True)
class PageMissing:
    """A list page that answered 404 or 410."""


@dataclass(frozen=True, slots=True)
class PageFailed:
    """A list page that could not be fetched or read, after all retries."""

    reason: str


Answer = Listing | PageMissing | PageFailed | None
"""What is sent to the walk: the answer to an `Ask`; None after a `Write` has committed."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Fetch page `page` of the section's list; the first page is 1."""

    page: int
    linked: bool = True
    """False: no pager links it, so it is no failure if it cannot be read."""


@dataclass(frozen=True, slots=True)
class Write:
    """Store this in one transaction, then go on. The next run asks again for what was not stored."""

    rows: Mapping[str, Row]
    """New, changed and removed rows by key."""
    wanted: frozenset[str]
    """Ids of the articles that became wanted."""
    addresses: Mapping[str, str]
    """By id, the address of each article whose line was read: fetch it there from now on.

    An article whose line was removed is not in it; its known address stays.
    """


Step = Ask | Write


@dataclass(frozen=True, slots=True)
class WalkResult:
    """How a walk ended, and the new values of the section's fields, to be stored by one UPDATE."""

    outcome: str
    """`to-floor`, `full`, `partial`, `failed` or `absent`."""
    reason: str | None
    """Why it is partial, failed or absent, as a text for people."""
    floor: int
    offset: int
    hole: int | None
    last: int
    full_at: datetime | None
    total: int | None
    seen: bool
    active_rows: int
    gap: int | None
    """The total that the list prints minus active rows; None if it prints none, or no page of it was read."""
    pages_read: int
    """Number of list pages asked for."""
