"""All kinds of added furniture, none of whose words a list could know: `KINDS`, and what adds one to a page."""

from __future__ import annotations

from pathlib import Path

from .furniture.adding import ArticleShape, ListShape
from .furniture.kind import Kind, Other, Scene, read_kinds
from .furniture.places import Expected

__all__ = [
    "KINDS",
    "ArticleShape",
    "Expected",
    "Kind",
    "ListShape",
    "Other",
    "Scene",
]

KINDS = read_kinds(Path(__file__).parent / "furniture" / "kinds.toml")
