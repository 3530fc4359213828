"""In the manner of a great Chinese portal around 2010: a host before the day, the source as a link, `artibody`."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Waves(ContentSkin):
    """One line: host, day and hour, source as a link, author, comments; the text ends with an editor and readings."""

    name = "waves"
    addresses = "absolute"
    title_pattern = "{title}_{site}_{owner}"
    figures = True
    times = True
    text_lines = "<p>　　{}</p>\n"
    subhead = "<p>　　<strong>{}</strong></p>\n"
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Top bar, path bar, two columns, features, search, footer; comments tell where each begins and ends."""
        menu = '<span class="cline">|</span>'.join(self.menu_links(around))
        box = "".join(
            f'<div class="blk_yw"><h3 class="f14b">{self.title_link(around, item, " target=_blank")}</h3>'
            f'<div class="f12c">{self.text(item.teaser)}</div></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<!--[{self.number(around, 100, 999, "a")},1,1] published at 2010 from #010 by system-->
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<style type="text/css">.blkContainerSblk{{width:640px}}</style>
</head>
<body>
<!-- TOPBAR begin -->
<div id="topbar"><ul class="topNav"><li><a href="/">Waves</a></li><li><a href="/mail">Mail</a></li><li><a \
href="/weibo">Microblog</a></li></ul><div class="userInfo">Name <input size="8" /> Password <input size="8" /> \
<button>Go</button></div></div>
<!-- TOPBAR end -->
<div class="secondaryHeader"><div class="sHLogo">{self.icon("waves", "Waves news")}</div><div class="sHLinks">{menu}\
</div></div>
<div class="wrap">
<div class="blkLeft">
{content}
</div>
<div class="blkRight"><div class="blk_hot"><h2 class="tit02">Ranking of news</h2><ol class="phL">\
{self.most_read(around, 6)}</ol></div>
<iframe src="http://ads.example.com/pip{self.number(around, 1, 9)}" width="300" height="250"></iframe></div>
</div>
<div class="blkTopics">{box}</div>
<div class="wbSearch"><form>News <input class="s_txt" /><input type="submit" value="Search" /></form></div>
<div class="footer"><a href="/about">About Waves</a> | <a href="/ad">Advertising</a> | <a href="/jobs">Jobs</a>
<p>Hot line for remarks 4006900000</p><p>Copyright of Waves, all rights reserved</p></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Path, title, the line, the text with its editor and readings, tools, microblogs."""
        host = f'<a href="http://www.waves.example.com">{self.icon("w")}news.waves.example.com</a>'
        source = '<span id="media_name">Source: <a href="http://media.example.com/" target="_blank">{}</a></span>'
        info = [host, f'<span id="pub_date">{view.updated}: {self.day(view)}</span>']
        info += self.labelled(view, '<span id="author_ename">Author: {}</span>', source)
        info.append(f'<a href="#comments">Comments(<span id="c1">{self.number(view, 0, 3200, "c")}</span>)</a>')
        readings = self.teasers(
            view,
            '<li>·<a href="{0}" target="_blank">{1}</a><div class="zhaiyao">{2}<a href="{0}">[Full text]</a></div>'
            "</li>\n",
        )
        remarks = "".join(
            f'<div class="wbBox"><span class="wbName">{name}:</span> {words} <span class="wbTool">Forward | Reply'
            "</span></div>\n"
            for name, words in self.remarks(view)
        )
        return f"""{self.trail(view, '<div class="blkBreadcrumbLink"><p>{}</p></div>')}
<div class="blkContainer"><div class="blkContainerPblk"><div class="blkContainerSblk">
{self.title(view, '<h1 id="artibodyTitle">{}</h1>')}
<div class="artInfo">{"&nbsp; ".join(info)}</div>
<!-- body begin -->
<div id="artibody" class="blkContainerSblkCon">
{self.body(view)}<p class="bianji">(Editor: {self.editor(view)})</p>
{self.pages(view, '<p align="center" class="artPages">{}</p>')}
<div id="xgbd" class="moreKW"><h4>Related reports</h4><ul>
{readings}</ul></div>
</div>
<!-- body end -->
<div class="blkComment otherContent_01"><a href="#comments">I want to speak</a> [<a href="#">Send to a friend</a>] \
[<a href="javascript:doZoom(16)">Large</a> <a href="javascript:doZoom(14)">Middle</a> <a \
href="javascript:doZoom(12)">Small</a>] [<a href="javascript:window.print()">Print</a>] [<a \
href="javascript:window.close()">Close</a>]</div>
<div id="comments" class="wbList"><h4>Microblogs about it</h4>{remarks}</div>
</div></div></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A window of pictures in the text's middle, with a piece of other news below it."""
        number = self.number(view, 1, 9, "ad")
        window = f'<a href="http://ads.example.com/w"><img src="/d/file/ad/w{number}.gif" width="300" /></a>'
        other = self.teasers(view, '<tr><td class="tjyd"><a href="{0}">{1}</a><br />{2}</td></tr>', 1)
        return (
            '<table border="0" cellspacing="0" cellpadding="0" align="left" class="hzh"><tr><td>'
            f"{window}</td></tr>{other}</table>\n"
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A wrapper: the picture, its name, its description."""
        image = self.image(around, picture, ' title=""')
        words = "<br />".join(f'<span class="img_descr">{one}</span>' for one in self.picture_words(picture))
        return f'<div class="img_wrapper">{image}{"<br />" if image and words else ""}{words}</div>\n'

    def listing(self, view: ListPage) -> str:
        """A point, the title, the day in brackets; the summary with a link to its detail."""
        around = view.around
        made = "".join(
            f"<li>·{self.title_link(around, line, ' target=_blank')}"
            + (f'<span class="fgray_time">({line.date})</span>' if line.date else "")
            + f'<div class="info">{self.text(line.summary or "")}<a href="{self.href(around, line.address)}" '
            'target="_blank" class="fblue">[Details]</a></div></li>\n'
            + '<li class="list_line"></li>\n'
            * (number % 5 == 0)
            for number, line in enumerate(view.lines, 1)
        )
        pager = self.list_pager(view)
        return (
            f'<div class="lTitle01"><h2>{self.text(around.label)}</h2><span>Rolling news</span></div>\n'
            f'<ul class="list_009">{made}</ul>' + (f'<div class="pagebox">{pager}</div>' if pager else "")
        )
