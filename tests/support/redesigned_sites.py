"""Sites that change from one skin to another in the middle of the days on which they are read."""

from __future__ import annotations

from datetime import timedelta

from tests.support.system_skins import SystemSkin
from tests.support.template_sites import FIRST_VISIT, VISITS, Site, join_sites, make_site, render_base
from tests.support.twin.skins.skin import Skin

REDESIGNS: dict[str, tuple[Skin, Skin]] = {
    "forum to static": (SystemSkin("forum"), SystemSkin("static")),
    "community to government": (SystemSkin("community"), SystemSkin("government")),
}


def make_redesigned(name: str) -> Site:
    """Articles fetched before the change in the old skin, later ones in the new; every list in both."""
    change = FIRST_VISIT + timedelta(days=VISITS // 2)
    old, new = (make_site(render_base(skin, 13)) for skin in REDESIGNS[name])
    for site, before in ((old, True), (new, False)):
        later = timedelta(0) if before else timedelta(days=VISITS)
        kept = [page for page in site.pages if page.is_list or (page.fetched_at < change) == before]
        addresses = {page.address for page in kept}
        site.pages = [
            type(page)(
                page.address, page.body, page.fetched_at + (later if page.is_list else timedelta(0)), page.is_list
            )
            for page in kept
        ]
        site.lists = {(address, fetched + later): truth for (address, fetched), truth in site.lists.items()}
        site.articles = {address: truth for address, truth in site.articles.items() if address in addresses}
        site.words = {address: words for address, words in site.words.items() if address in addresses}
    return join_sites([old, new])
