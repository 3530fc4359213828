"""In the manner of a city government's news pages: content elements with numbers, a line of facts with bars."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

OFFICES = ("Mayor's office", "Roads and bridges", "Schools and sport", "Culture", "Public order")


class TownHall(ContentSkin):
    """Office, day, source, author and tools stand in one line, bars between; other news is teased at the text's end."""

    name = "townhall"
    addresses = "relative"
    title_pattern = "{title} - {site}"
    figures = True
    filler = '<p class="bodytext">{}</p>\n'
    text_lines = '<p class="bodytext">{}</p>\n'
    line_break = "<br />"
    subhead = '<h3 class="ce-headline-left">{}</h3>\n'
    items = '<ul class="list-normal">{}</ul>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Jump links, header with languages, navigation, content, services, opening hours."""
        menu = "".join(f'<li class="nav-main__item">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="frame frame-default frame-type-teaser"><header><h2 class="teaser-h">'
            f'{self.title_link(around, item)}</h2></header><div class="ce-bodytext">{self.text(item.teaser)}</div>'
            "</div>\n"
            for item in around.box
        )
        uid = self.number(around, 100, 999, "uid")
        return f"""<!DOCTYPE html>
<html dir="ltr" lang="en-GB">
<head>
<meta charset="{around.charset}">
<!--
	This website is kept by the office for information technology of the city.
-->
<title>{title}</title>
<link rel="stylesheet" href="/typo3temp/assets/compressed/merged-{uid}.css" media="all">
</head>
<body id="p{uid}" class="page-{uid} pagelevel-3 language-1 layout-default">
<a class="visually-hidden-focusable" href="#page-content">Skip to main content</a>
<header class="page-header"><div class="meta-nav"><a href="/easy/">Easy to read</a> <a href="/signs/">Sign language</a>
<span>Office line 115</span></div><a class="page-logo" href="/">{self.icon("arms", "Arms of the city")}</a>
<nav class="nav-main"><ul>{menu}</ul></nav></header>
<main id="page-content" class="bp-page-content main-section">
<!--TYPO3SEARCH_begin-->
{content}
<!--TYPO3SEARCH_end-->
</main>
<div class="section-services"><div class="frame frame-type-menu"><h2>Often sought</h2><ul class="ce-menu">\
{self.most_read(around)}</ul></div>
<div class="frame frame-type-text"><h2>Citizens' hall</h2><table class="ce-table"><tr><td>Monday to Friday</td><td>8 \
to 16</td></tr><tr><td>Number now called</td><td>{self.number(around, 12, 240, "queue")}</td></tr></table></div></div>
<div class="section-focus">{box}</div>
<footer class="page-footer"><ul><li><a href="/imprint/">Imprint</a></li><li><a href="/access/">Accessibility</a></li>\
</ul></footer>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, tools, title, line of facts, text with other news, contact, remarks of citizens."""
        info = [OFFICES[self.number(view, 0, 4, "office")], f"{view.updated}: {self.day(view)}", *self.labelled(view)]
        info += [f"Views: {self.number(view, 12, 2400, 'views')}", '<a href="javascript:print()">Print</a>']
        facts = ' <span class="divider">|</span> '.join(f'<span class="fact">{one}</span>' for one in info)
        remarks = "".join(
            f'<li class="remark"><div class="remark-name">{name} writes</div><div class="remark-text">{words}</div>'
            "</li>\n"
            for name, words in self.remarks(view)
        )
        also = self.teasers(
            view,
            '<div class="news-related-item"><div class="news-related-title"><a href="{0}">{1}</a></div>'
            '<div class="news-related-teaser">{2} <a class="more" href="{0}">More</a></div></div>\n',
        )
        uid = view.story.number
        return f"""{self.trail(view, '<nav class="breadcrumb-section"><div class="breadcrumb">{}</div></nav>')}
<div id="c{uid}" class="frame frame-layout-0 frame-type-news_newsdetail">
<div class="readspeaker rs_skip"><a class="rs_href" href="#listen">Listen</a> <button>Contrast</button></div>
<div class="news news-single"><div class="article">
<div class="news-head">
{self.title(view, '<div class="header"><h1>{}</h1></div>')}
<div class="news-facts">{facts}</div>
</div>
<div class="news-text-wrap">
{self.body(view)}<div class="news-related-wrap"><h4>More from the town hall</h4>
{also}</div>
</div>
{self.pages(view, '<div class="f3-widget-paginator">{}</div>')}
<div class="news-contact"><h4>Contact for the press</h4>
<address>Town hall, room {self.number(view, 101, 340, "room")}, \
telephone extension {self.number(view, 1000, 9999, "phone")}</address></div>
</div></div></div>
<div class="frame frame-type-form"><h4>What citizens say</h4><ul class="remark-list">{remarks}</ul>
<p class="form-note">Was this page of use to you? <button>Yes</button> <button>No</button></p></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A coloured box with one piece of other news."""
        return self.teasers(
            view,
            '<aside class="panel panel-info"><div class="panel-heading">In focus</div><div class="panel-body">'
            '<strong><a href="{0}">{1}</a></strong><br />{2}</div></aside>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A gallery of one: row, column, a figure that a click enlarges."""
        image = ""
        if picture.src:
            shown = self.image(around, picture, ' title="" class="image-embed-item" height="400"')
            image = f'<a class="lightbox" rel="lightbox[{self.number(around, 1, 900, "box")}]">{shown}</a>'
        words = "".join(f'<div class="image-caption">{one}</div>' for one in self.picture_words(picture))
        return (
            '<div class="ce-gallery ce-center ce-above" data-ce-columns="1"><div class="ce-row"><div class="ce-column">'
            f'<figure class="image">{image}{words}</figure></div></div></div>\n'
        )

    def listing(self, view: ListPage) -> str:
        """The day with the office above the title, the summary with a link to the whole behind it."""
        around = view.around
        made = "".join(
            '<div class="article articletype-0"><div class="news-list-kicker">'
            + (f'<span class="news-list-date">{line.date}</span> | ' if line.date else "")
            + f'<span class="news-list-category">{self.line_word(line, OFFICES)}</span></div>'
            f'<div class="header"><h3>{self.title_link(around, line)}</h3></div>'
            f'<div class="teaser-text"><div>{self.text(line.summary or "")}</div>'
            f'<a class="more" href="{self.href(around, line.address)}">Read on</a></div></div>\n'
            for line in view.lines
        )
        pager = self.list_pager(view, "li")
        return (
            f'<div class="frame frame-type-news_pi1"><h1>{self.text(around.label)}</h1>\n'
            f'<p class="hint">News of the city as <a href="/feed.xml">feed</a></p>\n<div class="news"><div '
            f'class="news-list-view">{made}</div>'
            + (f'<ul class="f3-widget-paginator">{pager}</ul>' if pager else "")
            + "</div></div>"
        )
