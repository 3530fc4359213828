"""In the manner of an agency: source, day and editor float at the left, the author at the right."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

PLACES = ("HARBIN", "DAOLI", "SONGBEI", "ACHENG", "HULAN")


class NewsWire(ContentSkin):
    """In the manner of an agency: source, day and editor float at the left, the author at the right."""

    name = "newswire"
    addresses = "absolute"
    title_pattern = "{title} - {site}"
    figures = True
    times = True
    text_lines = "<p>&nbsp;&nbsp;&nbsp;&nbsp;{}</p>\n"
    subhead = "<p>&nbsp;&nbsp;&nbsp;&nbsp;<strong>{}</strong></p>\n"
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar of languages, services, content beside columns, imprint."""
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<li class="clearfix"><div class="img"><a href="{self.href(around, item.path)}"><img src="{item.thumb}">'
            f"</a></div><h3>{self.title_link(around, item)}</h3><p>{self.text(item.teaser)}</p></li>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="{around.charset}">
<title>{title}</title>
<meta name="filetype" content="0"><meta name="publishedtype" content="1">
</head>
<body>
<div class="topBar"><div class="wrap clearfix"><span class="fl">Tundra News Agency</span> <span class="fr">\
<a>Deutsch</a> \
| <a>Français</a> | <a>Suomi</a></span></div></div>
<div class="nav"><ul class="clearfix">{menu}</ul></div>
<div class="wrap clearfix"><div class="main fl">
{content}
</div>
<div class="side fr"><div class="tit">Top wires</div><ol class="rank">{self.most_read(around, 6)}</ol>
<div class="ad">{self.icon(f"ad{self.number(around, 1, 4, 'ad')}")}</div></div></div>
<div class="video clearfix"><div class="tit">Picked by the desk</div><ul>{box}</ul></div>
<div class="foot">Tundra News Agency. <a href="/subscribe">Subscribers&#39; entrance</a> \
<a href="#">Back to Top {self.icon("up")}</a></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, the line that floats, the slug; text; editor, neighbours, words of interest."""
        source = self.source(view)
        left = [f'<i class="source">Source: {source}</i>'] if source else []
        left += [
            f'<i class="time">{view.updated}: {self.day(view)}</i>',
            f'<i class="ed">Editor: {self.editor(view)}</i>',
        ]
        author = self.author(view)
        author = f'<i class="writer">Author: {author}</i>' if author else ""
        tags = " ".join(f'<a href="/k/{tag}">{tag}</a>' for tag in self.tags(view))
        wires = self.teasers(view, '<li><a class="t" href="{0}">{1}</a><p class="d">{2}</p></li>\n', 3)
        slug = f"{PLACES[self.number(view, 0, 4, 'place')]}/{self.tags(view)[0].upper()}"
        return f"""{self.trail(view, '<div class="curpos">{}</div>')}
<div class="conTop">
{self.title(view, '<h1 class="Btitle">{}</h1>')}
<div class="infoBox clearfix"><div class="fl">{" | ".join(left)}</div>
<div class="fr">{author}<div class="zoom"><a>A-</a> <a>A+</a></div></div></div>
<div class="slug">Wire: {slug} <span>Words: {self.number(view, 180, 990, "words")}</span></div>
</div>
<div id="content" class="content">
{self.body(view)}{self.pages(view, '<div class="page" id="div_currpage">{}</div>')}
<div class="zan clearfix"><a class="like">Like</a> <span>{self.number(view, 0, 800, "likes")}</span></div>
</div>
<div class="keywords">Key Words: {tags}</div>
<div class="relate"><div class="tit">Related wires</div><ul>
{wires}</ul></div>
<div class="correct"><a href="mailto:desk@tundra.example">Report an error to the desk</a></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A flash that was set between two takes."""
        return self.links(view, '<div class="flash"><b>FLASH</b> <a href="{}">{}</a></div>\n', 1)

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Picture and words in the middle of paragraphs, the words in navy."""
        image = self.image(around, picture, ' id="{picture}" sourcedescription="Editors\' picture"')
        made = f'<p align="center">{image}</p>\n' if image else ""
        return made + "".join(
            f'<p class="note" align="center"><font color="navy">{one}</font></p>\n'
            for one in self.picture_words(picture)
        )

    def listing(self, view: ListPage) -> str:
        """Wires: title; summary; a row with the day at the left and the slug at the right."""
        around = view.around
        made = "".join(
            f'<li class="clearfix"><h3>{self.title_link(around, line, " target=_blank")}</h3>'
            f'<p class="bref">{self.text(line.summary or "")}</p><div class="row clearfix">'
            + (f'<span class="time fl">{self.line_day(line)}</span>\n' if line.date else "")
            + f'<span class="fr">{self.line_word(line, PLACES)} <a '
            f'href="{self.href(around, line.address)}">Full wire</a>'
            "</span></div></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="curtit"><h2>{self.text(around.label)}</h2><a class="more" href="/rss">RSS</a></div>\n'
            f'<ul class="newsList">{made}</ul>' + (f'<div class="page">{pager}</div>' if pager else "")
        )
