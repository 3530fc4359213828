"""What is known of a site, as data; nothing here reads a page or asks the network."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .addresses import Address
    from .reader import choose_site, default_site, find_site, list_sites
    from .schema import Section
    from .site import Site

DEFAULT_SITE = "harbin-today"
"""Crawled where nothing else is said."""
STEMMER = "stemmer"
"""The archive's fact that is `none` where a search finds words as they are written; archives without it have stems."""

__all__ = ["DEFAULT_SITE", "Address", "Section", "Site", "choose_site", "default_site", "find_site", "list_sites"]

_HOMES = {"Address": "addresses", "Section": "schema", "Site": "site"}


def __getattr__(name: str) -> Any:
    """Imports what is asked for: a search needs the two names above alone, and starts 20 ms sooner."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES.get(name, 'reader')}", __name__), name)
