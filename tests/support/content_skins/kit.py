"""Made with a kit of blocks: By line, day in words and minutes stand above the title; words lie over pictures."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import BLANK, SHORT_DAY, ContentSkin

_FONT = '<span style="font-size:18px; font-family:avenir-lt-w01"><span class="color_15">{}</span></span>'


class Kit(ContentSkin):
    """Made with a kit of blocks: By line, day in words and minutes stand above the title; words lie over pictures."""

    name = "kit"
    addresses = "absolute"
    title_pattern = "{title} | {site}"
    figures = True
    day_form = SHORT_DAY
    filler = '<div data-breakout="normal"><p class="font_8 _empty">{}</p></div>\n'
    text_lines = f'<div data-breakout="normal"><p dir="auto" class="font_8 mm8Nw">{_FONT}</p></div>\n'
    line_break = "<br role=presentation>"
    subhead = f'<div data-breakout="normal"><h3 dir="auto" class="font_5 YzXAL">{_FONT}</h3></div>\n'
    items = '<div type="unordered-list" data-hook="rcv-block"><ul class="bVs7i">{}</ul></div>\n'

    def mesh(self, around: Surroundings, part: str, inside: str) -> str:
        """A component in its place of the grid."""
        key = f"comp-k{self.number(around, 100000, 999999, part):x}"
        return (
            f'<div id="{key}" data-testid="mesh-container-content" class="KaEeLN {part}"><div id="{key}inline'
            f'Content-gridContainer">{inside}</div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """A bar of the kit's maker, header, pages, features, subscription, footer, consent."""
        menu = "".join(
            f'<li data-hook="menu-item"><div class="wixui-link">{link}</div></li>' for link in self.menu_links(around)
        )
        box = "".join(
            f'<div role="listitem" class="T7n0L6"><div data-testid="richTextElement" class="HcOXKn">'
            f'<h4 class="font_4">{self.title_link(around, item)}</h4></div><div data-testid="richTextElement">'
            f'<p class="font_9">{self.text(item.teaser)}</p></div></div>\n'
            for item in around.box
        )
        popular = f'<p class="font_6">Trending today</p><ol>{self.most_read(around, 4)}</ol>'
        letter = (
            f'<p class="font_7">Be the first to know. {self.number(around, 120, 980, "letter")} neighbours read our '
            'letter.</p><form><input type="email" placeholder="Email"><button data-testid="buttonElement">Join'
            "</button></form>"
        )
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset='{around.charset}'>
<meta name="viewport" content="width=device-width, initial-scale=1" id="wixDesktopViewport" />
<meta name="generator" content="A kit for pages"/>
<title>{title}</title>
</head>
<body class='device-desktop'>
<div id="SITE_CONTAINER"><div id="main_MF" class="main_MF">
<div id="BANNER" class="freemium"><span>This site was designed with a kit.</span> <a href="/start">Start now</a></div>
<div id="site-root"><div id="masterPage" class="mesh-layout">
<header id="SITE_HEADER">{self.mesh(around, "logo", '<a href="/"><span class="font_2">ice &amp; sauna</span></a>')}
<nav aria-label="Site"><ul>{menu}</ul></nav>
<button data-hook="login">Log In</button></header>
<main id="PAGES_CONTAINER"><div id="SITE_PAGES"><div class="TPASection_blog">
{content}
</div></div></main>
<section class="repeater">{self.mesh(around, "featured", f'<div role="list">{box}</div>')}</section>
<aside>{self.mesh(around, "trending", popular)}</aside>
<footer id="SITE_FOOTER">{self.mesh(around, "letter", letter)}<p class="font_9">Proudly made on a Sunday</p></footer>
</div></div>
<div data-hook="consent-banner" role="alert"><p>By using this page you agree that the sauna is hot.</p><button>Settings\
</button><button>Accept</button></div>
</div></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Head of the post, title, text, pages, shares, counts, recent posts, comments, trail."""
        day = self.day(view)
        head = [f'<span data-hook="user-name" class="tQ0Q1A">{self.text(view.story.by)}</span>'] * bool(view.story.by)
        head += [f'<span title="{day}" data-hook="time-ago">{view.updated}: {day}</span>']
        head += [f'<span data-hook="time-to-read">{self.number(view, 2, 9, "m")} min read</span>']
        heads = "".join(f'<li class="PkL6Xg">{one}</li>' for one in head)
        share = "".join(
            f'<button aria-label="{words}"><img src="/skin/kit/{words.lower()}.svg" alt="{words}"></button>'
            for words in ("Facebook", "LinkedIn", "Link")
        )
        tags = "".join(f'<li><a href="/blog/tags/{tag.lower()}">#{tag}</a></li>' for tag in self.tags(view))
        recent = self.teasers(
            view,
            '<article data-hook="recent-post"><a href="{0}"><div data-hook="post-title">{1}</div></a>'
            '<div data-hook="post-description">{2}</div></article>\n',
            3,
        )
        remarks = "".join(
            f'<div data-hook="comment-item"><div data-hook="comment-author">{name}</div><div data-hook="comment-text">'
            f"<p>{words}</p></div><button>Reply</button></div>\n"
            for name, words in self.remarks(view)
        )
        numbers = "".join(self.page_numbers(view, '<li><a href="{}">{}</a></li>', '<li aria-current="page">{}</li>'))
        forth = self.page_link(view, view.page + 1, '<a data-hook="next" href="{}">Next ›</a>')
        where = f"Page {view.page} of {view.story.page_count}"
        pages = f'<nav aria-label="Pages"><span>{where}</span><ol>{numbers}</ol>{forth}</nav>\n'
        return f"""<article class="blog-post-page-font"><div data-hook="post">
<ul class="post-header" data-hook="post-header"><li><span class="avatar-image"></span></li>{heads}</ul>
{self.title(view, '<div data-hook="post-title"><h1 class="UbhFJ7"><span class="font">{}</span></h1></div>')}
<div data-id="content-viewer" class="moPeE ricos-viewer">
{self.body(view)}</div>
{pages if view.story.page_count > 1 else ""}<ul class="post-tags" data-hook="tags">{tags}</ul>
<footer class="post-footer"><div data-hook="share">{share}</div><div><span>{self.number(view, 20, 4000, "v")} views\
</span> <span>{self.number(view, 0, 40, "c")} comments</span> <span>♡ {self.number(view, 0, 90, "l")}</span></div>
</footer>
</div></article>
<section data-hook="recent-posts"><h2>Recent Posts</h2><a href="{self.href(view.around, "/blog")}">See All</a>
{recent}</section>
<section data-hook="comments"><h2>Comments</h2>{remarks}<p>Write a comment...</p></section>
{self.trail(view, '<nav class="crumbs-bottom">{}</nav>')}"""

    def inset(self, view: ArticlePage) -> str:
        """A sentence of another page on a coloured strip, its title as a button."""
        return self.teasers(
            view,
            '<div data-breakout="fullWidth" class="strip"><div data-testid="richTextElement"><p class="font_9">Keep '
            'exploring</p><p class="font_6">{2}</p>'
            '</div><a href="{0}" data-testid="linkElement"><span class="wixui-button__label">{1}</span></a></div>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """An item of a gallery: the words, which a style lays over the picture, come before it."""
        image = self.waiting(around, picture, BLANK, "data-src", ' data-hook="gallery-item-image" data-idx="0"')
        words = "".join(f'<div class="gallery-item-description">{one}</div>' for one in self.picture_words(picture))
        words = f'<div class="gallery-item-hover" data-hook="item-info">{words}</div>' if words else ""
        shown = f'<wow-image class="gallery-item-visible">{image}</wow-image>' if image else ""
        return f'<div class="pro-gallery" data-hook="gallery-item-container">{words}{shown}</div>\n'

    def listing(self, view: ListPage) -> str:
        """Cards: picture; day and minutes; title; summary; counts. Numbers and arrows without words below them."""
        pager, around = view.pager, view.around
        made = "".join(
            f'<div role="listitem" data-hook="item-container"><a href="{self.href(around, line.address)}">'
            f'<img src="{line.thumb}" alt=""></a><ul class="card-header">'
            + (f'<li data-hook="time-ago">{self.line_day(line)}</li>' if line.date else "")
            + f'<li>{self.line_number(line, 2, 9)} min</li></ul><div data-hook="post-title"><h2>'
            f'{self.title_link(around, line)}</h2></div><div data-hook="post-description">'
            f"{self.text(line.summary or '')}</div><div class=card-footer><span>{self.line_number(line, 9, 900, 'v')} "
            f"views</span> <span>{self.line_number(line, 0, 30, 'c')} comments</span></div></div>\n"
            for line in view.lines
        )
        arrow = (
            '<a href="{{}}" aria-label="{}" data-hook="{}"><svg viewBox="0 0 19 19"><path d="M5 0l9 9-9 9z"/></svg></a>'
        )
        turns = [
            self.page_link(view, pager.page - 1, arrow.format("Previous page", "pagination__prev")),
            *self.page_numbers(view, '<a href="{}">{}</a>', '<span aria-current="page">{}</span>'),
            self.page_link(view, pager.page + 1, arrow.format("Next page", "pagination__next")),
        ]
        count = f'<p data-hook="total">{pager.total} posts</p>\n' if pager.total else ""
        return (
            f'<div data-hook="feed"><h1 class="font_2">{self.text(around.label)}</h1>\n{count}'
            f'<div role="list">{made}</div>'
            + (f'<nav aria-label="Pagination">{" ".join(turns)}</nav>' if pager.pages > 1 else "")
            + "</div>"
        )
