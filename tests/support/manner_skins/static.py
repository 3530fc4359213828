"""In the manner of a static generator's theme: bare semantic elements, reading time, topics, neighbours, a letter."""

from __future__ import annotations

import re
from itertools import count

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin


class Static(MannerSkin):
    """Few classes and no tables; what other themes put into a sidebar follows the text in its own element."""

    name = "static"
    addresses = "relative"
    title_pattern = "{title} · {site}"
    figures = True
    subhead = "<h2>{}</h2>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, main, footer."""
        menu = " ".join(self.menu_links(around))
        box = "".join(
            f"<li>{self.title_link(around, item)} <small>{self.text(item.teaser)}</small></li>" for item in around.box
        )
        return f"""<!doctype html><html lang="en"><head><meta charset="{around.charset}"><title>{title}</title>
<meta name="generator" content="Quill 0.92"><link rel="stylesheet" href="/css/main.3f9a.css"></head>
<body><header><a class="logo" href="{self.href(around, "/")}">riverbank</a><nav>{menu}</nav>
<button aria-label="Dark mode">◐</button></header>
<main>
{content}
</main>
<section class="picks"><ul>{box}</ul></section>
<footer><p>Built with Quill. Text under a free licence unless noted.</p><p><a href="/feed.xml">Feed</a> · \
<a href="/colophon/">Colophon</a></p></footer></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Header with reading time, table of contents, the text, a letter, topics, neighbours."""
        story, around = view.story, view.around
        crumb = f"<nav>{self.crumb(view)}</nav>" if story.breadcrumb else ""
        title = f"<h1>{self.text(story.title)}</h1>\n" if story.printed_title else ""
        by = f"<p>{self.text(story.by)}</p>\n" if story.by else ""
        heads = [block for block in view.blocks if getattr(block, "role", "") == "subhead"]
        minutes = self.number(view, 2, 11)
        contents = ""
        if heads:
            items = "".join(f'<li><a href="#h{n}">Part {n + 1}</a></li>' for n in range(len(heads)))
            contents = f"<details open><summary>On this page</summary><ol>{items}</ol></details>\n"
        pager = f"<nav>{self.article_pager(view)}</nav>" if story.page_count > 1 else ""
        topics = " ".join(f'<a href="/topics/{tag.lower().replace(" ", "-")}/">#{tag}</a>' for tag in self.tags(view))
        near = "".join(
            f'<a href="{href}">{arrow} {words}</a>'
            for arrow, (href, words) in zip("←→", self.related(view), strict=False)
        )
        return f"""<article>
<header>{crumb}{title}<p>{view.updated} : <time>{self.text(story.day)}</time></p>
{by}<p class="meta">{minutes} min read · {self.number(view, 300, 2400, "w")} words</p></header>
{contents}{self.body(view)}
<aside class="letter"><strong>Liked this one?</strong><p>A new page each Sunday, by mail, and nothing else.</p>
<form><input type="email" placeholder="you@example.com"><button>Sign me up</button></form></aside>
{pager}
<footer><p>Topics: {topics}</p>
<p><a href="https://git.example.com/edit/{story.number}">Suggest a change to this page</a></p>
<p>Last built {around.box[0].path.split("/")[-2] if around.box else "today"} at commit \
{self.number(view, 1048576, 16777215, "c"):06x}</p></footer>
</article>
<nav class="near">{near}</nav>"""

    def body(self, view: ArticlePage) -> str:
        """Headings have anchors."""
        numbers = count()
        return re.sub("<h2>", lambda _: f'<h2 id="h{next(numbers)}">', super().body(view))

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A figure."""
        return self.figure(picture, self.image(around, picture, ' loading="lazy"'))

    def listing(self, view: ListPage) -> str:
        """A heading, an opening line, entries."""
        around = view.around
        made = "".join(
            f"<li><time>{line.date or ''}</time><h2>{self.title_link(around, line)}</h2>"
            f"<p>{self.text(line.summary or '')}</p></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f"<h1>{self.text(around.label)}</h1>\n<p>Everything we have on this shelf, the newest first.</p>\n"
            f"<ul>{made}</ul>" + (f"<nav>{pager}</nav>" if pager else "")
        )
