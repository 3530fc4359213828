"""The frame of a page: what pages of one template share before anything is learnt."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.pages.article.head.byline import Anchor
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.layout.keys import digest, hash_place


def find_frame(lines: Sequence[Line], anchors: Sequence[Anchor]) -> str:
    """A short hash of where an article page prints its date; pages without one have a frame of their own."""
    if anchors:
        return hash_place(lines[anchors[0].first_line].place)
    heading = next((line for line in lines if line.heading), None)
    return digest("no date", hash_place(heading.place) if heading else "")
