"""A crawler and archive for a news site that can prove it missed nothing.

From Python, `open_archive(folder)` opens an archive for reading: iterate over its articles, search them, count their
words, take them as a data frame. The command line is `harbincrawl --help`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harbincrawl.version import __version__

if TYPE_CHECKING:
    from harbincrawl.api import Archive, Article, Capture, Hit, Revision, Rows, Similar, open_archive
    from harbincrawl.api.records import RevisionRow, Token
    from harbincrawl.corpus.collocations import Collocate
    from harbincrawl.corpus.concordance import ConcordanceLine
    from harbincrawl.corpus.edits import Edit
    from harbincrawl.corpus.keywords import Keyword
    from harbincrawl.corpus.lists import WordCount
    from harbincrawl.corpus.trends import TrendRow
    from harbincrawl.duplicates.links import DuplicateRow
    from harbincrawl.records import Image
    from harbincrawl.search.facets import StatRow
    from harbincrawl.search.filters import FilterOptions, SearchOptions
else:
    _PLACES = (
        "api", "api.records", "corpus.collocations", "corpus.concordance", "corpus.edits", "corpus.keywords",
        "corpus.lists", "corpus.trends", "duplicates.links", "records", "search.facets", "search.filters",
    )  # fmt: skip

    def __getattr__(name: str) -> Any:
        # Loaded when asked for: the command line starts without them.
        for place in _PLACES if name in __all__ else ():
            module = import_module(f"{__name__}.{place}")
            if name in vars(module):
                return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Archive",
    "Article",
    "Capture",
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
