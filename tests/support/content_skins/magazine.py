"""In the manner of a publishing system of 2012, its ninth version: the line of information within the heading."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Magazine(ContentSkin):
    """Title and information with bullets are lines of one heading; pictures wait for the reader to come near."""

    name = "magazine"
    addresses = "root"
    title_pattern = "{title} - {site} - {owner}"
    figures = True
    times = True
    line_break = "<br />\n"
    subhead = '<p><span style="font-size:16px"><strong>{}</strong></span></p>\n'
    items = '<ul class="list-paddingleft-2">{}</ul>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, crumbs of channels, two columns, footer."""
        menu = '<li class="line">|</li>'.join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<div class="item"><h6 class="f14">{self.title_link(around, item, " class=blue")}</h6>'
            f'<p class="lh22">{self.text(item.teaser)}</p></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<meta http-equiv="X-UA-Compatible" content="IE=7" />
<title>{title}</title>
</head>
<body>
<div class="body-top"><div class="content"><div class="login lh24 blue"><a href="/sign">Sign in</a> <a href="/new">\
Register</a></div></div></div>
<div class="header"><div class="logo"><a href="/">{self.icon("logo", "Nine Bridges")}</a></div><div class="bd"><ul \
class="nav-site">{menu}</ul></div></div>
<div class="main">
<div class="col-left">
{content}
</div>
<div class="col-auto"><div class="box"><h5 class="title-2">Ranks</h5><ul class="content digg">\
{self.most_read(around, 7)}</ul></div>
<div class="box pd_b"><h5 class="title-2">Weekly poll</h5><form><label>Which bridge at night?</label>
<input type="radio"/> The old one <input type="radio"/> The new one <button>Vote</button></form></div></div>
</div>
<div class="box special"><h5 class="title-2">Recommended</h5>{box}</div>
<div class="footer"><p class="info">Nine Bridges, a paper for walkers<br />Processed in \
0.0{self.number(around, 11, 99)} \
seconds</p></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Crumbs, the heading with its information, content, pages, related, share, mood, comments."""
        info = [f"{view.updated}:&nbsp;{self.day(view)}", *self.labelled(view)]
        info += [
            f"Editor: {self.editor(view)}",
            '[Font size: <a href="javascript:;">L</a> <a href="javascript:;">S</a>]',
        ]
        clicks = f'<span class="r">Clicks: <em id="hits">{self.number(view, 12, 9000, "hits")}</em></span>'
        related = self.links(view, '<li>·<a href="{}" target="_blank" title="">{}</a></li>')
        moods = "".join(
            f"<li><span>{self.number(view, 0, 80, mood)}</span><div class=pillar></div>{mood}</li>"
            for mood in ("Shaken", "Puzzled", "Glad", "Bored")
        )
        tags = " ".join(f'<a href="/tag/{tag}" class="blue">{tag}</a>' for tag in self.tags(view))
        return f"""{self.trail(view, '<div class="crumbs">{}</div>')}
<div id="Article">
<h1>{self.title(view, "{}<br />")}
<span>{"&nbsp;•&nbsp;".join(info)}</span>{clicks}</h1>
<div class="content">
{self.body(view)}{self.pages(view, '<div id="pages" class="text-c">{}</div>')}
<div class="bk10 hr"></div>
<p class="f14"><strong>Keywords:</strong> {tags}</p>
<div class="related"><h5 class="blue">Related articles:</h5><ul class="list blue lh24 f14">{related}</ul></div>
</div>
<div class="Article-Tool">Share to: <img src="/images/qq.png" alt="" /> <img src="/images/sina.png" alt="" /></div>
<div class="box mood"><p>How do you feel on reading this page?</p><ul>{moods}</ul></div>
<div id="comment_div"><h4>{self.number(view, 0, 33, "remarks")} people have their say</h4>\
<form><textarea></textarea></form></div>
</div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A centred block of its own; below it a small centred one."""
        image = self.waiting(around, picture, "/images/lazy.gif", "data-original", ' class="lazy"')
        shown = f'<div style="text-align: center;">{image}</div>\n' if image else ""
        words = "".join(f'<div class="pic-txt">{one}</div>\n' for one in self.picture_words(picture))
        return shown + words

    def listing(self, view: ListPage) -> str:
        """The day floats at the right of each title, the summary follows; every line has the number of its comments."""
        made = "".join(
            f'<li class="wrap"><div><h5>{self.title_link(view.around, line, " class=blue")}</h5><p>'
            f'{self.text(line.summary or "")}</p><p class="date">{line.date or ""}</p><div class="comment_box">'
            f"<strong>{self.line_number(line, 0, 33)}</strong> comments</div></div></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return f'<h2 class="title-1 f14">{self.text(view.around.label)}</h2>\n<ul class="list lh24 f14">{made}</ul>' + (
            f'<div id="pages" class="text-c">{pager}</div>' if pager else ""
        )
