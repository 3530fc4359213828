"""The archive from Python: `open_archive`, the articles and rows that it gives, and frames of them."""

from harbincrawl.records import Image
from harbincrawl.search.corpus.collocations import Collocate
from harbincrawl.search.corpus.keywords import Keyword
from harbincrawl.search.corpus.lists import WordCount
from harbincrawl.search.corpus.trends import TrendRow
from harbincrawl.search.filters import FilterOptions, SearchOptions

from .archive import Archive, open_archive
from .article import Article, Capture, Hit, Revision, Similar
from .records import CaptureRow, ConcordanceLine, DuplicateRow, EditRow, RevisionRow, StatRow
from .rows import Rows

__all__ = [
    "Archive",
    "Article",
    "Capture",
    "CaptureRow",
    "Collocate",
    "ConcordanceLine",
    "DuplicateRow",
    "EditRow",
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
    "TrendRow",
    "WordCount",
    "open_archive",
]
