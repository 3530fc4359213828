"""In the manner of a newspaper's edition on screen: page numbers, a page picture with areas, lead, columns, a map."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin


class Epaper(MannerSkin):
    """Left the picture of the printed page and its stories, right the story."""

    name = "epaper"
    addresses = "relative"
    title_pattern = "{site}"
    filler = "<P>{}</P>\n"
    text_lines = "<P>&nbsp;&nbsp;{}</P>\n"
    subhead = "<P><B>{}</B></P>\n"
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Masthead, sheet, content, other sheets."""
        menu = "&nbsp;|&nbsp;".join(self.menu_links(around))
        stories = "".join(
            f'<li><a href="{self.href(around, one.path)}">{self.text(one.title)}</a></li>'
            for one in around.most_read[:4]
        )
        box = "".join(
            f'<div class="hl"><b>{self.title_link(around, item)}</b><br>{self.text(item.teaser)}</div>\n'
            for item in around.box
        )
        sheet = len(around.section_path) % 8 + 1
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><head><meta http-equiv="Content-Type" content="text/html; charset={around.charset}"><title>{title}</title></head>
<body>
<div id="mast"><img src="/skin/epaper/mast.gif" alt="THE HARBOUR SHEET"><div>Founded in the year of the great flood</div>
<div>{menu}</div></div>
<table id="layout"><tr><td id="ed_l" valign="top">
<table><tr><td>Sheet A{sheet:02}</td><td><a href="#prev">Previous sheet</a></td><td><a href="#next">Next sheet</a></td></tr></table>
<img src="/d/file/sheet/A{sheet:02}.jpg" usemap="#pagepicmap" width="300"><map name="pagepicmap"><area shape="rect" \
coords="1,1,90,90" href="#1"><area shape="rect" coords="1,91,90,180" href="#2"></map>
<p>On this sheet</p><ul>{stories}</ul>
<p><a href="/pdf/A{sheet:02}.pdf">{self.icon("pdf")} Sheet as PDF</a></p></td>
<td id="ed_r" valign="top">
{content}
</td></tr></table>
<div id="hls">{box}</div>
<div id="imprint">The Harbour Sheet appears on paper six days a week. Newsagents along the tram lines keep a copy for you.
</div></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Kicker, title, day, By, tools, text, the stories around it."""
        story = view.story
        crumb = f"<div>{self.crumb(view)}</div>\n" if story.breadcrumb else ""
        title = (
            f'<div class="headline"><strong>{self.text(story.title)}</strong></div>\n' if story.printed_title else ""
        )
        by = f'<div class="writer">{self.text(story.by)}</div>\n' if story.by else ""
        pager = f"<div>{self.article_pager(view)}</div>\n" if story.page_count > 1 else ""
        related = "".join(f'<div>› <a href="{href}">{words}</a></div>\n' for href, words in self.related(view)[:2])
        return f"""{crumb}<div class="kicker">Sheet A{self.number(view, 1, 16):02} / Column {self.number(view, 1, 5, "c")}</div>
{title}<div class="day">{view.updated} : {self.text(story.day)}</div>
{by}<div class="tools"><a href="javascript:zoomin()">{self.icon("plus")}</a> <a href="javascript:zoomout()">\
{self.icon("minus")}</a> <a href="javascript:speak()">{self.icon("ear")} Listen</a> \
<a href="mailto:?subject=sheet">{self.icon("mail")} Send</a></div>
<div id="ozoom"><founder-content>
{self.body(view)}</founder-content></div>
{pager}<div class="below"><div>Set by {self.editor(view)}, read {self.number(view, 1, 4000, "r")} times on screen</div>
<img src="/d/file/sheetcode/{story.number}.gif" alt=""><div>Point a telephone here to hear this sheet</div>
{related}</div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A table, in capitals of tags as all of the text."""
        cells = [self.image(around, picture), *self.picture_words(picture)]
        rows = "".join(f"<TR><TD>{cell}</TD></TR>" for cell in cells if cell)
        return f"<TABLE ALIGN=CENTER><TBODY>{rows}</TBODY></TABLE>\n"

    def listing(self, view: ListPage) -> str:
        """Rows of a table with the sheet's number before the title."""
        around = view.around
        made = "".join(
            f'<tr><td width="40">{number}</td><td>{self.title_link(around, line)}</td><td>{line.date or ""}</td></tr>'
            f'<tr><td></td><td colspan="2">{self.text(line.summary or "")}</td></tr>\n'
            for number, line in enumerate(view.lines, 1)
        )
        pager = self.list_pager(view)
        return f"<h2>{self.text(around.label)}</h2><table>{made}</table>" + (f"<div>{pager}</div>" if pager else "")
