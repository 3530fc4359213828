"""In the manner of a free web log of 2010: a heading for each day, the post's footer below its text, gadgets."""

from __future__ import annotations

from itertools import groupby

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings

from .tools import LONG_DAY, ContentSkin


class WebLog(ContentSkin):
    """The day in words is a heading above the title; author and source follow the text, which has no paragraphs."""

    name = "weblog"
    addresses = "absolute"
    title_pattern = "{site}: {title}"
    figures = True
    day_form = LONG_DAY
    filler = "{}<br />\n"
    text_lines = "{}<br />\n<br />\n"
    line_break = "<br />\n"
    subhead = "<b>{}</b><br />\n<br />\n"
    items = "<ul>{}</ul>\n"

    def gadget(self, name: str, title: str, inside: str) -> str:
        """A gadget of the sidebar."""
        return (
            f'<div class="widget {name}" id="{name}1"><h2>{title}</h2><div class="widget-content">{inside}</div>'
            '<div class="clear"></div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar, header, tabs, main column, gadgets, features, attribution."""
        tabs = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<li><div class="item-content"><div class="item-title">{self.title_link(around, item)}</div>'
            f'<div class="item-snippet">{self.text(item.teaser)}</div></div></li>\n'
            for item in around.box
        )
        archive = "".join(
            f'<li class="archivedate {"expanded" if n == 0 else "collapsed"}"><a class="toggle">►</a> '
            f'<a class="post-count-link" href="/archive/{2019 - n}/">{2019 - n}</a> <span class="post-count">'
            f"({171 - 23 * n})</span></li>"
            for n in range(4)
        )
        gadgets = self.gadget("Followers", "Followers", f"<p>Followers ({self.number(around, 8, 260, 'f')})</p>")
        gadgets += self.gadget("BlogArchive", "Blog Archive", f'<ul class="hierarchy">{archive}</ul>')
        gadgets += self.gadget("LinkList", "Read this week", f"<ul>{self.most_read(around, 4)}</ul>")
        gadgets += self.gadget("Profile", "About us", "<p>Four friends, one ferry, no plan.</p>")
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html dir="ltr" xmlns="http://www.w3.org/1999/xhtml" xmlns:b="http://example.com/2005/gml/b">
<head>
<meta content="text/html; charset={around.charset}" http-equiv="Content-Type" />
<title>{title}</title>
</head>
<body class="loading variant-simple">
<div class="navbar section" id="navbar"><iframe src="/navbar.html" height="30"></iframe></div>
<div class="body-fauxcolumns"></div>
<div class="content"><div class="content-inner">
<header><div class="header section" id="header"><div id="header-inner"><div class="titlewrapper"><p class="title">
<a href="/">Four on a Ferry</a></p></div><div class="descriptionwrapper"><p class="description"><span>Letters from a \
cold river</span></p></div></div></div></header>
<div class="tabs-outer"><div class="widget PageList"><ul>{tabs}</ul></div></div>
<div class="main-outer"><div class="columns"><div class="column-center-outer"><div class="main section" id="main">
<div class="widget Blog" id="Blog1"><div class="blog-posts hfeed">
{content}
</div></div></div></div>
<div class="column-right-outer"><div class="sidebar section">{gadgets}</div></div></div></div>
<footer><div class="widget PopularPosts" id="PopularPosts1"><h2>Popular Posts</h2><ul>{box}</ul></div>
<div class="widget Attribution"><div class="widget-content">Simple theme. Powered by friends.</div></div></footer>
</div></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Day, title, text, footer of the post, comments, newer and older posts, trail."""
        told = self.labelled(
            view, '<span class="post-author vcard">By <span class="fn">{}</span></span>', "<span>Source: {}</span>"
        )
        told += [f'<a class="comment-link" href="#comments">{self.number(view, 0, 30, "c")} comments</a>']
        marks = ", ".join(f'<a href="/search/label/{tag}" rel="tag">{tag}</a>' for tag in self.tags(view))
        remarks = "".join(
            f'<dt class="comment-author"><a href="/profile/{name}" rel="nofollow">{name}</a> said...</dt>'
            f'<dd class="comment-body"><p>{words}</p></dd><dd class="comment-footer"><span class="comment-timestamp">'
            f"{self.number(view, 1, 12, name)}:{self.number(view, 10, 59, words)} PM</span></dd>\n"
            for name, words in self.remarks(view)
        )
        share = "".join(
            f'<a class="goog-inline-block share-button sb-{key}" href="/share/{key}"><span class="share-button-link-'
            f'text">{words}</span></a>'
            for key, words in (("email", "Email This"), ("blog", "BlogThis!"), ("pin", "Pin It"))
        )
        near = self.links(view, '<a class="blog-pager-older-link" href="{}" title="Older Post">Older Post: {}</a>', 1)
        numbers = " ".join(self.page_numbers(view, '<a href="{}">{}</a>', "<b>{}</b>"))
        forth = self.page_link(view, view.page + 1, ' <a href="{}">Next page</a>')
        pages = f'<div class="post-pages">Page {view.page} of {view.story.page_count}: {numbers}{forth}</div>\n'
        return f"""<div class="date-outer">
<h2 class="date-header"><span>{view.updated}: {self.day(view)}</span></h2>
<div class="date-posts"><div class="post-outer"><div class="post hentry">
<a name="{view.story.number}"></a>
{self.title(view, '<h3 class="post-title entry-title">{}</h3>')}
<div class="post-header"><div class="post-header-line-1"></div></div>
<div class="post-body entry-content" id="post-body-{view.story.number}">
{self.body(view)}<div style="clear: both;"></div>
</div>
{pages if view.story.page_count > 1 else ""}<div class="post-footer">
<div class="post-footer-line post-footer-line-1">{" ".join(told)}</div>
<div class="post-footer-line post-footer-line-2"><div class="post-share-buttons">{share}</div></div>
<div class="post-footer-line post-footer-line-3"><span class="post-labels">Labels: {marks}</span></div></div>
</div>
<div class="comments" id="comments"><h4>Comments:</h4><dl id="comments-block">{remarks}</dl>
<p class="comment-footer"><a href="/comment">Post a Comment</a></p></div></div></div></div>
<div class="blog-pager" id="blog-pager">{near}</div>
{self.trail(view, '<div class="breadcrumbs">{}</div>')}"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A table of a picture and its words; a picture without words stands apart."""
        image = self.image(around, picture, ' border="0" height="266" width="400"')
        if image:
            href = self.address(around, picture)
            image = f'<a href="{href}" imageanchor="1" style="margin-left: auto; margin-right: auto;">{image}</a>'
        cells = [f'<td style="text-align: center;">{image}</td>'] if image else []
        cells += [f'<td class="tr-caption" style="text-align: center;">{one}</td>'
                  for one in self.picture_words(picture)]  # fmt: skip
        if len(cells) == 1 and image:
            return f'<div class="separator" style="clear: both; text-align: center;">{image}</div>\n<br />\n'
        rows = "".join(f"<tr>{cell}</tr>" for cell in cells)
        return (
            '<table align="center" cellpadding="0" cellspacing="0" class="tr-caption-container"><tbody>\n'
            f"{rows}</tbody></table>\n<br />\n"
        )

    def listing(self, view: ListPage) -> str:
        """What label is shown, the posts of each day below its heading, newer and older posts."""
        pager = view.pager
        made = "".join(
            '<div class="date-outer">'
            + (f'<h2 class="date-header"><span>{day}</span></h2>' if day else "")
            + f'<div class="date-posts">{"".join(self._post(view, line) for line in lines)}</div></div>\n'
            for day, lines in groupby(view.lines, self.line_day)
        )
        count = f"{pager.total} posts" if pager.total else "posts"
        newer = self.page_link(
            view, pager.page - 1, '<span id="blog-pager-newer-link"><a href="{}">Newer Posts</a></span>'
        )
        older = self.page_link(
            view, pager.page + 1, '<span id="blog-pager-older-link"><a href="{}">Older Posts</a></span>'
        )
        return (
            f'<div class="status-msg-wrap"><div class="status-msg-body">Showing {count} with label '
            f"<b>{self.text(view.around.label)}</b>. "
            f'<a href="{self.href(view.around, "/")}">Show all posts</a></div></div>\n{made}'
            f'<div class="blog-pager" id="blog-pager">{newer} {older}</div>'
        )

    def _post(self, view: ListPage, line: PrintedLine) -> str:
        """A post as its day shows it."""
        return (
            f'<div class="post-outer"><div class="post hentry"><h3 class="post-title entry-title">'
            f'{self.title_link(view.around, line)}</h3><div class="post-body entry-content">'
            f'{self.text(line.summary or "")}</div><div class="jump-link">'
            f'<a href="{self.href(view.around, line.address)}#more">Read more »</a></div><div class="post-footer">'
            f"{self.line_number(line, 0, 25)} comments</div></div></div>"
        )
