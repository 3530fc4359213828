"""Skins in the manner of further content systems: day, author and source stand among other things, captions apart."""

from __future__ import annotations

from tests.support.manner_skins.tools import MannerSkin

from .accelerated import Accelerated
from .board import Board
from .bulletin import Bulletin
from .clubhouse import Clubhouse
from .dream import DreamSite
from .editable import Editable
from .enterprise import Enterprise
from .fields import Fields
from .groupblocks import GroupBlocks
from .hydrated import Hydrated
from .imperial import Imperial
from .magazine import Magazine
from .portal import TownPortal
from .press import PressGroup
from .tools import ContentSkin

__all__ = ["CONTENT_SKINS", "ContentSkin"]

CONTENT_SKINS: tuple[MannerSkin, ...] = (
    TownPortal(), PressGroup(), DreamSite(), Magazine(), Enterprise(), Board(), Editable(), GroupBlocks(), Fields(),
    Clubhouse(), Accelerated(), Hydrated(), Bulletin(), Imperial(),
)  # fmt: skip
