"""A body's blocks gathered into what markup holds together: paragraphs with line breaks in them, lists, pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harbincrawl.twin.newsroom.model import Block, Filler, Paragraph, Picture


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring lines of one kind: `text`, `subhead`, `items`, `picture` or `filler`."""

    kind: str
    paragraphs: tuple[Paragraph, ...] = ()
    picture: Picture | None = None
    filler: Filler | None = None


def groups(blocks: Iterable[Block]) -> list[Group]:
    """The blocks in order; joined paragraphs share a group, and so do the items of a list."""
    made: list[Group] = []
    for block in blocks:
        if isinstance(block, Picture):
            made.append(Group("picture", picture=block))
        elif isinstance(block, Filler):
            made.append(Group("filler", filler=block))
        else:
            kind = "items" if block.role == "item" else block.role
            joined = kind == "items" or (kind == "text" and block.joined)
            before = made.pop().paragraphs if joined and made and made[-1].kind == kind else ()
            made.append(Group(kind, (*before, block)))
    return made
