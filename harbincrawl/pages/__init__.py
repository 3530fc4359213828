"""Pages to records: pure reading of HTML, by the visible lines and the links of a page, never by its markup's names."""

from .article.page import PARSER, read_article
from .listing.page import read_listing

__all__ = ["PARSER", "NotAnArticle", "read_article", "read_listing"]
