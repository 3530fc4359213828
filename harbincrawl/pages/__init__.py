"""Pages to records: pure reading of HTML, by the visible lines and the links of a page, never by its markup's names."""

from .article import PARSER, NotAnArticle, read_article
from .listing import read_listing

__all__ = ["PARSER", "NotAnArticle", "read_article", "read_listing"]
