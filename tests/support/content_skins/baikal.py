"""In the manner of the system that most Russian firms and towns run: day above bare lines, properties below them."""

from __future__ import annotations

import zlib

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Baikal(ContentSkin):
    """Days with dots and times; text in lines with breaks; author, source and shows as properties behind it."""

    name = "baikal"
    addresses = "root"
    title_pattern = "{title}"
    figures = True
    times = True
    day_form = "{:%d.%m.%Y}"
    filler = "{}<br />\n"
    text_lines = "\t{}<br />\n<br />\n"
    line_break = "<br />\n\t"
    subhead = "\t<b>{}</b><br />\n<br />\n"
    items = "<ul>{}</ul>\n<br />\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header with telephone and basket, menu, work area, side blocks with news, a poll, footer with counters."""
        menu = "".join(
            f'<li class="bx-nav-1-lvl bx-nav-list-1-col">{link.replace("<a ", "<a class=bx-nav-1-lvl-link ", 1)}</li>\n'
            for link in self.menu_links(around)
        )
        news = "".join(
            f'<small><span class="news-date-time">{self.side_day(one.path)}&nbsp;&nbsp;</span>'
            f'<a href="{self.href(around, one.path)}">{self.text(one.title)}</a><br /></small>\n'
            for one in around.most_read[:5]
        )
        box = "".join(
            f'<p class="news-item" id="bx_{self.number(around, 10**8, 10**9, item.path)}_{n}"><b>'
            f"{self.title_link(around, item)}</b><br />{self.text(item.teaser)}</p>\n"
            for n, item in enumerate(around.box)
        )
        answers = "".join(
            f'<li class="voting-form-item"><label><input type="radio" name="vote_radio_2" value="{n}" /> {words}'
            "</label></li>"
            for n, words in enumerate(("Every day", "Once a week", "Only on the ice"))
        )
        return f"""<!DOCTYPE html>
<html xml:lang="en" lang="en">
<head>
<meta http-equiv="X-UA-Compatible" content="IE=edge" />
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<meta name="robots" content="index, follow" />
<script data-skip-moving="true">(function(w, d, n) {{var cl = "bx-core";var ht = d.documentElement;}})(window);</script>
<link href="/bitrix/cache/css/s1/eshop/page_{
            self.number(around, 10**8, 10**9):x}.css" type="text/css" rel="stylesheet" />
<title>{title}</title>
</head>
<body class="bx-background-image bx-theme-blue">
<div id="panel"></div>
<div class="bx-wrapper" id="bx_eshop_wrap">
<header class="bx-header"><div class="bx-header-section container"><div class="bx-logo"><a class="bx-logo-block" \
href="/">{self.icon("logo")}</a></div><div class="bx-inc-orginfo"><span class="bx-inc-orginfo-phone">8 (3952) \
{self.number(around, 20, 79, "p")}-14-09</span><br />Mon.-Fri. 9:00 - 18:00</div>
<div class="bx-basket"><a href="/login/">Log in</a> <a href="/login/?register=yes">Register</a></div>
<nav class="bx-top-nav"><ul class="bx-nav-list-1-lvl">
{menu}</ul></nav></div></header>
<div class="workarea"><div class="container bx-content-seection"><div class="row"><div class="bx-content col-md-9">
{content}
</div>
<div class="sidebar col-md-3">
<div class="bx-sidebar-block"><h3>Last news</h3><div class="news-line">
{news}</div></div>
<div class="bx-sidebar-block"><h3>Poll</h3><div class="voting-form-box"><b>How often do you cross the lake?</b><ol>\
{answers}</ol><input type="submit" name="vote" value="Vote" /></div></div>
<div class="bx-sidebar-block"><h3>Subscription</h3><form action="/personal/subscribe/"><input type="text" \
name="sf_EMAIL" title="Enter your e-mail" /><input type="submit" value="Subscribe" /></form></div>
</div></div></div></div>
<div class="bx-recommended"><h3>We recommend</h3><div class="news-list">
{box}</div></div>
<footer class="bx-footer"><div class="bx-inclogofooter">© House of the Lake, 2001-2024<br />Use of materials is \
allowed with a link to the site only.</div><div class="counters"><a href="//counter.example.com/click">{
            self.icon("counter", "Counter: visitors of 24 hours")
        }</a></div>
<div id="bx-composite-banner"></div></footer>
</div>
</body>
</html>
"""

    def side_day(self, path: str) -> str:
        """The day of another piece of news, as the side block prints it."""
        seed = zlib.crc32(f"{self.name} {path}".encode())
        return f"{seed % 28 + 1:02}.{seed // 32 % 12 + 1:02}.{seed // 512 % 8 + 2012}"

    def bread(self, view: ArticlePage) -> str:
        """The chain of navigation, each link in a box of its own; empty where there is none."""
        story, manner = view.story, view.around.manner
        if not story.breadcrumb:
            return ""
        chain = [(manner.scope, manner.home)] * story.home_in_breadcrumb
        chain += [(manner.list_path(story.section_path, 1), self.text(story.label))]
        items = "".join(
            f'<div class="bx-breadcrumb-item" id="bx_breadcrumb_{n}">{"<i class=fa-angle-right></i>" * bool(n)}'
            f'<a href="{self.href(view.around, path)}" title="{words}"><span>{words}</span></a></div>\n'
            for n, (path, words) in enumerate(chain)
        )
        return f'<div class="bx-breadcrumb">\n{items}<div style="clear:both"></div></div>'

    def article(self, view: ArticlePage) -> str:
        """Chain, page's title, day, lines, pages, properties, shares, similar news, way back, comments."""
        told = self.labelled(view, "Author:&nbsp;{}", "Source:&nbsp;{}")
        told += [f"Number of shows:&nbsp;{self.number(view, 40, 9000, 'shows')}"]
        tags = ", ".join(f'<a href="/search/?tags={tag}">{tag}</a>' for tag in self.tags(view))
        told += [f"Tags:&nbsp;{tags}"]
        shares = "".join(
            f'<li class="bx-share-icon"><a href="#{key}" title="{words}">{self.icon(key)}</a></li>'
            for key, words in (("vk", "VK"), ("ok", "Classmates"), ("tg", "Telegram"))
        )
        similar = "".join(
            f'<li><span class="news-date-time">{self.side_day(href)}</span> <a href="{href}">{words}</a></li>\n'
            for href, words in self.related(view)
        )
        remarks = "".join(
            f'<div class="reviews-block-inner"><div class="review-info"><b>{name}</b>, '
            f'<span class="message-post-date">{self.side_day(words)} {self.number(view, 10, 23, name)}:17</span></div>'
            f'<div class="reviews-text">{words}</div><a>Quote</a></div>\n'
            for name, words in self.remarks(view)
        )
        turns = self.page_numbers(view, '<a href="{}">{}</a>', "<b>{}</b>")
        pages = f'<div class="news-pages"><font class="text">Pages:&nbsp;{"&nbsp;|&nbsp;".join(turns)}</font></div>\n'
        folder = self.href(view.around, view.around.manner.list_path(view.story.section_path, 1))
        return f"""{self.bread(view)}
{self.title(view, '<h1 class="bx-title dbg_title" id="pagetitle">{}</h1>')}
<div class="news-detail">
<span class="news-date-time">{view.updated}: {self.day(view)}</span><br /><br />
{self.body(view)}{pages if view.story.page_count > 1 else ""}<div style="clear:both"></div>
<br />
{"<br />".join(told)}<br />
<div class="news-detail-share"><noindex><ul class="bx-share-icons">{shares}</ul></noindex></div>
</div>
<div class="news-similar"><h4>News on the subject</h4><ul>
{similar}</ul></div>
<p><a href="{folder}">Back to the list</a></p>
<div class="reviews-block-container">{remarks}<div class="reviews-reply-form"><textarea></textarea><input \
type="submit" value="Send" /></div></div>"""

    def inset(self, view: ArticlePage) -> str:
        """Another piece of news, between rules."""
        return self.teasers(
            view,
            '<div class="read-also"><hr /><b>Read also:</b> <a href="{0}">{1}</a><br />'
            "<small>{2}</small><hr /></div>\n",
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A large picture that opens on a click, its words below it in small letters."""
        image = self.image(around, picture, ' border="0" class="detail_picture"')
        if image:
            image = f'<a class="fancybox" rel="gallery" href="{self.address(around, picture)}">{image}</a>'
        words = "".join(f'<div class="photo-desc"><small>{one}</small></div>' for one in self.picture_words(picture))
        return f'<div class="news-photo">{image}{words}</div>\n'

    def listing(self, view: ListPage) -> str:
        """Paragraphs that divs break: picture, day, bold title, announcement; numbers between bars, `Prev.`, `End`."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<p class="news-item" id="bx_{self.line_number(line, 10**8, 10**9)}"><a '
            f'href="{self.href(around, line.address)}"><img class="preview_picture" border="0" src="{line.thumb}" '
            'alt="" style="float:left" /></a>\n'
            + (f'<span class="news-date-time">{self.line_day(line)}</span>\n' if line.date else "")
            + f"<b>{self.title_link(around, line)}</b><br />\n{self.text(line.summary or '')}\n"
            f'<div style="clear:both"></div><small>Number of shows:&nbsp;{self.line_number(line, 9, 900, "shows")}'
            "</small><br /></p>\n"
            for line in view.lines
        )
        at, count = self.place(view)
        steps = [(1, "Begin"), (at - 1, "Prev.")] if at > 1 else []
        turns = [self.page_link(view, page, f'<a href="{{}}">{words}</a>') for page, words in steps] or [
            "Begin", "Prev.",
        ]  # fmt: skip
        turns += ["&nbsp;".join(self.page_numbers(view, '<a href="{}">{}</a>', "<b>{}</b>"))]
        turns += [self.page_link(view, at + 1, '<a href="{}">Next</a>') or "Next"]
        turns += [self.page_link(view, count, '<a href="{}">End</a>') if at < count else "End"] * pager.last
        first, _ = self.item_numbers(view)
        last = first + len(view.lines) - 1
        shown = f"News {first} - {last} of {pager.total}<br />" if pager.total else ""
        return (
            f'<h1 class="bx-title" id="pagetitle">{self.text(around.label)}</h1>\n<div class="news-list">\n{made}'
            + (f'<br /><font class="text">{shown}</font>\n<font class="text">{"&nbsp;|&nbsp;".join(turns)}</font>'
               if count > 1 else "")
            + "</div>"
        )  # fmt: skip
