"""A layout: what the pages of one template have in common, as it is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from harbincrawl.pages.html.line import Place

from .keys import hash_pieces

_SURE = 0.3
"""Share of pages from which on a line is furniture wherever it stands; a rarer one only at the edges of a text."""
_FEWEST_SURE = 5
"""Pages that have such a line: four articles may well share their paragraphs."""
_SHARES = ("lines", "forms", "pictures", "usual")
_SETS = (
    "behind",
    "titles",
    "paragraphs",
    "stops",
    "beside",
    "quotes",
    "boxes",
    "captions",
    "captions_above",
    "teasers",
    "pieces",
    "origins",
)


class Share(NamedTuple):
    """On how many of how many pages of the template something stands."""

    on: int
    of: int

    @property
    def is_sure(self) -> bool:
        """Whether so many have it that it is furniture wherever it stands."""
        return self.on >= max(_SURE * self.of, _FEWEST_SURE)

    @property
    def is_usual(self) -> bool:
        """Whether half of the pages have it."""
        return 2 * self.on >= self.of


@dataclass(frozen=True, slots=True)
class Layout:
    """What pages of one template have in common; words, addresses and places are hashes, see `keys`."""

    kind: str
    """`article` or `listing`."""
    pages: int
    """From how many it was learnt."""
    lines: Mapping[str, Share] = field(default_factory=dict)
    """Lines that several pages have, by place and words, or by their words alone."""
    forms: Mapping[str, Share] = field(default_factory=dict)
    """Lines that differ in numbers, links, or what follows their first words."""
    pictures: Mapping[str, Share] = field(default_factory=dict)
    """By their address."""
    text: Place = ()
    """What holds the text."""
    closes: bool = False
    """The information stands behind the text, not above it."""
    behind: frozenset[str] = frozenset()
    """Which of author and source hardly any page names where it has its date."""
    titles: frozenset[str] = frozenset()
    """Places of titles."""
    paragraphs: frozenset[str] = frozenset()
    """Places of most of the text."""
    stops: frozenset[str] = frozenset()
    """Furniture within the element of the text behind which pages have hardly any text: keys of lines or forms."""
    boxes: frozenset[str] = frozenset()
    """Places within the element of the text whose elements hold links to other pages, and hardly a sentence beside."""
    beside: frozenset[str] = frozenset()
    """Places of lines that differ from page to page and are no text: standfirsts, remarks, related articles."""
    quotes: frozenset[str] = frozenset()
    """Places of lines that repeat words of the text."""
    captions: frozenset[str] = frozenset()
    """Looks of lines that stand under pictures and hardly anywhere else: hashes of place and style."""
    captions_above: frozenset[str] = frozenset()
    """Looks of those that stand above theirs."""
    plain_captions: bool = False
    """Captions look as paragraphs do: only a credit makes one."""
    teasers: frozenset[str] = frozenset()
    """Of `lines`, those that stand right behind a linked title: on the page of that article they are its text."""
    pieces: frozenset[str] = frozenset()
    """Words among the information of many pages that no label explains: hashes with blanks for numbers."""
    origins: frozenset[str] = frozenset()
    """Places of lines that name author or source."""
    usual: Mapping[str, Share] = field(default_factory=dict)
    """On how many pages the information names an `author` or a `source`, or has a label for one."""

    def to_json(self) -> str:
        """Canonical: the same layout is the same text."""
        values = {name: _sort(value) for name, value in asdict(self).items()}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def has_piece(self, words: str) -> bool:
        """Whether many pages have these words among their information."""
        return bool(self.pieces) and hash_pieces(words) <= self.pieces

    @property
    def digest(self) -> str:
        """The sha256 of its canonical JSON."""
        return sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Layout:
        """The layout that `to_json` wrote; raises ValueError for any other text."""
        try:
            values: dict[str, Any] = json.loads(text)
            for name in _SHARES:
                values[name] = {key: Share(*share) for key, share in values[name].items()}
            for name in _SETS:
                values[name] = frozenset(values[name])
            values["text"] = tuple(values["text"])
            return cls(**values)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"this is no layout: {error}") from error


def _sort(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
