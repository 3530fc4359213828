"""Skins in the manner of further content systems: day, author and source stand among other things, captions apart."""

from __future__ import annotations

from .tools import ContentSkin

__all__ = ["CONTENT_SKINS", "LAST_SKINS", "ContentSkin"]

CONTENT_SKINS = tuple(
    map(
        ContentSkin,
        "townportal pressgroup dreamsite magazine enterprise board editable groupblocks fields clubhouse accelerated "
        "hydrated bulletin imperial workplace weblog openwiki plinth pavilion sled campfire broadsheet newswire "
        "testbed".split(),
    )
)

LAST_SKINS = tuple(
    map(
        ContentSkin,
        "phantom townhall waves layers kit components frontdoor seat gazette baikal hangang quadrant".split(),
    )
)
"""Made after all others, by someone who had not seen the reader that they test."""
