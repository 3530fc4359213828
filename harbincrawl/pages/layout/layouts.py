"""The layouts by which pages of a site are read, each by the frame of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from .layout import Layout
from .view import Template


class Layouts(Protocol):
    """Who knows the layouts of a site's templates."""

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame; None where none is known."""


@dataclass(slots=True)
class KnownLayouts:
    """Layouts by the kind and the frame of their pages."""

    found: dict[tuple[str, str], Template] = field(default_factory=dict)

    @classmethod
    def make(cls, layouts: Iterable[tuple[str, Layout]]) -> KnownLayouts:
        """Of frames and their layouts."""
        return cls({(layout.kind, frame): Template(layout) for frame, layout in layouts})

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame."""
        return self.found.get((kind, frame))
