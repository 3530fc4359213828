"""The skins of the twin by name: kinds of markup that say the same to a reader."""

from __future__ import annotations

import re

from .cards import Cards
from .cell import DoubleBreaks, OneCell
from .cms import Cms
from .divsoup import DivSoup
from .html5 import Html5
from .old import OldHtml
from .phone import Phone
from .portal import Portal
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
