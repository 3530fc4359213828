"""In the manner of a community content system, its seventh version: every label and every value a div in divs."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Fields(ContentSkin):
    """The labels stand on lines above their values; responsive pictures have sources of their own."""

    name = "fields"
    addresses = "root"
    title_pattern = "{title} | {site}"
    figures = True
    line_break = "<br />\n"
    subhead = "<h3>{}</h3>\n"
    items = "<ol>{}</ol>\n"

    def field(self, name: str, inside: str, label: str = "") -> str:
        """A field with its wrappers."""
        head = f'<div class="field-label">{label}:&nbsp;</div>' if label else ""
        kind = "field-label-inline clearfix" if label else "field-label-hidden"
        return (
            f'<div class="field field-name-{name} {kind}">{head}<div class="field-items">'
            f'<div class="field-item even">{inside}</div></div></div>\n'
        )

    def block(self, name: str, title: str, inside: str) -> str:
        """A block of a region."""
        return (
            f'<div id="block-{name}" class="block block-block contextual-links-region"><h2>{title}</h2>'
            f'<div class="content">{inside}</div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, main menu, regions, footer."""
        menu = "".join(f'<li class="menu-{n}">{link}</li>' for n, link in enumerate(self.menu_links(around), 218))
        box = "".join(
            f'<div class="views-row views-row-{n}"><div class="views-field views-field-title"><span '
            f'class="field-content">'
            f'{self.title_link(around, item)}</span></div><div class="views-field views-field-body">'
            f'<div class="field-content">{self.text(item.teaser)}</div></div></div>\n'
            for n, item in enumerate(around.box, 1)
        )
        popular = f"<p>Today's:</p><ul>{self.most_read(around)}</ul>"
        online = f"<p>There are currently {self.number(around, 2, 90, 'online')} guests online.</p>"
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML+RDFa 1.0//EN" "http://www.w3.org/MarkUp/DTD/xhtml-rdfa-1.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" version="XHTML+RDFa 1.0" dir="ltr">
<head><meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
</head>
<body class="html not-front not-logged-in one-sidebar sidebar-first page-node node-type-article">
<div id="skip-link"><a href="#main-content" class="element-invisible element-focusable">Skip to main content</a></div>
<div id="page-wrapper"><div id="page"><div id="header"><div class="section clearfix"><div id="name-and-slogan">
<div id="site-name"><strong><a href="/" title="Home" rel="home"><span>Ice House Commons</span></a></strong></div></div>
</div></div>
<ul id="main-menu-links" class="links clearfix">{menu}</ul>
<div id="main-wrapper" class="clearfix"><div id="main" class="clearfix">
<div id="content" class="column"><div class="section"><a id="main-content"></a>
{content}
</div></div>
<div id="sidebar-first" class="column sidebar">{self.block("popular", "Popular content", popular)}\
{self.block("online", "Who's online", online)}</div></div></div>
<div id="triptych"><div class="view view-promoted"><div class="view-content">{box}</div></div></div>
<div id="footer-wrapper"><span>Powered by a drop of water</span></div></div></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, fields of the day, source and author, the body's field, stars, links, comments."""
        fields = self.field("field-updated", f'<span class="date-display-single">{self.day(view)}</span>', view.updated)
        fields += "".join(
            self.field(f"field-{label.lower()}", words, label)
            for label, words in (("Author", self.author(view)), ("Source", self.source(view)))
            if words
        )
        tags = "".join(f'<a href="/taxonomy/term/{len(tag)}">{tag}</a> ' for tag in self.tags(view))
        votes = self.number(view, 1, 60, "votes")
        stars = (
            f'<div class="fivestar-summary">Average: {self.number(view, 21, 49, "stars") / 10} ({votes} votes)</div>'
        )
        remarks = "".join(
            f'<div class="comment clearfix"><div class="attribution"><div class="submitted"><p '
            f'class="commenter-name">{name}'
            f"</p></div></div><div class=comment-text><h3><a href=#c{n}>No. {n}</a>"
            f"</h3>{self.field('comment-body', words)}"
            '<ul class="links inline"><li class="comment_forbidden first last"><a href="/user">Log in</a> to post '
            "comments"
            "</li></ul></div></div>\n"
            for n, (name, words) in enumerate(self.remarks(view), 1)
        )
        also = self.links(view, '<li><a href="{}">{}</a></li>', 2)
        return f"""{self.trail(view, '<h2 class="element-invisible">You are here</h2><div class="breadcrumb">{}</div>')}
{self.title(view, '<h1 class="title" id="page-title">{}</h1>')}
<div id="node-{view.story.number}" class="node node-article clearfix"><div class="content clearfix">
{fields}{self.field("body", self.body(view))}
{self.pages(view, '<div class="item-list"><div class="pager">{}</div></div>')}
{self.field("field-tags", tags, "Tags")}{self.field("field-see-also", f"<ul>{also}</ul>", "See also")}{stars}</div>
<div class="link-wrapper"><ul class="links inline"><li class="statistics_counter">\
<span>{self.number(view, 12, 4000, "r")} \
reads</span></li><li class="print_html"><a href="/print/{view.story.number}">Printer-friendly \
version</a></li></ul></div>
<div id="comments" class="comment-wrapper">{remarks}</div></div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A media element: sources, the picture, a quotation with its words."""
        image = ""
        if picture.src:
            source = f'<source srcset="{self.address(around, picture)}" media="(min-width: 48em)" />'
            image = f"<picture>{source}{self.image(around, picture)}</picture>"
        words = "".join(f"<p>{one}</p>" for one in self.picture_words(picture))
        words = f'<blockquote class="image-field-caption">{words}</blockquote>' if words else ""
        return (
            f'<div class="media media-element-container media-default"><div class="file">{image}{words}</div></div>\n'
        )

    def listing(self, view: ListPage) -> str:
        """Teasers of nodes: title, field of the day, summary, links."""
        made = "".join(
            f'<div class="node node-article node-teaser clearfix"><h2>{self.title_link(view.around, line)}</h2>'
            '<div class="content clearfix">'
            + (
                self.field("field-updated", f'<span class="date-display-single">{line.date}</span>')
                if line.date
                else ""
            )
            + self.field("body", f"<p>{self.text(line.summary or '')}</p>")
            + f'</div><ul class="links inline"><li class="node-readmore first">'
            f'<a href="{self.href(view.around, line.address)}"'
            f'>Read more<span class="element-invisible"> about {self.text(line.title)}</span></a></li>'
            f'<li class="comment-count">{self.line_number(line, 2, 30)} comments</li></ul></div>\n'
            for line in view.lines
        )
        pager = self.list_pager(view, "li")
        return f'<h1 class="title" id="page-title">{self.text(view.around.label)}</h1>\n{made}' + (
            f'<div class="item-list"><ul class="pager">{pager}</ul></div>' if pager else ""
        )
