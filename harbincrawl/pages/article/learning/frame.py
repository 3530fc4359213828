"""The frame of a page: what pages of one template share before anything is learnt."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.pages.article.head.byline import find_anchors
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.layout.keys import digest, write_place
from harbincrawl.sites import Site


def find_frame(lines: Sequence[Line], site: Site) -> str:
    """A short hash of where an article page prints its date; pages without one have a frame of their own."""
    anchors = find_anchors(lines, site.words)
    if anchors:
        return digest(write_place(lines[anchors[0].first_line].place))
    heading = next((line for line in lines if line.heading), None)
    return digest("no date", write_place(heading.place) if heading else "")
