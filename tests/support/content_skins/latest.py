"""Four in the manner of a kit for pages, of components, of an editor of the nineties, and of a seat of government."""

from __future__ import annotations

from harbincrawl.twin.newsroom.model import Picture
from harbincrawl.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import BLANK, SHORT_DAY, ContentSkin

_FONT = '<span style="font-size:18px; font-family:avenir-lt-w01"><span class="color_15">{}</span></span>'
_ARIAL = '<font face="Arial" size="2">{}</font>'


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


class Components(ContentSkin):
    """Every block is a component in a grid: facts are terms with definitions, pictures wait for no script."""

    name = "components"
    addresses = "root"
    title_pattern = "{title} | {site}"
    figures = True
    filler = '<div class="text aem-GridColumn"><div class="cmp-text"><p>{}</p></div></div>\n'
    text_lines = '<div class="text aem-GridColumn"><div class="cmp-text"><p>{}</p></div></div>\n'
    line_break = "<br>\n"
    subhead = (
        '<div class="title aem-GridColumn"><div class="cmp-title"><h3 class="cmp-title__text">{}</h3></div></div>\n'
    )
    items = '<div class="text aem-GridColumn"><div class="cmp-text"><ul>{}</ul></div></div>\n'

    def part_of_grid(self, kind: str, inside: str) -> str:
        """A component as a column of the grid."""
        return f'<div class="{kind} aem-GridColumn aem-GridColumn--default--12">{inside}</div>\n'

    def teaser_part(self, href: str, title: str, words: str) -> str:
        """Title, words and a call to act."""
        inside = (
            '<div class="cmp-teaser"><div class="cmp-teaser__content"><h2 class="cmp-teaser__title"><a '
            f'class="cmp-teaser__title-link" href="{href}">{title}</a></h2><div class="cmp-teaser__description">'
            f'<p>{words}</p></div><div class="cmp-teaser__action-container"><a class="cmp-teaser__action-link" '
            f'href="{href}">Discover more</a></div></div></div>'
        )
        return self.part_of_grid("teaser", inside)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Fragments of header and footer around the containers; a shelf of teasers; a notice of cookies."""
        menu = "".join(
            f'<li class="cmp-navigation__item cmp-navigation__item--level-0">{link}</li>'
            for link in self.menu_links(around)
        )
        box = "".join(
            self.teaser_part(self.href(around, item.path), self.text(item.title), self.text(item.teaser))
            for item in around.box
        )
        tabs = "".join(f'<li role="tab" class="cmp-tabs__tab">{words}</li>' for words in ("Most read", "For you"))
        return f"""<!DOCTYPE HTML>
<html lang="en">
<head>
<meta charset="{around.charset}"/>
<title>{title}</title>
<meta name="template" content="article-page"/>
<link rel="stylesheet" href="/etc.clientlibs/site/clientlib-base.lc-{self.number(around, 10**6, 10**7)}-lc.min.css"/>
</head>
<body class="page basicpage" id="page-{self.number(around, 10**6, 10**7, "page"):x}">
<div class="root container responsivegrid"><div class="cmp-container"><div class="aem-Grid aem-Grid--12">
<header class="experiencefragment"><div class="cmp-experiencefragment cmp-experiencefragment--header">
<div class="cmp-image cmp-image--logo"><a href="/">{self.icon("logo", "Northern Mutual")}</a></div>
<nav class="cmp-navigation"><ul class="cmp-navigation__group">{menu}</ul></nav>
<section class="cmp-search" role="search"><form class="cmp-search__form"><input class="cmp-search__input" \
placeholder="Search"/></form></section>
<ul class="cmp-languagenavigation"><li>English</li><li>Français</li></ul></div></header>
<main class="container responsivegrid main-par"><div class="cmp-container"><div class="aem-Grid aem-Grid--12">
{content}
</div></div></main>
<div class="tabs panelcontainer"><div class="cmp-tabs"><ol role="tablist">{tabs}</ol><div role="tabpanel" \
class="cmp-tabs__tabpanel"><ul>{self.most_read(around, 5)}</ul></div></div></div>
<div class="container shelf">{box}</div>
<footer class="experiencefragment"><div class="cmp-text"><p>Northern Mutual insures \
{self.number(around, 2, 9, "ships")} ships and every roof.</p><p>Legal notice · Accessibility</p></div></footer>
</div></div></div>
<div id="onetrust-banner-sdk" role="region"><p>We use cookies that are necessary, and some that are nice.</p>\
<button>Reject all</button><button>Accept all</button></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Crumbs as items, title, facts beside the text, body of components, a quote, shares, related teasers."""
        story, around = view.story, view.around
        crumbs = [("/", "Home")] * story.home_in_breadcrumb + [
            (around.manner.list_path(story.section_path, 1), story.label)
        ]
        trail = "".join(
            f'<li class="cmp-breadcrumb__item"><a href="{self.href(around, path)}"><span>{self.text(words)}</span></a>'
            "</li>\n"
            for path, words in crumbs
        )
        trail = f'<nav class="cmp-breadcrumb"><ol class="cmp-breadcrumb__list">\n{trail}</ol></nav>'
        facts = [("Reading time", f"{self.number(view, 2, 9, 'm')} minutes")]
        facts += [
            (head, words) for head, words in (("Source", self.source(view)), ("Author", self.author(view))) if words
        ]
        facts += [(view.updated, self.day(view)), ("Topics", ", ".join(self.tags(view)))]
        rows = "".join(f'<div class="fact"><dt>{head}</dt><dd>{words}</dd></div>\n' for head, words in facts)
        aside = f'<aside class="article-facts"><dl class="article-facts__list">\n{rows}</dl></aside>'
        turns = self.page_numbers(view, '<li><a href="{}">{}</a></li>', '<li class="is-active"><span>{}</span></li>')
        forth = self.page_link(view, view.page + 1, '<li><a href="{}" rel="next">Next</a></li>')
        where = f"<p>Page {view.page} of {story.page_count}</p>"
        pages = f'<div class="cmp-pages">{where}<ul>{"".join(turns)}{forth}</ul></div>'
        share = '<div class="cmp-sharing"><span>Share</span> <button>Mail</button> <button>Print</button></div>'
        related = "".join(self.teaser_part(href, words, self.teaser(words)) for href, words in self.related(view)[:2])
        helped = f"Did this help you? {self.number(view, 40, 99, 'p')}% of readers said yes."
        return "".join(
            (
                self.part_of_grid("breadcrumb", trail) if story.breadcrumb else "",
                self.title(
                    view, '<div class="title"><div class="cmp-title"><h1 class="cmp-title__text">{}</h1></div></div>\n'
                ),
                self.part_of_grid("articlefacts", aside),
                f'<div class="container article-par"><div class="cmp-container">\n{self.body(view)}</div></div>\n',
                self.part_of_grid("pages", pages) if story.page_count > 1 else "",
                self.part_of_grid("sharing", share),
                self.part_of_grid("feedback", f'<div class="cmp-feedback"><p>{helped}</p></div>'),
                f'<div class="container related"><h2>You may also like</h2>{related}</div>',
            )
        )

    def inset(self, view: ArticlePage) -> str:
        """A sentence of the text once more, large and in quotation marks."""
        for block in view.blocks:
            sentences = getattr(block, "text", "").split(". ")
            if len(sentences) > 2 and '"' not in sentences[1] and "“" not in sentences[1]:
                quote = f"<blockquote class=cmp-quote__text>“{self.text(' '.join(sentences[1].split()))}.”</blockquote>"
                return self.part_of_grid("quote", f'<div class="cmp-quote">{quote}</div>')
        return ""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A picture that only an element for browsers without scripts names; its words are a title below it."""
        image = ""
        if picture.src:
            shown = self.image(around, picture, ' class="cmp-image__image" itemprop="contentUrl"')
            image = f'<noscript data-cmp-hook-image="noscript">{shown}</noscript>'
        words = "".join(f'<span class="cmp-image__title">{one}</span><br>' for one in self.picture_words(picture))
        source = f' data-cmp-src="{self.address(around, picture)}"' if image else ""
        return self.part_of_grid(
            "image", f'<div data-cmp-is="image" data-cmp-lazy{source} class="cmp-image">{image}{words}</div>'
        )

    def listing(self, view: ListPage) -> str:
        """Items of a list with titles, days and descriptions; how many are shown; one button for more."""
        pager, around = view.pager, view.around
        made = "".join(
            f'<li class="cmp-list__item"><article><div><a class="cmp-list__item-link" '
            f'href="{self.href(around, line.address)}">'
            f'<span class="cmp-list__item-title">{self.text(line.title)}</span></a></div>'
            f'<div class="cmp-list__item-description">{self.text(line.summary or "")}</div>'
            + (f'<div><span class="cmp-list__item-date">{line.date}</span></div>' if line.date else "")
            + f'<div class="cmp-list__item-kind">{self.line_word(line, ("Story", "Interview", "Report"))}</div>'
            "</article></li>\n"
            for line in view.lines
        )
        first, last = self.item_numbers(view)
        shown = f"Showing {first}–{last} of {pager.total} results" if pager.total else f"Showing {first}–{last}"
        more = self.page_link(
            view, pager.page + 1, '<a class="cmp-button" rel="next" href="{}"><span>Load more</span></a>'
        )
        return (
            self.part_of_grid(
                "title", f'<div class="cmp-title"><h1 class="cmp-title__text">{self.text(around.label)}</h1></div>'
            )
            + self.part_of_grid("list", f'<ul class="cmp-list">{made}</ul>')
            + (self.part_of_grid("button", f"<p>{shown}</p>{more}") if pager.pages > 1 else "")
        )


class FrontDoor(ContentSkin):
    """An editor of the nineties: what is known stands in a table's second row, below its labels; no style at all."""

    name = "frontdoor"
    addresses = "relative"
    title_pattern = "{title}"
    filler = f"<p>{_ARIAL}</p>\n"
    text_lines = f"<p>{_ARIAL}</p>\n"
    line_break = "<br>\n"
    subhead = '<p><b><font face="Arial" size="2" color="#800000">{}</font></b></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Banner, marquee, bar of navigation, shared borders, counter."""
        menu = " ".join(f'[&nbsp;<font face="Arial" size="2">{link}</font>&nbsp;]' for link in self.menu_links(around))
        box = "".join(
            f'<tr><td valign="top"><img src="_themes/ice/bul1.gif" width="15" height="15"></td><td><font face="Arial" '
            f'size="2"><b>{self.title_link(around, item)}</b><br>{self.text(item.teaser)}</font></td></tr>\n'
            for item in around.box
        )
        popular = "".join(
            f'<br><a href="{self.href(around, one.path)}">{self.text(one.title)}</a>' for one in around.most_read[:4]
        )
        return f"""<html>

<head>
<meta http-equiv="Content-Language" content="en-us">
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<meta name="GENERATOR" content="A front door 4.0">
<meta name="ProgId" content="FrontDoor.Editor.Document">
<title>{title}</title>
<meta name="Microsoft Theme" content="ice 011, default">
</head>

<body background="_themes/ice/icebkgnd.gif" bgcolor="#FFFFFF" text="#000000" link="#0000FF" vlink="#800080">
<!--webbot bot="Include" U-Include="top.htm" TAG="BODY" startspan -->
<p align="center"><img border="0" src="images/banner.gif" width="600" height="60" alt="Welcome to the Front Door!" \
usemap="#FPMap0"></p>
<p align="center"><marquee width="600" bgcolor="#CCFFFF">The river is frozen! \
{self.number(around, 12, 40, "cm")} cm and growing!</marquee></p>
<!--webbot bot="Include" endspan -->
<map name="FPMap0"><area href="index.htm" shape="rect" coords="0, 0, 600, 60"></map>
<!--webbot bot="Navigation" S-Type="banner" S-Orientation="horizontal" startspan --><h5 align="center">{menu}</h5>
<!--webbot bot="Navigation" endspan -->
<hr>
<div align="center"><center>
<table border="0" cellpadding="8" cellspacing="0" width="760"><tr><td width="160" valign="top" bgcolor="#E0F0FF">
<h4><font face="Arial">Best of the week</font></h4><font face="Arial" size="1">{popular}</font>
<applet code="fphover.class" codebase="./" width="120" height="24"><param name="text" value="Search"></applet></td>
<td width="600" valign="top">
{content}
</td></tr></table>
</center></div>
<hr>
<table border="0" width="760" align="center"><caption><big>What's new!</big></caption>
{box}</table>
<p align="center"><font face="Arial" size="1">You are visitor no. <img src="/cgi-bin/Count.cgi?df=\
{self.number(around, 1000, 99999, "hits")}" alt="Hit counter"> - best viewed at 800 x 600 - sign our \
<a href="guest.htm">guest book</a></font></p>
</body>

</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, a table of two rows, text, pages, letters, a link to the top."""
        known = [(view.updated, self.day(view))]
        known += [
            (head, words) for head, words in (("Author", self.author(view)), ("Source", self.source(view))) if words
        ]
        known += [("Visits", str(self.number(view, 40, 9000, "v"))), ("Webmaster", self.editor(view))]
        heads = "".join(f'<td bgcolor="#C0C0C0" align="center"><font face="Arial" size="1"><b>{head}</b></font></td>'
                        for head, _ in known)  # fmt: skip
        cells = "".join(f'<td align="center"><font face="Arial" size="1">{words}</font></td>' for _, words in known)
        letters = "".join(
            f"<dt><strong>{name}</strong></dt><dd><em>{words}</em></dd>\n" for name, words in self.remarks(view)
        )
        also = self.links(view, '<br>\n<img src="_themes/ice/arrow.gif" alt="*"> <a href="{}">{}</a>')
        title = '<h1 align="center"><font face="Arial" color="#000080">{}</font></h1>'
        return f"""<a name="top"></a>{self.trail(view, '<p align="left"><font face="Arial" size="1">{}</font></p>')}
{self.title(view, title)}
<div align="center"><table border="1" cellpadding="2" cellspacing="0" id="AutoNumber1" bordercolor="#808080">
<tr>{heads}</tr>
<tr>{cells}</tr>
</table></div>
<blockquote>
{self.body(view)}</blockquote>
{self.pages(view, '<h5 align="center"><font face="Arial">{}</font></h5>')}
<hr width="60%">
<p align="center"><font face="Arial" size="1"><a href="#top">Back to top</a> | \
<a href="javascript:window.print()">Print this page</a> | <a href="mailto:me@frontdoor.example">\
<img src="images/mail.gif" border="0" alt="Mail me!"></a></font></p>
<p><font face="Arial" size="1"><b>See also</b>{also}</font></p>
<h3>Letters to the front door</h3>
<dl>{letters}</dl>
<form action="_vti_bin/shtml.dll"><textarea name="S1" rows="2"></textarea><input type="submit" value="Submit"></form>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A paragraph with the picture; its words are paragraphs as any other."""
        image = self.image(around, picture, ' border="1" hspace="6" vspace="6"')
        shown = f'<p align="center">{image}</p>\n' if image else ""
        return shown + "".join(f"<p>{_ARIAL.format(one)}</p>\n" for one in self.picture_words(picture))

    def listing(self, view: ListPage) -> str:
        """A row for each: a ball, the title with its day in brackets, the summary below a break; a rule after it."""
        made = "".join(
            '<tr><td valign="top"><img src="_themes/ice/ball.gif" width="12" height="12"></td><td>'
            f'<font face="Arial" size="2">{self.title_link(view.around, line)}</font>'
            + (f' <font face="Arial" size="1" color="#808080">({line.date})</font>' if line.date else "")
            + f'<br><font face="Arial" size="1">{self.text(line.summary or "")}</font></td></tr>\n'
            '<tr><td colspan="2"><img src="images/line.gif" width="560" height="3"></td></tr>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<h1 align="center"><font face="Arial" color="#000080">{self.text(view.around.label)}</font></h1>\n'
            f'<table border="0" cellpadding="2" width="100%">{made}</table>'
            + (f'<p align="center"><font face="Arial" size="2">{pager}</font></p>' if pager else "")
        )


class Seat(ContentSkin):
    """A seat of government: icons before day and clicks, source and author in brackets behind the text, tools."""

    name = "seat"
    addresses = "root"
    title_pattern = "{title}_{site}"
    figures = True
    times = True
    filler = '<p style="text-indent:2em;text-align:justify">{}</p>\n'
    text_lines = '<p style="text-indent:2em;text-align:justify"><span style="font-family:SimSun">{}</span></p>\n'
    subhead = '<p style="text-indent:2em"><span style="font-family:SimHei"><strong>{}</strong></span></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar for aged readers, search, channels, columns; emblems of registers at the end."""
        menu = "".join(f"<td align='center'>{link}</td>" for link in self.menu_links(around))
        box = "".join(
            f"<li><p class='jr-bt'>{self.title_link(around, item)}</p><p class='jr-zy'>{self.text(item.teaser)}</p>"
            "</li>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html><head><meta http-equiv='Content-Type' content='text/html; charset={around.charset}'/>
<title>{title}</title>
<meta name='SiteName' content='Seat of the Delta'/><meta name='ColumnName' content='News'/>
<script language='javascript' src='/module/jslib/jquery/jpage.js'></script></head>
<body>
<div id='barrierfree_container'>
<div class='top'><span>Version for the aged</span><span>Barrier-free</span><span>Mail box</span></div>
<div class='search-box'><input id='q' placeholder='What do you want to find?'><span>Hot words:</span><a href='/s?q=1'>\
residence permit</a><a href='/s?q=2'>tax rebate</a></div>
<!--<$[channels]>begin--><table width='100%'><tr>{menu}</tr></table><!--<$[channels]>end-->
<div class='main1200'>
{content}
</div>
<div class='jinri'><div class='jr-tit'>Today in focus</div><ul>{box}</ul></div>
<div class='rank'><div class='jr-tit'>Ranking</div><ol>{self.most_read(around, 5)}</ol></div>
<div class='foot'><p>Kept by the information centre of the delta</p>\
<p>Code of the site: 33010000{self.number(around, 10, 99)}</p>\
<img src='/picture/red.png' alt='Party and government organs'></div>
</div></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Place, title, icons, text with who answers for it, pages, tools, code, neighbours, questions."""
        told = self.labelled(view, "Author: {}", "Source: {}")
        told += [f"Editor: {self.editor(view)}"]
        near = self.links(view, "<li>Next: <a href='{}'>{}</a></li>", 1)
        asked = "".join(
            f"<tr><td class='wd-n'>{name}</td><td class='wd-q'>{words}</td><td class='wd-z'>answered</td></tr>\n"
            for name, words in self.remarks(view)
        )
        clicks = self.number(view, 90, 20000, "clicks")
        return f"""{self.trail(view, "<div class='dqwz'>Your position: {}</div>")}
<div class='art-box' id='c'>
<!--<$[title]>begin-->
{self.title(view, "<div class='art-tit'><UCAPTITLE>{}</UCAPTITLE></div>")}<!--<$[title]>end-->
<div class='art-info'><i>{self.icon("clock", "Time")} {view.updated}: {self.day(view)}</i> \
<i>{self.icon("eye", "Clicks")} {clicks}</i> \
<i>Font: <a href="javascript:doZoom(18)">A+</a> <a href="javascript:doZoom(14)">A-</a></i></div>
<!--<$[content]>begin--><UCAPCONTENT><div id='zoom'><!--ZJEG_RSS.content.begin-->
{self.body(view)}<!--ZJEG_RSS.content.end-->
</div></UCAPCONTENT><!--<$[content]>end-->
<div class='art-zr'>({"　".join(told)})</div>
{self.pages(view, "<div id='page-div'>{}</div>", "span")}
<div class='art-tool'><a href="javascript:window.print()">{self.icon("print", "Print")}</a><a \
href="javascript:window.close()">{self.icon("close", "Close")}</a></div>
<div class='qr'><img src='/picture/qr{view.story.number}.png' alt=''><p>Scan to read on your telephone</p></div>
<ul class='art-near'>{near}</ul></div>
<table class='wd'><caption>Questions of the public</caption>{asked}</table>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """The picture in the centre, its words in the centre in blue."""
        image = self.image(around, picture, " border='0' title='' width='700'")
        shown = f"<center>{image}</center>\n" if image else ""
        return shown + "".join(f"<center style='color:#00349a'>{one}</center>\n" for one in self.picture_words(picture))

    def listing(self, view: ListPage) -> str:
        """The day in square brackets before the title, the summary below it; how many and which page at the end."""
        pager, around = view.pager, view.around
        made = "".join(
            "<li>"
            + (f"<span class='rq'>[{line.date}]</span> " if line.date else "")
            + f"{self.title_link(around, line)}<p class='zy'>{self.text(line.summary or '')}</p></li>\n"
            for line in view.lines
        )
        at, count = self.place(view)
        turns = [f"Total <b>{pager.total}</b> items"] * bool(pager.total) + [f"Page <b>{at}</b> of <b>{count}</b>"]
        turns += [
            self.page_link(view, page, f"<a href='{{}}'>{words}</a>") or words
            for page, words in ((at - 1, "Previous"), (at + 1, "Next"))
        ]
        return (
            f"<div class='lm'>{self.text(around.label)}</div>\n<div class='default_pgContainer'><ul>{made}</ul></div>"
            + (f"<div class='default_pgBtns'>{'&nbsp; '.join(turns)}</div>" if count > 1 else "")
        )
