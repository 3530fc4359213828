"""In the manner of the default theme of a Chinese publishing system: tables, one long line of information, a digg."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Imperial(ContentSkin):
    """Day, By line, views, sizes of type and an editor that never changes, with no-break blanks between."""

    name = "imperial"
    addresses = "absolute"
    title_pattern = "{title}-{site}"
    figures = True
    times = True
    line_break = "<br />\n"
    subhead = "<p><strong>{}</strong></p>\n"
    items_as = "subhead"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Top, menu of tabs, position, two columns, features, foot."""
        menu = "".join(f'<li class="tab_off">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<li><a href="{self.href(around, item.path)}" class="pic"><img src="{item.thumb}" /></a><strong>'
            f"{self.title_link(around, item)}</strong><em>{self.text(item.teaser)}</em></li>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<link href="/skin/default/css/style.css" rel="stylesheet" type="text/css" />
<script type="text/javascript" src="/skin/default/js/tabs.js"></script></head>
<body class="showpage">
<table width="100%" class="top"><tr><td class="top_logo">{self.icon("logo", "Lamp Street")}</td><td>Today's weather: \
{self.number(around, -28, 31, "weather")}</td></tr></table>
<table width="920" align="center" class="menu"><tr><td><ul class="tabbar" id="tabnav">{menu}</ul></td></tr></table>
<table width="920" align="center" class="box"><tr valign="top"><td class="list_content">
{content}
</td><td class="sider"><table width="100%" class="title margin_top"><tr><td><strong>Hot pages</strong></td></tr></table>
<table width="100%" class="rank"><tr><td><ul>{self.most_read(around, 6)}</ul></td></tr></table></td></tr></table>
<table width="920" align="center" class="photo"><tr><td><ul class="box_pic">{box}</ul></td></tr></table>
<table width="100%" class="footer"><tr><td align="center">Powered by <strong>an empire</strong> 7.0</td></tr></table>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Position, title, the line, text with related stories at its end, digg, neighbours, comments."""
        gap = "&nbsp;&nbsp;"
        info = [f"{view.updated} : {self.day(view)}", *([self.text(view.story.by)] if view.story.by else [])]
        info += [
            f'Views: <span id="n">{self.number(view, 12, 900, "hits")}</span>',
            "Font size: A A A",
            "Editor: Web desk",
        ]
        related = self.links(view, '<tr><td><a href="{}">{}</a></td></tr>')
        near = self.links(view, '<li>Previous: <a href="{}">{}</a></li>', 1)
        keys = " ".join(f'<a href="/e/tags/?tagname={tag}">{tag}</a>' for tag in self.tags(view))
        page = f"Page {view.page} of {view.story.page_count}{gap}" if view.story.page_count > 1 else ""
        return f"""<table width="100%" class="position">{self.trail(view, "<tr><td>{}</td></tr>")}</table>
<table width="100%" class="box"><tr><td><table width="100%">
{self.title(view, '<tr><td class="title_info"><h1>{}</h1></td></tr>')}
<tr><td align="center" class="info_text">{gap.join(info)}</td></tr></table>
<table width="100%"><tr><td id="text">
{self.body(view)}{self.pages(view, f'<p align="center" class="pageLink">{page}{{}}</p>')}
<table class="other" width="100%"><tr><td>Related</td></tr>{related}</table></td></tr></table>
<table align="center" class="digg"><tr><td class="diggtop"><strong id="diggnum">{self.number(view, 0, 60, "digg")}\
</strong>\
</td><td class="digg-it">Top it</td></tr></table>
<table width="100%"><tr><td class="info_text">Keywords: {keys}</td></tr></table>
<div class="info-next"><ul>{near}</ul></div>
<form id="saypl"><table width="100%"><tr><td><strong>Comment</strong> {self.number(view, 0, 70, "pl")} people spoke\
</td></tr>\
<tr><td><textarea></textarea></td></tr></table></form>
</td></tr></table>"""

    def inset(self, view: ArticlePage) -> str:
        """An advertisement that floats in the text."""
        number = self.number(view, 1, 9, "ad")
        return (
            '<div class="adbox" style="float:left"><a href="http://ads.example.com/e" target="_blank">'
            f'<img src="/d/file/ad/e{number}.gif" width="300" /></a></div>\n'
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Centred, the words in grey."""
        image = self.image(around, picture, ' border="0" onload="resize(this)"')
        shown = f'<p align="center">{image}</p>\n' if image else ""
        words = "".join(
            f'<p align="center"><font color="#808080">{one}</font></p>\n' for one in self.picture_words(picture)
        )
        return shown + words

    def listing(self, view: ListPage) -> str:
        """A table for each story: title and day, then the summary and two words to read on."""
        made = "".join(
            f'<table width="100%" class="line"><tr><td>{self.title_link(view.around, line)}</td><td class="time">'
            f'{line.date or ""}</td></tr><tr><td colspan="2" class="smalltext">{self.text(line.summary or "")} '
            f'<a href="{self.href(view.around, line.address)}">Read more</a></td></tr></table>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<table width="100%" class="position"><tr><td>{self.text(view.around.label)}</td></tr></table>\n'
            f'<div class="newslist">{made}</div>' + (f'<div class="list_page">{pager}</div>' if pager else "")
        )
