"""What a page is given: the reader, the address as it was asked for, and what the site is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from harbincrawl.api import Article
from harbincrawl.sites import Site

from .answers import Form, WebAnswer, not_found
from .links import Links, Parameters
from .looks import render
from .pools import Reader


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as a page sees it."""

    reader: Reader
    site: Site
    """The site whose archive this is."""
    links: Links
    query: MultiMapping[str]
    form: Form
    arguments: tuple[str, ...]
    """The changing parts of the address, unquoted."""

    @property
    def asked(self) -> Parameters:
        """The search that the address has."""
        return Parameters.read(self.query)

    def show(self, template: str, title: str, *, status: int = 200, **values: Any) -> WebAnswer:
        """A page made of a template."""
        frame = {"links": self.links, "site": self.site, "title": title, "parameters": self.asked, "here": ""}
        return WebAnswer(render(template, frame | values), status=status)

    def find_article(self, text: str, rest: str = "") -> tuple[int, Article]:
        """(internal number, article) of the article that `text` names, `harbin-today:5370`. Raises PageError.

        Raises HTTPMovedPermanently where the id is written in another way (`5370`); `rest` is what follows it there.
        """
        reader = self.reader
        try:
            article = reader.archive[text]
        except KeyError as error:
            raise not_found(f"The archive has no article {text[:80]}.") from error
        if article.id != text:
            ending = "" if self.form == "html" else f".{self.form}"
            raise web.HTTPMovedPermanently(self.links.article(article.id, rest + ending))
        return reader.archive.find_number(article), article
