"""A city portal of 2016: search form on top, most read in a sidebar before the content, tools to share behind it."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text

_CHOICES = ("Title", "Full text", "Updated : 2001-01-01", "By ( any )")


class Portal(Skin):
    """Much around little: menu, form, sidebar, breadcrumb as a list; links absolute."""

    name = "portal"
    title_pattern = "{site}_{host}"
    kilobytes = (11, 9)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """The sidebar stands before the content in the source."""
        menu = "".join(
            f'<li class="m"><a href="{self.href(around, path)}">{words}</a></li>\n' for path, words in around.menu
        )
        most = "".join(f'<li><a href="{self.href(around, link.path)}">{self.text(link.title)}</a></li>\n'
                       for link in around.most_read)  # fmt: skip
        choices = "".join(f"<option>{self.text(choice)}</option>" for choice in _CHOICES)
        return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="{around.charset}">
<title>{title}</title>
<style>
{styles("pt", self.kilobytes[0])}
</style>
<script>
{scripts("pt", self.kilobytes[1])}
</script>
</head>
<body>
<div class="top"><a href="http://www.my399.com/">Chinese</a> <a href="http://ru.my399.com/">Russian</a></div>
<form action="/e/search/index.php" method="post"><input type="text" name="keyboard" value="{around.look_alike}">
<select name="show">{choices}</select><textarea name="note">{around.look_alike}</textarea>
<input type="submit" value="Search"></form>
<ul class="menu">
{menu}</ul>
<div class="side"><h3>Most read</h3><ul>
{most}</ul></div>
<div class="content">
{content}
</div>
{self.box(around)}
<div class="copyright"><p>{around.owner}, Harbin</p><p>{around.look_alike}</p></div>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """Breadcrumb as a list, heading, two spans that are blocks, body, pager, tools."""
        story = view.story
        made = []
        if story.breadcrumb:
            home = (
                f'<li><a href="{self.href(view.around, view.around.home)}">{view.around.manner.home}</a>&gt;</li>'
                if story.home_in_breadcrumb
                else ""
            )
            folder = self.href(view.around, view.around.manner.list_path(story.section_path, 1))
            made.append(f'<ul class="crumbs">{home}<li><a href="{folder}">{self.text(story.label)}</a></li></ul>')
        if story.printed_title:
            made.append(f"<h1>{self.text(story.title)}</h1>")
        made.append(f'<div class="meta"><p>{view.updated} : {self.text(story.day)}</p>')
        made.append(f"<p>{self.text(story.by)}</p></div>" if story.by else "</div>")
        made.append(f'<div class="article">{self.body(view)}</div>')
        if pager := self.article_pager(view):
            made.append(f'<div class="pagination">{pager}</div>')
        address = self.href(view.around, view.around.path)
        made.append(
            f'<div class="share"><a href="http://service.weibo.com/share/share.php?url={address}">Weibo</a> '
            f'<a href="https://www.facebook.com/sharer.php?u={address}">Facebook</a> '
            f'<a href="javascript:window.print()">Print</a></div>'
        )
        return "\n".join(made)

    def body(self, view: ArticlePage) -> str:
        """Paragraphs with the blanks of an editor in front."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                image = self.image(view.around, picture)
                made.append(f'<p style="text-align:center">{image}</p>' if image else "")
                if picture.name and picture.name_in == "text":
                    made.append(f"<p>{self.text(picture.name)}</p>")
                if picture.line:
                    made.append(f'<p style="text-align:center"><em>{self.text(picture.line)}</em></p>')
            elif group.filler:
                made.append(f"<p>{filler_text(group.filler)}</p>")
            elif group.kind == "items":
                made.append("<ul>" + "".join(f"<li>{self.linked(view.around, one)}</li>" for one in group.paragraphs)
                            + "</ul>")  # fmt: skip
            elif group.kind == "subhead":
                made.append(f"<h3>{self.linked(view.around, group.paragraphs[0])}</h3>")
            else:
                lines = "<br/>".join(self.linked(view.around, one) for one in group.paragraphs)
                made.append(f"<p>&nbsp; &nbsp; {lines}</p>")
        return "\n".join(part for part in made if part)

    def listing(self, view: ListPage) -> str:
        """The date floats right, on the line of the title."""
        made = []
        for line in view.lines:
            date = f'<span style="float:right">{line.date}</span>' if line.date else "<span></span>"
            made.append(f"<li><h4>{self.title_link(view.around, line)} {date}</h4>"
                        f"<p>{self.text(line.summary or '')}</p></li>\n")  # fmt: skip
        pager = self.list_pager(view)
        around = view.around
        crumbs = (f'<ul class="crumbs"><li><a href="{self.href(around, around.home)}">{around.manner.home}</a>&gt;</li>'
                  f"<li>{self.text(view.around.label)}</li></ul>")  # fmt: skip
        page = f'<div class="pagination">{pager}</div>' if pager else ""
        return f'{crumbs}<ul class="list">\n{"".join(made)}</ul>{page}'

    def box(self, around: Surroundings) -> str:
        """Four columns; a picture that is a link, the title, the teaser."""
        made = "".join(
            f'<div class="col"><a href="{self.href(around, item.path)}">'
            f'<img src="{self.href(around, item.thumb)}" alt=""></a>'
            f"<h5>{self.title_link(around, item)}</h5><p>{self.text(item.teaser)}</p></div>\n"
            for item in around.box
        )
        return f'<div class="row">{made}</div>' if made else ""
