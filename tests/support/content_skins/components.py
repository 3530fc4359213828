"""Every block is a component in a grid: facts are terms with definitions, pictures wait for no script."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Components(ContentSkin):
    """Every block is a component in a grid: facts are terms with definitions, pictures wait for no script."""

    name = "components"
    addresses = "root"
    title_pattern = "{title} | {site}"
    figures = True
    filler = '<div class="text aem-GridColumn"><div class="cmp-text"><p>{}</p></div></div>\n'
    text_lines = '<div class="text aem-GridColumn"><div class="cmp-text"><p>{}</p></div></div>\n'
    line_break = "<br>\n"
    subhead = (
        '<div class="title aem-GridColumn"><div class="cmp-title"><h3 class="cmp-title__text">{}</h3></div></div>\n'
    )
    items = '<div class="text aem-GridColumn"><div class="cmp-text"><ul>{}</ul></div></div>\n'

    def part_of_grid(self, kind: str, inside: str) -> str:
        """A component as a column of the grid."""
        return f'<div class="{kind} aem-GridColumn aem-GridColumn--default--12">{inside}</div>\n'

    def teaser_part(self, href: str, title: str, words: str) -> str:
        """Title, words and a call to act."""
        inside = (
            '<div class="cmp-teaser"><div class="cmp-teaser__content"><h2 class="cmp-teaser__title"><a '
            f'class="cmp-teaser__title-link" href="{href}">{title}</a></h2><div class="cmp-teaser__description">'
            f'<p>{words}</p></div><div class="cmp-teaser__action-container"><a class="cmp-teaser__action-link" '
            f'href="{href}">Discover more</a></div></div></div>'
        )
        return self.part_of_grid("teaser", inside)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Fragments of header and footer around the containers; a shelf of teasers; a notice of cookies."""
        menu = "".join(
            f'<li class="cmp-navigation__item cmp-navigation__item--level-0">{link}</li>'
            for link in self.menu_links(around)
        )
        box = "".join(
            self.teaser_part(self.href(around, item.path), self.text(item.title), self.text(item.teaser))
            for item in around.box
        )
        tabs = "".join(f'<li role="tab" class="cmp-tabs__tab">{words}</li>' for words in ("Most read", "For you"))
        return f"""<!DOCTYPE HTML>
<html lang="en">
<head>
<meta charset="{around.charset}"/>
<title>{title}</title>
<meta name="template" content="article-page"/>
<link rel="stylesheet" href="/etc.clientlibs/site/clientlib-base.lc-{self.number(around, 10**6, 10**7)}-lc.min.css"/>
</head>
<body class="page basicpage" id="page-{self.number(around, 10**6, 10**7, "page"):x}">
<div class="root container responsivegrid"><div class="cmp-container"><div class="aem-Grid aem-Grid--12">
<header class="experiencefragment"><div class="cmp-experiencefragment cmp-experiencefragment--header">
<div class="cmp-image cmp-image--logo"><a href="/">{self.icon("logo", "Northern Mutual")}</a></div>
<nav class="cmp-navigation"><ul class="cmp-navigation__group">{menu}</ul></nav>
<section class="cmp-search" role="search"><form class="cmp-search__form"><input class="cmp-search__input" \
placeholder="Search"/></form></section>
<ul class="cmp-languagenavigation"><li>English</li><li>Français</li></ul></div></header>
<main class="container responsivegrid main-par"><div class="cmp-container"><div class="aem-Grid aem-Grid--12">
{content}
</div></div></main>
<div class="tabs panelcontainer"><div class="cmp-tabs"><ol role="tablist">{tabs}</ol><div role="tabpanel" \
class="cmp-tabs__tabpanel"><ul>{self.most_read(around, 5)}</ul></div></div></div>
<div class="container shelf">{box}</div>
<footer class="experiencefragment"><div class="cmp-text"><p>Northern Mutual insures \
{self.number(around, 2, 9, "ships")} ships and every roof.</p><p>Legal notice · Accessibility</p></div></footer>
</div></div></div>
<div id="onetrust-banner-sdk" role="region"><p>We use cookies that are necessary, and some that are nice.</p>\
<button>Reject all</button><button>Accept all</button></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Crumbs as items, title, facts beside the text, body of components, a quote, shares, related teasers."""
        story, around = view.story, view.around
        crumbs = [("/", "Home")] * story.home_in_breadcrumb + [
            (around.manner.list_path(story.section_path, 1), story.label)
        ]
        trail = "".join(
            f'<li class="cmp-breadcrumb__item"><a href="{self.href(around, path)}"><span>{self.text(words)}</span></a>'
            "</li>\n"
            for path, words in crumbs
        )
        trail = f'<nav class="cmp-breadcrumb"><ol class="cmp-breadcrumb__list">\n{trail}</ol></nav>'
        facts = [("Reading time", f"{self.number(view, 2, 9, 'm')} minutes")]
        facts += [
            (head, words) for head, words in (("Source", self.source(view)), ("Author", self.author(view))) if words
        ]
        facts += [(view.updated, self.day(view)), ("Topics", ", ".join(self.tags(view)))]
        rows = "".join(f'<div class="fact"><dt>{head}</dt><dd>{words}</dd></div>\n' for head, words in facts)
        aside = f'<aside class="article-facts"><dl class="article-facts__list">\n{rows}</dl></aside>'
        turns = self.page_numbers(view, '<li><a href="{}">{}</a></li>', '<li class="is-active"><span>{}</span></li>')
        forth = self.page_link(view, view.page + 1, '<li><a href="{}" rel="next">Next</a></li>')
        where = f"<p>Page {view.page} of {story.page_count}</p>"
        pages = f'<div class="cmp-pages">{where}<ul>{"".join(turns)}{forth}</ul></div>'
        share = '<div class="cmp-sharing"><span>Share</span> <button>Mail</button> <button>Print</button></div>'
        related = "".join(self.teaser_part(href, words, self.teaser(words)) for href, words in self.related(view)[:2])
        helped = f"Did this help you? {self.number(view, 40, 99, 'p')}% of readers said yes."
        return "".join(
            (
                self.part_of_grid("breadcrumb", trail) if story.breadcrumb else "",
                self.title(
                    view, '<div class="title"><div class="cmp-title"><h1 class="cmp-title__text">{}</h1></div></div>\n'
                ),
                self.part_of_grid("articlefacts", aside),
                f'<div class="container article-par"><div class="cmp-container">\n{self.body(view)}</div></div>\n',
                self.part_of_grid("pages", pages) if story.page_count > 1 else "",
                self.part_of_grid("sharing", share),
                self.part_of_grid("feedback", f'<div class="cmp-feedback"><p>{helped}</p></div>'),
                f'<div class="container related"><h2>You may also like</h2>{related}</div>',
            )
        )

    def inset(self, view: ArticlePage) -> str:
        """A sentence of the text once more, large and in quotation marks."""
        for block in view.blocks:
            sentences = getattr(block, "text", "").split(". ")
            if len(sentences) > 2 and '"' not in sentences[1] and "“" not in sentences[1]:
                quote = f"<blockquote class=cmp-quote__text>“{self.text(' '.join(sentences[1].split()))}.”</blockquote>"
                return self.part_of_grid("quote", f'<div class="cmp-quote">{quote}</div>')
        return ""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A picture that only an element for browsers without scripts names; its words are a title below it."""
        image = ""
        if picture.src:
            shown = self.image(around, picture, ' class="cmp-image__image" itemprop="contentUrl"')
            image = f'<noscript data-cmp-hook-image="noscript">{shown}</noscript>'
        words = "".join(f'<span class="cmp-image__title">{one}</span><br>' for one in self.picture_words(picture))
        source = f' data-cmp-src="{self.address(around, picture)}"' if image else ""
        return self.part_of_grid(
            "image", f'<div data-cmp-is="image" data-cmp-lazy{source} class="cmp-image">{image}{words}</div>'
        )

    def listing(self, view: ListPage) -> str:
        """Items of a list with titles, days and descriptions; how many are shown; one button for more."""
        pager, around = view.pager, view.around
        made = "".join(
            f'<li class="cmp-list__item"><article><div><a class="cmp-list__item-link" '
            f'href="{self.href(around, line.address)}">'
            f'<span class="cmp-list__item-title">{self.text(line.title)}</span></a></div>'
            f'<div class="cmp-list__item-description">{self.text(line.summary or "")}</div>'
            + (f'<div><span class="cmp-list__item-date">{line.date}</span></div>' if line.date else "")
            + f'<div class="cmp-list__item-kind">{self.line_word(line, ("Story", "Interview", "Report"))}</div>'
            "</article></li>\n"
            for line in view.lines
        )
        first, last = self.item_numbers(view)
        shown = f"Showing {first}–{last} of {pager.total} results" if pager.total else f"Showing {first}–{last}"
        more = self.page_link(
            view, pager.page + 1, '<a class="cmp-button" rel="next" href="{}"><span>Load more</span></a>'
        )
        return (
            self.part_of_grid(
                "title", f'<div class="cmp-title"><h1 class="cmp-title__text">{self.text(around.label)}</h1></div>'
            )
            + self.part_of_grid("list", f'<ul class="cmp-list">{made}</ul>')
            + (self.part_of_grid("button", f"<p>{shown}</p>{more}") if pager.pages > 1 else "")
        )
