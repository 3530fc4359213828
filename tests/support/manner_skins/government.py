"""In the manner of a government's site: a document's card above the text, columns of notices, counters, an imprint."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import MannerSkin

OFFICES = ("Office of Bridges", "Bureau of Snow", "Harbour Commission", "Board of Markets")


class Government(MannerSkin):
    """The head is a table of labels and values; a statement closes every text."""

    name = "government"
    addresses = "root"
    title_pattern = "{title} - {site}"
    filler = '<p class="txt">{}</p>\n'
    text_lines = '<p class="txt"><span>{}</span></p>\n'
    line_break = "<br>"
    subhead = '<p class="txt"><strong>{}</strong></p>\n'
    items_as = "text"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Emblem, menu, content, notices, imprint."""
        menu = "".join(f'<li class="nav-item">{link}</li>' for link in self.menu_links(around))
        box = "".join(
            f'<li><a href="{self.href(around, item.path)}" title="{self.text(item.title)}">{self.text(item.title)}</a>'
            f"<p>{self.text(item.teaser)}</p></li>\n"
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html><head><meta charset="{around.charset}"><title>{title}</title>
<meta name="SiteName" content="City Government"><meta name="ColumnType" content="Notices"></head>
<body><div class="accessible"><a href="#">Plain view</a> <a href="#">Larger</a> <a href="#">Contrast</a></div>
<div class="header"><img src="/skin/government/emblem.png" alt=""><span>The City at Your Service</span></div>
<ul class="nav">{menu}</ul>
<div class="wrap">
{content}
</div>
<div class="notices"><div class="tit">Notices of the week</div><ul>{box}</ul></div>
<div class="aside"><div class="tit">Asked most</div><ul>{self.most_read(around)}</ul></div>
<div class="imprint"><p>Kept by the General Office of the City. Service desk: dial 12345 at any hour.</p>
<p>Identification code 2301000035</p><img src="/skin/government/seal.png"><img src="/skin/government/error.png"></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Card of the document, title, day and By line, text, statement, attachments, counters."""
        story = view.story
        crumb = f'<div class="here">{self.crumb(view)}</div>\n' if story.breadcrumb else ""
        title = f'<div class="xl-title"><h2>{self.text(story.title)}</h2></div>\n' if story.printed_title else ""
        by = f'<div class="from">{self.text(story.by)}</div>\n' if story.by else ""
        pager = f'<div class="pages">{self.article_pager(view)}</div>\n' if story.page_count > 1 else ""
        office = OFFICES[self.number(view, 0, 3, "office")]
        return f"""{crumb}<table class="card"><tr><td>Index number</td><td>HRB/{story.number}-{self.number(view, 10, 99)}</td>
<td>Kept by</td><td>{office}</td></tr><tr><td>Subject</td><td>{self.tags(view)[0]}</td><td>Force</td><td>In force</td></tr></table>
{title}<div class="info"><div>{view.updated} : {self.text(story.day)}</div>
{by}<div>Visits: <span id="hits">{self.number(view, 1, 20000, "h")}</span> <a href="javascript:print()">【Print】</a> \
<a href="javascript:close()">【Close】</a></div></div>
<div class="trs_editor">
{self.body(view)}<p class="statement">Statement: this bulletin is published for the information of residents; where it \
differs from the gazette, the gazette prevails.</p></div>
{pager}<div class="code"><img src="/d/file/gov/{story.number}.png" alt="code"><span>Open on your telephone</span></div>
<div class="useful">Was this page of use? <a href="#y">Yes ({self.number(view, 0, 60, "y")})</a> \
<a href="#n">No ({self.number(view, 0, 9, "n")})</a></div>"""

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Paragraphs of one class."""
        cells = [self.image(around, picture), *self.picture_words(picture)]
        return "".join(f'<p class="pic" align="center">{cell}</p>\n' for cell in cells if cell)

    def listing(self, view: ListPage) -> str:
        """A form to search, rows with the day first."""
        around = view.around
        made = "".join(
            f'<li><span class="day">{line.date or ""}</span>{self.title_link(around, line, " class=t")}'
            f'<div class="sum">{self.text(line.summary or "")}</div></li>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return (
            f'<div class="here"><a href="/">Home</a>&gt;{self.text(around.label)}</div>\n'
            '<form class="find"><select><option>By year</option><option>2023</option></select><input><button>Find</button>'
            f'</form>\n<ul class="rows">{made}</ul>' + (f'<div class="pages">{pager}</div>' if pager else "")
        )
