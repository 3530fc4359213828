"""In the manner of a content system in Python, as institutes ran it in 2006: portlets, faint lines, folders."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import SHORT_DAY, ContentSkin


class Plinth(ContentSkin):
    """What is known of a document stands below its text, in one faint line; captions are terms' descriptions."""

    name = "plinth"
    addresses = "relative"
    title_pattern = "{title} — {site}"
    figures = True
    times = True
    day_form = SHORT_DAY
    line_break = "<br />\n"
    subhead = '<h3 class="Subheading">{}</h3>\n'
    items = '<ul type="square">{}</ul>\n'

    def portlet(self, name: str, title: str, items: str, footer: str = "") -> str:
        """A portlet: header, items, footer with corners."""
        return (
            f'<dl class="portlet portlet{name}"><dt class="portletHeader"><span class="portletTopLeft"></span>{title}'
            f'<span class="portletTopRight"></span></dt>{items}<dd class="portletFooter">{footer}</dd></dl>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Site actions, sections, personal tools; three columns in a table; colophon."""
        menu = "".join(f'<li id="portaltab-{n}" class="plain">{link}</li>' for n, link in
                       enumerate(self.menu_links(around)))  # fmt: skip
        box = "".join(
            f'<dd class="portletItem {"even" if n % 2 else "odd"}">{self.title_link(around, item, " class=tile")}\n'
            f'<span class="portletItemDetails">{self.text(item.teaser)}</span></dd>\n'
            for n, item in enumerate(around.box)
        )
        asked = "".join(
            f'<dd class="portletItem"><a href="{self.href(around, one.path)}">{self.text(one.title)}</a></dd>'
            for one in around.most_read[:4]
        )
        here = f'<dd class="portletItem">{self.number(around, 2, 60, "seats")} of 60 seats are free</dd>'
        return f"""<?xml version="1.0" encoding="{around.charset}"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
<head>
<meta http-equiv="Content-Type" content="text/html;charset={around.charset}" />
<title>{title}</title>
<meta name="generator" content="A plinth" />
</head>
<body class="section-news template-document_view" dir="ltr">
<div id="visual-portal-wrapper">
<div id="portal-top"><div id="portal-header"><p class="hiddenStructure"><a accesskey="2" href="#documentContent">Skip \
to content.</a></p>
<ul id="portal-siteactions"><li>Small Text</li><li>Normal Text</li><li>Large Text</li></ul>
<div id="portal-searchbox"><form><input class="searchField" value="" /><input class="searchButton" type="submit" \
value="Search" /></form></div>
<h1 id="portal-logo"><a href="/" accesskey="1">Institute of Rivers</a></h1>
<h5 class="hiddenStructure">Sections</h5><ul id="portal-globalnav">{menu}</ul></div>
<ul id="portal-personaltools"><li><a href="/login_form">Log in</a></li><li><a href="/join_form">Join</a></li></ul></div>
<table id="portal-columns"><tbody><tr>
<td id="portal-column-one"><div class="visualPadding">{self.portlet("Asked", "Often asked for", asked)}\
{self.portlet("Room", "Reading room", here)}</div></td>
<td id="portal-column-content"><div id="content"><div class="documentContent" id="region-content">
<a name="documentContent"></a>
{content}
</div></div></td>
<td id="portal-column-two"><div class="visualPadding">\
{self.portlet("News", "News", box, '<a href="/news">More news…</a>')}</div></td>
</tr></tbody></table>
<div id="portal-footer"><p>The Institute of Rivers keeps these pages with free software.</p></div>
<div id="portal-colophon"><ul><li>Section 508</li><li>WCAG</li><li>Valid CSS</li></ul></div>
</div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, actions, text, pages, the faint line, related items, replies."""
        told = self.labelled(
            view, '<span class="documentAuthor">By {}</span>', '<span class="documentSource">Source: {}</span>'
        )
        told += [f'<span class="documentModified">{view.updated} <span>{self.day(view)}</span></span>']
        terms = ", ".join(f'<span class="category">{tag}</span>' for tag in self.tags(view))
        told += [f'<span class="documentCategory">filed under: {terms}</span>']
        related = self.links(view, '<li class="visualIconPadding contenttype-document"><a href="{}">{}</a></li>\n')
        replies = "".join(
            f'<div class="comment"><h3>No. {n}</h3><div class="documentByLine">Said by <strong>{name}</strong></div>'
            f'<div class="commentBody">{words}</div><form class="replyButton"><input type="submit" value="Reply" />'
            "</form></div>\n"
            for n, (name, words) in enumerate(self.remarks(view), 1)
        )
        turns = [
            self.page_link(view, view.page - 1, '<span class="previous"><a href="{}">« Previous page</a></span>'),
            self.page_link(view, view.page + 1, '<span class="next"><a href="{}">Next page »</a></span>'),
        ]
        bar = f'<div class="listingBar">{" ".join(turns)} Page {view.page} of {view.story.page_count}</div>'
        return f"""{self.trail(view, '<div id="portal-breadcrumbs"><span>You are here:</span> {}</div>')}
<div class="documentActions"><ul><li><a href="#send">{self.icon("mail_icon", "Send this")}</a></li><li>\
<a href="javascript:this.print()">{self.icon("print_icon", "Print this")}</a></li></ul></div>
{self.title(view, '<h1 class="documentFirstHeading">{}</h1>')}
<div class="plain" id="parent-fieldname-text">
{self.body(view)}</div>
{bar if view.story.page_count > 1 else ""}
<div class="documentByLine" id="document-byline">{" — ".join(told)}</div>
<div class="visualClear"></div>
<div class="relatedItems"><h5>Related content</h5><ul class="visualNoMarker">
{related}</ul></div>
<div class="discussion">{replies}<form><input class="standalone" type="submit" value="Add comment" /></form></div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A list of terms: the picture is a term, its words are what describes it."""
        image = self.image(around, picture, ' width="400" height="300"')
        term = f'<dt><a rel="lightbox" href="{self.address(around, picture)}">{image}</a></dt>' if image else ""
        words = "".join(f'<dd class="image-caption" style="width:400px">{one}</dd>'
                        for one in self.picture_words(picture))  # fmt: skip
        return f'<dl class="image-inline captioned">{term}{words}</dl>\n'

    def listing(self, view: ListPage) -> str:
        """A folder's listing: title and a faint line with the day in a term, the summary below it."""
        pager, around = view.pager, view.around
        made = "".join(
            f'<dt class="vevent"><span class="contenttype-news-item summary">{self.title_link(around, line)}</span>'
            f' <span class="documentByLine">News Item, {self.line_number(line, 2, 40)} kB'
            + (f" — last modified {self.line_day(line)}" if line.date else "")
            + f'</span></dt><dd><span class="description">{self.text(line.summary or "")}</span></dd>\n'
            for line in view.lines
        )
        size = around.manner.page_size
        turns = [
            self.page_link(
                view, pager.page - 1, f'<span class="previous"><a href="{{}}">« Previous {size} items</a></span>'
            ),
            self.page_link(view, pager.page + 1, f'<span class="next"><a href="{{}}">Next {size} items »</a></span>'),
            *self.page_numbers(view, '<a href="{}">{}</a>', "[<span>{}</span>]"),
        ]
        count = f"<p><strong>{pager.total}</strong> items in this folder.</p>\n" if pager.total else ""
        return (
            f'<h1 class="documentFirstHeading">{self.text(around.label)}</h1>\n{count}'
            f'<dl class="folderListing">{made}</dl>'
            + (f'<div class="listingBar">{" ".join(turns)}</div>' if pager.pages > 1 else "")
        )
