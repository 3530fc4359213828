"""Pages to records: pure reading of HTML, by the visible lines and the links of a page, never by its markup's names."""

from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing

from .version import PARSER, parser_of

__all__ = ["PARSER", "parser_of", "read_article", "read_listing"]
