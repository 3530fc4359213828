"""A crawler and archive for Harbin Today (e.my399.com) that can prove it missed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from .api import open_archive

__all__ = ["__version__", "open_archive"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line starts without it.
    if name == "open_archive":
        from .api import open_archive

        return open_archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
