"""How captions look on the pages of a template: learnt by counting what stands beside pictures and hardly elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import mean
from typing import NamedTuple

from harbincrawl.pages.article.content.body import read_kinds
from harbincrawl.pages.article.content.captions import LONGEST_CAPTION, TextLines
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template, View
from harbincrawl.pages.roles import Reason, Role

from .positions import Span

_MIN_BESIDE = 0.85
"""Part of the lines of a look that stand beside pictures, and are as short as captions, where it is one of captions."""
_FEWEST = 3
"""Articles that have such a line."""
_FEWEST_TEXTS = 2
_MIN_TEXT = 0.2
"""Part of these articles that have text of another look, too; the others may be photo stories."""
_LONGEST = 0.75
"""Mean letters of captions by those of paragraphs."""
_LONGEST_ALONE = 0.6
"""The same, of lines alone with a picture: paragraphs may well begin with one."""
_LONGEST_PLAIN = 0.5
"""The same, of lines that may be captions though they look as paragraphs do."""


class _Sight(NamedTuple):
    """A line of words in the text of one of the pages."""

    page: int
    look: str
    size: int
    """Characters."""
    is_below: bool
    """It stands below a picture."""
    is_above: bool
    """It stands above one."""
    is_nearer: bool
    """Of the two it belongs rather to the one that it stands below."""
    is_alone: bool
    """It shares its block with the picture alone."""
    is_strong: bool
    """It is bold, as headings of the parts of a text are, which may stand above pictures."""
    is_credited: bool

    @property
    def is_beside(self) -> bool:
        """Whether it stands by a picture at all."""
        return self.is_below or self.is_above


class _Text:
    """The lines that stand beside no picture, and what looks as they do: mostly the running text."""

    def __init__(self, sights: Sequence[_Sight]) -> None:
        self.sizes: defaultdict[str, list[int]] = defaultdict(list)
        """Characters of lines beside no picture, by look."""
        for sight in sights:
            if not sight.is_beside:
                self.sizes[sight.look].append(sight.size)
        self._looks: defaultdict[int, set[str]] = defaultdict(set)
        for sight in sights:
            if sight.look in self.sizes:
                self._looks[sight.page].add(sight.look)
        self._size = sum(map(sum, self.sizes.values()))
        self._count = sum(map(len, self.sizes.values()))

    def find_mean(self, but: str | None = None) -> float:
        """Mean characters of a line; those of the look `but` do not count. 0 where there are none."""
        own = self.sizes.get(but, ()) if but else ()
        return (self._size - sum(own)) / max(1, self._count - len(own))

    def has_other(self, page: int, look: str) -> bool:
        """Whether a page has text of another look."""
        looks = self._looks.get(page, set())
        return len(looks) > (look in looks)


def add_captions(layout: Layout, pages: Sequence[Document], spans: Sequence[Span]) -> Layout:
    """`layout` with the looks of captions; `pages` are those that it is learnt from, with the spans of their texts."""
    template = Template(layout)
    sights = [
        sight
        for number, (page, span) in enumerate(zip(pages, spans, strict=True))
        for sight in _list_sights(number, page, template.look_at(page.lines), span)
    ]
    by_look: defaultdict[str, list[_Sight]] = defaultdict(list)
    for sight in sights:
        by_look[sight.look].append(sight)
    text = _Text(sights)
    found = {look: own for look, own in by_look.items() if _is_caption(own, text)}
    above = frozenset(look for look, own in found.items() if _stands_above(own))
    short = _LONGEST_PLAIN * text.find_mean()
    plain = {
        one.page for one in sights if one.is_below and one.look in text.sizes and (one.is_credited or one.size < short)
    }
    return replace(
        layout,
        captions=frozenset(found) - above,
        captions_above=above,
        plain_captions=not found and len(plain) >= _FEWEST,
    )


def _list_sights(number: int, page: Document, view: View, span: Span) -> Iterator[_Sight]:
    stopped = set(view.find_stopped(span.start))
    own = [at for at in range(span.start, span.stop) if view.inside[at] and at not in stopped]
    lines = [page.lines[at] for at in own if not view.is_furniture(at) and view.places[at] not in view.layout.beside]
    text = TextLines.make(read_kinds(lines), lines)
    for at, (line, kind) in enumerate(zip(lines, text.kinds, strict=True)):
        if not line.heading and kind.role in (Role.PARAGRAPH, Role.CAPTION):
            yield _Sight(
                number,
                text.hash_look(at),
                len(line.text),
                text.above[at] is not None,
                text.below[at] is not None,
                text.find_nearest(at) == text.above[at],
                text.is_alone(at),
                line.emphasis,
                kind is Reason.CREDITED,
            )


def _is_caption(own: Sequence[_Sight], text: _Text) -> bool:
    """True for lines of one look that stand beside pictures while the text stands elsewhere."""
    look, pages = own[0].look, {sight.page for sight in own}
    least = _MIN_BESIDE * len(own)
    is_beside = max(sum(one.is_below for one in own), sum(one.is_above for one in own)) >= least
    if len(pages) < _FEWEST or not is_beside or sum(one.size <= LONGEST_CAPTION for one in own) < least:
        return False
    if sum(text.has_other(page, look) for page in pages) < max(_FEWEST_TEXTS, _MIN_TEXT * len(pages)):
        return False
    if _stands_above(own) and any(one.is_strong for one in own):
        return False
    longest = text.find_mean(look) * (_LONGEST_ALONE if own[0].is_alone else _LONGEST)
    return mean(one.size for one in own) <= longest


def _stands_above(own: Sequence[_Sight]) -> bool:
    below, above = sum(one.is_below for one in own), sum(one.is_above for one in own)
    return above > below or (above == below and 2 * sum(one.is_nearer for one in own) < len(own))
