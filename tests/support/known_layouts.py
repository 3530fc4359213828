"""Layouts that a test or a benchmark has learnt itself, as readers of pages take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template


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
