"""In the manner of an extension for a portal system: day above the title, author below, source behind the text."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings

from .tools import COLUMNS, LONG_DAY, ContentSkin


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
