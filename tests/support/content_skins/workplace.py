"""In the manner of a company's intranet that was opened to the public: web parts, a ribbon, properties of a page."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

_WRAPPER = "ctl00_PlaceHolderMain_ctl02__ControlWrapper_RichHtmlField"


class Workplace(ContentSkin):
    """The properties stand in a web part of the left column, before the title; arrows without words turn the pages."""

    name = "workplace"
    addresses = "root"
    title_pattern = "{title} - {site}"
    figures = True
    times = True
    filler = '<p class="ms-rteElement-P">{}</p>\n'
    text_lines = '<p class="ms-rteElement-P"><span class="ms-rteFontSize-2">{}</span></p>\n'
    line_break = "<br/>"
    subhead = '<h3 class="ms-rteElement-H3">{}</h3>\n'
    items = '<ul class="ms-rteList">{}</ul>\n'

    def web_part(self, around: Surroundings, title: str, inside: str) -> str:
        """A web part with its chrome."""
        zone = f"WebPartWPQ{self.number(around, 2, 99, title)}"
        return (
            f'<div class="ms-webpartzone-cell"><div class="ms-webpart-chrome"><div class="ms-webpart-chrome-title">'
            f'<h2 class="ms-webpart-titleText"><nobr><span>{title}</span></nobr></h2></div>'
            f'<div webpartid="{zone}" id="{zone}" class="ms-WPBody">{inside}</div></div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Ribbon, title row, quick launch, content, web parts below it."""
        menu = "".join(f'<li class="static"><span>{link}</span></li>' for link in self.menu_links(around))
        box = "".join(
            f'<li class="dfwp-item"><div class="item"><div class="image-area-left"><img src="{item.thumb}" alt="">'
            f'</div><div class="link-item">{self.title_link(around, item)}<div class="description">'
            f"{self.text(item.teaser)}</div></div></div></li>\n"
            for item in around.box
        )
        rolled = self.web_part(around, "Announcements", f'<ul class="dfwp-column dfwp-list">{box}</ul>')
        popular = self.web_part(around, "Popular items", f'<ul class="cbs-List">{self.most_read(around, 4)}</ul>')
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns:o="urn:schemas-microsoft-com:office:office" lang="en-us" dir="ltr">
<head><meta name="GENERATOR" content="A workplace" /><meta http-equiv="Content-type" \
content="text/html; charset={around.charset}" />
<title>
	{title}
</title>
<script type="text/javascript">var _spPageContextInfo = {{webServerRelativeUrl: "/"}};</script>
</head>
<body scroll="no" class="v4master">
<form name="aspnetForm" method="post" action="/_layouts/submit.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUBMA9k{self.number(around, 100000, 999999)}" />
<div id="s4-ribbonrow"><a href="javascript:;" onclick="MoveToMain()">Skip to main content</a><ul class="ms-cui-tts">
<li>Browse</li><li>Page</li></ul><div class="s4-trc-container"><a id="zz1_Menu">Sign In</a></div></div>
<div id="s4-workspace"><div id="s4-bodyContainer">
<div id="s4-topheader2"><div class="ms-siteicon">{self.icon("siteIcon", "River Works")}</div>
<div class="s4-sr"><input class="ms-sbplain" title="Search..." value="Search this site..." /></div></div>
<div id="s4-leftpanel" class="s4-notdlg"><div class="menu vertical menu-vertical"><ul class="root static">{menu}</ul>\
</div></div>
<div class="s4-ca" id="MSO_ContentTable">
{content}
</div>
<div class="ms-webpartzone-bottom">{rolled}{popular}</div>
</div></div></form>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail; properties in the left column; title, text, likes and notes in the right one."""
        around = view.around
        known = [("Content type", "Article page"), (view.updated, self.day(view))]
        known += [
            (head, words) for head, words in (("Author", self.author(view)), ("Source", self.source(view))) if words
        ]
        known += [
            ("Category", "; ".join(self.tags(view))),
            ("Views", f"{self.number(view, 40, 9000, 'views'):,}"),
            ("Contact", self.editor(view)),
        ]
        rows = "".join(
            f'<tr><td nowrap="true" valign="top" class="ms-formlabel"><h3 class="ms-standardheader"><nobr>{head}</nobr>'
            f'</h3></td><td valign="top" class="ms-formbody">{words}</td></tr>\n'
            for head, words in known
        )
        properties = self.web_part(around, "About this page", f'<table class="ms-formtable">{rows}</table>')
        links = self.links(view, '<li class="ms-link"><a href="{}">{}</a></li>')
        properties += self.web_part(around, "Related pages", f'<ul class="ms-links">{links}</ul>')
        notes = "".join(
            f'<div class="ms-socialCommentItem"><div class="socialcomment-username"><a href="/person.aspx">{name}</a>'
            f'</div><div class="socialcomment-contents">{words}</div></div>\n'
            for name, words in self.remarks(view)
        )
        pages = self.page_numbers(
            view, '<td class="ms-vb"><a href="{}">{}</a></td>', '<td class="ms-vb"><b>{}</b></td>'
        )
        return f"""{self.trail(view, '<div class="s4-titletext"><span id="SiteMapPath">{}</span></div>')}
<table class="ms-pagelayout" width="100%"><tr><td class="ms-leftzone" valign="top" width="220">
{properties}</td>
<td class="ms-mainzone" valign="top">
{self.title(view, '<h1 class="ms-pagetitle">{}</h1>')}
<div class="ms-pagetools"><a href="javascript:LikePage()">Like</a> <span>{self.number(view, 0, 90, "likes")}</span> \
<a href="javascript:TagPage()">Tags &amp; Notes</a> <a href="mailto:?subject=page">E-mail a link</a></div>
<div id="{_WRAPPER}" class="ms-rtestate-field" style="display:inline"><div aria-labelledby="label">
{self.body(view)}</div></div>
{self._arrows(view, pages)}
<div class="ms-noteboard"><h3>Note board</h3>{notes}</div>
</td></tr></table>"""

    def _arrows(self, view: ArticlePage | ListPage, cells: list[str]) -> str:
        """A table with pictures of arrows on both sides of the cells; empty where one page holds all."""
        at, count = self.place(view)
        if count == 1:
            return ""
        form = '<td><a href="{{}}"><img src="/_layouts/images/{}.gif" border="0" alt="{}"></a></td>'
        back = self.page_link(view, at - 1, form.format("prev", "Previous"))
        forth = self.page_link(view, at + 1, form.format("next", "Next"))
        where = f'<td class="ms-paging">Page {at} of {count}</td>'
        return f'<table class="ms-bottompaging"><tr>{back}{where}{"".join(cells)}{forth}</tr></table>\n'

    def inset(self, view: ArticlePage) -> str:
        """A callout with one other page."""
        return self.links(
            view, '<div class="ms-rteElement-Callout3"><strong>See also</strong> <a href="{}">{}</a></div>\n', 1
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """The picture, with its words as an element of the text editor's style for captions."""
        image = self.image(around, picture, ' class="ms-rtePosition-4 ms-rteImage-1" style="margin:5px"')
        shown = f'<div class="ms-rteThemeBackColor-1-0">{image}</div>' if image else ""
        words = "".join(f'<div class="ms-rteElement-Caption"><em>{one}</em></div>'
                        for one in self.picture_words(picture))  # fmt: skip
        return f'<div class="ms-rte-layoutszone-inner">{shown}{words}</div>\n'

    def listing(self, view: ListPage) -> str:
        """A query's results: title, summary, then day, kind and size in one line."""
        made = "".join(
            f'<li class="dfwp-item"><div class="item link-item bullet">{self.title_link(view.around, line)}'
            f'<div class="description">{self.text(line.summary or "")}</div><div class="ms-metadata">'
            + (f"<span>Modified: {line.date}</span> - " if line.date else "")
            + f"<span>Article page</span> - <span>{self.line_number(line, 12, 96)} KB</span></div></div></li>\n"
            for line in view.lines
        )
        first, last = self.item_numbers(view)
        cells = [f'<td class="ms-vb">{first} - {last}</td>']
        cells += [f'<td class="ms-vb">Total items: <b>{view.pager.total}</b></td>'] if view.pager.total else []
        return (
            f'<div class="s4-titletext"><h1>{self.text(view.around.label)}</h1></div>\n'
            f'<div class="cbq-layout-main"><ul class="dfwp-column dfwp-list">{made}</ul></div>'
            f"{self._arrows(view, cells)}"
        )
