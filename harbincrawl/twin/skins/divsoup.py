"""Div soup of 2013 with inline spans everywhere, XHTML doctype and addresses without a host."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class DivSoup(Skin):
    """No element but div, span, a, img; links from the root."""

    name = "divsoup"
    addresses = "root"
    title_pattern = "{title} - {site}"
    kilobytes = (6, 6)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """A wrapper in a wrapper; the footer says a date of its own on a line of its own."""
        menu = "".join(f'<div class="n"><a href="{self.href(around, path)}"><span>{words}</span></a></div>'
                       for path, words in around.menu)  # fmt: skip
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<style type="text/css">/*<![CDATA[*/
{styles("ds", self.kilobytes[0])}
/*]]>*/</style>
</head>
<body>
<div id="wrap"><div class="in"><div class="top"><div class="logo"><a href="{self.href(around, around.home)}">\
<img src="/images/top_logo.png" alt="" /></a></div><div class="menu">{menu}</div></div>
<script type="text/javascript">//<![CDATA[
{scripts("ds", self.kilobytes[1])}
//]]></script>
<div class="main"><div class="main_l"><div class="ct">
{content}
</div></div>
{self.box(around)}
<div class="foot"><div><span>Copyright (c) 2012 {around.owner}</span></div>\
<div><span>{around.look_alike}</span></div>\
<div><span>By ( webmaster )</span></div></div>
</div></div></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Every field in a div, its words in spans."""
        story = view.story
        made = []
        if crumb := self.crumb(view, "<span>&gt;</span>"):
            made.append(f'<div class="pos"><span>{crumb}</span></div>')
        if story.printed_title:
            made.append(f'<div class="h"><span><span class="big">{self.text(story.title)}</span></span></div>')
        day = f"<span>{self.text(story.day)}</span>"
        made.append(f'<div class="info"><span>{view.updated}</span> <span>:</span> {day}</div>')
        if story.by:
            words = self.text(story.by).split(" ", 1)
            made.append(f'<div class="info"><span>{words[0]}</span> <span>{words[1]}</span></div>')
        made.append(f'<div class="txt">{self.body(view)}</div>')
        if pager := self.article_pager(view):
            made.append(f'<div class="page"><span>{pager}</span></div>')
        return "\n".join(made)

    def body(self, view: ArticlePage) -> str:
        """A div a paragraph; a span that begins in the middle of a word now and then."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                made.append(f'<div class="pic"><span>{self.image(view.around, picture, " /")}</span></div>'
                            if picture.src else "")  # fmt: skip
                if picture.name and picture.name_in == "text":
                    made.append(f"<div><span>{self.text(picture.name)}</span></div>")
                if picture.line:
                    made.append(f'<div class="cap"><span>{self.text(picture.line)}</span></div>')
            elif group.filler:
                made.append(f"<div><span>{filler_text(group.filler)}</span></div>")
            elif group.kind == "text":
                lines = "<br />".join(self._spanned(self.linked(view.around, one)) for one in group.paragraphs)
                made.append(f'<div class="p">{lines}</div>')
            else:
                made += [f'<div class="{group.kind}"><span>{self.linked(view.around, one)}</span></div>'
                         for one in group.paragraphs]  # fmt: skip
        return "\n".join(made)

    def _spanned(self, made: str) -> str:
        middle = 3 + len(made) % 9
        if "<" in made or "&" in made[: middle + 6] or len(made) < middle + 8:
            return f"<span>{made}</span>"
        return f'<span>{made[:middle]}</span><span style="color:#333">{made[middle:]}</span>'

    def listing(self, view: ListPage) -> str:
        """Title, date and summary as divs; an empty div where there is no date."""
        made = [
            f'<div class="li"><div class="t"><span>{self.title_link(view.around, line)}</span></div>'
            f'<div class="d"><span>{line.date or ""}</span></div>'
            f'<div class="s"><span>{self.text(line.summary or "")}</span></div></div>'
            for line in view.lines
        ]
        pager = self.list_pager(view)
        return f'<div class="lists">{chr(10).join(made)}</div>' + (f'<div class="page">{pager}</div>' if pager else "")

    def box(self, around: Surroundings) -> str:
        """A small picture that is a link, the title, the teaser."""
        made = "".join(
            f'<div class="b"><div class="bp"><a href="{self.href(around, item.path)}">'
            f'<img src="{item.thumb}" alt="" /></a></div>'
            f'<div class="bt"><span>{self.title_link(around, item)}</span></div>'
            f'<div class="bs"><span>{self.text(item.teaser)}</span></div></div>\n'
            for item in around.box
        )
        return f'<div class="feature">{made}</div>' if made else ""
