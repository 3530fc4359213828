"""A seat of government: icons before day and clicks, source and author in brackets behind the text, tools."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Seat(ContentSkin):
    """A seat of government: icons before day and clicks, source and author in brackets behind the text, tools."""

    name = "seat"
    addresses = "root"
    title_pattern = "{title}_{site}"
    figures = True
    times = True
    filler = '<p style="text-indent:2em;text-align:justify">{}</p>\n'
    text_lines = '<p style="text-indent:2em;text-align:justify"><span style="font-family:SimSun">{}</span></p>\n'
    subhead = '<p style="text-indent:2em"><span style="font-family:SimHei"><strong>{}</strong></span></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar for aged readers, search, channels, columns; emblems of registers at the end."""
        menu = "".join(f"<td align='center'>{link}</td>" for link in self.menu_links(around))
        box = "".join(
            f"<li><p class='jr-bt'>{self.title_link(around, item)}</p><p class='jr-zy'>{self.text(item.teaser)}</p>"
            "</li>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html><head><meta http-equiv='Content-Type' content='text/html; charset={around.charset}'/>
<title>{title}</title>
<meta name='SiteName' content='Seat of the Delta'/><meta name='ColumnName' content='News'/>
<script language='javascript' src='/module/jslib/jquery/jpage.js'></script></head>
<body>
<div id='barrierfree_container'>
<div class='top'><span>Version for the aged</span><span>Barrier-free</span><span>Mail box</span></div>
<div class='search-box'><input id='q' placeholder='What do you want to find?'><span>Hot words:</span><a href='/s?q=1'>\
residence permit</a><a href='/s?q=2'>tax rebate</a></div>
<!--<$[channels]>begin--><table width='100%'><tr>{menu}</tr></table><!--<$[channels]>end-->
<div class='main1200'>
{content}
</div>
<div class='jinri'><div class='jr-tit'>Today in focus</div><ul>{box}</ul></div>
<div class='rank'><div class='jr-tit'>Ranking</div><ol>{self.most_read(around, 5)}</ol></div>
<div class='foot'><p>Kept by the information centre of the delta</p>\
<p>Code of the site: 33010000{self.number(around, 10, 99)}</p>\
<img src='/picture/red.png' alt='Party and government organs'></div>
</div></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Place, title, icons, text with who answers for it, pages, tools, code, neighbours, questions."""
        told = self.labelled(view, "Author: {}", "Source: {}")
        told += [f"Editor: {self.editor(view)}"]
        near = self.links(view, "<li>Next: <a href='{}'>{}</a></li>", 1)
        asked = "".join(
            f"<tr><td class='wd-n'>{name}</td><td class='wd-q'>{words}</td><td class='wd-z'>answered</td></tr>\n"
            for name, words in self.remarks(view)
        )
        clicks = self.number(view, 90, 20000, "clicks")
        return f"""{self.trail(view, "<div class='dqwz'>Your position: {}</div>")}
<div class='art-box' id='c'>
<!--<$[title]>begin-->
{self.title(view, "<div class='art-tit'><UCAPTITLE>{}</UCAPTITLE></div>")}<!--<$[title]>end-->
<div class='art-info'><i>{self.icon("clock", "Time")} {view.updated}: {self.day(view)}</i> \
<i>{self.icon("eye", "Clicks")} {clicks}</i> \
<i>Font: <a href="javascript:doZoom(18)">A+</a> <a href="javascript:doZoom(14)">A-</a></i></div>
<!--<$[content]>begin--><UCAPCONTENT><div id='zoom'><!--ZJEG_RSS.content.begin-->
{self.body(view)}<!--ZJEG_RSS.content.end-->
</div></UCAPCONTENT><!--<$[content]>end-->
<div class='art-zr'>({"　".join(told)})</div>
{self.pages(view, "<div id='page-div'>{}</div>", "span")}
<div class='art-tool'><a href="javascript:window.print()">{self.icon("print", "Print")}</a><a \
href="javascript:window.close()">{self.icon("close", "Close")}</a></div>
<div class='qr'><img src='/picture/qr{view.story.number}.png' alt=''><p>Scan to read on your telephone</p></div>
<ul class='art-near'>{near}</ul></div>
<table class='wd'><caption>Questions of the public</caption>{asked}</table>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """The picture in the centre, its words in the centre in blue."""
        image = self.image(around, picture, " border='0' title='' width='700'")
        shown = f"<center>{image}</center>\n" if image else ""
        return shown + "".join(f"<center style='color:#00349a'>{one}</center>\n" for one in self.picture_words(picture))

    def listing(self, view: ListPage) -> str:
        """The day in square brackets before the title, the summary below it; how many and which page at the end."""
        pager, around = view.pager, view.around
        made = "".join(
            "<li>"
            + (f"<span class='rq'>[{line.date}]</span> " if line.date else "")
            + f"{self.title_link(around, line)}<p class='zy'>{self.text(line.summary or '')}</p></li>\n"
            for line in view.lines
        )
        at, count = self.place(view)
        turns = [f"Total <b>{pager.total}</b> items"] * bool(pager.total) + [f"Page <b>{at}</b> of <b>{count}</b>"]
        turns += [
            self.page_link(view, page, f"<a href='{{}}'>{words}</a>") or words
            for page, words in ((at - 1, "Previous"), (at + 1, "Next"))
        ]
        return (
            f"<div class='lm'>{self.text(around.label)}</div>\n<div class='default_pgContainer'><ul>{made}</ul></div>"
            + (f"<div class='default_pgBtns'>{'&nbsp; '.join(turns)}</div>" if count > 1 else "")
        )
