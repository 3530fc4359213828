"""A crawler and archive for a news site that can prove it missed nothing.

From Python, `open_archive(folder)` opens an archive for reading: iterate over its articles, search them, take them as
a data frame. The command line is `harbincrawl --help`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from .api import Archive, open_archive
    from .records import Article, Image

__all__ = ["Archive", "Article", "Image", "__version__", "open_archive"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line starts without them.
    modules = {"Archive": "api", "open_archive": "api", "Article": "records", "Image": "records"}
    if name not in modules:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{modules[name]}"), name)


def __dir__() -> list[str]:
    # help(harbincrawl) and completion show what is loaded later, too.
    return [*globals(), *__all__]
