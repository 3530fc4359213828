"""Links to other pages of the same list or article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.pages.html.line import Line, LineImage, Link
from harbincrawl.sites import Address, Site

_BUTTON = re.compile(
    r"next|prev|page|arrow|button|btn|left|right|first|last|[上下]一?[页张]|首页|尾页|末页|后一|前一|[<>«»›‹→←]",
    re.IGNORECASE,
)


class PageLink(NamedTuple):
    """A link to a page of the same list or article."""

    address: str
    """Canonical."""
    page: int
    text: str
    """Its words; empty for a picture."""


class OwnPages:
    """Tells the links to other pages of the list or article that a page belongs to."""

    def __init__(self, own: Address, base: str, site: Site) -> None:
        self.own = own
        self._base = base
        self._site = site
        self._id = own.id

    def may_lead(self, href: str) -> bool:
        """False for an address that leads elsewhere, as nearly every link of an article's page is told at a glance."""
        return self._id is None or self._id in href or "/" not in href or href[0] == "."

    def links(self, line: Line) -> Iterator[PageLink]:
        """Those of the line's words and choices, its own page included."""
        for links in (line.links, line.options):
            for link in links:
                if self.may_lead(link.href) and (lead := self.lead(link)) is not None:
                    yield PageLink(*lead, link.text)

    def pictures(self, line: Line) -> Iterator[PageLink]:
        """Those of the line's pictures."""
        for picture in line.images:
            if picture.href and self.may_lead(picture.href) and (lead := self.lead(Link(picture.href, ""))) is not None:
                yield PageLink(*lead, "")

    def lead(self, link: Link) -> tuple[str, int] | None:
        """(address, page number) where `link` leads to a page of the list or article."""
        address, meant = link.lead(self._base, self._site)
        own = self.own
        if address is None or meant is None or meant.kind != own.kind or meant.id != own.id:
            return None
        return (address, meant.page) if meant.section_path == own.section_path else None


def is_button(picture: LineImage) -> bool:
    """True for a picture that is named as those that turn pages are."""
    return bool(_BUTTON.search(picture.alt or picture.src.rpartition("/")[2][:80]))
