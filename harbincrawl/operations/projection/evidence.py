"""What a projection reads pages from: the archive's folder, who reads, and which captures are not to be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.reread.executor import Executor
from harbincrawl.reread.pages import Lose, raise_lost
from harbincrawl.sites import Site

Progress = Callable[[int, int], None]
"""Called with (number done, number in all)."""


def _find_none(_: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The captured pages of an archive."""

    folder: Path
    site: Site
    executor: Executor
    find_fault: Callable[[int], str | None] = _find_none
    """Why the record of a capture cannot be read; None: it can, or nothing is known of it."""
    lose: Lose = raise_lost
