"""An article page to its record and the roles of its lines, by the layout of its template where there is one."""

from __future__ import annotations

from datetime import date

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.layout.layouts import Layouts
from harbincrawl.pages.roles import Roles
from harbincrawl.records import Article, ListWords
from harbincrawl.sites import Site

from .alone import read_alone
from .asked import AskedPage
from .by_layout import read_by_layout


def read_page(asked: AskedPage, layouts: Layouts | None = None) -> Article:
    """The article that the page shows; raises NotAnArticle."""
    return _read(asked, Roles(asked.document.lines), layouts, for_people=False)


def explain_article(
    page: Document,
    address: str,
    site: Site,
    today: date | None = None,
    listed: ListWords | None = None,
    before: Article | None = None,
    layouts: Layouts | None = None,
) -> tuple[Article | NotAnArticle, Roles]:
    """The article that `page` at `address` shows, or why it shows none, and what each of its lines is.

    What else is given is as in `read_article`. Of a page that shows no article no line has a role. Raises nothing.
    """
    roles = Roles(page.lines)
    try:
        asked = AskedPage.make(page, address, site, today, listed, before)
        return _read(asked, roles, layouts, for_people=True), roles
    except NotAnArticle as error:
        return error, Roles(page.lines)


def _read(asked: AskedPage, roles: Roles, layouts: Layouts | None, *, for_people: bool) -> Article:
    template = layouts.find("article", asked.frame) if layouts else None
    if template is None:
        return read_alone(asked, roles, for_people=for_people)
    return read_by_layout(asked, template, roles, for_people=for_people)
