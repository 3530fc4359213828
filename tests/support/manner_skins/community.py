"""In the manner of a community content system: regions, blocks, fields with labels, links of nodes."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin


class Community(MannerSkin):
    """Divs in divs in divs; every field has its own wrappers."""

    name = "community"
    addresses = "root"
    title_pattern = "{title} | {site}"
    line_break = "<br />"
    subhead = "<h4>{}</h4>\n"
    items = "<ol>{}</ol>\n"

    def field(self, name: str, inside: str, label: str = "") -> str:
        """A field with its wrappers."""
        head = f'<div class="field-label">{label}:&nbsp;</div>' if label else ""
        return (
            f'<div class="field field-name-{name}">{head}<div class="field-items"><div class="field-item even">'
            f"{inside}</div></div></div>\n"
        )

    def block(self, title: str, inside: str) -> str:
        """A block of a sidebar."""
        return f'<div class="block"><h2 class="block-title">{title}</h2><div class="content">{inside}</div></div>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, two sidebars, content region, footer."""
        menu = "".join(f'<li class="leaf">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="views-row"><div class="views-field"><span class="field-content">'
            f'{self.title_link(around, item)}</span></div><div class="views-field"><p>{self.text(item.teaser)}</p></div>'
            "</div>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML+RDFa 1.0//EN" "http://www.w3.org/MarkUp/DTD/xhtml-rdfa-1.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head><meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title></head>
<body class="html not-front node-type-story">
<div id="skip-link"><a href="#main-content" class="element-invisible">Jump to the story</a></div>
<div id="page-wrapper"><div id="page">
<div id="header"><a href="/" id="logo">{self.icon("logo", "City gate")}</a><div id="name-and-slogan"><div>Northern \
Commons</div><div id="site-slogan">A house with many doors</div></div></div>
<div id="navigation"><ul class="links">{menu}</ul></div>
<div id="main-wrapper"><div id="main" class="clearfix">
<div id="sidebar-first" class="column sidebar">
{self.block("Who's online", "<p>There are currently 3 users and 41 guests online.</p>")}
{
            self.block(
                "User login",
                '<form action="/user"><label>Username *</label><input><label>Password *</label><input>'
                '<ul><li><a href="/user/register">Create new account</a></li></ul></form>',
            )
        }</div>
<div id="content" class="column"><div class="section">
{content}
</div></div>
<div id="sidebar-second" class="column sidebar">
{self.block("Popular content", f"<p>All time:</p><ul>{self.most_read(around)}</ul>")}
{
            self.block(
                "Opening hours",
                "<p>The reading room is open from nine to six. On holidays the caretaker lets you in if "
                "you knock twice and say what you are looking for.</p>",
            )
        }</div>
</div></div>
<div id="featured">{self.block("In the window", box)}</div>
<div id="footer"><p>Powered by many hands</p></div>
</div></div></body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Tabs, submitted, the fields, links, a vote, comments."""
        story = view.story
        crumb = f'<div class="breadcrumb">{self.crumb(view)}</div>\n' if story.breadcrumb else ""
        title = f'<h1 class="title" id="page-title">{self.text(story.title)}</h1>\n' if story.printed_title else ""
        by = f"<div>{self.text(story.by)}</div>" if story.by else ""
        pager = f'<div class="item-list">{self.article_pager(view)}</div>' if story.page_count > 1 else ""
        tags = "".join(f'<a href="/taxonomy/term/{len(tag)}">{tag}</a> ' for tag in self.tags(view))
        vote = (
            f'<div class="fivestar"><div>Average: {self.number(view, 20, 50) / 10} ({self.number(view, 1, 90, "v")} votes)'
            f"</div>{self.icon('star')}{self.icon('star')}{self.icon('star-off')}</div>"
        )
        links = (
            f'<ul class="links inline"><li>{self.number(view, 10, 9000, "r")} reads</li>'
            f'<li><a href="/print/{story.number}">{self.icon("print", "Printer-friendly version")}Printer-friendly version'
            f'</a></li><li><a href="/printmail/{story.number}">{self.icon("mail")}Send by email</a></li>'
            '<li><a href="/user/login">Log in</a> or <a href="/user/register">register</a> to post comments</li></ul>'
        )
        remarks = "".join(
            f'<div class="comment"><h3><a href="#c">{words[:18]}</a></h3><div class="submitted">Submitted by {name}</div>'
            f'<div class="content">{self.field("comment-body", f"<p>{words}</p>")}</div></div>\n'
            for name, words in self.remarks(view)
        )
        related = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in self.related(view))
        return f"""{crumb}<a id="main-content"></a>
{title}<div class="tabs"></div>
<div class="node node-story clearfix">
<div class="meta submitted"><div>{view.updated} : {self.text(story.day)}</div>{by}</div>
<div class="content">
{self.field("body", self.body(view))}
{pager}
{self.field("tags", tags, "Keywords")}
{self.field("related", f"<ul>{related}</ul>", "See also")}
{vote}
</div>
{links}
<div id="comments">{'<h2 class="title">Comments</h2>' if remarks else ""}{remarks}</div></div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A field of its own, the words in another."""
        inside = self.image(around, picture, ' typeof="foaf:Image"')
        if name := self.picture_name(picture):
            inside += f"<div>{name}</div>"
        if picture.line:
            inside += f'<div class="image-field-caption"><p>{self.text(picture.line)}</p></div>'
        return f'<div class="media"><div class="content">{inside}</div></div>\n'

    def listing(self, view: ListPage) -> str:
        """Rows of a view, with links to read on."""
        around = view.around
        made = "".join(
            f'<div class="views-row"><h3>{self.title_link(around, line)}</h3>'
            f'<div class="date-display">{line.date or ""}</div>'
            f'<div class="teaser"><p>{self.text(line.summary or "")}</p></div>'
            f'<ul class="links inline"><li><a href="{self.href(around, line.address)}">Read more</a></li></ul></div>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<h1 class="title">{self.text(around.label)}</h1>\n<div class="term-description"><p>All that the commons '
            f'keep in this room, newest on top.</p></div>\n<div class="view-content">{made}</div>'
            + (f'<div class="item-list">{pager}</div>' if pager else "")
            + '<div class="feed-icon"><a href="/rss.xml">'
            + self.icon("feed", "Subscribe to this list")
            + "</a></div>"
        )
