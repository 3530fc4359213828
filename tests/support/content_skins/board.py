"""In the manner of the portal pages of a Chinese board: pipes between fields, attachments, hands and flowers."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Board(ContentSkin):
    """Fields with pipes in one line; pictures are attachments with a blank in their place; captions are paragraphs."""

    name = "board"
    addresses = "root"
    title_pattern = "{title} - {site} - Powered by a board"
    times = True
    line_break = "<br />\n"
    subhead = "<p><strong>{}</strong></p>\n"
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Top tools, logo, navigation, wrapper with two columns, footer with its time."""
        menu = "".join(f'<li id="mn_{n}">{link}</li>' for n, link in enumerate(self.menu_links(around)))
        box = "".join(
            f'<dl class="xld cl"><dd class="m"><a href="{self.href(around, item.path)}"><img src="{item.thumb}" /></a>'
            f"</dd>"
            f"<dt>{self.title_link(around, item)}</dt><dd>{self.text(item.teaser)}</dd></dl>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
</head>
<body id="nv_portal" class="pg_view" onkeydown="if(event.keyCode==27) return false;">
<div id="toptb" class="cl"><div class="wp"><div class="z">Today: {self.number(around, 20, 900, "today")} posts</div>\
<div class="y"><a id="switchblind" href="javascript:;">Switch</a> <a href="/login">Log in</a></div></div></div>
<div id="hd"><div class="wp"><div class="hdc cl"><h2>{self.icon("logo", "Old Pier Board")}</h2></div>\
<div id="nv"><ul>{menu}</ul></div></div></div>
<div id="wp" class="wp"><div id="ct" class="ct2 wp cl">
<div class="mn">
{content}
</div>
<div class="sd pph"><div class="bm"><div class="bm_h cl"><h2>Newest</h2></div><div class="bm_c"><ul class="xl xl1">\
{self.most_read(around)}</ul></div></div></div>
</div></div>
<div class="bm bw0 tj"><div class="bm_h cl"><h2>Recommended</h2></div>{box}</div>
<div id="ft" class="wp cl"><div id="flk" class="y"><p><a href="/archiver">Archiver</a><span class="pipe">|</span>\
<a href="/mobile">Mobile</a></p><p class="xs0">GMT+8, processed in 0.0{self.number(around, 10, 99)} second(s), \
{self.number(around, 9, 31, "q")} queries.</p></div></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Heading with its line, the table cell of the text, hands and flowers, sharing, neighbours, comments."""
        pipe = '<span class="pipe">|</span>'
        info = [f"{view.updated}: {self.day(view)}", *self.labelled(view), f"Editor: {self.editor(view)}"]
        info += [f'Views: <em id="_viewnum">{self.number(view, 12, 8000, "v")}</em>']
        info.append(f'Comments: <a href="#comment">{self.number(view, 0, 50)}</a>')
        hands = "".join(
            f'<td><a href="javascript:;" class="atd_{n}"><img src="/static/image/click/{name}.gif" alt="" /><br />'
            f"{words} ({self.number(view, 0, 30, name)})</a></td>"
            for n, (name, words) in enumerate((("flower", "Flowers"), ("hand", "Handshake"), ("egg", "Egg")))
        )
        remarks = "".join(
            f'<dl class="ptm pbm bbda cl"><dt class="mbm"><a href="/space" class="xi2 xw1">{name}</a> <span '
            f'class="xg1 xw0">'
            f"{self.number(view, 1, 23, name)} hours ago</span></dt><dd>{words}</dd></dl>\n"
            for name, words in self.remarks(view)
        )
        near = self.links(view, '<em>Next: <a href="{}">{}</a></em>', 1)
        return f"""{self.trail(view, '<div id="pt" class="bm cl"><div class="z">{}</div></div>')}
<div class="bm vw"><div class="h hm">
{self.title(view, '<h1 class="ph">{}</h1>')}
<p class="xg1">{pipe.join(info)}</p></div>
<div class="d"><table cellpadding="0" cellspacing="0" class="vwtb"><tr><td id="article_content">
{self.body(view)}<p>{self._close(view)}</p>
</td></tr></table>
{self.pages(view, '<div class="ptw pbw cl pg">{}</div>')}
<div id="click_div"><table class="atd"><tr>{hands}</tr></table></div>
<div class="o cl ptm pbm"><a href="/keep" class="oshr ofav">Keep</a><a href="/share" class="oshr">Share</a></div></div>
<div class="pren pbm cl">{near}</div></div>
<div id="comment" class="bm"><div class="bm_h cl"><h3>Newest comments</h3></div><div id="comment_ul" \
class="bm_c">{remarks}
<form id="cform"><div class="tedt"><textarea class="pt"></textarea></div><button class="pn">Comment</button></form>\
</div>
</div>"""

    def _close(self, view: ArticlePage) -> str:
        links = self.links(view, '<a href="{}" class="xi2">{}</a> ', 1)
        return f"More on the board: {links}"

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """The attachment in a paragraph, its words in more."""
        image = self.waiting(
            around, picture, "/static/image/common/none.gif", "file", ' class="zoom" onclick="zoom(this)"'
        )
        cells = ([image] if image else []) + self.picture_words(picture)
        return "".join(f"<p>{cell}</p>\n" for cell in cells)

    def listing(self, view: ListPage) -> str:
        """Definition lists: title; summary behind a thumbnail; day, sort and number of comments."""
        made = "".join(
            f'<dl class="bbda cl"><dt class="xs2">{self.title_link(view.around, line, " class=xi2")} </dt><dd '
            f'class="xs2 cl">'
            f'<div class="atc"><img src="{line.thumb}" alt="" class="tn" /></div>{self.text(line.summary or "")}</dd>'
            f'<dd><span class="xg1"> {line.date or ""}</span><span class="y">Sort: <a href="/portal">Town talk</a> '
            f"{self.line_number(line, 0, 50)} replies</span></dd></dl>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="bm"><div class="bm_h cl"><h1 class="xs2">{self.text(view.around.label)}</h1></div>'
            f'<div class="bm_c xld">{made}</div></div>'
            + (f'<div class="pgs cl"><div class="pg">{pager}</div></div>' if pager else "")
        )
