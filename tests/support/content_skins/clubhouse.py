"""In the manner of a content system that clubs like, its third version: a list of details, an index of the article."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Clubhouse(ContentSkin):
    """Day and By line are lines of their own in a list of details; an index of pages floats in the text."""

    name = "clubhouse"
    addresses = "absolute"
    title_pattern = "{title}"
    figures = True
    line_break = "<br />"
    subhead = "<h3>{}</h3>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, navigation, content, aside, footer."""
        menu = "".join(f'<li class="item-{n}">{link}</li>' for n, link in enumerate(self.menu_links(around), 101))
        box = "".join(
            f'<li><h4 class="newsflash-title">{self.title_link(around, item)}</h4>{self.text(item.teaser)}</li>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en-gb" dir="ltr">
<head>
<meta http-equiv="content-type" content="text/html; charset={around.charset}" />
<meta name="generator" content="a clubhouse" />
<title>{title}</title>
</head>
<body class="site com_content view-article no-layout no-task itemid-101">
<div class="body" id="top"><div class="container">
<header class="header"><a class="brand pull-left" href="/"><span class="site-title">Skating Club Gazette</span></a>
<div class="header-search pull-right"><form class="form-inline"><label class="element-invisible">Search ...</label>\
<input class="inputbox search-query" placeholder="Search ..." /></form></div></header>
<nav class="navigation"><ul class="nav menu nav-pills mod-list">{menu}</ul></nav>
<div class="row-fluid"><main id="content" class="span9">
{content}
</main>
<div id="aside" class="span3"><div class="well"><h3 class="page-header">Most read</h3><ul class="mostread mod-list">\
{self.most_read(around)}</ul></div>
<div class="well"><p>We have {self.number(around, 3, 70, "guests")} guests and no members online</p></div></div></div>
<div class="bottom"><ul class="newsflash-horiz mod-list">{box}</ul></div>
</div></div>
<footer class="footer"><p class="pull-right"><a href="#top" id="back-top">Back to Top</a></p><p>Skating Club</p>\
</footer>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, icons, details, rating, body with its index, neighbours."""
        story = view.story
        author = self.by_line(view, '<dd class="createdby">{}</dd>\n')
        index = counter = ""
        if story.page_count > 1:
            items = "".join(
                f'<li><a href="{self.href(view.around, story.page_path(n))}" class="toclink">Page {n}</a></li>'
                for n in range(1, story.page_count + 1)
            )
            index = (
                '<div class="pull-right article-index"><h3>Article Index</h3>'
                f'<ul class="nav nav-tabs">{items}</ul></div>\n'
            )
            counter = f'<div class="pagenavcounter"><p>Page {view.page} of {story.page_count}</p></div>\n'
        rating = self.number(view, 2, 5, "rating")
        near = self.links(view, '<li class="next"><a href="{}" rel="next">Next article: {}</a></li>', 1)
        tags = "".join(f'<span class="tag-{n}"><a href="/tags/{n}" class="label label-info">{tag}</a></span> '
                       for n, tag in enumerate(self.tags(view)))  # fmt: skip
        return f"""{self.trail(view, '<ul class="breadcrumb"><li class="active">{}</li></ul>')}
<div class="item-page">
{self.title(view, '<div class="page-header"><h2>{}</h2></div>')}
<div class="icons"><div class="btn-group pull-right"><a href="{self.href(view.around, story.path)}?print=1">Print</a> \
<a href="/mailto">Email</a></div></div>
<dl class="article-info muted"><dt class="article-info-term">Details</dt>
<dd class="modified"><span class="icon-calendar"></span> {view.updated}: {self.day(view)}</dd>
{author}<dd class="hits"><span class="icon-eye-open"></span> Hits: {self.number(view, 12, 3000, "hits")}</dd></dl>
<ul class="tags inline">{tags}</ul>
<div class="content_rating"><p class="unseen">User Rating: <span>{rating}</span> / <span>5</span></p>\
<form class="form-inline"><label class="unseen">Please Rate</label><select><option>Vote 5</option></select>
<input type="submit" class="btn btn-mini" value="Rate" /></form></div>
<div class="articleBody">
{index}{counter}{self.body(view)}</div>
{self.pages(view, '<div class="pagination">{}</div>')}
<ul class="pager pagenav">{near}</ul>
<div class="jcomments-links">{self.number(view, 0, 14, "c")} comments, <a href="/login">log in</a> to add yours</div>
</div>"""

    def inset(self, view: ArticlePage) -> str:
        """A line that leads to another page."""
        return self.links(view, '<p class="text-info readalso"><em>Read also:</em> <a href="{}">{}</a></p>\n', 1)

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A box that scripts make of a picture with a caption."""
        image = self.image(around, picture, ' class="caption"')
        words = "".join(f'<p class="img_caption">{one}</p>' for one in self.picture_words(picture))
        return f'<div class="img_caption none">{image}{words}</div>\n'

    def listing(self, view: ListPage) -> str:
        """A blog of leading items: title, details, summary, a button with the title once more."""
        around = view.around
        made = "".join(
            f'<div class="items-row row-0"><div class="item column-1"><div class="page-header"><h2>'
            f'{self.title_link(around, line)}</h2></div><dl class="article-info muted">'
            + (f'<dd class="published"><time>{line.date}</time></dd>' if line.date else "")
            + f'<dd class="hits">Hits: {self.line_number(line, 12, 3000)}</dd></dl>'
            f"<p>{self.text(line.summary or '')}</p>"
            f'<p class="readmore"><a class="btn" href="{self.href(around, line.address)}"><span '
            f'class="icon-chevron-right">'
            f"</span> Read more: {self.text(line.title)}</a></p></div></div>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        counter = f'<p class="counter pull-right">Page {view.pager.page} of {view.pager.pages}</p>' if pager else ""
        return (
            f'<div class="blog"><div class="page-header"><h1>{self.text(around.label)}</h1></div>\n{made}'
            + (f'<div class="pagination">{counter}{pager}</div>' if pager else "")
            + "</div>"
        )
