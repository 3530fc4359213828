"""The skins of the twin by name: kinds of markup that say the same to a reader."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.twin.manner import Manner

from .skin import EndSkin, Skin, TemplateSkin

_TABLE = tomllib.loads((Path(__file__).parent / "skins.toml").read_text("utf-8"))
SKINS: dict[str, Skin] = {name: TemplateSkin(name, **more) for name, more in _TABLE["above"].items()}
"""Date and By line above the text."""
END_SKINS: dict[str, Skin] = {name: EndSkin(name, **more) for name, more in _TABLE["end"].items()}
"""Pages that may lack a date, or have their labels behind the text."""


@contextmanager
def known_skins(skins: Iterable[Skin]) -> Iterator[None]:
    """The twin knows these skins while it lasts."""
    added = {skin.name: skin for skin in skins if skin.name not in SKINS}
    SKINS.update(added)
    try:
        yield
    finally:
        for name in added:
            del SKINS[name]


def list_skins(manner: Manner) -> tuple[str, ...]:
    """The names of the skins that print pages in this manner, in order."""
    return tuple(END_SKINS if manner.at_end else SKINS)


def find_skin(name: str) -> Skin:
    """The skin called `name`. Raises KeyError."""
    return SKINS.get(name) or END_SKINS[name]


_TAG = re.compile(r"<([a-zA-Z][\w:-]*)[^<>]*>", re.ASCII)
_KEPT = re.compile(r"""\s(href|src|alt)=("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE | re.ASCII)


def bare(page: str) -> str:
    """`page` without any class, id or other attribute but href, src and alt; what it says must still be readable."""
    return _TAG.sub(_bared, page)


def _bared(match: re.Match[str]) -> str:
    kept = "".join(f" {key}={value}" for key, value in _KEPT.findall(match[0]))
    return f"<{match[1]}{kept}>"
