"""Templates as the generator's own default theme has them: pager as list items, box with a heading inside it."""

from __future__ import annotations

from . import pagers
from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class Cms(Skin):
    """Divs and definition lists; links from the root; the pager's parts are items of a list."""

    name = "cms"
    addresses = "root"
    title_pattern = "{title}-{site}"
    kilobytes = (11, 11)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header table, content, box, footer."""
        menu = "".join(f'<td><a href="{self.href(around, path)}">{words}</a></td>' for path, words in around.menu)
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={around.charset}" />
<title>{title}</title>
<link href="/skin/default/css/style.css" rel="stylesheet" type="text/css" />
<style type="text/css">
{styles("ec", self.kilobytes[0])}
</style>
<script type="text/javascript">
{scripts("ec", self.kilobytes[1])}
</script>
</head>
<body class="showpage">
<!-- page header -->
<table class="top"><tr><td><a href="/"><img src="/skin/default/images/logo.gif" alt="" /></a></td></tr>
<tr>{menu}</tr></table>
<!-- {around.look_alike} By ( editor ) -->
<div id="main">
{content}
</div>
{self.box(around)}
<table class="foot"><tr><td>Powered by the city news office</td></tr></table>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """A dl for the fields, a div for the body, a ul for the pager."""
        story = view.story
        made = []
        if crumb := self.crumb(view):
            made.append(f'<div class="position">{crumb}</div>')
        made.append("<dl>")
        if story.printed_title:
            made.append(f"<dt><strong>{self.text(story.title)}</strong></dt>")
        made.append(f"<dd>{view.updated} : {self.text(story.day)}</dd>")
        if story.by:
            made.append(f"<dd>{self.text(story.by)}</dd>")
        made.append(f'</dl>\n<div id="text">{self.body(view)}</div>')
        if parts := pagers.article_parts(view):
            rows = pagers.items(parts, lambda path: self.href(view.around, path))
            made.append(f'<ul class="epages">\n{rows}</ul>')
        return "\n".join(made)

    def body(self, view: ArticlePage) -> str:
        """Paragraphs; picture, name and caption in one paragraph with breaks."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                parts = [self.image(view.around, picture, ' width="600" /')]
                parts += [self.text(picture.name)] if picture.name and picture.name_in == "text" else []
                parts += [self.text(picture.line)] if picture.line else []
                made.append(f'<p align="center">{"<br />".join(part for part in parts if part)}</p>')
            elif group.filler:
                made.append(f"<p>{filler_text(group.filler)}</p>")
            elif group.kind == "items":
                made.append("<dl>" + "".join(f"<dd>{self.linked(view.around, one)}</dd>" for one in group.paragraphs)
                            + "</dl>")  # fmt: skip
            elif group.kind == "subhead":
                made.append(f"<p><b><span>{self.linked(view.around, group.paragraphs[0])}</span></b></p>")
            else:
                made.append(f"<p>{'<br />'.join(self.linked(view.around, one) for one in group.paragraphs)}</p>")
        return "\n".join(made)

    def listing(self, view: ListPage) -> str:
        """A table: title and date in the cells of a row, the summary in the row below."""
        made = [
            f'<tr><td width="80%"><a href="{self.href(view.around, line.address)}" target="_blank">'
            f"<strong>{self.text(line.title)}</strong></a></td><td>{line.date or ''}</td></tr>\n"
            f'<tr><td colspan="2">{self.text(line.summary or "")}</td></tr>\n'
            for line in view.lines
        ]
        parts = pagers.list_parts(view)
        rows = pagers.items(parts, lambda path: self.href(view.around, path))
        table = f'<table class="box">\n{"".join(made)}</table>\n'
        return table + (f'<ul class="list_page">\n{rows}</ul>' if parts else "")

    def box(self, around: Surroundings) -> str:
        """A heading of its own within the box's container, then the items."""
        made = "".join(
            f"<li><b>{self.title_link(around, item)}</b><p>{self.text(item.teaser)}</p></li>\n" for item in around.box
        )
        return f'<div class="highlights"><h3>Highlights</h3><ul>\n{made}</ul></div>' if made else ""
