"""What a page is given: the reader, the address as it was asked for, and what the site is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from harbincrawl.archive.origin import read_site
from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import is_id
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters
from harbincrawl.search.records import read_numbered
from harbincrawl.sites import Site

from .answers import Form, PageError, WebAnswer, not_found
from .links import Links, Parameters
from .looks import render
from .pools import Reader


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as a page sees it."""

    reader: Reader
    links: Links
    query: MultiMapping[str]
    form: Form
    arguments: tuple[str, ...]
    """The changing parts of the address, unquoted."""

    @property
    def site(self) -> Site:
        """The site whose archive this is."""
        return self.reader.remember("site", lambda: read_site(self.reader.connection))

    @property
    def asked(self) -> Parameters:
        """The search that the address has, which every page keeps, less what cannot be read of it."""
        try:
            return Parameters.read(self.query)
        except PageError:
            return Parameters(Filters(query=self.query.get("q", "").strip()))

    def show(self, template: str, title: str, *, status: int = 200, **values: Any) -> WebAnswer:
        """A page made of a template."""
        frame = {"links": self.links, "site": self.site, "title": title, "parameters": self.asked, "here": ""}
        return WebAnswer(render(template, frame | values), status=status)

    def find_article(self, text: str, rest: str = "") -> tuple[int, dict[str, Any]]:
        """(number, record) of the article that `text` names, `harbin-today:5370`. Raises PageError.

        Raises HTTPMovedPermanently where the id is written in another way (`5370`); `rest` is what follows it there.
        """
        (site,) = self.reader.connection.execute(f"SELECT {SITE_NAME}").fetchone()
        name, _, id = text.rpartition(":")
        # A number may be written with zeros before it.
        for written in (id, id.lstrip("0")) if name in ("", site) and is_id(id) else ():
            sql, values = select_records(Filters(ids=(written,)), numbered=True)
            if row := self.reader.connection.execute(sql, values).fetchone():
                record = make_record(row)
                if record["id"] != text:
                    ending = "" if self.form == "html" else f".{self.form}"
                    raise web.HTTPMovedPermanently(self.links.article(record["id"], rest + ending, self.asked.pairs()))
                return int(row[-1]), record
        raise not_found(f"The archive has no article {text[:80]}.")

    def read_records(self, numbers: tuple[int, ...]) -> list[dict[str, Any]]:
        """The records of articles, in the order of `numbers`; those that are not stored are left out."""
        return list(read_numbered(self.reader.connection, numbers))
