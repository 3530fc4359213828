"""In the manner of a page that a server renders for scripts to take over: hashed classes, nested divs, data in JSON."""

from __future__ import annotations

import json

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import BLANK, ContentSkin


class Hydrated(ContentSkin):
    """Day, By line and more are spans without a blank between; comments divide words that were put together."""

    name = "hydrated"
    addresses = "root"
    title_pattern = "{title} | {site}"
    figures = True
    times = True
    filler = '<p class="css-1g7m0tk e1jsehar0">{}</p>\n'
    text_lines = '<p class="css-1g7m0tk e1jsehar0">{}</p>\n'
    subhead = '<h2 class="css-6h9pv2 e1jsehar2"><span>{}</span></h2>\n'
    items = '<ul class="css-1xqo3vk">{}</ul>\n'

    def head(self, view: ArticlePage) -> str:
        """Data of the article for machines."""
        story = view.story
        known = {"@type": "NewsArticle", "headline": story.title, "dateModified": story.day}
        return f'<script type="application/ld+json">{self._json(known)}</script>\n'

    def _json(self, data: object) -> str:
        return json.dumps(data).replace("<", "\\u003c")

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """The root of the scripts, with everything in it; their data behind it."""
        menu = "".join(f'<li class="css-cwdrld">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="css-17ai7jg"><div class="css-1ez5fsm"><a class="css-nrgpy3" '
            f'href="{self.href(around, item.path)}">'
            f'<div class="css-xdandi">{self.text(item.title)}</div></a><div '
            f'class="css-y7n4qm">{self.text(item.teaser)}</div>'
            "</div></div>\n"
            for item in around.box
        )
        seen = [{"href": one.path, "title": one.title} for one in around.most_read[:4]]
        data = {
            "props": {"pageProps": {"mostRead": seen, "edition": self.number(around, 1, 999)}},
            "page": "/[...slug]",
        }
        return f"""<!DOCTYPE html><html lang="en"><head><meta charSet="{around.charset}"/><title>{title}</title>\
<meta name="viewport" content="width=device-width"/><link rel="preload" href="/_next/static/chunks/main-3b1a.js" \
as="script"/><style data-emotion="css">.css-0{{margin:0}}</style></head><body><div id="__next"><div class="css-1yu2xqt">
<div class="css-1d8a290"><header class="css-1x4sjj"><a class="css-kaimqn" href="/" aria-label="Front">The Meltwater</a>
<nav class="css-e4b5yc"><ul class="css-1gprdgz">{menu}</ul></nav><button class="css-tkwi90" type="button">Subscribe\
</button>
</header></div>
<main id="site-content" class="css-1tzkdvj"><div class="css-53u6y8">
{content}
</div></main>
<div class="css-1n7hynb"><section class="css-vpqxau">{box}</section></div>
<footer class="css-1e1s8k7"><ul class="css-10t7hia"><li>Contact</li><li>Careers</li><li>Terms of sale</li></ul></footer>
<div class="css-gdprdock" role="dialog"><div class="css-1bymuyk">We and our {self.number(around, 31, 190, "partners")} \
partners store crumbs on your device.</div><button class="css-8i2v90">Accept all</button></div>
</div></div><script id="__NEXT_DATA__" type="application/json">{self._json(data)}</script></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Label, title, spans, tools, the body in its wrappers, terms, a letter."""
        split = "<!-- -->"
        spans = [f"{view.updated}: {split}{self.day(view)}"]
        spans += [f"{split}{self.text(view.story.by)}"] if view.story.by else []
        spans += [f"Read in {split}{self.number(view, 2, 9, 'm')}{split} minutes", f"Share{split} full article"]
        info = "".join(f'<span class="css-1sbuyqj{n}">{span}</span>' for n, span in enumerate(spans))
        topics = "".join(f'<a class="css-1ncxr4k" href="/topic/{tag}">{tag}</a>' for tag in self.tags(view))
        return f"""{self.trail(view, '<div class="css-9dqjnk"><div class="css-1w5cs23">{}</div></div>')}
<article id="story" class="css-1vxca1d e1qksbhf0"><div class="css-1u5onbp"><header class="css-1iplq0w">
{self.title(view, '<h1 class="css-1vkm6nb ehdk2mb0">{}</h1>')}
<div class="css-1e2jphy"><div class="css-233int"><div class="css-vp77d3">{info}</div></div></div></header></div>
<section class="meteredContent css-1r7ky0e"><div class="css-s99gbd"><div class="css-53u6y9">
{self.body(view)}</div></div>
<div class="css-13brihr"><aside class="css-1ot1mhq">{self._more(view)}</aside></div></section>
{self.pages(view, '<div class="css-1pagr20">{}</div>')}
<div class="css-1topics">{topics}</div>
<div class="css-nletter"><h3 class="css-qbkwz3">Sign up for First Thaw</h3><div class="css-ra1p3u">One letter on \
Sundays, \
read by {self.number(view, 300, 900, "readers")} people.</div><input class="css-1bbeoi6" type="email"/></div>
</article>"""

    def _more(self, view: ArticlePage) -> str:
        cards = self.links(view, '<a class="css-1msnhi" href="{}"><div class="css-zj3wbd">{}</div></a>', 2)
        return f'<h2 class="css-lnj6h2">More in this section</h2>{cards}'

    def inset(self, view: ArticlePage) -> str:
        """A card of another story within the wrappers of the text."""
        card = self.links(view, '<a class="css-1l4w6pd" href="{}"><div class="css-zj3wbd">{}</div></a>', 1)
        return f'<div class="css-callout"><div class="css-lnj6h3">Editors&#x27; pick</div>{card}</div>\n'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A figure: sources, a blank, a copy without scripts, the words in spans."""
        image = ""
        if picture.src:
            source = f'<source media="(min-width: 600px)" srcSet="{self.address(around, picture)}"/>'
            blank = self.waiting(around, picture, BLANK, "data-src", ' class="css-rq4mmj" decoding="async"')
            image = (
                f'<div class="css-1xb4f9s"><picture>{source}{blank}</picture>{self.unscripted(around, picture)}</div>'
            )
        name = self.picture_name(picture)
        name = f'<div class="css-flnm8d">{name}</div>' if name else ""
        line = f'<span class="css-jevhma e13ogyst0">{self.text(picture.line)}</span>' if picture.line else ""
        line = f'<figcaption class="css-1baulvz">{line}</figcaption>' if line else ""
        return f'<figure class="css-1uu3i2p">{image}{name}{line}</figure>\n'

    def listing(self, view: ListPage) -> str:
        """Items whose day stands apart; title, summary and a person within nested divs."""
        desks = ("the city desk", "the night desk", "the river desk")
        made = "".join(
            f'<li class="css-ye6x8s"><div class="css-1cp3ece"><div class="css-10wtrbd"><div class="css-1lppelv">'
            f'{line.date or ""}</div><div class="css-1l4spti"><h2 '
            f'class="css-1j88qqx">{self.title_link(view.around, line)}'
            f'</h2><p class="css-1echdzn">{self.text(line.summary or "")}</p><div class="css-1nqbnmb">From <!-- -->'
            f'{self.line_word(line, desks)}</div></div><img class="css-11cwn6f" src="{line.thumb}" alt=""/></div>'
            f"</div></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view, "span")
        return (
            f'<section id="collection" class="css-15cbhtu"><h1 class="css-14rhl1">{self.text(view.around.label)}</h1>'
            f'<ol class="css-13mho3u">{made}</ol>'
            + (f'<div class="css-1pagr20">{pager}</div>' if pager else "")
            + "</section>"
        )
