"""What is known of a site, as data; nothing here reads a page or asks the network."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .usual import DEFAULT_SITE

if TYPE_CHECKING:
    from .addresses import Address
    from .registry import choose_site, default_site, find_site, list_sites
    from .schema import Section
    from .site import Site

__all__ = ["DEFAULT_SITE", "Address", "Section", "Site", "choose_site", "default_site", "find_site", "list_sites"]

_HOMES = {"Address": "addresses", "Section": "schema", "Site": "site"}


def __getattr__(name: str) -> Any:
    """Imports what is asked for: the name of the usual site, which a search needs, costs no start 20 ms."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES.get(name, 'registry')}", __name__), name)
