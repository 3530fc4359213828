"""Skins in the manner of further content systems: day, author and source stand among other things, captions apart."""

from __future__ import annotations

from tests.support.manner_skins.tools import MannerSkin

from .accelerated import Accelerated
from .baikal import Baikal
from .board import Board
from .broadsheet import Broadsheet
from .bulletin import Bulletin
from .campfire import Campfire
from .clubhouse import Clubhouse
from .components import Components
from .dream import DreamSite
from .editable import Editable
from .enterprise import Enterprise
from .fields import Fields
from .frontdoor import FrontDoor
from .gazette import Gazette
from .groupblocks import GroupBlocks
from .hangang import Hangang
from .hydrated import Hydrated
from .imperial import Imperial
from .kit import Kit
from .layers import Layers
from .magazine import Magazine
from .newswire import NewsWire
from .openwiki import OpenWiki
from .pavilion import Pavilion
from .phantom import Phantom
from .plinth import Plinth
from .portal import TownPortal
from .press import PressGroup
from .quadrant import Quadrant
from .seat import Seat
from .sled import Sled
from .testbed import TestBed
from .tools import ContentSkin
from .townhall import TownHall
from .waves import Waves
from .weblog import WebLog
from .workplace import Workplace

__all__ = ["CONTENT_SKINS", "LAST_SKINS", "ContentSkin"]

CONTENT_SKINS: tuple[MannerSkin, ...] = (
    TownPortal(), PressGroup(), DreamSite(), Magazine(), Enterprise(), Board(), Editable(), GroupBlocks(), Fields(),
    Clubhouse(), Accelerated(), Hydrated(), Bulletin(), Imperial(), Workplace(), WebLog(), OpenWiki(), Plinth(),
    Pavilion(), Sled(), Campfire(), Broadsheet(), NewsWire(), TestBed(),
)  # fmt: skip

LAST_SKINS: tuple[MannerSkin, ...] = (
    Phantom(), TownHall(), Waves(), Layers(), Kit(), Components(), FrontDoor(), Seat(),
    Gazette(), Baikal(), Hangang(), Quadrant(),
)  # fmt: skip
"""Made after all others, by someone who had not seen the reader that they test."""
