"""Nested tables with a row for every field, as hand-made templates of 2008 had them; the date in a cell of its own."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class Tables(Skin):
    """A row per field; links absolute."""

    name = "tables"
    kilobytes = (11, 10)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, content and box as three tables in a fourth."""
        menu = "".join(
            f'<td class="nav{n}" width="106" align="center"><a href="{self.href(around, path)}">{words}</a></td>\n'
            for n, (path, words) in enumerate(around.menu)
        )
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<title>{title}</title>
<style type="text/css">
<!--
{styles("tb", self.kilobytes[0])}
-->
</style>
<script language="javascript">
<!--
{scripts("tb", self.kilobytes[1])}
//-->
</script>
</head>
<body topmargin="0" leftmargin="0" bgcolor="#ffffff">
<!-- template 12, {around.look_alike} -->
<table width="960" border="0" align="center" cellpadding="0" cellspacing="0"><tr><td>
<table width="960"><tr>
<td width="240"><a href="{self.href(around, around.home)}">\
<img src="{self.href(around, "/images/logo.gif")}" alt=""></a></td>
</tr></table>
<table width="960" class="menu"><tr>
{menu}</tr></table>
</td></tr>
<tr><td valign="top">
{content}
</td></tr>
<tr><td>
{self.box(around)}
</td></tr>
<tr><td align="center" class="foot">\
<font size="1">Copyright &copy; {around.owner}. All rights reserved.</font></td></tr>
</table>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Rows: breadcrumb, title, date, By line, body, pager."""
        story = view.story
        rows = []
        if crumb := self.crumb(view):
            rows.append(f'<tr><td colspan="2" height="30" class="crumb">{crumb}</td></tr>')
        if story.printed_title:
            rows.append(
                f'<tr><td colspan="2" align="center"><font size="5"><b>{self.text(story.title)}</b></font></td></tr>'
            )
        rows.append(
            f'<tr><td width="50%" align="right" class="info">{view.updated} :</td>'
            f'<td width="50%" align="left" class="info">{self.text(story.day) or "&nbsp;"}</td></tr>'
        )
        if story.by:
            rows.append(f'<tr><td colspan="2" align="center" class="info">{self.text(story.by)}</td></tr>')
        rows.append(f'<tr><td colspan="2" id="content">\n{self.body(view)}</td></tr>')
        if pager := self.article_pager(view):
            rows.append(f'<tr><td colspan="2" align="center">{pager}</td></tr>')
        inside = "\n".join(rows)
        return f'<table width="940" border="0" cellpadding="4" cellspacing="0" align="center">\n{inside}\n</table>'

    def body(self, view: ArticlePage) -> str:
        """Paragraphs; every picture in a table of two or three rows."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                cells = [self.image(view.around, picture, ' border="1"')]
                cells += [self.text(picture.name)] if picture.name and picture.name_in == "text" else []
                cells += [self.text(picture.line)] if picture.line else []
                rows = "".join(f'<tr><td align="center">{cell}</td></tr>\n' for cell in cells if cell)
                made.append(f'<table border="0" align="center">\n{rows}</table>\n')
            elif group.filler:
                made.append(f"<p>{filler_text(group.filler)}</p>\n")
            elif group.kind == "items":
                lines = "".join(f"<li>{self.linked(view.around, one)}</li>\n" for one in group.paragraphs)
                made.append(f"<ul>\n{lines}</ul>\n")
            elif group.kind == "subhead":
                made.append(f"<p><strong>{self.linked(view.around, group.paragraphs[0])}</strong></p>\n")
            else:
                lines = "<br>\n".join(self.linked(view.around, one) for one in group.paragraphs)
                made.append(f'<p align="left">{lines}</p>\n')
        return "".join(made)

    def listing(self, view: ListPage) -> str:
        """A table an item, its fields in rows."""
        made = []
        for line in view.lines:
            date = line.date or "&nbsp;"
            made.append(
                '<table width="920" border="0" align="center" class="item">\n'
                f"<tr><td><b>{self.title_link(view.around, line)}</b></td></tr>\n"
                f'<tr><td><font color="#999999">{date}</font></td></tr>\n'
                f"<tr><td>{self.text(line.summary or '')}</td></tr>\n</table>\n"
            )
        pager = self.list_pager(view)
        return "".join(made) + (f'<table align="center"><tr><td>{pager}</td></tr></table>' if pager else "")

    def box(self, around: Surroundings) -> str:
        """Two columns of items; a row with the title, a row with the teaser."""
        cells = "".join(
            '<td width="50%" valign="top"><table>\n'
            f'<tr><td height="24">{self.title_link(around, item)}</td></tr>\n'
            f"<tr><td>{self.text(item.teaser)}</td></tr>\n</table></td>\n"
            + ("</tr><tr>\n" if number % 2 and number < len(around.box) - 1 else "")
            for number, item in enumerate(around.box)
        )
        return f'<table width="940" align="center" class="hot"><tr>\n{cells}</tr></table>' if cells else ""
