"""The archive from Python: `open_archive`, the articles and rows that it gives, and frames of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harbincrawl.records import Image
from harbincrawl.search.filters import FilterOptions, SearchOptions

from .archive import Archive, open_archive
from .article import Article, Capture, Hit, Revision, Similar
from .rows import Rows

if TYPE_CHECKING:
    from harbincrawl.corpus.collocations import Collocate
    from harbincrawl.corpus.concordance import ConcordanceLine
    from harbincrawl.corpus.edits import Edit
    from harbincrawl.corpus.keywords import Keyword
    from harbincrawl.corpus.lists import WordCount
    from harbincrawl.corpus.trends import TrendRow

    from .records import CaptureRow, DuplicateRow, RevisionRow, StatRow, Token
else:
    _LATER = {
        "CaptureRow": "harbincrawl.api.records",
        "Collocate": "harbincrawl.corpus.collocations",
        "ConcordanceLine": "harbincrawl.corpus.concordance",
        "DuplicateRow": "harbincrawl.api.records",
        "Edit": "harbincrawl.corpus.edits",
        "Keyword": "harbincrawl.corpus.keywords",
        "RevisionRow": "harbincrawl.api.records",
        "StatRow": "harbincrawl.api.records",
        "Token": "harbincrawl.api.records",
        "TrendRow": "harbincrawl.corpus.trends",
        "WordCount": "harbincrawl.corpus.lists",
    }

    def __getattr__(name: str) -> Any:
        # Loaded when asked for: a search starts without them.
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_LATER[name]), name)


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
    "open_archive",
]
