"""In the manner of a forum of today: the article is the first post, others answer it, a list proposes topics."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import COLUMNS, ContentSkin


class Campfire(ContentSkin):
    """In the manner of a forum of today: the article is the first post, others answer it, a list proposes topics."""

    name = "campfire"
    addresses = "root"
    title_pattern = "{title} - {site} - Campfire"
    figures = True
    times = True
    line_break = "<br>\n"
    subhead = "<h3>{}</h3>\n"

    def topics(self, around: Surroundings) -> str:
        """The most read as rows of topics."""
        return "".join(
            f'<tr class="topic-list-item"><td class="main-link"><a class="title raw-link" '
            f'href="{self.href(around, one.path)}">{self.text(one.title)}</a></td><td '
            f'class="num posts">{n * 3 + 2}</td>'
            f'<td class="num views">{self.number(around, 90, 900, one.path)}</td><td class="num age">{n + 1}d</td>'
            f"</tr>\n"
            for n, one in enumerate(around.most_read[:4])
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, sidebar, outlet, suggested topics, welcome."""
        menu = "".join(f'<li class="sidebar-section-link-wrapper">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="pinned-topic"><span class="topic-statuses">{self.icon("pin")}</span> '
            f'{self.title_link(around, item)}<div class="topic-excerpt">{self.text(item.teaser)}</div></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en" class="desktop-view not-mobile-device anon">
<head><meta charset="{around.charset}">
<title>{title}</title>
<meta name="generator" content="A forum 3.1.0">
</head>
<body class="crawler-off docked category-news">
<discourse-assets></discourse-assets>
<section id="main"><div id="ember4" class="ember-view">
<header class="d-header"><div class="title"><a href="/" data-auto-route="true">{self.icon("logo", "Campfire")}</a></div>
<div class="panel"><span class="header-buttons"><button class="btn sign-up-button">Sign Up</button><button \
class="btn login-button">Log In</button></span></div></header>
<div class="sidebar-wrapper"><ul class="sidebar-section-links">{menu}</ul></div>
<div id="main-outlet" class="wrap">
{content}
<div class="suggested-topics"><h3 class="suggested-topics-title">Suggested topics</h3>
<table class="topic-list"><thead><tr><th>Topic</th><th>Replies</th><th>Views</th><th>Activity</th></tr></thead>
<tbody>{self.topics(around)}</tbody></table></div>
<div class="pinned-globally"><h3>Pinned by the keepers</h3>{box}</div>
</div>
<div class="signup-cta">Hello! You seem to enjoy the fire, but you have not signed up yet.</div>
</div></section>
</body>
</html>
"""

    def post(self, number: int, head: str, cooked: str, likes: int) -> str:
        """A post with avatar, head, text and buttons."""
        return f"""<div class="topic-post clearfix regular"><article id="post_{number}" class="boxed onscreen-post">
<div class="row"><div class="topic-avatar"><div class="post-avatar">{self.icon(f"avatar{number % 7}")}</div></div>
<div class="topic-body clearfix"><div class="topic-meta-data">{head}</div>
<div class="regular contents"><div class="cooked">
{cooked}</div>
<section class="post-menu-area"><nav class="post-controls"><button class="like-count">{likes} Likes</button> <button \
class="share">Share</button> <button class="reply">Reply</button></nav></section></div></div></div>
</article></div>
"""

    def article(self, view: ArticlePage) -> str:
        """Title with category and tags; the first post; the topic's map; answers; how many have read it."""
        story = view.story
        edits = f'<span class="post-info edits"><button>{self.number(view, 2, 9, "edits")} edits</button></span>'
        head = (
            self.by_line(view, '<div class="names"><span class="first full-name">{}</span></div>\n')
            + f'<div class="post-infos">{edits} <span class="post-info post-date"><a class="post-date" href="#">'
            f"{view.updated}: {self.day(view)}</a></span></div>"
        )
        pages = self.page_numbers(view, '<a href="{}">{}</a>', "<b>{}</b>")
        parts = f'<div class="post-parts">Page {view.page} of {story.page_count}: {" ".join(pages)}</div>\n'
        cooked = self.body(view) + (parts if story.page_count > 1 else "")
        tags = " ".join(f'<a href="/tag/{tag.lower()}" class="discourse-tag box">{tag}</a>' for tag in self.tags(view))
        counts = (
            (self.number(view, 1, 28, "created"), "days since last reply"),
            (self.number(view, 1, 60, "replies"), "replies"),
            (self.number(view, 90, 9000, "views"), "views"),
            (self.number(view, 2, 40, "users"), "users"),
        )
        table = "".join(f'<li><span class="number">{n}</span> <h4>{words}</h4></li>' for n, words in counts)
        remarks = "".join(
            self.post(
                n,
                f'<div class="names"><span class="first username">{name}</span> <span class="user-title">Regular</span>'
                f'</div><div class="post-infos"><span class="relative-date">'
                f"{self.number(view, 1, 23, name)}h</span></div>",
                f"<p>{words}</p>\n",
                self.number(view, 0, 9, words),
            )
            for n, (name, words) in enumerate(self.remarks(view), 2)
        )
        return f"""<div id="topic-title"><div class="container"><div class="title-wrapper">
{self.title(view, '<h1><a class="fancy-title" href="#"><span dir="auto">{}</span></a></h1>')}
<div class="topic-category">{self.trail(view, '<div class="badge-category">{}</div>')}
<div class="discourse-tags">{tags}</div></div></div></div></div>
<div class="container posts"><section class="topic-area"><div class="posts-wrapper"><div class="post-stream">
{self.post(1, head, cooked, self.number(view, 0, 70, "likes"))}<div class="topic-map"><ul>{table}</ul></div>
{remarks}</div></div>
<div id="topic-footer-buttons"><p class="reason">This topic is read at {self.number(view, 5, 23, "hour")} o&#39;clock \
most.</p></div></section></div>"""

    def inset(self, view: ArticlePage) -> str:
        """Another topic that was put in with its address alone."""
        return self.teasers(
            view,
            '<aside class="onebox"><header class="source">{3}<span>campfire.example</span></header><article '
            'class="onebox-body"><h3><a href="{0}">{1}</a></h3><p>{2}</p></article></aside>\n'.replace(
                "{3}", self.icon("favicon")
            ),
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A picture that a click enlarges, the name of its file, and its words leaning."""
        image = self.image(around, picture, ' width="690" height="460" data-base62-sha1="7xK"')
        name = self.picture_name(picture)
        meta = f'<div class="meta"><span class="filename">{name}</span></div>' if name else ""
        shown = f'<div class="lightbox-wrapper"><a class="lightbox">{image}</a>{meta}</div>' if image or meta else ""
        line = f'<div class="img-note"><em><small>{self.text(picture.line)}</small></em></div>' if picture.line else ""
        return f"{shown}{line}\n"

    def listing(self, view: ListPage) -> str:
        """A table of topics: title, tag and excerpt; replies, views, the day."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<tr class="topic-list-item has-excerpt"><td class="main-link clearfix topic-list-data"><span '
            f'class="link-top-line">{self.title_link(around, line, " class=title")}</span><div '
            f'class="link-bottom-line">'
            f'<span class="badge-category">{self.line_word(line, COLUMNS)}</span></div>'
            + (f'<div class="topic-excerpt">{self.text(line.summary)}</div>' if line.summary else "")
            + f'</td><td class="num posts">{self.line_number(line, 0, 80)}</td>'
            f'<td class="num views">{self.line_number(line, 80, 9000, "v")}</td>'
            f'<td class="num activity">{self.line_day(line)}</td></tr>\n'
            for line in view.lines
        )
        total = f'<div class="topic-count">{pager.total} topics</div>' if pager.total else ""
        back = self.page_link(view, pager.page - 1, '<a rel="prev" href="{}">previous page</a> ')
        forth = self.page_link(view, pager.page + 1, '<a rel="next" href="{}">next page →</a>')
        return (
            f'<div class="category-heading"><h1>{self.text(around.label)}</h1>{total}</div>\n'
            '<table class="topic-list"><thead><tr class="topic-list-header"><th>Topic</th><th class="num">Replies</th>'
            f'<th class="num">Views</th><th class="num">Updated</th></tr></thead>\n<tbody>{made}</tbody></table>'
            + (f'<div class="navigation">{back}{forth}</div>' if pager.pages > 1 else "")
        )
