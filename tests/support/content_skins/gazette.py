"""In the manner of the system of many American town papers: assets, cards, text for subscribers, flags, a rail."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import BLANK, SHORT_DAY, ContentSkin


class Gazette(ContentSkin):
    """By line, day and number of comments in one row below the headline; paragraphs in boxes for subscribers."""

    name = "gazette"
    addresses = "root"
    title_pattern = "{title} | News | {site}"
    figures = True
    day_form = SHORT_DAY
    filler = '<div class="subscriber-only"><p>{}</p></div>\n'
    text_lines = '<div class="subscriber-only"><p>{}</p></div>\n'
    line_break = "<br />"
    subhead = '<div class="subscriber-only"><p><strong>{}</strong></p></div>\n'
    items = '<div class="subscriber-only"><ul>{}</ul></div>\n'

    def region(self, around: Surroundings, name: str, title: str, inside: str) -> str:
        """A block with a heading in its region of the page."""
        key = self.number(around, 100000, 999999, name)
        head = f'<div class="block-title"><div class="block-title-inner"><h3>{title}</h3></div></div>'
        return (
            f'<div class="tncms-region hidden-print" id="tncms-region-{name}"><div id="tncms-block-{key}" '
            f'class="tncms-block">\n{head}{inside}</div></div>\n'
        )

    def advertisement(self, place: str) -> str:
        """The place of an advertisement."""
        return (
            f'<div class="tnt-ads-container text-center"><small class="tnt-ads-label">Advertisement</small>'
            f'<div class="tnt-ads dfp-ad" data-ad-region="{place}"></div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Alert, offcanvas menu, masthead with weather, two columns, cards, footer with columns of links."""
        menu = "".join(
            f'<li class="tnt-section-{n}"><span class="tnt-nav-item">{link}</span></li>'
            for n, link in enumerate(self.menu_links(around))
        )
        box = "".join(
            '<article class="tnt-asset-type-article card summary letterbox-style-default"><div class="card-container">'
            f'<div class="image"><figure><img class="img-responsive" src="{item.thumb}" alt=""></figure></div>'
            f'<div class="card-body"><div class="card-headline"><h3 class="tnt-headline">'
            f'{self.title_link(around, item)}</h3></div><div class="card-lead"><p class="tnt-summary">'
            f"{self.text(item.teaser)}</p></div></div></div></article>\n"
            for item in around.box
        )
        letter = (
            '<div class="email-list"><h4>Morning headlines</h4><p>Get the day’s top stories sent to your inbox at 6.'
            '</p><form><input type="email" placeholder="Email Address"><button>Sign up!</button></form><p '
            'class="terms">I understand and agree that registration on or use of this site constitutes agreement to '
            "its user agreement and privacy policy.</p></div>"
        )
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="{around.charset}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>{title}</title>
<meta name="robots" content="max-image-preview:standard">
<link rel="stylesheet" href="/shared-content/art/tncms/templates/libraries/flex/components/bootstrap/resources.css">
<script>var dataLayer = window.dataLayer || []; dataLayer.push({{"tncms":{{"page":{{"app":"editorial"}}}}}});</script>
</head>
<body class="app-editorial has-left-col">
<div id="site-navbar-container"><nav id="main-navigation" class="navbar"><a class="navbar-brand" href="/">The Evening \
Sledge</a><ul class="nav navbar-nav">{menu}</ul></nav>
<div class="navbar-right"><a href="/users/login/">Log In</a> <a href="/subscribe/">Subscribe</a></div>
<div class="weather-mini"><span class="weather-temp">-{self.number(around, 2, 29, "cold")}°</span> \
<span class="weather-text">Clear</span></div></div>
<div id="site-container" class="container"><section id="main-page-container" class="row">
<div class="col-md-8 col-sm-8" id="primary-content">
{content}
</div>
<aside class="col-md-4 col-sm-4" id="side-rail">
{self.advertisement("rail_top")}{
            self.region(
                around, "side_popular", "Most Popular", f'<ol class="most-popular">{self.most_read(around)}</ol>'
            )
        }{self.region(around, "side_letter", "Newsletters", letter)}{self.advertisement("rail_bottom")}</aside>
</section>
{self.region(around, "full_bottom", "Trending Now", f'<div class="card-grid">{box}</div>')}</div>
<footer id="site-footer-container"><div class="row"><div class="col-md-4"><h4>Sections</h4><ul>{menu}</ul></div>
<div class="col-md-4"><h4>Services</h4><ul><li>Submit a letter</li><li>Place a classified</li><li>e-Edition</li></ul>
</div><div class="col-md-4"><h4>Contact Information</h4><p>{self.number(around, 100, 990)} Depot Street<br>Phone: \
555-0{self.number(around, 100, 199, "phone")}</p></div></div>
<p class="site-copyright">© Copyright The Evening Sledge. Powered by a system for town papers.</p></footer>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Crumbs, flag, headline, row of facts, shares, body, tags, author's card, related stories, comments."""
        story, around = view.story, view.around
        talk = self.number(view, 0, 48, "talk")
        by = self.by_line(view, '<li><span class="tnt-byline asset-byline" itemprop="author">{}</span></li>\n')
        shares = "".join(
            f'<li class="{kind}"><a class="btn btn-{kind}" href="#share-{kind}"><i class="fab tnt-{kind}"></i>'
            f'<span class="sr-only">{words}</span></a></li>'
            for kind, words in (
                ("facebook", "Facebook"), ("twitter", "Twitter"), ("envelope", "Email"), ("print", "Print"),
                ("bookmark", "Save"),
            )
        )  # fmt: skip
        tags = "".join(f'<li><a href="/search/?k={tag.lower()}"><span>{tag}</span></a></li>\n'
                       for tag in self.tags(view))  # fmt: skip
        remarks = "".join(
            f'<li class="comment"><div class="comment-head"><strong>{name}</strong> <small>'
            f"{self.number(view, 2, 20, name)} hours ago</small></div><div "
            f'class="comment-body"><p>{words}</p></div><a>Report</a> <a>Reply</a></li>\n'
            for name, words in self.remarks(view)
        )
        related = self.links(
            view,
            '<article class="tnt-asset-type-article card image-right"><div class="card-headline"><h3 '
            'class="tnt-headline"><a class="tnt-asset-link" href="{}">{}</a></h3></div></article>\n',
        )
        writer = self.author(view)
        card = (
            f'<div class="asset-author card" id="author-card"><div class="card-body"><h4>{writer}</h4><ul '
            f'class="list-inline"><li><a href="/users/profile/">Author email</a></li><li><a '
            f'href="/users/follow/">Follow {writer}</a></li></ul></div></div>\n'
        )
        flag = self.number(view, 0, 3, "flag")
        flags = ("", '<span class="label label-flag label-flag-featured">Featured</span>',
                 '<span class="label label-flag label-flag-top">Top Story</span>', "")  # fmt: skip
        pages = (
            f'<div class="asset-paging text-center"><ul class="pagination">{self.article_pager(view, "li")}</ul></div>'
        )
        return f"""<div id="asset-content" class="asset" data-asset-uuid="{self.number(view, 10**8, 10**9):x}">
{self.trail(view, '<ol class="breadcrumb hidden-print"><li>{}</li></ol>')}
<article class="article asset full" itemscope itemtype="https://schema.org/NewsArticle">
<header class="asset-header">
<div class="card-labels">{flags[flag]}</div>
{self.title(view, '<h1 class="headline"><span itemprop="headline">{}</span></h1>')}
<div class="meta"><span><ul class="list-inline">
{by}<li class="hidden-print"><time class="tnt-date asset-date text-muted">{view.updated}: {self.day(view)}</time></li>
<li class="hidden-print"><a href="#comments"><i class="fas tnt-comments"></i> <span>{talk}</span></a></li>
</ul></span></div>
</header>
<div class="social-share-links hidden-print"><ul class="list-inline">{shares}</ul></div>
<div id="article-body" class="asset-body" itemprop="articleBody">
<div class="asset-content subscriber-preview">
{self.body(view)}</div></div>
{pages if story.page_count > 1 else ""}
<div class="asset-tags hidden-print"><h4>Tags</h4><ul>{tags}</ul></div>
{card if writer else ""}</article>
</div>
{self.region(around, "article_bottom", "Related to this story", related)}<section id="comments" class="hidden-print">
<h3>({talk}) comments</h3><p class="lead">Welcome to the discussion.</p><div class="well"><p><strong>Keep it \
Clean.</strong> Please avoid obscene, vulgar, lewd, racist or sexually-oriented language.</p><p><strong>Be \
Nice.</strong> No racism, sexism or any sort of -ism \
that is degrading to another person.</p></div><ul class="comment-list">{remarks}</ul>\
</section>"""

    def inset(self, view: ArticlePage) -> str:
        """An advertisement, and what people are reading, between two paragraphs."""
        item = '<li><a class="tnt-asset-link" href="{0}"><strong>{1}</strong></a><p class="tnt-summary">{2}</p></li>\n'
        inside = f'<ul class="list-unstyled">{self.teasers(view, item)}</ul>'
        return self.advertisement("instory") + self.region(view.around, "instory", "People are also reading…", inside)

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """An inline asset: a picture that waits, words and credit in a container, a link to buy it."""
        name = self.picture_name(picture)
        parts = [f'<span class="caption-title">{name}</span><br>'] * bool(name)
        if picture.caption:
            blank = "" if picture.glued or not picture.credit else " "
            parts.append(f'<span class="caption-text">{self.text(picture.caption)}</span>{blank}')
        if picture.credit:
            parts.append(f'<span class="credit"><span class="tnt-byline">[{self.text(picture.credit)}]</span></span>')
        words = f'<div class="caption-container"><figcaption class="caption">{"".join(parts)}</figcaption></div>'
        image = self.waiting(around, picture, BLANK, "data-src", ' class="img-responsive lazyload full" width="1763"')
        image = f'<div class="image"><div>{image}</div></div>' if image else ""
        buy = '<div class="photo-tools hidden-print"><a href="/pixels/">Buy Now</a></div>' if image else ""
        return (
            '<div class="inline-asset inline-image layout-horizontal subscriber-hide tnt-inline-asset"><figure '
            f'class="photo layout-horizontal hover-expand">{image}{words if parts else ""}{buy}</figure></div>\n'
        )

    def listing(self, view: ListPage) -> str:
        """Cards: picture, headline, row with day and comments, lead; which of how many stand above the numbers."""
        around, pager = view.around, view.pager
        made = "".join(
            '<article class="tnt-asset-type-article card summary image-left"><div class="card-container">'
            f'<div class="image"><a href="{self.href(around, line.address)}" class="tnt-asset-link" tabindex="-1">'
            f'<img class="img-responsive lazyload" src="{line.thumb}" alt=""></a></div>\n<div class="card-body">'
            f'<div class="card-headline"><h3 class="tnt-headline">'
            f"{self.title_link(around, line, ' class=tnt-asset-link')}</h3></div>\n"
            '<div class="card-meta"><ul class="list-inline">'
            + (f'<li class="card-date"><time class="tnt-date">{self.line_day(line)}</time></li>' if line.date else "")
            + f'<li class="card-comments"><i class="fas tnt-comments"></i> {self.line_number(line, 0, 48, "talk")}</li>'
            f'</ul></div>\n<div class="card-lead"><p class="tnt-summary">{self.text(line.summary or "")}</p></div>'
            "</div></div></article>\n"
            for line in view.lines
        )
        first, last = self.item_numbers(view)
        last = min(last, first + len(view.lines) - 1)
        count = f'<p class="results-count">{first} - {last} of {pager.total} results</p>\n' if pager.total else ""
        back = self.page_link(view, pager.page - 1, '<li class="prev"><a rel="prev" href="{}">« Previous</a></li>\n')
        forth = self.page_link(view, pager.page + 1, '<li class="next"><a rel="next" href="{}">Next »</a></li>\n')
        numbers = "\n".join(
            self.page_numbers(view, '<li><a href="{}">{}</a></li>', '<li class="active"><span>{}</span></li>')
        )
        return (
            f'<header class="section-header"><h1>{self.text(around.label)}</h1></header>\n{count}'
            f'<div id="tncms-block-index" class="card-grid">\n{made}</div>'
            + (f'<div class="text-center"><ul class="pagination">{back}{numbers}{forth}</ul></div>' * (pager.pages > 1))
        )
