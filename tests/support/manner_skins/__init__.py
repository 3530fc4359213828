"""Skins in the manner of real content systems, with all that their templates print."""

from __future__ import annotations

from .tools import MannerSkin

MANNER_SKINS = tuple(map(MannerSkin, "blog community cityportal static forum mobile epaper government".split()))
