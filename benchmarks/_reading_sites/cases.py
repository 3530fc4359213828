"""A site of a family of sites, made when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.template_sites import Site


@dataclass(frozen=True, slots=True)
class Case:
    """One site: the row of its family that it counts in, its own name there, and what makes it."""

    row: str
    name: str
    make: Callable[[], Site]
