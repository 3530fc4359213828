"""In the manner of a magazine that scripts put together: divs within divs, words beside pictures, a rail of shares."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

_OWN = "data-v-5f3c01aa"
RUBRICS = ("Walks", "Tables", "Stages", "Ice", "Makers")


class Layers(ContentSkin):
    """No paragraph at all, only divs; the facts stand between a rubric and a rail that sticks; a block has one line."""

    name = "layers"
    addresses = "root"
    title_pattern = "{title} | {site}"
    figures = True
    filler = f'<div {_OWN} class="rich"><div {_OWN} class="rich__cell">{{}}</div></div>\n'
    text_lines = f'<div {_OWN} class="rich"><div {_OWN} class="rich__cell">{{}}</div></div>\n'
    line_break = "<br>"
    subhead = f'<div {_OWN} class="rich rich--head"><div {_OWN} class="rich__cell">{{}}</div></div>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar, drawer, layers around the content, deck of features, footer, state."""
        menu = "".join(f'<div class="drawer__item" {_OWN}>{link}</div>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="deck__card"><div class="deck__pic"><img src="{item.thumb}" alt=""></div><div '
            f'class="deck__copy"><div class="deck__title">{self.title_link(around, item)}</div><div class="deck__text">'
            f"{self.text(item.teaser)}</div></div></div>\n"
            for item in around.box
        )
        return f"""<!doctype html>
<html data-n-head-ssr lang="en" data-n-head="%7B%22lang%22%7D">
<head><title>{title}</title><meta data-n-head="ssr" charset="{around.charset}">
<link rel="preload" href="/_nuxt/{self.number(around, 1000, 9999, "chunk")}.js" as="script"></head>
<body>
<div data-server-rendered="true" id="__nuxt"><!----><div id="__layout"><div class="app" {_OWN}>
<div class="bar" {_OWN}><div class="bar__in"><div class="bar__logo"><a href="/" class="nuxt-link-active">Floe</a></div>
<div class="bar__find"><input placeholder="What are you looking for?"></div></div></div>
<div class="drawer" {_OWN}>{menu}</div>
<div class="view" {_OWN}><div class="view__in"><div class="view__col">
{content}
</div></div></div>
<div class="deck" {_OWN}><div class="deck__in">{box}</div></div>
<div class="charts"><div class="charts__h">On everybody's lips</div><ul class="charts__list">{self.most_read(around)}\
</ul></div>
<div class="foot" {_OWN}><div class="foot__in"><div>Floe, a magazine of the north</div><div>Issue \
{self.number(around, 12, 96, "issue")}</div></div></div>
</div></div></div>
<script>window.__NUXT__={{layout:"default",serverRendered:!0}}</script>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, rubric, title, facts, rail, story with a card at its end, topics, talk."""
        by = self.by_line(view, f'<div class="facts__who" {_OWN}>{{}}</div>')
        facts = f"""{by}<div class="facts__when" {_OWN}><span>{view.updated} : {self.day(view)}</span>\
<span class="facts__eye"> · Views: {self.number(view, 90, 9000, "views")}</span>\
<span class="facts__ed"> · Editor: {self.editor(view)}</span></div>"""
        topics = "".join(f'<div class="pill"><a href="/topic/{tag}">{tag}</a></div>' for tag in self.tags(view))
        remarks = "".join(
            f'<div class="talk__one"><div class="talk__face">{name[0].upper()}</div><div class="talk__body">'
            f'<div class="talk__name">{name}</div><div class="talk__text">{words}</div><div class="talk__like">'
            f"{self.number(view, 0, 40, name)} likes</div></div></div>\n"
            for name, words in self.remarks(view)
        )
        ends = self.teasers(
            view,
            '<div class="onward__card"><div class="onward__title"><a href="{0}">{1}</a></div>'
            '<div class="onward__text">{2}</div></div>\n',
            3,
        )
        return f"""<div class="page page--story" {_OWN}><div class="page__in">
{self.trail(view, '<div class="trail"><div class="trail__in">{}</div></div>')}
<div class="cover"><div class="cover__in"><div class="cover__rubric">{RUBRICS[self.number(view, 0, 4, "rubric")]}</div>
{self.title(view, '<div class="cover__title" role="heading">{}</div>')}
<div class="facts" {_OWN}>{facts}</div></div></div>
<div class="grid"><div class="grid__rail"><div class="rail rail--sticky"><div class="rail__b">Share</div>\
<div class="rail__b">Copy link</div><div class="rail__n">{self.number(view, 0, 700, "shares")} shares</div></div></div>
<div class="grid__main"><div class="story" {_OWN}><!---->
{self.body(view)}<div class="onward" {_OWN}><div class="onward__h">Keep reading</div>
{ends}</div>
</div>
{self.pages(view, '<div class="leaf">{}</div>')}
<div class="pills">{topics}</div>
<div class="talk" {_OWN}><div class="talk__h">{self.number(view, 3, 50, "talk")} voices</div>
{remarks}<div class="talk__in">Write a comment</div></div>
</div></div>
</div></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A strip with another story's picture, title and sentence."""
        return self.teasers(
            view,
            f'<div class="strip" {_OWN}><div class="strip__pic"><img src="/_nuxt/img/strip.jpg" alt=""></div>'
            '<div class="strip__copy"><div class="strip__h">Also in Floe</div><div class="strip__title">'
            '<a href="{0}">{1}</a></div><div class="strip__text">{2}</div></div></div>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Two columns: the picture, waiting for its turn, and beside it the words."""
        image = self.waiting(around, picture, "/_nuxt/img/blank.svg", "data-src", ' class="lazyload"')
        shown = f'<div class="duo__pic"><div class="duo__ratio">{image}</div></div>' if image else ""
        words = "".join(f'<div class="duo__line">{one}</div>' for one in self.picture_words(picture))
        words = f'<div class="duo__side">{words}</div>' if words else ""
        return f'<div class="duo" {_OWN}><div class="duo__in">{shown}{words}</div></div>\n'

    def listing(self, view: ListPage) -> str:
        """Tiles: rubric and day above, title, summary, a button to read on."""
        around = view.around
        made = "".join(
            f'<div class="tile" {_OWN}><div class="tile__in"><div class="tile__pic"><img src="{line.thumb}" alt="">'
            f'</div><div class="tile__copy"><div class="tile__top"><span class="tile__rubric">'
            f"{self.line_word(line, RUBRICS)}</span>"
            + (f' <span class="tile__day">{line.date}</span>' if line.date else "")
            + f'</div><div class="tile__title">{self.title_link(around, line)}</div><div class="tile__text">'
            f'{self.text(line.summary or "")}</div><div class="tile__go"><a href="{self.href(around, line.address)}">'
            "Read on</a></div></div></div></div>\n"
            for line in view.lines
        )
        pager = self.list_pager(view, "span")
        return (
            f'<div class="page page--list" {_OWN}><div class="page__in"><div class="page__h">{self.text(around.label)}'
            f'</div>\n<div class="tiles">{made}</div>'
            + (f'<div class="leaf">{pager}</div>' if pager else "")
            + "</div></div>"
        )
