"""In the manner of the system of most Korean papers on the net: icons in a line of information, photo layouts."""

from __future__ import annotations

from tests.support.manner_skins.tools import DESK
from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import COLUMNS, ContentSkin


class Hangang(ContentSkin):
    """Author, day and comments are items with icons below an `h3`; the source and a copyright line end the text."""

    name = "hangang"
    addresses = "absolute"
    title_pattern = "{title} < {site}"
    figures = True
    times = True
    day_form = "{:%Y.%m.%d}"
    filler = "<p>{}</p>\n\n"
    text_lines = "<p>{}</p>\n\n"
    subhead = "<p><strong>{}</strong></p>\n\n"
    items_as = "text"

    def box_of(self, kind: str, title: str, inside: str) -> str:
        """A skin's box of automatic articles."""
        return (
            f'<div class="box-skin {kind}"><div class="header"><strong class="header-title">{title}</strong></div>\n'
            f'<div class="content">{inside}</div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Quick menu, masthead, all sections, two grids, boxes, a band of banners, footer with registrations."""
        menu = "".join(f'<li class="secline">{link}</li>\n' for link in self.menu_links(around))
        ranks = "".join(
            f'<div class="item"><em class="number">{n}</em><a href="{self.href(around, one.path)}" '
            f'target="_top"><span class="auto-titles">{self.text(one.title)}</span></a></div>\n'
            for n, one in enumerate(around.most_read[:5], 1)
        )
        box = "".join(
            f'<div class="item"><a href="{self.href(around, item.path)}"><span class="auto-images" '
            f'style="background-image:url({item.thumb})"></span><strong class="auto-titles">{self.text(item.title)}'
            f'</strong><span class="auto-lead">{self.text(item.teaser)}</span></a></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="{around.charset}">
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<title>{title}</title>
<meta name="Copyright" content="Seed of a daily">
<link rel="stylesheet" href="/css/style.min.css?{self.number(around, 10**6, 10**7)}">
</head>
<body id="user-article">
<div id="skip-menu"><a href="#user-container">Go to the text</a></div>
<div id="user-wrap"><div class="off-canvas-wrapper">
<header id="user-header"><div class="hd-top grid"><ul class="hd-user"><li><a href="/member/login.html">Login</a></li>\
<li><a href="/member/">Join</a></li><li><a href="/com/jb.html">Report a story</a></li></ul><span class="hd-date">\
Edition {self.number(around, 1200, 8800, "edition")}</span></div>
<h1 class="hd-logo"><a href="/"><img src="/image/logo/toplogo.png" alt="Ferry Daily"></a></h1>
<nav id="user-nav"><ul class="menu">
{menu}</ul></nav></header>
<div id="user-container" class="grid"><div class="custom-sticky row">
<section id="user-section" class="grid-body">
{content}
</section>
<aside class="grid-side">
{self.box_of("rank", "Most viewed", ranks)}<div class="banner_box"><iframe src="about:blank" title="ad"></iframe></div>
</aside>
</div></div>
{
            self.box_of("bottom", "Headlines now", box)
        }<footer id="user-footer"><ul class="ft-menu"><li>About us</li><li>Guide to \
advertising</li><li>Terms</li><li>Privacy policy</li><li>Youth protection</li></ul>
<div class="ft-address">Ferry Street {self.number(around, 2, 98, "street")}, 4th floor | Phone: 02-000-{
            self.number(around, 1000, 9999, "phone")
        } | Youth protection officer: {DESK[4]}<br>All rights reserved. mail to desk@ferry.example.com</div>
<div class="ft-sys">{self.icon("system", "System for papers")}</div></footer>
</div></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Path, heading, items with icons, shares and tools, photo layouts and lines, writer, tags, replies."""
        author, source = self.author(view), self.source(view)
        comments = self.number(view, 0, 30, "replies")
        items = [f'<i class="icon-user-o"></i> Author: {author}'] * bool(author)
        items += [f'<i class="icon-clock-o"></i> {view.updated}: {self.day(view)}']
        items += [f'<i class="icon-bubble-o"></i> Comments {comments}']
        told = "".join(f"<li>{one}</li>\n" for one in items)
        shares = "".join(
            f'<li><a href="#{key}" class="{key}"><i class="icon-{key}"></i><span class="show-for-sr">{words}</span></a>'
            "</li>"
            for key, words in (("kakao", "Talk"), ("facebook", "Facebook"), ("url", "Copy address"))
        )
        votes = "".join(
            f'<li><button><i class="icon-{words.lower()}"></i><span>{words}</span> <em>'
            f"{self.number(view, 0, 60, words)}</em></button></li>"
            for words in ("Good", "Sad", "Angry", "More")
        )
        tags = "".join(f'<a href="/news/tags/?tag={tag}">#{tag}</a>\n' for tag in self.tags(view))
        remarks = "".join(
            f'<li class="reply-item"><div class="reply-name"><strong>{name}</strong> <em class="reply-date">'
            f"2024-0{self.number(view, 1, 9, name)}-1{self.number(view, 0, 9, words)} 08:15:42</em></div>"
            f'<p class="reply-comment">{words}</p><button>Reply</button></li>\n'
            for name, words in self.remarks(view)
        )
        near = "".join(
            f'<li class="{kind}"><a href="{href}"><span>{words}</span> <strong>{title}</strong></a></li>\n'
            for (href, title), kind, words in zip(
                self.related(view)[1:], ("prev", "next"), ("Previous article", "Next article"), strict=False
            )
        )
        writer = (
            f'<div class="writer"><div class="profile"><strong class="name">{author}</strong> <a '
            'href="/news/articleList.html?sc_area=I">Other articles</a></div></div>\n'
        )
        origin = f'<p class="view-source">Source: {source}</p>\n'
        more = self.links(view, '<li><a href="{}"><i class="icon-angle-right"></i> {}</a></li>\n')
        return f"""<div id="article-view"><header class="article-view-header">
{self.trail(view, '<div class="article-view-path"><i class="icon-home"></i> {}</div>')}
{self.title(view, '<h3 class="heading">{}</h3>')}
<article class="info-group"><ul class="information">
{told}</ul>
<div class="article-view-tools"><ul class="sns">{shares}</ul><ul class="tools"><li><button>Smaller letters</button>\
</li><li><button>Larger letters</button></li><li><button>Print</button></li></ul></div></article>
</header>
<div class="article-view-body grid"><div class="article-body">
<article id="article-view-content-div" class="article-veiw-body font-size17" itemprop="articleBody">
{self.body(view)}</article>
{origin if source else ""}{self.pages(view, '<ul class="pagination">{}</ul>', "li")}
<div class="view-copyright">Copyright © Ferry Daily Unauthorized reproduction and redistribution prohibited</div>
{writer if author else ""}<div class="tag-group">{tags}</div>
<div class="article-sentiment"><strong>This article is</strong><ul>{votes}</ul></div>
</div></div></div>
<div class="relation"><strong>Related articles</strong><ul>
{more}</ul></div>
<ul class="article-near">
{near}</ul>
<section id="reply"><h4>Comments <b>{comments}</b></h4><p>Sign in to leave a comment, within 400 letters.</p><ul>
{remarks}</ul></section>"""

    def inset(self, view: ArticlePage) -> str:
        """A place for advertisements and one link, floating in the text."""
        link = self.links(view, '<a href="{}"><em>[Related]</em> <span>{}</span></a>', 1)
        place = '<div class="ad-template" style="float:right"><div class="col ad-1"></div></div>'
        return f'{place}\n<div class="bylink">{link}</div>\n'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A photo layout in the centre, words below in an element for captions."""
        image = self.image(around, picture, ' class="photo-item" loading="lazy" style="max-width:600px"')
        words = "".join(f"<figcaption>{one}</figcaption>" for one in self.picture_words(picture))
        return (
            '<div style="text-align:center">\n<figure class="photo-layout image photo_'
            f'{self.number(around, 1000, 99999, picture.src or "")} max-width-600" data-type="photo">'
            f"{image}{words}</figure>\n</div>\n\n"
        )

    def listing(self, view: ListPage) -> str:
        """Picture, `h4`, the summary as a link too, then column, who and when; arrows are icons with hidden words."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<li class="item"><a href="{self.href(around, line.address)}" class="thumb"><img src="{line.thumb}" '
            f'alt=""></a>\n<div class="view-cont"><h4 class="titles">{self.title_link(around, line)}</h4>\n'
            f'<p class="lead line-6x2"><a href="{self.href(around, line.address)}">{self.text(line.summary or "")}</a>'
            f'</p>\n<span class="byline"><em>{self.line_word(line, COLUMNS)}</em>\n'
            f"<em>{self.line_word(line, DESK, 'who')}</em>\n"
            + (
                f"<em>{self.line_day(line)} {self.line_number(line, 7, 21, 'hour'):02}:"
                f"{self.line_number(line, 0, 59, 'minute'):02}</em>"
                if line.date
                else ""
            )
            + "</span></div></li>\n"
            for line in view.lines
        )
        count = f"<small>Total <strong>{pager.total}</strong> articles</small>" if pager.total else ""
        at, pages = self.place(view)
        arrow = '<li class="pagination-{}"><a href="{{}}"><span class="show-for-sr">{}</span><i></i></a></li>\n'
        before = "".join(
            self.page_link(view, page, arrow.format(kind, words))
            for page, kind, words in ((1, "start", "First"), (at - 1, "previous", "Previous"))
            if at > 1
        )
        after = [(at + 1, "next", "Next")] + [(pages, "end", "Last")] * pager.last
        behind = "".join(
            self.page_link(view, page, arrow.format(kind, words)) for page, kind, words in after if at < pages
        )
        numbers = "".join(
            self.page_numbers(view, '<li><a href="{}">{}</a></li>\n', '<li class="active"><a>{}</a></li>\n')
        )
        return (
            f'<div id="section-list"><header class="section-header"><h2>{self.text(around.label)}</h2>{count}'
            '<div class="list-kind"><button title="Short"></button><button title="Album"></button></div></header>\n'
            f'<ul class="type2">\n{made}</ul>'
            + (f'<nav><ul class="pagination">{before}{numbers}{behind}</ul></nav>' if pages > 1 else "")
            + "</div>"
        )
