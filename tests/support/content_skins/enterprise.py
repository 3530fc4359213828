"""In the manner of a publishing system in Java, as companies and schools run it: a bar of messages, ups and downs."""

from __future__ import annotations

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, Surroundings

from .tools import ContentSkin


class Enterprise(ContentSkin):
    """By line, day and counts are divided by pictures of dots; captions look like paragraphs."""

    name = "enterprise"
    addresses = "absolute"
    title_pattern = "{title} - {site}"
    text_lines = '<p class="tx">{}</p>\n'
    filler = '<p class="tx">{}</p>\n'
    line_break = "<br/>\n"
    subhead = '<p class="tx"><b>{}</b></p>\n'
    items = '<ul class="dot">{}</ul>\n'

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, navigation, main, side, foot."""
        menu = "".join(f'<div class="nav_item">{link}</div>' for link in self.menu_links(around))
        box = "".join(
            f'<div class="rec"><div class="rec_t">{self.title_link(around, item)}</div>'
            f'<div class="rec_d">{self.text(item.teaser)}</div></div>\n'
            for item in around.box
        )
        return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html;charset={around.charset}"/>
<title>{title}</title>
<script src="/r/cms/jquery.js"></script>
</head>
<body>
<div id="container"><div class="login_bar"><form><label>User</label><input name="username"/><label>Password</label>\
<input name="password"/><button>Go</button></form></div>
<div class="head"><a href="/">{self.icon("logo", "Ferry House")}</a></div><div class="navi">{menu}</div>
<div class="main_l">
{content}
</div>
<div class="main_r"><h3 class="ht">Hot list</h3><ul class="topnews">{self.most_read(around, 5)}</ul>
<h3 class="ht">Guest book</h3><div class="gb"><p class="gb_q">When does the ferry run on holidays?</p>\
<p class="gb_a">As on Sundays, but with music.</p></div></div>
<div class="recs"><h3 class="ht">Picked for you</h3>{box}</div>
<div class="foot"><div>Ferry House Publishing</div><div>Powered by a bean</div></div></div>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Path, title, bar of messages, text, tags, ups and downs, neighbours, comments, warning."""
        dot = ' <img src="/r/cms/dot.gif" alt=""/> '
        bar = [*([self.text(view.story.by)] if view.story.by else []), f"{view.updated} : {self.day(view)}"]
        bar += [f"Comments: {self.number(view, 0, 30)}", f"Views: {self.number(view, 12, 700, 'hits')}"]
        tags = "".join(f'<a class="tag" href="/tag/{tag}.jspx">{tag}</a>' for tag in self.tags(view))
        remarks = "".join(
            f'<div class="cmt"><div class="cmt_u">{name} (Harbin) said:</div><div class="cmt_t">{words}</div>'
            f'<div class="cmt_a"><a href="#">Support</a>[{self.number(view, 0, 20, name)}] <a href="#">Reply</a></div>'
            f"</div>\n"
            for name, words in self.remarks(view)
        )
        near = self.links(view, '<p class="near">Previous: <a href="{}">{}</a></p>\n', 1)
        return f"""{self.trail(view, '<div class="local">{}</div>')}
<div class="article">
{self.title(view, '<h1 class="art_t">{}</h1>')}
<div class="msgbar">{dot.join(bar)}</div>
<div class="art_c">
{self.body(view)}</div>
{self.pages(view, '<div class="pagebar">{}</div>')}
<div class="tags">Tags: {tags}</div>
<div class="updown"><a class="up" href="javascript:;">Up <span>{self.number(view, 0, 90, "up")}</span></a>\
<a class="down" href="javascript:;">Down <span>{self.number(view, 0, 12, "down")}</span></a></div>
{near}<div class="cmts"><h3 class="ht">Readers say</h3>{remarks}<form><textarea></textarea></form></div>
<div class="warn">{self._warning(view)}</div>
</div>"""

    def _warning(self, view: ArticlePage) -> str:
        return (
            "Ferry House does not answer for what is said by others on this page.",
            "Pages that are shown here for study are taken down when their owners ask for it.",
        )[self.number(view, 0, 1, "warning")]

    def inset(self, view: ArticlePage) -> str:
        """A box of other stories between paragraphs."""
        links = self.links(view, '<a class="alsolink" href="{}">{}</a>', 1)
        return f'<div class="also">Read also: {links}</div>\n'

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """Lines like those of the text."""
        image = self.image(around, picture)
        cells = ([image] if image else []) + self.picture_words(picture)
        return "".join(f'<p class="tx">{cell}</p>\n' for cell in cells)

    def listing(self, view: ListPage) -> str:
        """Title, a line with the day, a person and counts, summary."""
        desk = ("Lin", "Shao", "Ren", "Hu")
        made = "".join(
            f'<div class="l1"><div class="l1_t">{self.title_link(view.around, line)}</div><div class="l1_m">'
            + " | ".join(
                [
                    *([line.date] if line.date else []),
                    f"posted by {self.line_word(line, desk)}",
                    f"{self.line_number(line, 0, 30)} comments",
                ]
            )
            + f'</div><div class="l1_d">{self.text(line.summary or "")}</div></div>\n'
            for line in view.lines
        )
        pager = self.list_pager(view)
        return f'<div class="local"><b>{self.text(view.around.label)}</b></div>\n<div class="l1_box">{made}</div>' + (
            f'<div class="pagebar">{pager}</div>' if pager else ""
        )
