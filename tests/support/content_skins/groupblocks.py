"""In the manner of a blog system's block theme: groups within groups, a line of information with middle dots."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import BLANK, ContentSkin

_FLEX = "wp-block-group is-nowrap is-layout-flex"


class GroupBlocks(ContentSkin):
    """Day, By line, minutes and replies in one paragraph; pictures wait, with a copy for browsers without scripts."""

    name = "groupblocks"
    addresses = "absolute"
    title_pattern = "{title} – {site}"
    figures = True
    line_break = "<br>\n"
    subhead = '<h2 class="wp-block-heading">{}</h2>\n'
    items = '<ul class="wp-block-list">{}</ul>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Template parts: header, content, footer; a notice of cookies at the end."""
        menu = "".join(f'<li class="wp-block-navigation-item">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<li class="wp-block-post"><h3 class="wp-block-post-title">{self.title_link(around, item)}</h3>'
            f'<p class="wp-block-post-excerpt__excerpt">{self.text(item.teaser)}</p></li>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="{around.charset}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="generator" content="a press 6.5" />
<title>{title}</title>
</head>
<body class="single single-post wp-embed-responsive">
<div class="wp-site-blocks"><header class="wp-block-template-part"><div class="{_FLEX}">
<p class="wp-block-site-title"><a href="{self.href(around, "/")}" rel="home">Snowdrift Letters</a></p>
<nav class="wp-block-navigation" aria-label="Menu"><ul class="wp-block-navigation__container">{menu}</ul></nav></div>
</header>
<main class="wp-block-group is-layout-flow">
{content}
</main>
<section class="wp-block-query"><h2 class="wp-block-heading has-small-font-size">From the front page</h2>
<ul class="wp-block-post-template">{box}</ul></section>
<footer class="wp-block-template-part"><p class="has-small-font-size">Designed with a press</p></footer></div>
<div id="cookie-notice" role="dialog"><span>We use cookies to remember how you like your tea.</span>
<button>Accept</button> <button>Reject</button></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Title, the line, content, terms, subscription, neighbours, replies."""
        replies = self.number(view, 0, 24, "replies")
        info = [f"<time>{view.updated}: {self.day(view)}</time>"]
        info += [f'<span class="author vcard">{self.text(view.story.by)}</span>'] if view.story.by else []
        info += [f"{self.number(view, 2, 9, 'minutes')} min read", f'<a href="#respond">{replies} replies</a>']
        terms = '<span class="wp-block-post-terms__separator">, </span>'.join(
            f'<a href="/tag/{tag.lower()}/" rel="tag">{tag}</a>' for tag in self.tags(view)
        )
        remarks = "".join(
            f'<li class="comment depth-1"><div class="wp-block-comment-author-name">{name}</div>'
            f'<div class="wp-block-comment-content"><p>{words}</p></div>'
            '<div class="wp-block-comment-reply-link"><a href="#reply">Reply</a></div></li>\n'
            for name, words in self.remarks(view)
        )
        near = self.links(view, '<div class="post-navigation-link-next">Next: <a href="{}" rel="next">{}</a></div>', 1)
        return f"""{self.trail(view, '<div class="aioseo-breadcrumbs">{}</div>')}
<article>
{self.title(view, '<h1 class="wp-block-post-title">{}</h1>')}
<p class="entry-meta has-small-font-size">{" · ".join(info)}</p>
<div class="entry-content wp-block-post-content is-layout-constrained">
{self.body(view)}{self.pages(view, '<div class="page-links"><span class="page-links-title">Pages:</span> {}</div>')}
<div class="wp-block-jetpack-subscriptions"><p>Join {self.number(view, 210, 940, "letter")} others and get each \
letter by \
mail.</p><form><input type="email" placeholder="Type your email"><button>Subscribe</button></form></div>
</div>
<div class="taxonomy-post_tag wp-block-post-terms"><span class="wp-block-post-terms__prefix">Tagged: </span>{terms}\
</div>
</article>
<nav class="{_FLEX}">{near}</nav>
<div class="wp-block-comments" id="comments"><h2 class="wp-block-comments-title">{replies} replies</h2>\
<ol class="wp-block-comment-template">{remarks}</ol></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A group of related letters."""
        posts = self.links(view, '<li class="wp-block-post"><a href="{}">{}</a></li>', 2)
        return (
            '<div class="wp-block-group has-background"><p class="has-small-font-size"><strong>Related</strong></p>'
            f'<ul class="wp-block-latest-posts">{posts}</ul></div>\n'
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A figure whose picture waits."""
        image = self.waiting(around, picture, BLANK, "data-src", ' class="lazyload" width="1024"')
        image += self.unscripted(around, picture)
        name = self.picture_name(picture)
        name = f'<p class="has-small-font-size has-text-align-center">{name}</p>' if name else ""
        line = f'<figcaption class="wp-element-caption">{self.text(picture.line)}</figcaption>' if picture.line else ""
        return f'<figure class="wp-block-image size-large">{image}{name}{line}</figure>\n'

    def listing(self, view: ListPage) -> str:
        """A query: picture, title, summary with words to read on, the day and a person."""
        people = ("Anna", "Boris", "Ceyda", "Deng")
        made = "".join(
            f'<li class="wp-block-post"><figure class="wp-block-post-featured-image"><img src="{line.thumb}" alt="">'
            f'</figure><h2 class="wp-block-post-title">{self.title_link(view.around, line)}</h2>'
            f'<div class="wp-block-post-excerpt">'
            f'<p class="wp-block-post-excerpt__excerpt">{self.text(line.summary or "")} '
            f'<a class="wp-block-post-excerpt__more-link" href="{self.href(view.around, line.address)}">Continue '
            f"reading "
            f'<span class="screen-reader-text">{self.text(line.title)}</span>…</a></p></div><div class="{_FLEX}">'
            f'<div class="wp-block-post-date">{line.date or ""}</div><p>filed by {self.line_word(line, people)}</p>'
            f"</div></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<h1 class="wp-block-query-title">Category: <span>{self.text(view.around.label)}</span></h1>\n'
            f'<ul class="wp-block-post-template">{made}</ul>'
            + (f'<nav class="wp-block-query-pagination">{pager}</nav>' if pager else "")
        )
