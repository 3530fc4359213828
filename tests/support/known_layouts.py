"""Layouts that a test or a benchmark has learnt itself, as readers of pages take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.samples import Address, Page, list_choices
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


def choose_samples(pages: Sequence[Page], before: Sequence[Page], address: Address[Page] = id) -> list[Page]:
    """The pages that the layout of a run is learnt from in the end; none where there are too few."""
    choices = list_choices(pages, before, address)
    return choices[-1] if choices else []
