"""An editor of the nineties: what is known stands in a table's second row, below its labels; no style at all."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

_ARIAL = '<font face="Arial" size="2">{}</font>'


class FrontDoor(ContentSkin):
    """An editor of the nineties: what is known stands in a table's second row, below its labels; no style at all."""

    name = "frontdoor"
    addresses = "relative"
    title_pattern = "{title}"
    filler = f"<p>{_ARIAL}</p>\n"
    text_lines = f"<p>{_ARIAL}</p>\n"
    line_break = "<br>\n"
    subhead = '<p><b><font face="Arial" size="2" color="#800000">{}</font></b></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Banner, marquee, bar of navigation, shared borders, counter."""
        menu = " ".join(f'[&nbsp;<font face="Arial" size="2">{link}</font>&nbsp;]' for link in self.menu_links(around))
        box = "".join(
            f'<tr><td valign="top"><img src="_themes/ice/bul1.gif" width="15" height="15"></td><td><font face="Arial" '
            f'size="2"><b>{self.title_link(around, item)}</b><br>{self.text(item.teaser)}</font></td></tr>\n'
            for item in around.box
        )
        popular = "".join(
            f'<br><a href="{self.href(around, one.path)}">{self.text(one.title)}</a>' for one in around.most_read[:4]
        )
        return f"""<html>

<head>
<meta http-equiv="Content-Language" content="en-us">
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<meta name="GENERATOR" content="A front door 4.0">
<meta name="ProgId" content="FrontDoor.Editor.Document">
<title>{title}</title>
<meta name="Microsoft Theme" content="ice 011, default">
</head>

<body background="_themes/ice/icebkgnd.gif" bgcolor="#FFFFFF" text="#000000" link="#0000FF" vlink="#800080">
<!--webbot bot="Include" U-Include="top.htm" TAG="BODY" startspan -->
<p align="center"><img border="0" src="images/banner.gif" width="600" height="60" alt="Welcome to the Front Door!" \
usemap="#FPMap0"></p>
<p align="center"><marquee width="600" bgcolor="#CCFFFF">The river is frozen! \
{self.number(around, 12, 40, "cm")} cm and growing!</marquee></p>
<!--webbot bot="Include" endspan -->
<map name="FPMap0"><area href="index.htm" shape="rect" coords="0, 0, 600, 60"></map>
<!--webbot bot="Navigation" S-Type="banner" S-Orientation="horizontal" startspan --><h5 align="center">{menu}</h5>
<!--webbot bot="Navigation" endspan -->
<hr>
<div align="center"><center>
<table border="0" cellpadding="8" cellspacing="0" width="760"><tr><td width="160" valign="top" bgcolor="#E0F0FF">
<h4><font face="Arial">Best of the week</font></h4><font face="Arial" size="1">{popular}</font>
<applet code="fphover.class" codebase="./" width="120" height="24"><param name="text" value="Search"></applet></td>
<td width="600" valign="top">
{content}
</td></tr></table>
</center></div>
<hr>
<table border="0" width="760" align="center"><caption><big>What's new!</big></caption>
{box}</table>
<p align="center"><font face="Arial" size="1">You are visitor no. <img src="/cgi-bin/Count.cgi?df=\
{self.number(around, 1000, 99999, "hits")}" alt="Hit counter"> - best viewed at 800 x 600 - sign our \
<a href="guest.htm">guest book</a></font></p>
</body>

</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, a table of two rows, text, pages, letters, a link to the top."""
        known = [(view.updated, self.day(view))]
        known += [
            (head, words) for head, words in (("Author", self.author(view)), ("Source", self.source(view))) if words
        ]
        known += [("Visits", str(self.number(view, 40, 9000, "v"))), ("Webmaster", self.editor(view))]
        heads = "".join(f'<td bgcolor="#C0C0C0" align="center"><font face="Arial" size="1"><b>{head}</b></font></td>'
                        for head, _ in known)  # fmt: skip
        cells = "".join(f'<td align="center"><font face="Arial" size="1">{words}</font></td>' for _, words in known)
        letters = "".join(
            f"<dt><strong>{name}</strong></dt><dd><em>{words}</em></dd>\n" for name, words in self.remarks(view)
        )
        also = self.links(view, '<br>\n<img src="_themes/ice/arrow.gif" alt="*"> <a href="{}">{}</a>')
        title = '<h1 align="center"><font face="Arial" color="#000080">{}</font></h1>'
        return f"""<a name="top"></a>{self.trail(view, '<p align="left"><font face="Arial" size="1">{}</font></p>')}
{self.title(view, title)}
<div align="center"><table border="1" cellpadding="2" cellspacing="0" id="AutoNumber1" bordercolor="#808080">
<tr>{heads}</tr>
<tr>{cells}</tr>
</table></div>
<blockquote>
{self.body(view)}</blockquote>
{self.pages(view, '<h5 align="center"><font face="Arial">{}</font></h5>')}
<hr width="60%">
<p align="center"><font face="Arial" size="1"><a href="#top">Back to top</a> | \
<a href="javascript:window.print()">Print this page</a> | <a href="mailto:me@frontdoor.example">\
<img src="images/mail.gif" border="0" alt="Mail me!"></a></font></p>
<p><font face="Arial" size="1"><b>See also</b>{also}</font></p>
<h3>Letters to the front door</h3>
<dl>{letters}</dl>
<form action="_vti_bin/shtml.dll"><textarea name="S1" rows="2"></textarea><input type="submit" value="Submit"></form>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A paragraph with the picture; its words are paragraphs as any other."""
        image = self.image(around, picture, ' border="1" hspace="6" vspace="6"')
        shown = f'<p align="center">{image}</p>\n' if image else ""
        return shown + "".join(f"<p>{_ARIAL.format(one)}</p>\n" for one in self.picture_words(picture))

    def listing(self, view: ListPage) -> str:
        """A row for each: a ball, the title with its day in brackets, the summary below a break; a rule after it."""
        made = "".join(
            '<tr><td valign="top"><img src="_themes/ice/ball.gif" width="12" height="12"></td><td>'
            f'<font face="Arial" size="2">{self.title_link(view.around, line)}</font>'
            + (f' <font face="Arial" size="1" color="#808080">({line.date})</font>' if line.date else "")
            + f'<br><font face="Arial" size="1">{self.text(line.summary or "")}</font></td></tr>\n'
            '<tr><td colspan="2"><img src="images/line.gif" width="560" height="3"></td></tr>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<h1 align="center"><font face="Arial" color="#000080">{self.text(view.around.label)}</font></h1>\n'
            f'<table border="0" cellpadding="2" width="100%">{made}</table>'
            + (f'<p align="center"><font face="Arial" size="2">{pager}</font></p>' if pager else "")
        )
