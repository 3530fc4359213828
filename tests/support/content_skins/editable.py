"""In the manner of a page of 2005 from a template with editable regions: nested tables, spacers, font elements."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

_SPACER = '<img src="images/spacer.gif" width="8" height="1">'


class Editable(ContentSkin):
    """Labels and values each in a cell of their own, some the same on every page; captions look like paragraphs."""

    name = "editable"
    addresses = "root"
    title_pattern = "{site}"
    filler = "<p>{}</p>\n"
    text_lines = '<p><font size="2" face="Verdana">{}</font></p>\n'
    line_break = "<br>\n"
    subhead = '<p><font size="3" face="Verdana"><b>{}</b></font></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Rows of a table of tables."""
        menu = f"<td>{_SPACER}</td>".join(f'<td nowrap class="nav">{link}</td>' for link in self.menu_links(around))
        box = "".join(
            f'<tr><td bgcolor="#F3F3E9"><font size="2"><b>{self.title_link(around, item)}</b></font></td></tr>'
            f'<tr><td><font size="1">{self.text(item.teaser)}</font></td></tr>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><!-- InstanceBegin template="/Templates/news.dwt" --><head>
<!-- InstanceBeginEditable name="doctitle" --><title>{title}</title><!-- InstanceEndEditable -->
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<script language="JavaScript">function MM_preloadImages() {{ var d=document; }}</script></head>
<body bgcolor="#FFFFFF" leftmargin="0" onLoad="MM_preloadImages('images/nav_over.gif')">
<table width="770" border="0" align="center" cellpadding="0" cellspacing="0">
<tr><td colspan="3"><img src="images/top.jpg" width="770" height="92" alt="Harbour Light"></td></tr>
<tr><td colspan="3" background="images/navbg.gif"><table border="0"><tr>{menu}</tr></table></td></tr>
<tr><td width="160" valign="top" bgcolor="#E7E7D6"><table width="100%" border="0"><tr><td>
<font size="1" face="Verdana">You are visitor no. {self.number(around, 10400, 98000, "visitor")}</font></td></tr>\
</table>
<table width="100%" border="0"><tr><td><font size="2"><b>Earlier</b></font></td></tr><tr><td><ul>\
{self.most_read(around, 4)}</ul></td></tr></table></td>
<td width="10"><img src="images/spacer.gif" width="10" height="1"></td>
<td width="600" valign="top">
{content}
</td></tr>
<tr><td colspan="3"><table width="100%" border="0">{box}</table></td></tr>
<tr><td colspan="3" align="center"><font size="1">Best viewed at 800 x 600. Webmaster: web@light.example.com</font>\
</td></tr>
</table>
</body><!-- InstanceEnd --></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Place, title, a table of cells, the text's region, a way back to the top."""
        cells = [f"{view.updated} :", self.day(view)]
        if view.story.by:
            cells += ["By", self.author(view) or "&nbsp;", f"( {self.source(view)} )" if self.source(view) else "( )"]
        cells += ["Editor:", "Web desk", "Views:", str(self.number(view, 12, 990, "hits"))]
        row = "".join(f'<td nowrap><font size="1" color="#666666">{cell}</font></td>' for cell in cells)
        related = self.links(view, '<tr><td><font size="1"><a href="{}">{}</a></font></td></tr>\n')
        return f"""<table width="100%" border="0" cellspacing="0" cellpadding="4">
{self.trail(view, '<tr><td><font size="1" face="Verdana">{}</font></td></tr>')}
{self.title(view, '<tr><td align="center"><font size="5" color="#003366"><b>{}</b></font></td></tr>')}
<tr><td align="center"><table border="0" cellpadding="3"><tr>{row}</tr></table></td></tr>
<tr><td><hr size="1" noshade></td></tr>
<tr><td valign="top"><!-- InstanceBeginEditable name="text" -->
{self.body(view)}<!-- InstanceEndEditable -->
<table width="180" border="1" align="right"><tr><td bgcolor="#CCCC99"><font size="1"><b>See also</b></font></td></tr>
{related}</table></td></tr>
{self.pages(view, '<tr><td align="center"><font size="2">{}</font></td></tr>')}
<tr><td align="right"><font size="1"><a href="#top">Top</a> | <a href="javascript:history.back()">Back</a> | \
<a href="javascript:window.print()">Print this page</a></font></td></tr></table>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Lines like those of the text."""
        image = self.image(around, picture, ' border="1" hspace="6"')
        cells = ([image] if image else []) + self.picture_words(picture)
        return "".join(self.text_lines.format(cell) for cell in cells)

    def listing(self, view: ListPage) -> str:
        """A bullet's picture, the title, the day in brackets; the summary in a row below with a picture of more."""
        made = "".join(
            f'<tr><td width="10" valign="top"><img src="images/arrow.gif"></td><td><font size="2">'
            f"{self.title_link(view.around, line)}</font></td><td nowrap><font size=1>{line.date or ''}</font></td>"
            f"</tr>"
            f'<tr><td></td><td colspan="2"><font size="1">{self.text(line.summary or "")}</font> '
            f'<a href="{self.href(view.around, line.address)}"><img src="images/more.gif" alt="more" border="0"></a>'
            f"</td></tr>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<p><font size="4" color="#003366"><b>{self.text(view.around.label)}</b></font></p>\n'
            f'<table width="100%" border="0" cellpadding="2">{made}</table>'
            + (f'<p align="center"><font size="2">{pager}</font></p>' if pager else "")
        )
