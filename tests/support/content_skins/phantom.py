"""In the manner of a static blog's theme: a byline card below the heading, cards of other posts amid the text."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin

_STAR = '<svg viewBox="0 0 20 20" width="14"><path d="M10 1l3 6 6 1-4 5 1 6-6-3-6 3 1-6-4-5 6-1z"></path></svg>'


class Phantom(ContentSkin):
    """By line and day are two lines of a card beside a face; the day shares its line with a time of reading."""

    name = "phantom"
    addresses = "root"
    title_pattern = "{title} – {site}"
    figures = True
    line_break = "<br>"
    subhead = "<h2>{}</h2>\n"

    def head(self, view: ArticlePage) -> str:
        """Where the page's one true copy is."""
        return f'<link rel="canonical" href="{self.href(view.around, view.story.path)}">\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Viewport with navigation, content, more posts, footer, portal."""
        menu = "".join(f'<li class="nav-{n}">{link}</li>' for n, link in enumerate(self.menu_links(around), 1))
        box = "".join(
            f'<article class="post-card post no-image"><div class="post-card-content"><h3 class="post-card-title">'
            f'{self.title_link(around, item)}</h3><div class="post-card-excerpt">{self.text(item.teaser)}</div></div>'
            f"</article>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<title>{title}</title>
<meta charset="{around.charset}">
<meta name="HandheldFriendly" content="True">
<link rel="stylesheet" type="text/css" href="/assets/built/screen.css?v=9f1c">
</head>
<body class="post-template is-head-left-logo has-serif-body">
<div class="viewport">
<header id="gh-head" class="gh-head outer"><div class="gh-head-inner inner"><div class="gh-head-brand"><a \
class="gh-head-logo no-image" href="/">Slow Tram</a></div><nav class="gh-head-menu"><ul class="nav">{menu}</ul></nav>
<div class="gh-head-actions"><a class="gh-head-link" href="#/portal/signin">Sign in</a><a class="gh-head-button" \
href="#/portal/signup">Subscribe</a></div></div></header>
<div class="site-content">
{content}
<aside class="read-more-wrap outer"><div class="read-more inner">{box}</div></aside>
<section class="gh-popular"><h4>Passengers also like</h4><ol>{self.most_read(around, 4)}</ol></section>
</div>
<footer class="site-footer outer"><div class="inner"><section class="copyright"><a href="/">Slow Tram</a> · \
{self.number(around, 210, 890, "members")} members</section><div class="gh-powered-by"><a href="/">Made by \
phantoms</a></div></div></footer>
</div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Header with the card, content, call for members, comments, neighbours."""
        tags = "".join(f'<a class="post-tag" href="/tag/{tag.lower()}/">#{tag}</a> ' for tag in self.tags(view))
        remarks = "".join(
            f'<div class="gh-remark"><div class="gh-remark-who"><b>{name}</b> <span>Member</span></div>'
            f'<div class="gh-remark-what">{words}</div><button>Reply</button></div>\n'
            for name, words in self.remarks(view)
        )
        near = self.links(view, '<a class="post-nav-next" href="{}"><small>Newer post</small><b>{}</b></a>', 1)
        by = self.by_line(view, '<h4 class="author-name">{}</h4>\n')
        return f"""<main id="site-main" class="site-main">
<article class="article post">
<header class="article-header gh-canvas">
{self.trail(view, '<div class="article-tag post-card-tags">{}</div>')}
{self.title(view, '<h1 class="article-title">{}</h1>')}
<div class="article-byline"><section class="article-byline-content">
<ul class="author-list"><li class="author-list-item"><a class="author-avatar" href="/author/"><img \
class="author-profile-image" src="/content/images/face{self.number(view, 1, 6, "face")}.png" alt=""></a></li></ul>
<div class="article-byline-meta">
{by}<div class="byline-meta-content"><time class="byline-meta-date">{view.updated}: {self.day(view)}</time>\
<span class="byline-reading-time"><span class="bull">•</span> {self.number(view, 2, 9, "minutes")} min read</span></div>
</div>
<div class="byline-save">{_STAR} Save for later</div>
</section></div>
</header>
<section class="gh-content gh-canvas">
{self.body(view)}<div class="kg-card kg-signup-card"><h3>Ride with us on Sundays</h3><div>One letter a week, no \
advertisements.</div><button>Get on board</button></div>
</section>
{self.pages(view, '<nav class="pagination-inner">{}</nav>')}
<div class="article-tags">{tags}</div>
</article>
<section class="article-comments gh-canvas"><h4>Member discussion ({self.number(view, 3, 40, "talk")})</h4>{remarks}\
</section>
<nav class="post-nav">{near}</nav>
</main>"""

    def inset(self, view: ArticlePage) -> str:
        """Another post as a card of a bookmark."""
        return self.teasers(
            view,
            '<div class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="{0}">'
            '<div class="kg-bookmark-content"><div class="kg-bookmark-title">{1}</div>'
            '<div class="kg-bookmark-description">{2}</div><div class="kg-bookmark-metadata">'
            '<img class="kg-bookmark-icon" src="/favicon.png" alt=""><span class="kg-bookmark-publisher">Slow Tram'
            "</span></div></div></a></div>\n",
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A card of an image, its words in spans of one caption."""
        image = self.image(around, picture, ' class="kg-image" loading="lazy" width="1200"')
        name = self.picture_name(picture)
        name = f'<div class="kg-image-file">{name}</div>' if name else ""
        words = f"<figcaption><span>{self.text(picture.line)}</span></figcaption>" if picture.line else ""
        kind = "kg-card kg-image-card kg-card-hascaption" if words else "kg-card kg-image-card"
        return f'<figure class="{kind}">{image}{name}{words}</figure>\n'

    def listing(self, view: ListPage) -> str:
        """A feed of cards: picture, title, excerpt, then the day, minutes and a link to the whole."""
        around = view.around
        made = "".join(
            f'<article class="post-card post"><a class="post-card-image-link" href="{self.href(around, line.address)}">'
            f'<img class="post-card-image" src="{line.thumb}" alt="" loading="lazy"></a><div class="post-card-content">'
            f'<header class="post-card-header"><h2 class="post-card-title">{self.title_link(around, line)}</h2>'
            f'</header><div class="post-card-excerpt">{self.text(line.summary or "")}</div>'
            '<footer class="post-card-meta">'
            + (f'<time class="post-card-meta-date">{line.date}</time> ' if line.date else "")
            + f'<span class="post-card-meta-length">{self.line_number(line, 2, 9)} min read</span> '
            f'<a class="post-card-more" href="{self.href(around, line.address)}">Read on →</a></footer></div>'
            "</article>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<main class="outer"><section class="tag-head"><h1>{self.text(around.label)}</h1></section>\n'
            f'<div class="post-feed">{made}</div>'
            + (f'<nav class="pagination-inner">{pager}</nav>' if pager else "")
            + "</main>"
        )
