"""In the manner of a free publishing system that small sites of 2008 took as it was: small labels, diggs, acts."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

SORTS = ("City life", "Weekend", "Business", "On the river")


class DreamSite(ContentSkin):
    """Labels in small type with nothing between one value and the next label; captions look like paragraphs."""

    name = "dreamsite"
    addresses = "root"
    title_pattern = "{title}_{site}"
    times = True
    filler = "<div>{}</div>\n"
    text_lines = "<div>&nbsp;&nbsp;&nbsp; {}</div>\n"
    line_break = "<br />\n&nbsp;&nbsp;&nbsp; "
    subhead = "<div><strong>{}</strong></div>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header with a search, content, place of advertisements, flinks."""
        menu = "".join(f'<li class="hover"><span>{link}</span></li>' for link in self.menu_links(around))
        box = "".join(
            f'<dd><a href="{self.href(around, item.path)}" class="preview"><img src="{item.thumb}" alt=""/></a>'
            f'{self.title_link(around, item, " class=title")}<p class="intro">{self.text(item.teaser)}</p></dd>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<link href="/templets/default/style/dedecms.css" rel="stylesheet" media="screen" type="text/css" />
</head>
<body class="articleview">
<div class="header_top"><div class="w960 center"><span class="time">Your own homepage of the north</span>\
<div class="toplinks"><a href="/help">Help</a>[<a href="/rssmap.html">RSS</a>]</div></div></div>
<div class="header"><div class="top w960 center"><h1 class="logo-title">{self.icon("logo", "Snow Mall")}</h1></div>
<div class="module blue mT10"><div class="navMenu"><ul>{menu}</ul></div>
<div class="searchform"><form><input class="search-keyword"/><button class="search-submit">Search</button></form>
<h5>Hot words</h5><ul><li><a href="/tags/1">skates</a></li><li><a href="/tags/2">soup</a></li></ul></div></div></div>
<div class="w960 center clear mT1">
<div class="pleft">
{content}
</div>
<div class="pright"><dl class="tbox"><dt><strong>Hot clicks</strong></dt><dd><ul class="c1 ico2">\
{self.most_read(around, 6)}</ul></dd></dl></div>
</div>
<div class="flink w960"><dl class="tbox"><dt><strong>Recommended</strong></dt>{box}</dl></div>
<div class="footer w960 center"><p class="powered">Powered by a dream</p></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Place, view box: title, info, content, diggs, neighbours, tools, comments."""
        story = view.story
        info = [f"<small>{view.updated}:</small>{self.day(view)}"]
        info += self.labelled(view, "<small>Author:</small>{}", "<small>Source:</small>{}")
        info.append(f"<small>Views:</small><span>{self.number(view, 12, 900, 'hits')}</span> times")
        up, down = self.number(view, 0, 40, "up"), self.number(view, 0, 9, "down")
        remarks = "".join(
            f'<dl class="decmt-box2"><dt><span>{name}</span> <em>stars: {self.number(view, 1, 5, name)}</em></dt>'
            f"<dd>{words}</dd></dl>\n"
            for name, words in self.remarks(view)
        )
        near = self.links(view, '<li>Next: <a href="{}">{}</a></li>', 1)
        return f"""{self.trail(view, '<div class="place"><strong>Place:</strong> {}</div>')}
<div class="viewbox">
{self.title(view, '<div class="title"><h2>{}</h2></div>')}
<div class="info">{"".join(info)}</div>
<div class="content" id="contentMidPicAD">
{self.body(view)}</div>
<div class="dede_pages"><ul class="pagelist">{self.article_pager(view, "li")}</ul></div>
<div class="newdigg" id="newdigg"><div class="diggbox digg_good"><div class="digg_act">Well made</div>\
<div class="digg_num">({up})</div><div class="digg_percent">{100 * up // max(1, up + down)}%</div></div>
<div class="diggbox digg_bad"><div class="digg_act">Not well made</div><div class="digg_num">({down})</div></div></div>
<div class="boxoff"><strong>------</strong></div>
<div class="handle"><div class="context"><ul>{near}</ul></div>
<div class="actbox"><ul><li id="act-fav"><a href="/fav">Keep</a></li><li id="act-pus"><a href="/up">Push</a></li>\
<li id="act-pnt"><a href="/print?{story.number}">Print</a></li></ul></div></div></div>
<div class="mt1"><dl class="tbox"><dt><strong>Newest comments</strong></dt>{remarks}</dl></div>
<p class="warn">Comments are the opinions of their writers. Please keep to the house rules, and mind the ice.</p>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Lines like those of the text."""
        image = self.image(around, picture, ' width="500"')
        cells = ([image] if image else []) + self.picture_words(picture)
        return "".join(f"<div>&nbsp;&nbsp;&nbsp; {cell}</div>\n" for cell in cells)

    def listing(self, view: ListPage) -> str:
        """A thumbnail, a sort in brackets, the title; a line of small labels; the summary and a link to more."""
        around = view.around
        made = "".join(
            f'<li><a href="{self.href(around, line.address)}" class="preview"><img src="{line.thumb}"/></a>'
            f'<b>[<a href="/plus/list">{self.line_word(line, SORTS)}</a>]'
            f"</b>{self.title_link(around, line, ' class=title')}"
            '<span class="info">'
            + (f"<small>Updated:</small>{line.date}" if line.date else "")
            + f"<small>Views:</small>{self.line_number(line, 12, 900)}<small>Likes:</small>"
            f'{self.line_number(line, 0, 40, "up")}</span><p class="intro">{self.text(line.summary or "")} '
            f'<a href="{self.href(around, line.address)}" class="more">Details...</a></p></li>\n'
            for line in view.lines
        )
        pager = self.list_pager(view, "li")
        return (
            f'<div class="place"><strong>{self.text(around.label)}</strong></div>\n<div class="listbox"><ul class="e2">'
            f"{made}</ul></div>" + (f'<div class="dede_pages"><ul class="pagelist">{pager}</ul></div>' if pager else "")
        )
