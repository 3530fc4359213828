"""In the manner of a generator of static blogs: the day in a line with dots, who wrote it at the end."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import COLUMNS, SHORT_DAY, ContentSkin


class Sled(ContentSkin):
    """In the manner of a generator of static blogs: the day in a line with dots, who wrote it at the end."""

    name = "sled"
    addresses = "absolute"
    title_pattern = "{title} | {site}"
    figures = True
    day_form = SHORT_DAY
    line_break = "<br>\n"
    subhead = '<h2>{}<a hidden class="anchor" aria-hidden="true" href="#"></a></h2>\n'
    items = "<ul>\n{}</ul>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Logo with a switch, menu, main, footer."""
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<div class="pinned-entry"><p class="pinned-title">{self.title_link(around, item)}</p>'
            f'<p class="pinned-text">{self.text(item.teaser)}</p></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en" dir="auto">
<head><meta charset="{around.charset}">
<meta name="viewport" content="width=device-width, initial-scale=1, shrink-to-fit=no">
<title>{title}</title>
<meta name="generator" content="A static generator 0.119.0">
</head>
<body class="dark" id="top">
<script>localStorage.getItem("pref-theme")</script>
<header class="header"><nav class="nav"><div class="logo"><a href="{self.href(around, "/")}" accesskey="h">Sled tracks\
</a><div class="logo-switches"><button id="theme-toggle" title="(Alt + T)"><svg><path d="M21 12.8A9 9 0 1 1 11 3z"/>\
</svg></button></div></div>
<ul id="menu">{menu}</ul></nav></header>
<main class="main">
{content}
</main>
<section class="pinned"><p class="pinned-head">Pinned</p>{box}</section>
<footer class="footer"><span>Built with cold hands</span> · <span>Most asked for:</span><ul>\
{self.most_read(around, 3)}</ul></footer>
<a href="#top" aria-label="go to top" class="top-link" id="top-link"><svg><path d="M12 6H0l6-6z"/></svg></a>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, line with dots; text; signature, terms, neighbours, buttons."""
        dot = "&nbsp;·&nbsp;"
        words = self.number(view, 180, 990, "words")
        info = [f"<span>{view.updated} {self.day(view)}</span>", f"{1 + words // 220} min", f"{words} words"]
        info.append(f'<span class="views">{self.number(view, 12, 4000, "views"):,} views</span>')
        signed = self.labelled(
            view, '<p class="signed-author">Author: {}</p>', '<p class="signed-source">Source: {}</p>'
        )
        bio = '<p class="signed-bio">Writes in pencil, rides the early tram, answers every letter.</p>'
        signed += [bio] if self.author(view) else []
        tags = "".join(f'<li><a href="/tags/{tag.lower()}/">{tag}</a></li>\n' for tag in self.tags(view))
        near = self.links(
            view, '<a class="next" href="{}"><span class="title">Next »</span><br><span>{}</span></a>\n', 1
        )
        share = "".join(
            f'<li><a rel="noopener" aria-label="share on {to}" href="https://{to}.example/share"><svg><path d="M0 0"/>'
            "</svg></a></li>"
            for to in ("x", "reddit", "telegram")
        )
        numbers = self.page_numbers(view, '<a href="{}">{}</a>', '<span class="current">{}</span>')
        parts = f'<nav class="post-parts">Part {view.page} of {view.story.page_count}: {" ".join(numbers)}</nav>\n'
        return f"""<article class="post-single">
<header class="post-header">
{self.trail(view, '<div class="breadcrumbs">{}</div>')}
{self.title(view, '<h1 class="post-title entry-hint-parent">{}</h1>')}
<div class="post-meta">{dot.join(info)}{dot}<a href="/edit/" rel="noopener noreferrer edit">Suggest Changes</a></div>
</header>
<div class="post-series">This post is number {self.number(view, 2, 30, "series")} of the series \
<a href="/series/">{COLUMNS[self.number(view, 0, 4, "series name")]}</a></div>
<div class="post-content">
{self.body(view)}</div>
{parts if view.story.page_count > 1 else ""}<footer class="post-footer">
<div class="signed">{"".join(signed)}</div>
<ul class="post-tags">
{tags}</ul>
<nav class="paginav">
{near}</nav>
<ul class="share-buttons">{share}</ul>
</footer>
</article>"""

    def inset(self, view: ArticlePage) -> str:
        """The shortcode for another post."""
        return self.teasers(
            view,
            '<div class="admonition info"><p class="admonition-title">Elsewhere on this site</p>'
            '<p><a href="{0}">{1}</a>: {2}</p></div>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A figure as the shortcode writes it: name as a heading, words as a paragraph of the caption."""
        image = self.image(around, picture, ' loading="lazy"')
        name = self.picture_name(picture)
        inside = (f"<h4>{name}</h4>" if name else "") + (f"<p>{self.text(picture.line)}</p>" if picture.line else "")
        return (
            f'<figure class="align-center">{image}{f"<figcaption>{inside}</figcaption>" if inside else ""}</figure>\n'
        )

    def listing(self, view: ListPage) -> str:
        """Entries whose link lies over all of it; below the summary the day with minutes and words."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<article class="post-entry"><header class="entry-header"><h2 class="entry-hint-parent">'
            f'{self.title_link(around, line)}</h2></header><div class="entry-content">'
            f"<p>{self.text(line.summary or '')}"
            '</p></div><footer class="entry-footer">'
            + (f"<span>{self.line_day(line)}</span>&nbsp;·&nbsp;" if line.date else "")
            + f"{self.line_number(line, 1, 7)} min&nbsp;·&nbsp;{self.line_number(line, 150, 990, 'w')} words</footer>"
            f'<a class="entry-link" aria-label="post link" href="{self.href(around, line.address)}"></a></article>\n'
            for line in view.lines
        )
        back = self.page_link(view, pager.page - 1, '<a class="prev" href="{}">«&nbsp;Prev</a> ')
        forth = self.page_link(view, pager.page + 1, ' <a class="next" href="{}">Next&nbsp;»</a>')
        where = f'<span class="where">Page {pager.page} of {pager.pages}</span>'
        total = f'<div class="post-description">{pager.total} posts</div>' if pager.total else ""
        return (
            f'<header class="page-header"><h1>{self.text(around.label)} <a href="/index.xml" title="RSS"><svg>'
            f"</svg></a>"
            f"</h1>{total}</header>\n{made}"
            + (f'<nav class="pagination">{back}{where}{forth}</nav>' if pager.pages > 1 else "")
        )
