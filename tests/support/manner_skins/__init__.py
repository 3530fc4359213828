"""Skins in the manner of real content systems, with all that their templates print."""

from __future__ import annotations

from .blog import Blog
from .community import Community
from .epaper import Epaper
from .forum import Forum
from .government import Government
from .mobile import Mobile
from .portal import CityPortal
from .static import Static
from .tools import MannerSkin

MANNER_SKINS: tuple[MannerSkin, ...] = (
    Blog(), Community(), CityPortal(), Static(), Forum(), Mobile(), Epaper(), Government(),
)  # fmt: skip
