"""Two skins without blocks: everything in one table cell divided by line breaks, and paragraphs of double breaks."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class OneCell(Skin):
    """Menu, article and feature box in the same cell; only a list keeps its box in a cell of its own."""

    name = "onecell"
    addresses = "root"
    title_pattern = "{site}"
    gap = "<br>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """One cell; `content` brings the box."""
        menu = " | ".join(f"<a href={self.href(around, path)}>{words}</a>" for path, words in around.menu)
        return f"""<html>
<head><title>{title}</title>
<meta http-equiv="content-type" content="text/html; charset={around.charset}">
<style>{styles("oc", self.kilobytes[0])}</style>
<script>{scripts("oc", self.kilobytes[1])}</script></head>
<body><!-- {around.look_alike}<br>By ( comment ) --><center><table width=760 border=0><tr><td>{menu}<br><br>
{content}
<br><br><font size=1>&copy; {around.owner}<br>{around.look_alike}</font></td></tr></table></center></body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """All lines of the page, the box among them."""
        story = view.story
        crumb = self.crumb(view)
        lines = [crumb + "<br>"] if crumb else []
        if story.printed_title:
            lines.append(f"<font size=5><b>{self.text(story.title)}</b></font><br>")
        lines.append(f"<font color=gray>{view.updated} : {self.text(story.day)}</font>")
        if story.by:
            lines.append(f"<font color=gray>{self.text(story.by)}</font>")
        lines.append(self.body(view))
        if pager := self.article_pager(view):
            lines.append(pager)
        return "<br>\n".join(lines) + "<br><br>\n" + self.box(view.around)

    def body(self, view: ArticlePage) -> str:
        """A break, or two, behind every line."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                parts = [self.image(view.around, picture)]
                parts += [self.text(picture.name)] if picture.name and picture.name_in == "text" else []
                parts += [f"<font color=#666666>{self.text(picture.line)}</font>"] if picture.line else []
                made.append("<br>".join(part for part in parts if part))
            elif group.filler:
                made.append(filler_text(group.filler))
            elif group.kind == "text":
                made.append("<br>\n".join(self.linked(view.around, one) for one in group.paragraphs))
            else:
                made.append("<br>\n".join(f"<b>{self.linked(view.around, one)}</b>" for one in group.paragraphs))
        return self.gap + self.gap.join(made)

    def listing(self, view: ListPage) -> str:
        """Title, date, summary, each behind a break; the next cell holds the box."""
        made = "".join(
            f"<b>{self.title_link(view.around, line)}</b><br>\n{line.date or ''}<br>\n"
            f"{self.text(line.summary or '')}<br><br>\n"
            for line in view.lines
        )
        return f"{made}{self.list_pager(view)}</td></tr><tr><td>{self.box(view.around)}"

    def box(self, around: Surroundings) -> str:
        """Title, break, teaser, two breaks."""
        return "".join(
            f"{self.title_link(around, item)}<br>\n{self.text(item.teaser)}<br><br>\n" for item in around.box
        )


class DoubleBreaks(OneCell):
    """Two breaks between paragraphs, all addresses relative, the neighbouring articles as links before the box."""

    name = "brbr"
    addresses = "relative"
    title_pattern = "{title}-{site}"
    gap = "<br><br>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """No table; divs only for the three parts of the page."""
        menu = "&nbsp;&nbsp;".join(f'<a href="{self.href(around, path)}">{words}</a>' for path, words in around.menu)
        return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">
<title>{title}</title>
<link rel="stylesheet" href="{self.href(around, "/skin/default/css/style.css")}" type="text/css">
</head>
<body>
<div class="header">{menu}</div>
<div class="content">
{content}
</div>
<div class="footer"><a href="{self.href(around, "/about/")}">About us</a></div>
<script>{scripts("bb", self.kilobytes[1])}</script>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """As in one cell, but the box is a div behind the links to the neighbours."""
        whole = super().article(view)
        box = self.box(view.around)
        near = "<br>\n".join(f'<a href="{self.href(view.around, link.path)}">{self.text(link.title)}</a>'
                             for link in view.around.neighbours)  # fmt: skip
        return f'{whole.removesuffix(box)}<div class="near">{near}</div>\n<div class="hot">{box}</div>'

    def listing(self, view: ListPage) -> str:
        """A date in front of no text, then the box in a div."""
        return super().listing(view).replace("</td></tr><tr><td>", '</div>\n<div class="hot">')
