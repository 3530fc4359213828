"""Pages at the addresses of articles that are none: of other sites, errors, home pages, lists."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache, partial

from tests.support.manner_skins import MANNER_SKINS
from tests.support.shuffled_provincial import ShuffledProvincial
from tests.support.template_sites import (
    BASE,
    FIRST_VISIT,
    SECTIONS,
    Site,
    SitePage,
    known_skins,
    make_site,
    render_base,
)
from tests.support.twin import Twin, make_twin
from tests.support.twin.manner import read_manner
from tests.support.twin.newsroom.news import Newsroom
from tests.support.twin.skins import END_SKINS, SKINS
from tests.support.twin.skins.skin import Skin

from .cases import Case

FIRST_NUMBER = 7800
SISTERS = 8
"""Skins of the sister site put together by dice."""
STRANGERS: dict[str, str] = {
    "domain for sale": "<html><head><title>my399.com</title></head><body><h1>This domain is for sale</h1><p>The owner of "
    "this domain accepts offers. Write to us within 30 days.</p><ul><li><a href='/s?q=hotel'>Hotels</a></li><li>"
    "<a href='/s?q=flight'>Flights</a></li><li><a href='/s?q=loan'>Loans</a></li></ul></body></html>",
    "login": "<html><head><title>Sign in</title></head><body><div class=box><h2>Sign in to continue</h2><form>User <input> "
    "Password <input type=password> <button>Sign in</button></form><p>Forgot your password?</p></div></body></html>",
    "are you human": "<html><head><title>Just a moment</title></head><body><h1>Checking your browser</h1><p>This takes up "
    "to 5 seconds. Your request has the number {number}.</p></body></html>",
    "blocked by the provider": "<html><head><meta charset=utf-8><title>提示</title></head><body><div><h1>网站暂时无法访问</h1>"
    "<p>该网站未备案或备案信息有误，请联系管理员。</p><p>访问时间：2024-06-20 11:03:27</p></div></body></html>",
    "blog": "<html><head><title>{title} | Notes from a kitchen</title></head><body><header><a href=/>Notes from a kitchen"
    "</a></header><article><h1>{title}</h1><p>Posted on May 4, 2021 by admin</p><p>{one}</p><p>{two}</p><p>{three}</p>"
    "<p>Posted in <a href=/c/1>Soup</a> | 3 Comments</p></article></body></html>",
    "another newspaper": "<html><head><title>{title} - Evening Star</title></head><body><div id=top>Evening Star</div><h1>"
    "{title}</h1><p class=meta>By Jane Doe, Evening Star staff | Published: 12 May 2020</p><div><p>{one}</p><p>{two}</p>"
    "<p>{three}</p></div><p>&copy; Evening Star Publishing</p></body></html>",
    "encyclopedia": "<html><head><title>{title} - Free Lexicon</title></head><body><h1>{title}</h1><p>From the free lexicon"
    "</p><p>{one}</p><h2>History <a href=#e>edit</a></h2><p>{two}</p><p>{three}</p><p>This page was last edited on 3 March "
    "2022, at 10:15.</p></body></html>",
    "forum": "<html><head><title>{title} - Boards</title></head><body><table><tr><td>gull</td><td>Posted: Tue May 4, 2021 "
    "9:12 pm</td></tr><tr><td colspan=2>{one}</td></tr><tr><td>heron</td><td>Posted: Tue May 4, 2021 9:40 pm</td></tr>"
    "<tr><td colspan=2>{two}</td></tr></table></body></html>",
    "shop": "<html><head><title>{title} - buy online</title></head><body><h1>{title}</h1><img src=/p/1.jpg><p>Price: $ 12.50"
    "</p><p>In stock</p><p>{one}</p><h3>Customers also bought</h3><ul><li><a href=/p/2>Lamp</a></li></ul></body></html>",
    "search results": "<html><head><title>Search</title></head><body><form><input value=ice></form><p>About 3 results</p>"
    "<h3><a href='{base}/news/2020-01-02/5001.html'>{title}</a></h3><p>2020-01-02</p><p>{one}</p><h3><a "
    "href='{base}/news/2020-01-03/5002.html'>Another</a></h3><p>2020-01-03</p><p>{two}</p></body></html>",
    "server's first page": "<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1><p>If you see "
    "this page, the web server is successfully installed and working. Further configuration is required.</p></body></html>",
    "server's error": "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr>"
    "<center>nginx/1.14.0</center></body></html>",
    "being repaired": "<html><head><title>Harbin Today</title></head><body><img src=/images/logo.gif><h2>We are improving "
    "the site</h2><p>e.my399.com is closed from 2024-06-19 to 2024-06-21. Thank you for your patience.</p></body></html>",
    "goes elsewhere": "<html><head><script>location.href='http://www.example.com/'</script></head><body></body></html>",
    "data": '{{"code": 404, "message": "{title}", "updated": "2020-01-02", "data": null}}',
    "plain words": "{one}\n\n{two}\n\n{three}\n",
}  # fmt: skip
"""Pages of nobody that the site knows."""


@lru_cache(maxsize=1)
def render_sisters() -> tuple[tuple[str, bytes], ...]:
    """Articles of the sister site, in each of its skins and in some by dice."""
    skins: tuple[Skin, ...] = (*END_SKINS.values(), *(ShuffledProvincial(900 + seed) for seed in range(SISTERS)))
    made = []
    for at, skin in enumerate(skins):
        name = f"sister {at}"
        if isinstance(skin, ShuffledProvincial):
            # Only its links tell that a page with the same labels is another site's.
            skin.addresses = "absolute"
        SKINS[name] = skin
        try:
            twin = make_twin(40 + at, 8, manner=read_manner("jilin-china"), skins=(name,))
            story = next(one for one in twin.stories.values() if len(one.truth()["body"]) > 2)
            made.append((name, twin.render(story.path).body))
        finally:
            del SKINS[name]
    return tuple(made)


def list_pages(twin: Twin, seed: str) -> Iterator[tuple[str, bytes]]:
    """(name, page) of each page that is no article of the site; the skin of `twin` is known to it."""
    yield "home page", twin.render("/").body
    yield "error page", twin.sorry("/news/none.html")
    for section in twin.sections[:3]:
        yield f"list of {section}", twin.render(f"/{section}/").body
    yield "second page of a list", twin.render(f"/{twin.sections[0]}/index_2.html").body
    yield "nothing", b""
    yield from render_sisters()
    news = Newsroom(random.Random(seed))
    for number, (name, page) in enumerate(STRANGERS.items()):
        topic = news.topic()
        words = {key: news.paragraph(topic, 2) for key in ("one", "two", "three")}
        yield name, page.format(number=number, title=news.headline(topic), base=BASE, **words).encode()


def make_foreign(skin: Skin) -> Site:
    """Plain pages of the skin, and at the addresses of other articles pages that are none; their names tell which."""
    base = render_base(skin)
    plain = make_site(base)
    site = Site(plain.pages, {}, {}, plain.words)
    news = Newsroom(random.Random(skin.name))
    with known_skins([skin]):
        pages = list(list_pages(base.twin, f"strangers {skin.name}"))
    for at, (name, body) in enumerate(pages):
        number = FIRST_NUMBER + at
        address = f"{BASE}/{SECTIONS[0]}/2024-06-{1 + at % 19:02}/{number}.html"
        site.pages.append(SitePage(address, body, FIRST_VISIT + timedelta(days=at % 4, hours=2)))
        site.words[address] = (f"{news.headline('ice')}, told by those who made it", news.summary("ice"))
        site.names[address] = name
    site.pages.sort(key=lambda page: page.fetched_at)
    return site


def list_foreign() -> Iterator[Case]:
    """A site for each of the twin's skins and each of real manner."""
    for skin in (*SKINS.values(), *MANNER_SKINS):
        yield Case(skin.name, f"strangers in {skin.name}", partial(make_foreign, skin))
