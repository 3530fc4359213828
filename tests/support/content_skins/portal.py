"""In the manner of the content server that many Chinese portals of towns run: an editor's div, a line of tools."""

from __future__ import annotations

import html

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class TownPortal(ContentSkin):
    """Source, author, day, sizes of type and tools share one long line with slashes; an editor ends the text."""

    name = "townportal"
    addresses = "absolute"
    title_pattern = "{title}-{site}"
    figures = True
    times = True
    filler = '<p align="justify">{}</p>\n'
    text_lines = '<p align="justify">　　{}</p>\n'
    line_break = "<br />　　"
    subhead = '<p align="justify"><strong>　　{}</strong></p>\n'
    items_as = "text"

    def head(self, view: ArticlePage) -> str:
        """The server's own names for what it knows."""
        known = [("ArticleTitle", view.story.title), ("PubDate", self.day(view)), ("ContentSource", self.source(view))]
        return "".join(f'<meta name="{key}" content="{html.escape(value)}" />\n' for key, value in known if value)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Top line, banner, channels, content, features, friendly links."""
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<li><em>{self.title_link(around, item)}</em><span class="zy">{self.text(item.teaser)}</span></li>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<link href="./images/xl_2014.css" rel="stylesheet" type="text/css" />
</head>
<body>
<div class="topline"><span id="weather">Cloudy, {self.number(around, -24, 28)} degrees</span><a href="/wap/">Mobile\
</a> \
<a href="/big5/">繁體</a></div>
<div class="banner">{self.icon("banner", "The river gate")}</div>
<ul class="pindao">{menu}</ul>
<div class="xl-main">
{content}
</div>
<div class="xl-tj"><h3>Features</h3><ul>{box}</ul></div>
<div class="links"><select><option>Towns along the river</option><option>Ministries</option></select></div>
<div class="bottom"><p>Sponsored by the office of the river gate; kept by its information centre</p>
<p>Site code: 2301000033</p><img src="/images/red.png" alt="" /></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Place, title, the long line, the editor's div, a code to scan, related documents."""
        info = [*self.labelled(view), f"{view.updated} : {self.day(view)}"]
        sizes = " ".join(
            f'<a href="javascript:doZoom({size})">[{word}]</a>' for word, size in (("L", 18), ("M", 16), ("S", 14))
        )
        info += [f"Font size: {sizes}", f"Views: {self.number(view, 12, 4800, 'hits')}", "Print", "Close"]
        related = self.links(view, '<li><a href="{}" target="_blank">{}</a></li>\n')
        return f"""{self.trail(view, '<div class="dqwz">{}</div>')}
<div class="xl-con">
{self.title(view, '<div class="xl-tit">{}</div>')}
<div class="xl-xx">{" / ".join(info)}</div>
<div class="view TRS_UEDITOR trs_paper_default">
{self.body(view)}<p align="right" class="bj">(Editor: {self.editor(view)})</p>
</div>
{self.pages(view, '<div class="fy">{}</div>')}
<div class="ewm"><img src="/d/file/ewm/{view.story.number}.png" width="96" /><span>Scan to read on a phone</span></div>
<div class="xg"><h4>Related documents</h4><ul>{related}</ul></div>
<script>createPageHTML(1, 0, "t{view.story.created:%Y%m%d}_{view.story.number}", "html");</script>
</div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A centred paragraph, its words in another with small grey type."""
        image = self.image(around, picture, ' OLDSRC="W020140901.jpg"')
        shown = f'<p align="center">{image}</p>\n' if image else ""
        words = "".join(
            f'<p align="center"><span style="font-size:12px;color:#777">{one}</span></p>\n'
            for one in self.picture_words(picture)
        )
        return shown + words

    def listing(self, view: ListPage) -> str:
        """Items with the day in front, a dotted rule after each fifth."""
        made = "".join(
            f'<li><span class="rq">{line.date or ""}</span>{self.title_link(view.around, line, " target=_blank")}'
            f'<div class="zy">{self.text(line.summary or "")}</div></li>\n' + '<li class="xx"></li>' * (number == 5)
            for number, line in enumerate(view.lines, 1)
        )
        pager = self.list_pager(view)
        return (
            f'<div class="lb-tit"><b>{self.text(view.around.label)}</b><a href="rss.xml">RSS</a></div>\n'
            f'<ul class="gl-list">{made}</ul>' + (f'<div class="fy">{pager}</div>' if pager else "")
        )
