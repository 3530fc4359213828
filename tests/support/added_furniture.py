"""All kinds of added furniture, none of whose words a list could know: `KINDS`, and what adds one to a page."""

from __future__ import annotations

from .furniture import boxes, fixed_lines, pictures, varying_lines
from .furniture.adding import ArticleShape, ListShape
from .furniture.kind import Kind, Other, Scene
from .furniture.lines import list_lines, parse, read_texts
from .furniture.places import Expected

__all__ = [
    "KINDS",
    "ArticleShape",
    "Expected",
    "Kind",
    "ListShape",
    "Other",
    "Scene",
    "list_lines",
    "parse",
    "read_texts",
]

KINDS: tuple[Kind, ...] = (*fixed_lines.KINDS, *varying_lines.KINDS, *pictures.KINDS, *boxes.KINDS)
