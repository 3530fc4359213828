"""In the manner of a blog's pages for telephones: elements of their own for pictures, menus, shares and consent."""

from __future__ import annotations

import html

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Accelerated(ContentSkin):
    """No `img` at all; the By line stands above the day, each on a bare line."""

    name = "accelerated"
    addresses = "absolute"
    title_pattern = "{title} | {site}"
    figures = True
    subhead = "<h2>{}</h2>\n"
    filler = "<p>{}</p>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Boilerplate, menu, header, content, footer, consent."""
        menu = "".join(f'<li class="amp-menu-item">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="amp-rp"><a href="{self.href(around, item.path)}"><amp-img src="{item.thumb}" width="90" '
            f'height="60">'
            f'</amp-img></a><div class="amp-rp-t">{self.title_link(around, item)}</div>'
            f'<p class="amp-rp-e">{self.text(item.teaser)}</p></div>\n'
            for item in around.box
        )
        return f"""<!doctype html>
<html amp lang="en">
<head><meta charset="{around.charset}">
<meta name="viewport" content="width=device-width,minimum-scale=1,initial-scale=1">
<title>{title}</title>
<script async src="https://cdn.example.com/v0.js"></script>
<style amp-boilerplate>body{{visibility:hidden}}</style><noscript><style amp-boilerplate>body{{}}</style></noscript>
</head>
<body class="single-post amp-single">
<amp-sidebar id="sidebar" layout="nodisplay" side="right"><ul class="amp-menu">{menu}</ul></amp-sidebar>
<header id="top" class="amp-wp-header"><div><a href="{self.href(around, "/")}">Light Rail Daily</a></div></header>
<amp-auto-ads type="adsense"></amp-auto-ads>
{content}
<section class="amp-related-posts"><h3>Next on the line</h3>{box}</section>
<footer class="amp-wp-footer"><div><h2>Light Rail Daily</h2><p><a href="#top" class="back-to-top">Back to top</a></p>
<a href="{self.href(around, around.path)}?nonamp=1">View the full version</a></div></footer>
<amp-consent id="consent" layout="nodisplay"><div id="consent-ui">This page counts its readers. <button \
on="tap:consent.accept">Fine</button></div></amp-consent>
<amp-analytics><script type="application/json">{{"vars":{{"n":{self.number(around, 1, 900, "a")}}}}}</script>\
</amp-analytics>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Header with two lines, content, terms, shares, where to write."""
        by = (
            '<div class="amp-wp-meta amp-wp-byline"><amp-img src="/skin/accelerated/face.png" width="24" height="24">'
            "</amp-img>"
            '<span class="amp-wp-author">{}</span></div>'
        )
        terms = ", ".join(f'<a href="/tag/{tag.lower()}/amp/">{tag}</a>' for tag in self.tags(view))
        shares = "".join(
            f'<amp-social-share type="{kind}" width="50" height="28"></amp-social-share>'
            for kind in ("email", "twitter", "system")
        )
        return f"""<article class="amp-wp-article">
{self.trail(view, '<div class="amp-wp-breadcrumb">{}</div>')}
<header class="amp-wp-article-header">
{self.title(view, '<h1 class="amp-wp-title">{}</h1>')}
{self.by_line(view, by)}
<div class="amp-wp-meta amp-wp-posted-on"><time>{view.updated} : {self.day(view)}</time></div>
</header>
<div class="amp-wp-article-content">
{self.body(view)}{self.pages(view, '<div class="amp-wp-pages">{}</div>')}
<amp-list width="auto" height="100" layout="fixed-height" src="/also.json"><template type="amp-mustache">{{{{title}}}}\
</template></amp-list>
</div>
<footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-category">Categories: <a \
href="/city/amp/">City</a>\
</div><div class="amp-wp-meta amp-wp-tax-tag">Tags: {terms}</div>
<div class="ampforwp-social-icons">{shares}<span>{self.number(view, 0, 400, "shares")} shares</span></div>
<div class="amp-wp-meta amp-wp-comments-link"><a href="{self.href(view.around, view.story.path)}#respond">Leave a \
Comment</a>\
</div></footer>
</article>"""

    def inset(self, view: ArticlePage) -> str:
        """An advertisement, and a card of another story."""
        card = self.links(view, '<div class="read-more-card"><span>READ ALSO</span> <a href="{}">{}</a></div>\n', 1)
        return f'<div class="amp-ad-wrapper"><amp-ad width="300" height="250" type="x"></amp-ad></div>\n{card}'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A box with an `amp-img` and its words."""
        image = ""
        if picture.src:
            image = (
                f'<amp-img src="{self.address(around, picture)}" alt="{html.escape(picture.alt_text)}" width="640" '
                'height="427" layout="responsive" class="amp-wp-enforced-sizes"></amp-img>'
            )
        words = "".join(f'<p class="wp-caption-text">{one}</p>' for one in self.picture_words(picture))
        return f'<div class="wp-caption aligncenter">{image}{words}</div>\n'

    def listing(self, view: ListPage) -> str:
        """Cards: picture, category, title, summary, the day."""
        kinds = ("Streets", "Stages", "Rinks", "Markets")
        made = "".join(
            f'<div class="fsp"><div class="fsp-img"><a href="{self.href(view.around, line.address)}"><amp-img '
            f'src="{line.thumb}" width="346" height="188" layout="responsive"></amp-img></a></div><div class="fsp-cnt">'
            f'<span class="loop-category">{self.line_word(line, kinds)}</span><h2 class="loop-title">'
            f"{self.title_link(view.around, line)}</h2><p class='loop-excerpt'>{self.text(line.summary or '')}</p>"
            f'<div class="loop-date">{line.date or ""}</div></div></div>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="archive-heading"><h1>{self.text(view.around.label)}</h1></div>\n<div '
            f'class="loop-wrapper">{made}'
            "</div>" + (f'<div class="loop-pagination">{pager}</div>' if pager else "")
        )
