"""In the manner of a blog system's magazine theme: widgets, share buttons, author box, comments, neighbours."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin


class Blog(MannerSkin):
    """Everything is an article with a header, content and footer; widgets beside it."""

    name = "blog"
    addresses = "absolute"
    title_pattern = "{title} | {site}"
    figures = True
    line_break = "<br />\n"
    subhead = "<h3>{}</h3>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, primary column, secondary column, colophon."""
        menu = "".join(f'<li class="menu-item">{link}</li>' for link in self.menu_links(around))
        widgets = "".join(
            f'<li class="widget-post"><a href="{self.href(around, item.path)}">{self.text(item.title)}</a>'
            f'<p class="excerpt">{self.text(item.teaser)}</p></li>'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en-US" class="no-js">
<head>
<meta charset="{around.charset}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<script>document.documentElement.className = 'js';</script>
</head>
<body class="single single-post">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<div id="page" class="hfeed site">
<header id="masthead"><p class="site-title"><a href="{self.href(around, "/")}" rel="home">City Notebook</a></p>
<p class="site-description">What the river city talks about</p>
<nav><button class="menu-toggle">Menu</button><ul class="nav-menu">{menu}</ul></nav></header>
<div id="main" class="wrapper"><div id="primary" class="site-content"><div id="content" role="main">
{content}
</div></div>
<div id="secondary" class="widget-area">
<aside class="widget widget_search"><form action="/"><input type="search" placeholder="Search"><input type="submit" \
value="Search"></form></aside>
<aside class="widget"><h3 class="widget-title">Editor's Picks</h3><ul>{widgets}</ul></aside>
<aside class="widget"><h3 class="widget-title">Popular</h3><ul>{self.most_read(around)}</ul></aside>
<aside class="widget widget_text"><h3 class="widget-title">About this notebook</h3><div class="textwidget"><p>Four \
people, two cameras and one bicycle write down what happens between the two bridges. Write to us if we missed it.</p>
</div></aside></div></div>
<footer id="colophon"><div class="site-info"><a href="http://press.example.com/">Proudly run on a small press</a></div>
</footer></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Entry header, meta, content, tags, author box, share, neighbours, comments."""
        story, around = view.story, view.around
        crumb = f'<div class="breadcrumbs">{self.crumb(view)}</div>\n' if story.breadcrumb else ""
        title = f'<h1 class="entry-title">{self.text(story.title)}</h1>\n' if story.printed_title else ""
        by = f'<span class="byline">{self.text(story.by)}</span>' if story.by else ""
        pager = f'<div class="page-links">{self.article_pager(view)}</div>\n' if story.page_count > 1 else ""
        tags = ", ".join(f'<a href="/tag/{tag.lower()}/" rel="tag">{tag}</a>' for tag in self.tags(view))
        share = "".join(
            f'<li><a class="share-{name}" href="http://share.example.com/{name}" title="Click to share">'
            f"<span>{words}</span></a></li>"
            for name, words in (("fb", "Facebook"), ("tw", "Twitter"), ("mail", "Email"), ("print", "Print"))
        )
        related = "".join(f'<div class="jp-post"><h4><a href="{href}">{words}</a></h4></div>'
                          for href, words in self.related(view))  # fmt: skip
        remarks = "".join(
            f'<li class="comment"><cite class="fn">{name}</cite> <span class="says">says:</span>'
            f'<div class="comment-content"><p>{words}</p></div><a class="reply" href="#respond">Reply</a></li>'
            for name, words in self.remarks(view)
        )
        near = "".join(f'<a href="{self.href(around, one.path)}">{self.text(one.title)}</a>'
                       for one in around.most_read[:1])  # fmt: skip
        return f"""{crumb}<article class="post type-post hentry">
<header class="entry-header">
{title}<div class="entry-meta"><span class="posted-on">{view.updated} : {self.text(story.day)}</span>
<div>{by}</div>
<div class="comments-link"><a href="#comments">{self.number(view, 1, 48)} Replies</a></div></div>
</header>
<div class="entry-content">
{self.body(view)}{pager}
<div class="sharedaddy"><h3 class="sd-title">Share this:</h3><ul>{share}</ul></div>
<div class="likes"><h3>Like this:</h3><span>Loading...</span></div>
<div id="related"><h3><em>Related</em></h3>{related}</div>
</div>
<footer class="entry-meta">This entry was posted in <a href="/city/">City life</a> and tagged {tags}. \
Bookmark the <a href="{self.href(around, story.path)}" rel="bookmark">permalink</a>.
<div class="author-info"><img alt="" src="/skin/blog/avatar/{self.number(view, 1, 5)}.jpg" width="68"><div><h2>About \
{self.editor(view)}</h2><p>Keeps the notebook's shelves in order and grows tomatoes on the office roof.</p></div></div>
</footer></article>
<nav class="nav-single"><h3 class="assistive-text">Post navigation</h3><span class="nav-previous">{near}</span></nav>
<div id="comments"><h2>{self.number(view, 1, 48)} thoughts on this story</h2><ol>{remarks}</ol>
<div id="respond"><h3>Leave a Reply</h3><form action="/post.php"><p class="comment-notes">Your email address will not \
be published. Required fields are marked <span>*</span></p><p><label>Comment</label><textarea></textarea></p>
<p><label>Name</label><input></p><input type="submit" value="Post Comment"></form></div></div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A figure, its picture a link to itself."""
        image = self.image(around, picture, ' class="size-full" width="620"')
        image = f'<a href="{self.href(around, picture.src)}">{image}</a>' if picture.src else ""
        name = self.picture_name(picture)
        name = f"<p>{name}</p>" if name else ""
        line = f'<figcaption class="wp-text">{self.text(picture.line)}</figcaption>' if picture.line else ""
        return f'<figure class="aligncenter">{image}{name}{line}</figure>\n'

    def listing(self, view: ListPage) -> str:
        """Sticky story in focus, then the archive."""
        around = view.around
        focus = around.box[0]
        made = "".join(
            f'<article class="post"><header><h2 class="entry-title">{self.title_link(around, line)}</h2>'
            f'<div class="entry-meta">{line.date or ""}</div></header>'
            f'<div class="entry-summary"><p>{self.text(line.summary or "")}</p></div></article>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<header class="archive-header"><h1 class="archive-title">Category Archives: <span>'
            f"{self.text(around.label)}</span></h1></header>\n"
            f'<section class="sticky"><a href="{self.href(around, focus.path)}"><img src="{focus.thumb}" alt=""></a>'
            f"<h2>{self.title_link(around, focus)}</h2><p>{self.text(focus.teaser)}</p></section>\n"
            f'<div class="archive">{made}</div>' + (f'<nav class="pagination">{pager}</nav>' if pager else "")
        )
