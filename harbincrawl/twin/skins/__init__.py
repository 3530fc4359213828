"""The skins of the twin by name: kinds of markup that say the same to a reader."""

from __future__ import annotations

import re

from harbincrawl.twin.manner import Manner

from .cards import Cards
from .cell import DoubleBreaks, OneCell
from .cms import Cms
from .divsoup import DivSoup
from .html5 import Html5
from .old import OldHtml
from .phone import Phone
from .portal import Portal
from .provincial import Behind, Bracket, Breaks, Cells, Clock, Split
from .rowspan import Rowspan
from .skin import Skin
from .tables import Tables
from .word import Word

SKINS: dict[str, Skin] = {
    skin.name: skin
    for skin in (
        Tables(), DivSoup(), Html5(), Word(), OneCell(), DoubleBreaks(), OldHtml(), Portal(), Cms(), Cards(),
        Rowspan(), Phone(),
    )
}  # fmt: skip
"""Date and By line above the text."""

END_SKINS: dict[str, Skin] = {skin.name: skin for skin in (Bracket(), Clock(), Behind(), Split(), Breaks(), Cells())}
"""Pages that may lack a date, or have their labels behind the text."""


def list_skins(manner: Manner) -> tuple[str, ...]:
    """The names of the skins that print pages in this manner, in order."""
    return tuple(END_SKINS if manner.at_end else SKINS)


def find_skin(name: str) -> Skin:
    """The skin called `name`. Raises KeyError."""
    return SKINS.get(name) or END_SKINS[name]


_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_NAME = re.compile(r"<([a-zA-Z][\w:-]*)")
_KEPT = re.compile(r"""\s(href|src|alt)=("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


def bare(page: str) -> str:
    """`page` without any class, id or other attribute but href, src and alt; what it says must still be readable."""
    return _TAG.sub(_bared, page)


def _bared(match: re.Match[str]) -> str:
    name = _NAME.match(match[0])
    kept = "".join(f" {key}={value}" for key, value in _KEPT.findall(match[0]))
    return f"<{name[1] if name else ''}{kept}>"
