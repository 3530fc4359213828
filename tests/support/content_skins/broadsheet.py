"""In the manner of a newspaper's edition on the net: the sheet left, the piece right, all in tables."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import COLUMNS, ContentSkin


class Broadsheet(ContentSkin):
    """In the manner of a newspaper's edition on the net: the sheet left, the piece right, all in tables."""

    name = "broadsheet"
    addresses = "relative"
    title_pattern = "{site}-{title}"
    figures = True
    filler = "{}<br>\n"
    text_lines = "　　{}<br><br>\n"
    line_break = "<br>\n　　"
    subhead = "　　<b>{}</b><br><br>\n"
    items_as = "text"

    def sheet(self, around: Surroundings) -> str:
        """The number of the sheet."""
        return f"A{self.number(around, 1, 16, 'sheet')}"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Masthead, the sheet with its pieces, the piece, sheets of this edition."""
        menu = "&nbsp;|&nbsp;".join(self.menu_links(around))
        pieces = "".join(
            f'<tr><td class="default"><div style="display:inline" id="mp{n}"><a href="{self.href(around, one.path)}">'
            f"{self.text(one.title)}</a></div></td></tr>\n"
            for n, one in enumerate(around.most_read[:5])
        )
        box = "".join(
            f'<td valign="top" width="25%"><div class="jdtitle">{self.title_link(around, item)}</div>'
            f'<div class="jdtext">{self.text(item.teaser)}</div></td>\n'
            for item in around.box
        )
        sheets = "".join(
            f'<tr><td class="pageLink">Page A{n}: {name}</td><td><a href="/pdf/a{n}.pdf">{self.icon("pdf")}</a>'
            f"</td></tr>"
            for n, name in enumerate(COLUMNS, 1)
        )
        return f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<title>{title}</title>
<script language="javascript">var strZoomFont = 14;</script>
</head>
<body leftmargin="0" topmargin="0">
<table width="980" border="0" align="center" cellpadding="0" cellspacing="0"><tr><td>{self.icon("masthead")}</td>
<td align="right" class="whitenav">No. {self.number(around, 2100, 9800, "edition")}</td></tr>
<tr><td colspan="2" class="nav">{menu}</td></tr></table>
<table width="980" border="0" align="center" cellpadding="0" cellspacing="0"><tr>
<td width="360" valign="top"><table border="0" cellpadding="1"><tr><td class="default"><strong>Page \
{self.sheet(around)}</strong></td><td align="right"><a class="preart" href="/prev">Previous page</a> <a class="preart" \
href="/next">Next page</a></td></tr>
<tr><td colspan="2"><img src="/page/{self.sheet(around)}.jpg" usemap="#PagePicMap" border="0" width="350"></td></tr>\
</table>
<table id="list" border="0">{pieces}</table></td>
<td width="620" valign="top" id="articleArea">
{content}
</td></tr></table>
<table width="980" align="center" class="jd"><tr>{box}</tr></table>
<table width="980" align="center" id="pages" class="ban">{sheets}</table>
<center class="foot">All pieces may be read free of charge on the day of print and after.</center>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Tools; trail; title; day, sheet and words; author; the text; where it is from; neighbours."""
        around, story = view.around, view.story
        column = COLUMNS[self.number(view, 0, 4, "column")]
        author = f'<tr><td class="zuozhe" align="center">Author: {self.author(view)}</td></tr>\n'
        source = f'<tr><td class="laiyuan" align="right">(Source: {self.source(view)})</td></tr>\n'
        words = self.number(view, 180, 990, "words")
        rows = self.links(view, '<tr><td class="px12">· <a href="{}">{}</a></td></tr>\n')
        return f"""<table width="100%" class="tools"><tr><td>{self.trail(view, '<span class="wz">{}</span>')}</td>
<td align="right"><a href="javascript:doZoom(16)">Zoom in +</a> <a href="javascript:doZoom(12)">Zoom out -</a> \
<a href="javascript:doZoom(14)">Default</a> <a href="javascript:listen()">Read aloud</a></td></tr></table>
<table width="100%" border="0" cellspacing="0" cellpadding="5" class="piece"><tbody>
{self.title(view, '<tr><td class="font01" align="center"><strong>{}</strong></td></tr>')}
<tr><td class="riqi" align="center">{view.updated}: {self.day(view)}&nbsp;&nbsp;&nbsp;Page {self.sheet(around)}\
&nbsp;&nbsp;&nbsp;Column: {column}&nbsp;&nbsp;&nbsp;Words: {words}</td></tr>
{author if self.author(view) else ""}<tr><td><div id="ozoom" style="ZOOM: 100%"><founder-content>
{self.body(view)}</founder-content></div></td></tr>
{source if self.source(view) else ""}{self.pages(view, '<tr><td align="center" class="fy">{}</td></tr>')}
</tbody></table>
<table width="100%" class="near"><tr><td class="px12b">More on this page</td></tr>
{rows}</table>
<table width="100%" class="vote"><tr><td>This piece has been clipped {self.number(view, 0, 300, "clips")} times</td>\
<td align="right"><a href="/clip/{story.number}">Clip it</a></td></tr></table>"""

    def inset(self, view: ArticlePage) -> str:
        """A frame within the column: what else the edition says."""
        return self.teasers(
            view,
            '<table align="right" width="200" border="1" class="kuang"><tr><td><b>On page A1</b><br>'
            '<a href="{0}">{1}</a><br>{2}</td></tr></table>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A table of two rows, the second one grey."""
        image = self.image(around, picture, ' border="0" onclick="zoom(this)"')
        rows = [f'<tr><td align="center">{image}</td></tr>'] if image else []
        rows += [f'<tr><td class="picnote" bgcolor="#eeeeee">{one}</td></tr>' for one in self.picture_words(picture)]
        return f'<table class="articlePic" border="0" align="center">{"".join(rows)}</table>\n'

    def listing(self, view: ListPage) -> str:
        """Rows: sheet, title, day; the summary in a row of its own below."""
        around = view.around
        made = "".join(
            f'<tr><td class="banci" width="50">Page A{self.line_number(line, 1, 16)}</td><td class="bt">'
            f"{self.title_link(around, line)}</td>"
            f'<td class="rq" align="right" nowrap>{self.line_day(line)}</td></tr>\n<tr><td></td>'
            f'<td colspan="2" class="zy">{self.text(line.summary or "")}</td></tr>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<table width="100%" class="lmbt"><tr><td><strong>{self.text(around.label)}</strong></td>'
            f'<td align="right">'
            f'<a href="/editions">All editions</a></td></tr></table>\n<table width="100%" class="lb">{made}</table>'
            + (f'<table width="100%"><tr><td align="center" class="fy">{pager}</td></tr></table>' if pager else "")
        )
