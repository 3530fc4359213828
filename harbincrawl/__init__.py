"""A crawler and archive for a news site that can prove it missed nothing.

From Python, `open_archive(folder)` opens an archive for reading: iterate over its articles, search them, count their
words, take them as a data frame. The command line is `harbincrawl --help`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harbincrawl.version import __version__

if TYPE_CHECKING:
    from harbincrawl.api import (
        Archive,
        Article,
        Capture,
        CaptureRow,
        Collocate,
        ConcordanceLine,
        DuplicateRow,
        Edit,
        FilterOptions,
        Hit,
        Image,
        Keyword,
        Revision,
        RevisionRow,
        Rows,
        SearchOptions,
        Similar,
        StatRow,
        Token,
        TrendRow,
        WordCount,
        open_archive,
    )
else:

    def __getattr__(name: str) -> Any:
        # Loaded when asked for: the command line starts without them.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.api"), name)


__all__ = [
    "Archive",
    "Article",
    "Capture",
    "CaptureRow",
    "Collocate",
    "ConcordanceLine",
    "DuplicateRow",
    "Edit",
    "FilterOptions",
    "Hit",
    "Image",
    "Keyword",
    "Revision",
    "RevisionRow",
    "Rows",
    "SearchOptions",
    "Similar",
    "StatRow",
    "Token",
    "TrendRow",
    "WordCount",
    "__version__",
    "open_archive",
]


def __dir__() -> list[str]:
    # help(harbincrawl) and completion show what is loaded later, too.
    return [*globals(), *__all__]
