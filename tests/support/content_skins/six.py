"""Skins in the manner of six more systems: what is known stands above, beside, around and behind the text."""

from __future__ import annotations

from harbincrawl.twin.newsroom.model import Picture
from harbincrawl.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings
from tests.support.content_skins.tools import LONG_DAY, SHORT_DAY, ContentSkin

COLUMNS = ("City", "River", "Letters", "Stage", "Markets")
PLACES = ("HARBIN", "DAOLI", "SONGBEI", "ACHENG", "HULAN")


class Pavilion(ContentSkin):
    """In the manner of an extension for a portal system: day above the title, author below, source behind the text."""

    name = "pavilion"
    addresses = "root"
    title_pattern = "{title} - {site}"
    figures = True
    day_form = LONG_DAY
    line_break = "<br />"
    subhead = "<h4>{}</h4>\n"
    items = '<ul class="arrow">{}</ul>\n'

    def module(self, kind: str, title: str, inside: str) -> str:
        """A module of a position."""
        return (
            f'<div class="moduletable{kind}"><h3><span class="backh"><span class="backh1">{title}</span></span></h3>\n'
            f'<div class="k2ItemsBlock">{inside}</div></div>\n'
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Top, menu, component with a column of modules, bottom."""
        menu = "".join(f'<li class="item-{n}"><span>{link}</span></li>' for n, link in
                       enumerate(self.menu_links(around), 101))  # fmt: skip
        box = "".join(
            f'<li class="{"odd" if n % 2 else "even"}"><a class="moduleItemImage" '
            f'href="{self.href(around, item.path)}">'
            f'<img src="{item.thumb}" alt="" /></a>{self.title_link(around, item, " class=moduleItemTitle")}'
            f'<div class="moduleItemIntrotext">{self.text(item.teaser)}</div></li>\n'
            for n, item in enumerate(around.box)
        )
        online = f"<p>We have {self.number(around, 3, 210, 'guests')}&nbsp;guests and no members online</p>"
        return f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en-gb" lang="en-gb" dir="ltr">
<head>
<meta http-equiv="content-type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<link rel="stylesheet" href="/components/com_k2/css/k2.css" type="text/css" />
</head>
<body id="shadow" class="com_k2 view-item">
<div id="all"><div id="back"><div id="header"><div class="logoheader"><a href="/" id="logo">{self.icon("logo")}</a>
<span class="header1">Tea, timber and talk since last spring</span></div>
<ul class="menu nav-pills">{menu}</ul>
<div id="line"><div id="fontsize"></div><form class="mod-finder"><input class="inputbox" placeholder="Search ..." />\
</form></div></div>
<div id="contentarea2"><div id="wrapper2"><div id="main">
{content}
</div></div>
<div id="nav" class="right">{self.module("_hot", "Most read", f"<ul>{self.most_read(around)}</ul>")}\
{self.module("_menu", "Who&#39;s online", online)}</div></div>
<div id="bottom">{self.module("_featured", "Featured items", f"<ul>{box}</ul>")}</div>
<div id="footer"><p>Template by nobody in particular. <a href="#shadow">Back to top</a></p></div>
</div></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Day, title, author, toolbar, stars, text, additional info, footer, links, more of the kind, comments."""
        around, story = view.around, view.story
        author = self.author(view)
        author = (
            f'<span class="itemAuthor">By&nbsp; <a rel="author" href="/user/">{author}</a></span>' if author else ""
        )
        extra = [("Column:", COLUMNS[self.number(view, 0, 4, "column")])]
        extra += [("Source:", self.source(view))] if self.source(view) else []
        extra.append(("Reading time:", f"{self.number(view, 2, 9, 'm')} minutes"))
        fields = "".join(
            f'<li class="{"odd" if n % 2 else "even"} typeTextfield group1"><span class="itemExtraFieldsLabel">{label}'
            f'</span> <span class="itemExtraFieldsValue">{words}</span></li>\n'
            for n, (label, words) in enumerate(extra)
        )
        stars = "".join(f'<li><a href="#" rel="{story.number}" class="star-{n}">{n}</a></li>' for n in range(1, 6))
        tags = "".join(f'<li><a href="/itemlist/tag/{tag}">{tag}</a></li>' for tag in self.tags(view))
        latest = self.teasers(
            view,
            '<li class="even"><a class="itemRelTitle" href="{0}">{1}</a><div class="itemRelIntrotext">{2}</div></li>\n',
        )
        remarks = "".join(
            f'<li class="{"odd" if n % 2 else "even"}"><span class="commentLink"><a href="#comment{n}">Comment Link</a>'
            f'</span> <span class="commentAuthorName">posted by {name}</span><p>{words}</p></li>\n'
            for n, (name, words) in enumerate(self.remarks(view), 1)
        )
        return f"""{self.trail(view, '<div id="breadcrumbs"><div class="breadcrumbs">{}</div></div>')}
<div id="k2Container" class="itemView"><span class="itemEditLink"></span>
<div class="itemHeader">
<span class="itemDateCreated">{view.updated} {self.day(view)}</span>
{self.title(view, '<h2 class="itemTitle">{}</h2>')}
{author}
</div>
<div class="itemToolbar"><ul><li><span class="itemTextResizerTitle">font size</span> <a href="#" id="fontDecrease">\
<span>decrease font size</span></a> <a href="#" id="fontIncrease"><span>increase font size</span></a></li>\
<li><a class="itemPrintLink" rel="nofollow" href="{self.href(around, story.path)}?print=1"><span>Print</span></a></li>\
<li><a class="itemCommentsLink" href="#itemCommentsAnchor">{self.number(view, 0, 12, "c")} comments</a></li></ul></div>
<div class="itemRatingBlock"><span>Rate this item</span><div class="itemRatingForm"><ul class="itemRatingList">{stars}\
</ul><div class="itemRatingLog">({self.number(view, 0, 40, "votes")} votes)</div></div></div>
<div class="itemBody">
<div class="itemFullText">
{self.body(view)}</div>
{self.pages(view, '<div class="pagination pagenav">{}</div>')}
<div class="itemExtraFields"><h3>Additional Info</h3><ul>
{fields}</ul></div>
<div class="itemContentFooter"><span class="itemHits">Read <b>{self.number(view, 40, 8000, "hits")}</b> times</span>\
</div></div>
<div class="itemLinks"><div class="itemCategory"><span>Published in</span> <a href="/itemlist/">\
{COLUMNS[self.number(view, 0, 4, "column")]}</a></div>
<div class="itemTagsBlock"><span>Tagged under</span><ul class="itemTags">{tags}</ul></div></div>
<div class="itemRelated"><h3>Related items (by tag)</h3><ul>
{latest}</ul></div>
<a name="itemCommentsAnchor"></a><div class="itemComments"><ul class="itemCommentsList">
{remarks}</ul><p class="itemCommentsForm">Make sure you enter all the required information (*).</p></div>
<div class="itemBackToTop"><a class="k2Anchor" href="#top">back to top</a></div></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A module that was loaded into the text."""
        return self.links(
            view,
            '<div class="custom_inline well"><span class="label">Don&#39;t miss</span> <a href="{}">{}</a></div>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """The block of an image with its words in spans."""
        image = self.image(around, picture, ' style="width:600px; height:auto;"')
        if image:
            image = f'<span class="itemImage"><a class="modal" rel="{{handler: \'image\'}}">{image}</a></span>'
        words = "".join(f'<div><span class="itemImageCaption">{one}</span></div>'
                        for one in self.picture_words(picture))  # fmt: skip
        return f'<div class="itemImageBlock">{image}{words}<div class="clr"></div></div>\n'

    def listing(self, view: ListPage) -> str:
        """Items of a category: day, title, picture, summary, column, a link to the whole."""
        pager = self.list_pager(view, "li")
        made = "".join(self._item(view, line) for line in view.lines)
        return (
            '<div id="k2Container" class="itemListView"><div class="itemListCategoriesBlock"><div '
            'class="itemListCategory">'
            f"<h2>{self.text(view.around.label)}</h2></div></div>\n"
            f'<div class="itemList"><div id="itemListPrimary">{made}</div></div>'
            + (f'<div class="k2Pagination"><ul>{pager}</ul></div>' if pager else "")
            + "</div>"
        )

    def _item(self, view: ListPage, line: PrintedLine) -> str:
        """An item as its category shows it."""
        day = self.line_day(line)
        href = self.href(view.around, line.address)
        return (
            '<div class="itemContainer itemContainerLast" style="width:100%"><div class="catItemView groupPrimary">'
            '<div class="catItemHeader">'
            + (f'<span class="catItemDateCreated">{day}</span>' if day else "")
            + f'<h3 class="catItemTitle">{self.title_link(view.around, line)}</h3></div>'
            f'<div class="catItemBody"><div class="catItemImageBlock"><a href="{href}">'
            f'<img src="{line.thumb}" alt="" />'
            f'</a></div><div class="catItemIntroText">{self.text(line.summary or "")}</div></div>'
            f'<div class="catItemLinks"><div class="catItemHitsBlock">'
            f"<span>Read <b>{self.line_number(line, 30, 9000)}</b>"
            f" times</span></div><div><span>Published in</span> <a>{self.line_word(line, COLUMNS)}</a></div></div>"
            f'<div class="catItemReadMore"><a class="k2ReadMore" href="{href}">Read more...</a></div></div></div>\n'
        )


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


class Campfire(ContentSkin):
    """In the manner of a forum of today: the article is the first post, others answer it, a list proposes topics."""

    name = "campfire"
    addresses = "root"
    title_pattern = "{title} - {site} - Campfire"
    figures = True
    times = True
    line_break = "<br>\n"
    subhead = "<h3>{}</h3>\n"

    def topics(self, around: Surroundings) -> str:
        """The most read as rows of topics."""
        return "".join(
            f'<tr class="topic-list-item"><td class="main-link"><a class="title raw-link" '
            f'href="{self.href(around, one.path)}">{self.text(one.title)}</a></td><td '
            f'class="num posts">{n * 3 + 2}</td>'
            f'<td class="num views">{self.number(around, 90, 900, one.path)}</td><td class="num age">{n + 1}d</td>'
            f"</tr>\n"
            for n, one in enumerate(around.most_read[:4])
        )

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, sidebar, outlet, suggested topics, welcome."""
        menu = "".join(f'<li class="sidebar-section-link-wrapper">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="pinned-topic"><span class="topic-statuses">{self.icon("pin")}</span> '
            f'{self.title_link(around, item)}<div class="topic-excerpt">{self.text(item.teaser)}</div></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en" class="desktop-view not-mobile-device anon">
<head><meta charset="{around.charset}">
<title>{title}</title>
<meta name="generator" content="A forum 3.1.0">
</head>
<body class="crawler-off docked category-news">
<discourse-assets></discourse-assets>
<section id="main"><div id="ember4" class="ember-view">
<header class="d-header"><div class="title"><a href="/" data-auto-route="true">{self.icon("logo", "Campfire")}</a></div>
<div class="panel"><span class="header-buttons"><button class="btn sign-up-button">Sign Up</button><button \
class="btn login-button">Log In</button></span></div></header>
<div class="sidebar-wrapper"><ul class="sidebar-section-links">{menu}</ul></div>
<div id="main-outlet" class="wrap">
{content}
<div class="suggested-topics"><h3 class="suggested-topics-title">Suggested topics</h3>
<table class="topic-list"><thead><tr><th>Topic</th><th>Replies</th><th>Views</th><th>Activity</th></tr></thead>
<tbody>{self.topics(around)}</tbody></table></div>
<div class="pinned-globally"><h3>Pinned by the keepers</h3>{box}</div>
</div>
<div class="signup-cta">Hello! You seem to enjoy the fire, but you have not signed up yet.</div>
</div></section>
</body>
</html>
"""

    def post(self, number: int, head: str, cooked: str, likes: int) -> str:
        """A post with avatar, head, text and buttons."""
        return f"""<div class="topic-post clearfix regular"><article id="post_{number}" class="boxed onscreen-post">
<div class="row"><div class="topic-avatar"><div class="post-avatar">{self.icon(f"avatar{number % 7}")}</div></div>
<div class="topic-body clearfix"><div class="topic-meta-data">{head}</div>
<div class="regular contents"><div class="cooked">
{cooked}</div>
<section class="post-menu-area"><nav class="post-controls"><button class="like-count">{likes} Likes</button> <button \
class="share">Share</button> <button class="reply">Reply</button></nav></section></div></div></div>
</article></div>
"""

    def article(self, view: ArticlePage) -> str:
        """Title with category and tags; the first post; the topic's map; answers; how many have read it."""
        story = view.story
        edits = f'<span class="post-info edits"><button>{self.number(view, 2, 9, "edits")} edits</button></span>'
        head = (
            self.by_line(view, '<div class="names"><span class="first full-name">{}</span></div>\n')
            + f'<div class="post-infos">{edits} <span class="post-info post-date"><a class="post-date" href="#">'
            f"{view.updated}: {self.day(view)}</a></span></div>"
        )
        pages = self.page_numbers(view, '<a href="{}">{}</a>', "<b>{}</b>")
        parts = f'<div class="post-parts">Page {view.page} of {story.page_count}: {" ".join(pages)}</div>\n'
        cooked = self.body(view) + (parts if story.page_count > 1 else "")
        tags = " ".join(f'<a href="/tag/{tag.lower()}" class="discourse-tag box">{tag}</a>' for tag in self.tags(view))
        counts = (
            (self.number(view, 1, 28, "created"), "days since last reply"),
            (self.number(view, 1, 60, "replies"), "replies"),
            (self.number(view, 90, 9000, "views"), "views"),
            (self.number(view, 2, 40, "users"), "users"),
        )
        table = "".join(f'<li><span class="number">{n}</span> <h4>{words}</h4></li>' for n, words in counts)
        remarks = "".join(
            self.post(
                n,
                f'<div class="names"><span class="first username">{name}</span> <span class="user-title">Regular</span>'
                f'</div><div class="post-infos"><span class="relative-date">'
                f"{self.number(view, 1, 23, name)}h</span></div>",
                f"<p>{words}</p>\n",
                self.number(view, 0, 9, words),
            )
            for n, (name, words) in enumerate(self.remarks(view), 2)
        )
        return f"""<div id="topic-title"><div class="container"><div class="title-wrapper">
{self.title(view, '<h1><a class="fancy-title" href="#"><span dir="auto">{}</span></a></h1>')}
<div class="topic-category">{self.trail(view, '<div class="badge-category">{}</div>')}
<div class="discourse-tags">{tags}</div></div></div></div></div>
<div class="container posts"><section class="topic-area"><div class="posts-wrapper"><div class="post-stream">
{self.post(1, head, cooked, self.number(view, 0, 70, "likes"))}<div class="topic-map"><ul>{table}</ul></div>
{remarks}</div></div>
<div id="topic-footer-buttons"><p class="reason">This topic is read at {self.number(view, 5, 23, "hour")} o&#39;clock \
most.</p></div></section></div>"""

    def inset(self, view: ArticlePage) -> str:
        """Another topic that was put in with its address alone."""
        return self.teasers(
            view,
            '<aside class="onebox"><header class="source">{3}<span>campfire.example</span></header><article '
            'class="onebox-body"><h3><a href="{0}">{1}</a></h3><p>{2}</p></article></aside>\n'.replace(
                "{3}", self.icon("favicon")
            ),
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A picture that a click enlarges, the name of its file, and its words leaning."""
        image = self.image(around, picture, ' width="690" height="460" data-base62-sha1="7xK"')
        name = self.picture_name(picture)
        meta = f'<div class="meta"><span class="filename">{name}</span></div>' if name else ""
        shown = f'<div class="lightbox-wrapper"><a class="lightbox">{image}</a>{meta}</div>' if image or meta else ""
        line = f'<div class="img-note"><em><small>{self.text(picture.line)}</small></em></div>' if picture.line else ""
        return f"{shown}{line}\n"

    def listing(self, view: ListPage) -> str:
        """A table of topics: title, tag and excerpt; replies, views, the day."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<tr class="topic-list-item has-excerpt"><td class="main-link clearfix topic-list-data"><span '
            f'class="link-top-line">{self.title_link(around, line, " class=title")}</span><div '
            f'class="link-bottom-line">'
            f'<span class="badge-category">{self.line_word(line, COLUMNS)}</span></div>'
            + (f'<div class="topic-excerpt">{self.text(line.summary)}</div>' if line.summary else "")
            + f'</td><td class="num posts">{self.line_number(line, 0, 80)}</td>'
            f'<td class="num views">{self.line_number(line, 80, 9000, "v")}</td>'
            f'<td class="num activity">{self.line_day(line)}</td></tr>\n'
            for line in view.lines
        )
        total = f'<div class="topic-count">{pager.total} topics</div>' if pager.total else ""
        back = self.page_link(view, pager.page - 1, '<a rel="prev" href="{}">previous page</a> ')
        forth = self.page_link(view, pager.page + 1, '<a rel="next" href="{}">next page →</a>')
        return (
            f'<div class="category-heading"><h1>{self.text(around.label)}</h1>{total}</div>\n'
            '<table class="topic-list"><thead><tr class="topic-list-header"><th>Topic</th><th class="num">Replies</th>'
            f'<th class="num">Views</th><th class="num">Updated</th></tr></thead>\n<tbody>{made}</tbody></table>'
            + (f'<div class="navigation">{back}{forth}</div>' if pager.pages > 1 else "")
        )


class Broadsheet(ContentSkin):
    """In the manner of a newspaper's edition on the net: the sheet left, the piece right, all in tables."""

    name = "broadsheet"
    addresses = "relative"
    title_pattern = "{site}-{title}"
    figures = True
    filler = "{}<br>\n"
    text_lines = "　　{}<br><br>\n"
    line_break = "<br>\n　　"
    subhead = "　　<b>{}</b><br><br>\n"
    items_as = "text"

    def sheet(self, around: Surroundings) -> str:
        """The number of the sheet."""
        return f"A{self.number(around, 1, 16, 'sheet')}"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Masthead, the sheet with its pieces, the piece, sheets of this edition."""
        menu = "&nbsp;|&nbsp;".join(self.menu_links(around))
        pieces = "".join(
            f'<tr><td class="default"><div style="display:inline" id="mp{n}"><a href="{self.href(around, one.path)}">'
            f"{self.text(one.title)}</a></div></td></tr>\n"
            for n, one in enumerate(around.most_read[:5])
        )
        box = "".join(
            f'<td valign="top" width="25%"><div class="jdtitle">{self.title_link(around, item)}</div>'
            f'<div class="jdtext">{self.text(item.teaser)}</div></td>\n'
            for item in around.box
        )
        sheets = "".join(
            f'<tr><td class="pageLink">Page A{n}: {name}</td><td><a href="/pdf/a{n}.pdf">{self.icon("pdf")}</a>'
            f"</td></tr>"
            for n, name in enumerate(COLUMNS, 1)
        )
        return f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<title>{title}</title>
<script language="javascript">var strZoomFont = 14;</script>
</head>
<body leftmargin="0" topmargin="0">
<table width="980" border="0" align="center" cellpadding="0" cellspacing="0"><tr><td>{self.icon("masthead")}</td>
<td align="right" class="whitenav">No. {self.number(around, 2100, 9800, "edition")}</td></tr>
<tr><td colspan="2" class="nav">{menu}</td></tr></table>
<table width="980" border="0" align="center" cellpadding="0" cellspacing="0"><tr>
<td width="360" valign="top"><table border="0" cellpadding="1"><tr><td class="default"><strong>Page \
{self.sheet(around)}</strong></td><td align="right"><a class="preart" href="/prev">Previous page</a> <a class="preart" \
href="/next">Next page</a></td></tr>
<tr><td colspan="2"><img src="/page/{self.sheet(around)}.jpg" usemap="#PagePicMap" border="0" width="350"></td></tr>\
</table>
<table id="list" border="0">{pieces}</table></td>
<td width="620" valign="top" id="articleArea">
{content}
</td></tr></table>
<table width="980" align="center" class="jd"><tr>{box}</tr></table>
<table width="980" align="center" id="pages" class="ban">{sheets}</table>
<center class="foot">All pieces may be read free of charge on the day of print and after.</center>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Tools; trail; title; day, sheet and words; author; the text; where it is from; neighbours."""
        around, story = view.around, view.story
        column = COLUMNS[self.number(view, 0, 4, "column")]
        author = f'<tr><td class="zuozhe" align="center">Author: {self.author(view)}</td></tr>\n'
        source = f'<tr><td class="laiyuan" align="right">(Source: {self.source(view)})</td></tr>\n'
        words = self.number(view, 180, 990, "words")
        rows = self.links(view, '<tr><td class="px12">· <a href="{}">{}</a></td></tr>\n')
        return f"""<table width="100%" class="tools"><tr><td>{self.trail(view, '<span class="wz">{}</span>')}</td>
<td align="right"><a href="javascript:doZoom(16)">Zoom in +</a> <a href="javascript:doZoom(12)">Zoom out -</a> \
<a href="javascript:doZoom(14)">Default</a> <a href="javascript:listen()">Read aloud</a></td></tr></table>
<table width="100%" border="0" cellspacing="0" cellpadding="5" class="piece"><tbody>
{self.title(view, '<tr><td class="font01" align="center"><strong>{}</strong></td></tr>')}
<tr><td class="riqi" align="center">{view.updated}: {self.day(view)}&nbsp;&nbsp;&nbsp;Page {self.sheet(around)}\
&nbsp;&nbsp;&nbsp;Column: {column}&nbsp;&nbsp;&nbsp;Words: {words}</td></tr>
{author if self.author(view) else ""}<tr><td><div id="ozoom" style="ZOOM: 100%"><founder-content>
{self.body(view)}</founder-content></div></td></tr>
{source if self.source(view) else ""}{self.pages(view, '<tr><td align="center" class="fy">{}</td></tr>')}
</tbody></table>
<table width="100%" class="near"><tr><td class="px12b">More on this page</td></tr>
{rows}</table>
<table width="100%" class="vote"><tr><td>This piece has been clipped {self.number(view, 0, 300, "clips")} times</td>\
<td align="right"><a href="/clip/{story.number}">Clip it</a></td></tr></table>"""

    def inset(self, view: ArticlePage) -> str:
        """A frame within the column: what else the edition says."""
        return self.teasers(
            view,
            '<table align="right" width="200" border="1" class="kuang"><tr><td><b>On page A1</b><br>'
            '<a href="{0}">{1}</a><br>{2}</td></tr></table>\n',
            1,
        )

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A table of two rows, the second one grey."""
        image = self.image(around, picture, ' border="0" onclick="zoom(this)"')
        rows = [f'<tr><td align="center">{image}</td></tr>'] if image else []
        rows += [f'<tr><td class="picnote" bgcolor="#eeeeee">{one}</td></tr>' for one in self.picture_words(picture)]
        return f'<table class="articlePic" border="0" align="center">{"".join(rows)}</table>\n'

    def listing(self, view: ListPage) -> str:
        """Rows: sheet, title, day; the summary in a row of its own below."""
        around = view.around
        made = "".join(
            f'<tr><td class="banci" width="50">Page A{self.line_number(line, 1, 16)}</td><td class="bt">'
            f"{self.title_link(around, line)}</td>"
            f'<td class="rq" align="right" nowrap>{self.line_day(line)}</td></tr>\n<tr><td></td>'
            f'<td colspan="2" class="zy">{self.text(line.summary or "")}</td></tr>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<table width="100%" class="lmbt"><tr><td><strong>{self.text(around.label)}</strong></td>'
            f'<td align="right">'
            f'<a href="/editions">All editions</a></td></tr></table>\n<table width="100%" class="lb">{made}</table>'
            + (f'<table width="100%"><tr><td align="center" class="fy">{pager}</td></tr></table>' if pager else "")
        )


class NewsWire(ContentSkin):
    """In the manner of an agency: source, day and editor float at the left, the author at the right."""

    name = "newswire"
    addresses = "absolute"
    title_pattern = "{title} - {site}"
    figures = True
    times = True
    text_lines = "<p>&nbsp;&nbsp;&nbsp;&nbsp;{}</p>\n"
    subhead = "<p>&nbsp;&nbsp;&nbsp;&nbsp;<strong>{}</strong></p>\n"
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Bar of languages, services, content beside columns, imprint."""
        menu = "".join(f"<li>{link}</li>" for link in self.menu_links(around))
        box = "".join(
            f'<li class="clearfix"><div class="img"><a href="{self.href(around, item.path)}"><img src="{item.thumb}">'
            f"</a></div><h3>{self.title_link(around, item)}</h3><p>{self.text(item.teaser)}</p></li>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="{around.charset}">
<title>{title}</title>
<meta name="filetype" content="0"><meta name="publishedtype" content="1">
</head>
<body>
<div class="topBar"><div class="wrap clearfix"><span class="fl">Tundra News Agency</span> <span class="fr">\
<a>Deutsch</a> \
| <a>Français</a> | <a>Suomi</a></span></div></div>
<div class="nav"><ul class="clearfix">{menu}</ul></div>
<div class="wrap clearfix"><div class="main fl">
{content}
</div>
<div class="side fr"><div class="tit">Top wires</div><ol class="rank">{self.most_read(around, 6)}</ol>
<div class="ad">{self.icon(f"ad{self.number(around, 1, 4, 'ad')}")}</div></div></div>
<div class="video clearfix"><div class="tit">Picked by the desk</div><ul>{box}</ul></div>
<div class="foot">Tundra News Agency. <a href="/subscribe">Subscribers&#39; entrance</a> \
<a href="#">Back to Top {self.icon("up")}</a></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, the line that floats, the slug; text; editor, neighbours, words of interest."""
        source = self.source(view)
        left = [f'<i class="source">Source: {source}</i>'] if source else []
        left += [
            f'<i class="time">{view.updated}: {self.day(view)}</i>',
            f'<i class="ed">Editor: {self.editor(view)}</i>',
        ]
        author = self.author(view)
        author = f'<i class="writer">Author: {author}</i>' if author else ""
        tags = " ".join(f'<a href="/k/{tag}">{tag}</a>' for tag in self.tags(view))
        wires = self.teasers(view, '<li><a class="t" href="{0}">{1}</a><p class="d">{2}</p></li>\n', 3)
        slug = f"{PLACES[self.number(view, 0, 4, 'place')]}/{self.tags(view)[0].upper()}"
        return f"""{self.trail(view, '<div class="curpos">{}</div>')}
<div class="conTop">
{self.title(view, '<h1 class="Btitle">{}</h1>')}
<div class="infoBox clearfix"><div class="fl">{" | ".join(left)}</div>
<div class="fr">{author}<div class="zoom"><a>A-</a> <a>A+</a></div></div></div>
<div class="slug">Wire: {slug} <span>Words: {self.number(view, 180, 990, "words")}</span></div>
</div>
<div id="content" class="content">
{self.body(view)}{self.pages(view, '<div class="page" id="div_currpage">{}</div>')}
<div class="zan clearfix"><a class="like">Like</a> <span>{self.number(view, 0, 800, "likes")}</span></div>
</div>
<div class="keywords">Key Words: {tags}</div>
<div class="relate"><div class="tit">Related wires</div><ul>
{wires}</ul></div>
<div class="correct"><a href="mailto:desk@tundra.example">Report an error to the desk</a></div>"""

    def inset(self, view: ArticlePage) -> str:
        """A flash that was set between two takes."""
        return self.links(view, '<div class="flash"><b>FLASH</b> <a href="{}">{}</a></div>\n', 1)

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Picture and words in the middle of paragraphs, the words in navy."""
        image = self.image(around, picture, ' id="{picture}" sourcedescription="Editors\' picture"')
        made = f'<p align="center">{image}</p>\n' if image else ""
        return made + "".join(
            f'<p class="note" align="center"><font color="navy">{one}</font></p>\n'
            for one in self.picture_words(picture)
        )

    def listing(self, view: ListPage) -> str:
        """Wires: title; summary; a row with the day at the left and the slug at the right."""
        around = view.around
        made = "".join(
            f'<li class="clearfix"><h3>{self.title_link(around, line, " target=_blank")}</h3>'
            f'<p class="bref">{self.text(line.summary or "")}</p><div class="row clearfix">'
            + (f'<span class="time fl">{self.line_day(line)}</span>\n' if line.date else "")
            + f'<span class="fr">{self.line_word(line, PLACES)} <a '
            f'href="{self.href(around, line.address)}">Full wire</a>'
            "</span></div></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="curtit"><h2>{self.text(around.label)}</h2><a class="more" href="/rss">RSS</a></div>\n'
            f'<ul class="newsList">{made}</ul>' + (f'<div class="page">{pager}</div>' if pager else "")
        )


class TestBed(ContentSkin):
    """In the manner of a broadcaster's pages: test ids everywhere; what is known is a list of terms behind the text."""

    __test__ = False
    name = "testbed"
    addresses = "root"
    title_pattern = "{title} - {site}"
    figures = True
    day_form = SHORT_DAY
    filler = (
        '<div data-component="text-block" class="sc-18fde0d6-0 dlWCEZ"><p class="sc-eb7bd5f6-0 fYAfXe">{}</p></div>\n'
    )
    text_lines = filler
    subhead = '<div data-component="subheadline-block" class="sc-18fde0d6-0"><h2 class="sc-518485e5-0">{}</h2></div>\n'
    items = '<div data-component="unordered-list-block"><ul class="sc-734a601c-0">{}</ul></div>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Skip link, header, navigation, content, promotions, footer."""
        menu = "".join(
            f'<li data-testid="nav-item" class="sc-44f1f005-3">{link}</li>' for link in self.menu_links(around)
        )
        box = "".join(
            f'<div data-testid="london-card"><div class="sc-c6f6255e-0"><div data-testid="card-media">'
            f'<img src="{item.thumb}" alt="" loading="lazy"></div><div data-testid="card-text-wrapper">'
            f'<h3 data-testid="card-headline">{self.title_link(around, item)}</h3><p data-testid="card-description">'
            f"{self.text(item.teaser)}</p></div></div></div>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="{around.charset}"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="preload" as="font" href="/static/reith.woff2"></head>
<body><div id="__app"><a href="#main-content" data-testid="skip-link">Skip to content</a>
<header data-testid="header" class="sc-9b5f5c7e-0"><button aria-label="Open menu" data-testid="menu-btn"><svg></svg>\
</button>
<a href="/" data-testid="brand">Sunrise Broadcasting</a><button data-testid="register">Register</button></header>
<nav data-testid="level1-navigation-container"><ul>{menu}</ul></nav>
<main id="main-content" data-testid="main-content">
{content}
</main>
<section data-testid="promo-section"><h2 class="sc-345a96f3-1">Watch and read</h2><div data-testid="grid">{box}</div>
</section>
<section data-testid="most-read"><h2 class="sc-345a96f3-1">Most read</h2><ol>{self.most_read(around)}</ol></section>
<footer data-testid="footer"><ul><li>Terms of Use</li><li>Accessibility Help</li><li>Do not share my info</li></ul>\
</footer>
</div><script>window.__STATE__={{"build":{self.number(around, 1000, 9999, "build")}}}</script></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Trail, title, buttons; blocks; the list of terms; topics; more."""
        known = [("Reading time", f"{self.number(view, 2, 9, 'm')} minutes")]
        known += [("Author", self.author(view))] if self.author(view) else []
        known += [(view.updated, f'<time class="sc-801dd632-2">{self.day(view)}</time>')]
        known += [("Source", self.source(view))] if self.source(view) else []
        known.append(("Views", f"{self.number(view, 90, 9000, 'views'):,}"))
        terms = "".join(
            f'<div class="sc-a898728c-1"><dt class="sc-a898728c-2">{head}</dt><dd '
            f'class="sc-a898728c-3">{words}</dd></div>\n'
            for head, words in known
        )
        topics = "".join(
            f'<li><a href="/topics/{tag}" data-testid="topic-chip">{tag}</a></li>' for tag in self.tags(view)
        )
        more = self.teasers(
            view,
            '<li data-testid="onward-item"><a href="{0}"><span data-testid="onward-headline">{1}</span></a>'
            '<div data-testid="onward-summary">{2}</div></li>\n',
            3,
        )
        at, count = view.page, view.story.page_count
        back = self.page_link(view, at - 1, '<a data-testid="pagination-back" href="{}">Previous</a> ')
        forth = self.page_link(view, at + 1, ' <a data-testid="pagination-next" href="{}">Next</a>')
        pages = f'<nav data-testid="pagination">{back}<span>Page {at} of {count}</span>{forth}</nav>\n'
        return f"""<article class="sc-bf41ac2f-0" data-testid="article">
{self.trail(view, '<div data-testid="breadcrumb" class="sc-5fb5cbe5-0">{}</div>')}
{self.title(view, '<div data-component="headline-block"><h1 class="sc-f98b1ad2-0 dfvxux">{}</h1></div>')}
<div data-testid="actions"><button data-testid="share-button">Share</button> <button data-testid="save-button">Save\
</button></div>
{self.body(view)}{pages if count > 1 else ""}<section \
data-testid="article-information" aria-label="Article information">
<h2 class="sc-345a96f3-2">Article information</h2>
<dl class="sc-a898728c-0">
{terms}</dl></section>
<div data-component="tags" data-testid="tags"><ul>{topics}</ul></div>
<section data-testid="onward"><h2 class="sc-345a96f3-1">Related</h2><ul>
{more}</ul></section>
</article>"""

    def inset(self, view: ArticlePage) -> str:
        """A block of links between two blocks of text."""
        links = self.links(view, '<li><a href="{}">{}</a></li>', 2)
        return f'<div data-component="links-block"><p class="sc-4af9c1b3-0">More on this:</p><ul>{links}</ul></div>\n'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A block of an image; its words in a block of a caption."""
        image = ""
        if picture.src:
            image = self.image(
                around, picture, ' sizes="(min-width: 1280px) 50vw" loading="lazy" class="sc-d1200759-0"'
            )
            image = f'<div data-testid="image" class="sc-d1200759-1">{image}</div>'
        words = "".join(f'<p class="sc-18fde0d6-9" data-testid="caption">{one}</p>'
                        for one in self.picture_words(picture))  # fmt: skip
        words = f'<div data-component="caption-block">{words}</div>' if words else ""
        return f'<figure data-component="image-block">{image}{words}</figure>\n'

    def listing(self, view: ListPage) -> str:
        """Cards that are one link each: picture, title, summary, the day with a rubric."""
        around, pager = view.around, view.pager
        made = "".join(
            f'<li><div data-testid="liverpool-card"><a data-testid="internal-link" '
            f'href="{self.href(around, line.address)}"><div data-testid="card-media">'
            f'<img src="{line.thumb}" alt=""></div>'
            f'<div data-testid="card-text-wrapper"><h2 data-testid="card-headline">{self.text(line.title)}</h2>'
            f'<p data-testid="card-description">{self.text(line.summary or "")}</p><div class="sc-ac6bc755-0">'
            + (f'<span data-testid="card-metadata-lastupdated">{self.line_day(line)}</span>' if line.date else "")
            + f'<span data-testid="card-metadata-tag"> | {self.line_word(line, COLUMNS)}</span></div></div></a>'
            f"</div></li>\n"
            for line in view.lines
        )
        numbers = "".join(
            f"<li>{one}</li>" for one in self.page_numbers(view, '<a href="{}">{}</a>', '<b aria-current="page">{}</b>')
        )
        back = self.page_link(view, pager.page - 1, '<a data-testid="pagination-back" href="{}">Previous page</a>')
        forth = self.page_link(view, pager.page + 1, '<a data-testid="pagination-next" href="{}">Next page</a>')
        total = f'<p data-testid="count">{pager.total} articles</p>' if pager.total else ""
        return (
            f'<section data-testid="alaska-section"><h1 data-testid="section-title">'
            f"{self.text(around.label)}</h1>{total}\n"
            f'<ul data-testid="alaska-grid">{made}</ul>'
            + (f'<nav data-testid="pagination">{back}<ol>{numbers}</ol>{forth}</nav>' if pager.pages > 1 else "")
            + "</section>"
        )


SKINS6: tuple[ContentSkin, ...] = (Pavilion(), Sled(), Campfire(), Broadsheet(), NewsWire(), TestBed())
