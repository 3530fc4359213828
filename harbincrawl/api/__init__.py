"""The archive from Python: `open_archive`, the articles that it gives, and what is counted of their words."""

from .archive import Archive, open_archive
from .article import Article, Capture, Revision
from .options import FilterOptions, SearchOptions

__all__ = ["Archive", "Article", "Capture", "FilterOptions", "Revision", "SearchOptions", "open_archive"]
