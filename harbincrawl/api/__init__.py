"""The archive from Python: `open_archive`, the articles that it gives, and what is counted of their words."""

from harbincrawl.records import Image
from harbincrawl.search.corpus.concordance import ConcordanceLine
from harbincrawl.search.corpus.keywords import Keyword
from harbincrawl.search.corpus.trends import TrendRow
from harbincrawl.search.filters import FilterOptions, SearchOptions

from .archive import Archive, open_archive
from .article import Article, Capture, Revision

__all__ = [
    "Archive",
    "Article",
    "Capture",
    "ConcordanceLine",
    "FilterOptions",
    "Image",
    "Keyword",
    "Revision",
    "SearchOptions",
    "TrendRow",
    "open_archive",
]
