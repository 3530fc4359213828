"""What an article page shows and no role explains: lines, and links to further pages of the article."""

from __future__ import annotations

from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Unaccounted
from harbincrawl.sites import Address, Site


def find_unaccounted(roles: Roles, meaning: Address, pages: int, base: str, site: Site) -> tuple[Unaccounted, ...]:
    """Lines without a role, and links to pages of the article `meaning` behind the last of its `pages`."""
    none, id = Reason.NONE, meaning.id
    found = [
        Unaccounted("line", line.text)
        for line, reason in zip(roles.lines, roles.whole, strict=True)
        if reason is none and line.text
    ]
    for line in roles.lines:
        for link in line.links:
            # A look at the address tells nearly every link of a page that it leads elsewhere.
            if id and id in link.href and (led := link.article(base, site)):
                address, page = led
                if page.id == id and page.page > max(pages, meaning.page):
                    found.append(Unaccounted("page", f"{link.text} {address}".lstrip()))
    return tuple(dict.fromkeys(found))
