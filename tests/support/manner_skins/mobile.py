"""In the manner of pages for telephones: custom elements, a sidebar menu, cards between the text, social buttons."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings
from tests.support.twin.skins.skin import groups

from .tools import MannerSkin


class Mobile(MannerSkin):
    """An advertisement and a card of another story stand inside the text, behind its second part."""

    name = "mobile"
    addresses = "absolute"
    title_pattern = "{title}"
    figures = True
    subhead = "<h2>{}</h2>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Menu, content, recommended cards, footer, consent."""
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<a class="card" href="{self.href(around, item.path)}"><amp-img src="{item.thumb}" width="4" height="3">'
            f"</amp-img><h3>{self.text(item.title)}</h3><p>{self.text(item.teaser)}</p></a>\n"
            for item in around.box
        )
        return f"""<!doctype html>
<html amp lang="en"><head><meta charset="{around.charset}"><title>{title}</title>
<meta name="viewport" content="width=device-width,minimum-scale=1">
<script async src="https://cdn.example.com/v0.js"></script><style amp-custom>body{{margin:0}}</style></head>
<body>
<amp-sidebar id="menu" layout="nodisplay"><ul>{menu}</ul></amp-sidebar>
<header class="bar"><button on="tap:menu.toggle">☰</button><a href="{self.href(around, "/")}">The Pocket Harbin</a></header>
<main role="main">
{content}
</main>
<section class="cards"><h2>For your next stop</h2>{box}</section>
<footer><a href="{self.href(around, around.path)}?full">View the full site</a><p>Made for small screens in a snowy \
place</p></footer>
<amp-user-notification layout="nodisplay">We use storage on your phone. <button>Fine by me</button></amp-user-notification>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Header, social buttons, the text with cards in it, topics, the app."""
        story = view.story
        crumb = f'<nav class="crumb">{self.crumb(view)}</nav>\n' if story.breadcrumb else ""
        title = f"<h1>{self.text(story.title)}</h1>\n" if story.printed_title else ""
        by = f'<p class="by">{self.text(story.by)}</p>\n' if story.by else ""
        pager = f'<nav class="steps">{self.article_pager(view)}</nav>\n' if story.page_count > 1 else ""
        topics = "".join(f'<a class="chip" href="/t/{tag.lower()}">{tag}</a>' for tag in self.tags(view))
        return f"""<article>
{crumb}<header>{title}<p class="day">{view.updated} : {self.text(story.day)}</p>
{by}<div class="social"><amp-social-share type="email"></amp-social-share><amp-social-share type="twitter">\
</amp-social-share> <span>{self.number(view, 2, 900)} shares</span></div></header>
{self.body(view)}{pager}
<div class="topics">{topics}</div>
<div class="app"><img src="/skin/mobile/app.png" alt="App"><p>Quicker in the app. It weighs less than a photo.</p>\
<a href="http://store.example.com/app">Get it</a></div>
</article>"""

    def body(self, view: ArticlePage) -> str:
        """Behind the second group stand the advertisement and a card."""
        found = list(groups(view.blocks))
        parts = [self.part(view.around, group) for group in found]
        if len(found) > 3 and found[1].kind == "text":
            parts.insert(2, self._cards(view))
        return "".join(parts)

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A figure."""
        return self.figure(picture, self.image(around, picture, ' layout="responsive"'))

    def _cards(self, view: ArticlePage) -> str:
        related = self.related(view)[:1]
        card = "".join(
            f'<div class="read-also">READ ALSO <a href="{href}">{words}</a></div>\n' for href, words in related
        )
        return (
            '<div class="ad"><span>Advertisement</span><amp-ad width="300" height="250"><a href="http://ads.example.com/'
            f'{self.number(view, 1, 9)}"><img src="/d/file/ad/m{self.number(view, 1, 9)}.jpg"></a></amp-ad></div>\n{card}'
        )

    def listing(self, view: ListPage) -> str:
        """Cards that are links as a whole, but for the summary."""
        around = view.around
        made = "".join(
            f'<div class="card"><a href="{self.href(around, line.address)}"><img src="{line.thumb}" alt=""></a>'
            f"<h2>{self.title_link(around, line)}</h2><p>{self.text(line.summary or '')}</p>"
            f"<span>{line.date or ''}</span></div>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return f"<h1>{self.text(around.label)}</h1><div>{made}</div>" + (f"<nav>{pager}</nav>" if pager else "")
