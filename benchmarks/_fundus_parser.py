"""A parser of fundus's parts for the theme `cms`, as fundus has one for each publisher; read by fundus's own Python.

fundus reads no page of a publisher that it does not know, so this is what it would cost if it knew this one. Its parts
take the selectors of one theme, so on the pages of other themes it finds little.
"""

from __future__ import annotations

from typing import Any

from fundus.parser import ArticleBody, BaseParser, attribute
from fundus.parser.utility import (
    extract_article_body_with_selector,
    generic_author_parsing,
    generic_date_parsing,
    generic_text_extraction_with_css,
)
from lxml.etree import XPath

TITLE, DAY, BY = XPath("//dl/dt/strong"), XPath("//dl/dd[1]"), XPath("//dl/dd[2]")
PARAGRAPHS = XPath("//div[@id='text']/p[not(contains(@style, 'center') or contains(@align, 'center'))]")


class Parser(BaseParser):  # type: ignore[misc]
    """Title, authors, day and paragraphs, the way fundus's guide for a new publisher has it."""

    @attribute(default_factory=str)  # type: ignore[untyped-decorator]
    def title(self) -> str | None:
        """The heading."""
        found: str | None = generic_text_extraction_with_css(self.precomputed.doc, TITLE)
        return found

    @attribute(default_factory=list)  # type: ignore[untyped-decorator]
    def authors(self) -> list[str]:
        """The names of the By line, without the source in its brackets."""
        line = generic_text_extraction_with_css(self.precomputed.doc, BY) or ""
        found: list[str] = generic_author_parsing(line.removeprefix("By").partition("(")[0].strip() or None)
        return found

    @attribute(default_factory=lambda: None)  # type: ignore[untyped-decorator]
    def publishing_date(self) -> Any:
        """The printed day."""
        line = generic_text_extraction_with_css(self.precomputed.doc, DAY)
        return generic_date_parsing(line.rpartition(":")[2]) if line else None

    @attribute(default_factory=lambda: None)  # type: ignore[untyped-decorator]
    def body(self) -> ArticleBody | None:
        """The paragraphs."""
        return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=PARAGRAPHS)


_PARSER = Parser()


def read_article(page: Any) -> tuple[str | None, str | None, list[str], list[str]]:
    """Title, day, authors and paragraphs of a page; what fails is left out, as fundus's crawler does it."""
    found = _PARSER.parse(page.text, "suppress")
    day, body = found["publishing_date"], found["body"]
    paragraphs = list(body.as_text_sequence()) if body else []
    return found["title"], day and day.date().isoformat(), found["authors"], paragraphs
