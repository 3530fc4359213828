"""What an article page shows and no role explains: lines, and links to further pages of the article."""

from __future__ import annotations

from collections.abc import Iterator

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Unexplained
from harbincrawl.sites import Address, Site


def find_unexplained(roles: Roles, meaning: Address, pages: int, base: str, site: Site) -> tuple[Unexplained, ...]:
    """Lines without a role, and links to pages of the article `meaning` behind the last of its `pages`."""
    found = [
        Unexplained("line", line.text)
        for line, reason in zip(roles.lines, roles.whole, strict=True)
        if reason is Reason.NONE and line.text
    ]
    for line in roles.lines:
        if line.links:
            found += _find_pages(line, meaning, pages, base, site)
    return tuple(dict.fromkeys(found))


def _find_pages(line: Line, meaning: Address, pages: int, base: str, site: Site) -> Iterator[Unexplained]:
    for link in line.links:
        if meaning.id and meaning.id in link.href and (led := link.article(base, site)):
            address, page = led
            if page.id == meaning.id and page.page > max(pages, meaning.page):
                yield Unexplained("page", f"{link.text} {address}".lstrip())
