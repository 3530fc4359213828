"""A body's blocks gathered into what markup holds together: paragraphs with line breaks in them, lists, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harbincrawl.twin.newsroom.model import Block, Filler, Paragraph, Picture


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring lines of one kind: `text`, `subhead`, `items`, `picture` or `filler`."""

    kind: str
    paragraphs: tuple[Paragraph, ...] = ()
    picture: Picture | None = None
    filler: Filler | None = None


def groups(blocks: Iterable[Block]) -> Iterator[Group]:
    """The blocks in order; joined paragraphs share a group, and so do the items of a list."""
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph) and run and _belongs(block, run[-1]):
            run.append(block)
            continue
        if run:
            yield Group(_KINDS[run[0].role], tuple(run))
            run = []
        if isinstance(block, Paragraph):
            run = [block]
        elif isinstance(block, Picture):
            yield Group("picture", picture=block)
        else:
            yield Group("filler", filler=block)
    if run:
        yield Group(_KINDS[run[0].role], tuple(run))


def _belongs(block: Paragraph, before: Paragraph) -> bool:
    if block.role == "item":
        return before.role == "item"
    return block.joined and block.role == "text" == before.role


_KINDS = {"text": "text", "item": "items", "subhead": "subhead"}
