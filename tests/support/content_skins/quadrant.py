"""In the manner of a builder of handsome sites: numbered blocks in rows, day above the title, the author last."""

from __future__ import annotations

import zlib

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings
from tests.support.twin.skins.skin import groups

from .tools import BLANK, LONG_DAY, SHORT_DAY, ContentSkin, say_day


class Quadrant(ContentSkin):
    """Runs of text share a block; the day stands with a rubric above the title, the By line in a card at the end."""

    name = "quadrant"
    addresses = "root"
    title_pattern = "{title} — {site}"
    figures = True
    day_form = LONG_DAY
    filler = '<p class="" style="white-space:pre-wrap;">{}</p>'
    text_lines = '<p class="" style="white-space:pre-wrap;">{}</p>'
    line_break = "<br>"
    subhead = '<h3 style="white-space:pre-wrap;">{}</h3>'
    items = '<ul data-rte-list="default">{}</ul>'

    def block(self, around: Surroundings, kind: str, number: int, inside: str) -> str:
        """A block of a kind, with the number that the builder gives it."""
        key = f"{zlib.crc32(f'{around.path} {inside}'.encode()):x}"
        return (
            f'<div class="sqs-block {kind}-block sqs-block-{kind}" data-block-type="{number}" id="block-{key}"><div '
            f'class="sqs-block-content">\n{inside}\n</div></div>\n'
        )

    def row(self, inside: str) -> str:
        """The only column of a row."""
        return f'<div class="row sqs-row"><div class="col sqs-col-12 span-12">{inside}</div></div>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Announcement, header, sections, a summary of other posts, a newsletter, the builder's badge."""
        menu = "".join(
            f'<div class="header-nav-item header-nav-item--collection">{link}</div>\n'
            for link in self.menu_links(around)
        )
        cards = "".join(
            '<div class="summary-item summary-item-record-type-text sqs-gallery-design-autogrid-slide"><div '
            f'class="summary-thumbnail-outer-container"><img class="summary-thumbnail-image" src="{item.thumb}" alt="">'
            f'</div><div class="summary-content"><div class="summary-metadata-container--above-title"><span '
            f'class="summary-metadata-item--date">{self.other_day(item.path)}</span></div><div class="summary-title">'
            f'{self.title_link(around, item, " class=summary-title-link")}</div><div class="summary-excerpt"><p>'
            f"{self.text(item.teaser)}</p></div></div></div>\n"
            for item in around.box
        )
        summary = self.block(
            around,
            "summary-v2",
            55,
            f'<div class="summary-heading">Featured</div><div class="summary-list">{cards}</div>',
        )
        letter = (
            '<div class="newsletter-form-wrapper"><h2 class="newsletter-form-header-title">Subscribe</h2><p>Sign up '
            'with your email address to receive news and updates.</p><form><input type="email" '
            'placeholder="Email Address"><button class="newsletter-form-button">Sign Up</button></form><p '
            'class="newsletter-form-footnote">We respect your privacy.</p></div>'
        )
        popular = f'<h4>Most read</h4><ol data-rte-list="default">{self.most_read(around, 4)}</ol>'
        return f"""<!doctype html>
<html xmlns:og="http://opengraphprotocol.org/schema/" lang="en-US">
<head>
<meta charset="{around.charset}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<!-- This is a builder's site. -->
<title>{title}</title>
<script data-name="static-context">Static = window.Static || {{}};</script>
</head>
<body id="item-{self.number(around, 10**8, 10**9):x}" class="primary-button-style-solid header-overlay-alignment-left \
tweak-blog-item-show-date blog-item-list-pagination-enabled seven-one">
<div class="sqs-announcement-bar"><a href="/visit"><div id="announcement-bar-text-inner-id"><p>The studio is open on \
Saturdays.</p></div></a></div>
<div id="siteWrapper" class="clearfix site-wrapper">
<header data-test="header" id="header" class="header theme-col--primary"><div class="header-announcement-bar-wrapper">
<a href="#page" class="header-skip-link sqs-button-element--primary">Skip to Content</a>
<div class="header-title-logo"><a href="/">{self.icon("quadrant", "Quadrant Studio")}</a></div>
<div class="header-nav"><nav class="header-nav-list">
{menu}</nav></div><div class="header-actions"><a href="/contact" class="btn">Get in touch</a></div></div></header>
<main id="page" class="container" role="main"><article class="sections" id="sections"><section \
data-test="page-section" class="page-section full-bleed-section"><div class="content-wrapper"><div class="content">
{content}
</div></div></section></article></main>
<footer class="sections" id="footer-sections"><section class="page-section"><div class="fluid-engine">
{summary}{self.block(around, "html", 2, f'<div class="sqs-html-content">{popular}</div>')}{
            self.block(around, "newsletter", 51, letter)
        }<div class="sqs-svg-icon--list"><a href="/social" aria-label="Instagram"></a></div>
<p>© Quadrant Studio. Site by friends.</p></div></section></footer>
</div>
</body>
</html>
"""

    def other_day(self, path: str) -> str:
        """The day of another post."""
        seed = zlib.crc32(f"{self.name} {path}".encode())
        return say_day(f"{seed // 512 % 8 + 2012}-{seed // 32 % 12 + 1:02}-{seed % 28 + 1:02}", SHORT_DAY)

    def body(self, view: ArticlePage) -> str:
        """Blocks in rows: text that nothing divides is one block, in a long one stands the inset."""
        made: list[str] = []
        run: list[str] = []

        def close() -> None:
            if run:
                text = f'<div class="sqs-html-content">{"".join(run)}</div>'
                made.append(self.row(self.block(view.around, "html", 2, text)))
                run.clear()

        parts = groups(view.blocks)
        middle = len(parts) // 2 if len(parts) >= self.room_for_inset else -1
        for at, group in enumerate(parts):
            if at == middle:
                close()
                made.append(self.inset(view))
            if group.picture:
                close()
                made.append(self.row(self.part(view.around, group)))
            else:
                run.append(self.part(view.around, group))
        close()
        return "".join(made)

    def article(self, view: ArticlePage) -> str:
        """Meta, title, blocks, pages, tags, likes and shares, the author's card, comments, neighbours."""
        rubric = self.trail(view, '<div class="blog-item-category-wrapper"><span>{}</span></div>\n')
        tags = "".join(
            f'<span class="blog-item-tag-wrapper"><a href="/journal/tag/{tag}" class="blog-item-tag">{tag}</a></span>\n'
            for tag in self.tags(view)
        )
        author = self.by_line(
            view,
            '<section class="blog-item-author-profile-wrapper" data-content-field="author-profile"><div '
            'class="author-avatar"></div><div class="author-profile"><a class="author-name" href="/journal?author=1">{}'
            "</a></div></section>\n",
        )
        remarks = "".join(
            f'<div class="comment"><div class="comment-header"><span class="author">{name}</span> <span '
            f'class="date">{self.number(view, 2, 9, name)} months ago</span> · {self.number(view, 0, 5, words)} Likes'
            f'</div><div class="comment-body"><p>{words}</p></div></div>\n'
            for name, words in self.remarks(view)
        )
        near = "".join(
            f'<a href="{href}" class="item-pagination-link item-pagination-link--{kind}"><div '
            f'class="item-pagination-icon icon"></div><div class="pagination-title-wrapper"><div '
            f'class="visually-hidden">{words}</div><h2 class="item-pagination-title">{title}</h2></div></a>\n'
            for (href, title), kind, words in zip(
                self.related(view)[1:], ("prev", "next"), ("Previous", "Next"), strict=False
            )
        )
        turns = " ".join(self.page_numbers(view, '<a href="{}">{}</a>', "<strong>{}</strong>"))
        forth = self.page_link(view, view.page + 1, ' <a href="{}">Continue →</a>')
        pages = self.row(self.block(view.around, "html", 2, f'<p class="post-pages">Page {turns}{forth}</p>'))
        return f"""<div class="blog-item-wrapper" data-content-field="main-content">
<article id="article-" class="h-entry entry" data-item-id="{self.number(view, 10**8, 10**9):x}">
<div class="blog-item-inner-wrapper">
<div class="blog-item-top-wrapper"><div class="blog-item-title-wrapper">
<div class="blog-item-meta-wrapper">
<div class="blog-item-date-wrapper"><time class="dt-published blog-meta-item blog-meta-item--date">\
<span>{view.updated}: {self.day(view)}</span></time></div>
{rubric}</div>
{self.title(view, '<div class="blog-item-title"><h1 class="entry-title entry-title--large p-name">{}</h1></div>')}
</div></div>
<div class="blog-item-content-wrapper"><div class="blog-item-content e-content"><div class="sqs-layout sqs-grid-12 \
columns-12" data-type="item">
{self.body(view)}{pages if view.story.page_count > 1 else ""}</div></div></div>
<div class="blog-item-bottom-wrapper"><div class="blog-item-tags">{tags}</div><div class="blog-item-social"><button \
class="sqs-simple-like"><span class="like-count">{self.number(view, 1, 90, "likes")} Likes</span></button> <button \
class="ss-social-button">Share</button></div>
{author}</div>
<section class="blog-item-comments squarespace-comments"><h2>Comments ({self.number(view, 0, 9, "talk")})</h2>
<div>Newest First · Oldest First</div>{remarks}<button>Post Comment…</button></section>
</div></article></div>
<section id="itemPagination" class="item-pagination item-pagination--prev-next">
{near}</section>"""

    def inset(self, view: ArticlePage) -> str:
        """A card of another post beside its picture, with a button."""
        card = (
            '<figure class="sqs-block-image-figure design-layout-card"><div class="image-card-wrapper"><div '
            'class="image-card"><div class="image-title-wrapper"><div class="image-title"><p>{1}</p></div></div><div '
            'class="image-subtitle-wrapper"><div class="image-subtitle"><p>{2}</p></div></div><div '
            'class="image-button"><a href="{0}" class="sqs-button-element--primary">Learn more</a></div></div></div>'
            "</figure>"
        )
        return self.row(self.block(view.around, "image", 5, self.teasers(view, card, 1)))

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A block of a picture that waits for a script; its words in a wrapper below."""
        words = "".join(f"<p>{one}</p>" for one in self.picture_words(picture))
        words = (
            f'<figcaption class="image-caption-wrapper"><div class="image-caption">{words}</div></figcaption>'
            * bool(words)
        )
        image = self.waiting(around, picture, BLANK, "data-src", ' class="thumb-image" data-load="false"')
        shown = (
            '<div class="image-block-wrapper" data-animation-role="image"><div '
            'class="sqs-image-shape-container-element">'
            f"{self.unscripted(around, picture)}{image}</div></div>"
        )
        return self.block(
            around,
            "image",
            5,
            '<div class="image-block-outer-wrapper layout-caption-below design-layout-inline"><figure '
            f'class="sqs-block-image-figure intrinsic">{shown * bool(image)}{words}</figure></div>',
        )

    def listing(self, view: ListPage) -> str:
        """Articles of a grid: picture, day, title, excerpt, `Read More`; only newer and older posts as ways."""
        around, pager = view.around, view.pager
        made = "".join(
            '<article class="blog-basic-grid--container entry blog-item"><div class="blog-image-wrapper"><a '
            f'href="{self.href(around, line.address)}"><img src="{BLANK}" data-src="{line.thumb}" alt="" '
            'class="image"></a></div>\n<div class="blog-basic-grid--text"><div class="blog-meta-section"><span '
            'class="blog-meta-primary">'
            + (f'<time class="blog-date">{self.line_day(line)}</time>' if line.date else "")
            + '</span><span class="blog-meta-delimiter"></span></div>\n<h1 class="blog-title">'
            f'{self.title_link(around, line, " data-no-animation")}</h1>\n<div class="blog-excerpt"><div '
            f'class="blog-excerpt-wrapper"><p class="" style="white-space:pre-wrap;">{self.text(line.summary or "")}'
            f'</p></div></div>\n<a class="blog-more-link" href="{self.href(around, line.address)}">Read More</a></div>'
            "</article>\n"
            for line in view.lines
        )
        count = f'<p class="blog-filter-count">{pager.total} posts</p>' if pager.total else ""
        turn = (
            '<div class="{0}"><a href="{{}}" rel="{1}" class="blog-list-pagination-link"><div '
            'class="blog-list-pagination-icon icon"></div><div class="blog-list-pagination-text"><span '
            'class="blog-list-pagination-label">{2}</span></div></a></div>\n'
        )
        newer = self.page_link(view, pager.page - 1, turn.format("newer", "prev", "Newer Posts"))
        older = self.page_link(view, pager.page + 1, turn.format("older", "next", "Older Posts"))
        return (
            f'<div class="blog-filter-header"><h2>{self.text(around.label)}</h2>{count}</div>\n<div '
            f'class="blog-basic-grid collection-content-wrapper">\n{made}</div>'
            + (f'<div class="blog-list-pagination">{newer}{older}</div>' if pager.pages > 1 else "")
        )
