"""What bounds a list: the way to it, its name, the page's foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.line import Line
from harbincrawl.sites import Address, Site
from harbincrawl.sites.words import DIVIDERS

COPYRIGHT = re.compile(
    r"^\W{0,3}(?:copyright\b(?!\s+(?!by\b|of\b|reserved|notice|owned)(?-i:[a-z]))"
    r"|©|\(c\)\s*\d|all rights reserved|版权所有|\w{0,2}ICP[备证])",
    re.IGNORECASE,
)
"""The beginning of a notice of copyright: `Copyright cases rose` is none."""
_DIVIDERS = re.compile(f"{DIVIDERS}|[|/]")
_PARTS = re.compile(r"\s*[-–—_|]\s*")
_MARKS = " \t/|:：-–—·•\\>›»≫＞→"
_ARROWS = ">›»"
"""One of which every way with arrows has."""
_LONGEST_CRUMB = 160
"""Characters."""


@dataclass(slots=True)
class Edges:
    """Lines that bound the list."""

    named: int | None
    """Index of the last line that names the list, above it: breadcrumb or label."""
    bounds: list[int]
    """Indexes of lines over which no list reaches."""
    names: frozenset[str]
    """What the list is called, in lower case: the section's label, and the last part of the way to it."""


def name_of(text: str) -> str:
    """`text` as a name is compared: without what stands behind it, in lower case."""
    return text.rstrip(" :：>»").lower()


def find_edges(lines: Sequence[Line], title: str | None, meaning: Address, first: int | None, site: Site) -> Edges:
    """What names the list above its first candidate, and what no list reaches over; `title` is the document's."""
    known = site.section(meaning.section_path)
    label = known.label if known else ""
    named: int | None = None
    bounds: list[int] = []
    names = {name_of(label), *(name_of(part.strip()) for part in _PARTS.split(title or ""))}
    for at, line in enumerate(lines):
        text = line.text
        if not text:
            continue
        is_crumb = len(text) <= _LONGEST_CRUMB and _is_way(line, label, site)
        if is_crumb or (label and text == label and not line.links):
            if is_crumb:
                bounds.append(at)
                names.add(name_of(_DIVIDERS.split(text)[-1].strip()))
            if first is None or at < first or named is None:
                named = at
        elif COPYRIGHT.match(text):
            bounds.append(at)
    return Edges(named, bounds, frozenset(filter(None, names)))


def _is_way(line: Line, label: str, site: Site) -> bool:
    """True for the way from the home page; without arrows only where it ends in the list's name, or in no link.

    A menu has the same marks between its words, and all of them are links.
    """
    text = line.text
    if any(map(text.__contains__, _ARROWS)) and site.words.list_crumb.search(text):
        return True
    if label and text.lower().endswith(label.lower()) and len(text) > len(label):
        before = text[: -len(label)].rstrip(_MARKS).lower()
        return any(before == home.lower() or before.endswith(f" {home.lower()}") for home in site.words.home)
    begin, mark, _ = text.partition("/") if "/" in text else text.partition("|")
    if not mark or (line.links and text.endswith(line.links[-1].text)):
        return False
    return begin.strip().lower().endswith(tuple(home.lower() for home in site.words.home))
