"""Lines of an article that may well say the same on several pages and are no furniture for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.pictures import split_credit
from harbincrawl.pages.article.head.byline import Anchor, read_by
from harbincrawl.pages.article.head.heading import is_within
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.html.line import Line
from harbincrawl.sites import Site
from harbincrawl.sites.words import Words

_NEAR = 8
"""Lines between the date and a By line, at most."""


def find_exempt(lines: Sequence[Line], among: Iterable[int], anchors: Sequence[Anchor], site: Site) -> set[int]:
    """The date, and of the lines `among` all the By line and captions with a credit."""
    found: set[int] = set()
    near = range(len(lines))
    if anchors:
        # What looks like a date behind the first may be the foot's.
        first = anchors[0]
        found.update(range(first.first_line, first.end_line))
        near = range(max(0, first.first_line - _NEAR), first.first_line + _NEAR + 1)
    for at in among:
        text = lines[at].text
        if text and (split_credit(text) or (at in near and _is_label(text, site.words))):
            found.add(at)
    return found


def find_titled(page: Document, places: Iterable[int]) -> set[int]:
    """Those of the lines at `places` that the document's title has, too: titles may all be of one form."""
    wanted = normal_form(page.title or "").lower()
    return {at for at in places if wanted and page.lines[at].text and is_within(page.lines[at].text, wanted)}


def _is_label(text: str, words: Words) -> bool:
    """True for a By line, a source, and a label whose words stand in the next cell."""
    return bool(read_by(text, words) or words.label_alone.match(text) or words.source_line.match(text))
