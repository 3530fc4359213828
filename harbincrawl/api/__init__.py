"""The archive from Python: `open_archive`, the articles and rows that it gives, and frames of them."""

from .archive import Archive, open_archive
from .article import Article, Capture, Hit, Revision, Similar
from .rows import Rows

__all__ = ["Archive", "Article", "Capture", "Hit", "Revision", "Rows", "Similar", "open_archive"]
