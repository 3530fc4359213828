"""The layouts by which pages of a site are read, each by the frame of its pages."""

from __future__ import annotations

from typing import Protocol

from .view import Template


class Layouts(Protocol):
    """Who knows the layouts of a site's templates."""

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame; None where none is known."""
