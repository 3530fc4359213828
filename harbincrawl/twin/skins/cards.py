"""Cards of 2023: sections and divs, title and teaser of a box item within one link, pictures loaded late."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class Cards(Skin):
    """Figures without figcaption; links relative."""

    name = "cards"
    addresses = "relative"
    title_pattern = "{title} - {host}"
    kilobytes = (6, 5)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Scripts last; nothing but the menu before the content."""
        menu = "".join(
            f'<a class="nav-link" href="{self.href(around, path)}">{words}</a>' for path, words in around.menu
        )
        return f"""<!doctype html>
<html lang=en>
<head>
<meta charset={around.charset}>
<title>{title}</title>
<style>{styles("cd", self.kilobytes[0])}</style>
</head>
<body>
<div class="navbar"><div class="container">{menu}</div></div>
<div class="container"><div class="row"><div class="col-9">
{content}
</div></div></div>
<div class="container">{self.box(around)}</div>
<script>{scripts("cd", self.kilobytes[1])}</script>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """A card of its own; date and By line are two blocks."""
        story = view.story
        crumb = f'<div class="crumb"><small>{self.crumb(view)}</small></div>\n' if story.breadcrumb else ""
        title = f'<h2 class="card-title">{self.text(story.title)}</h2>\n' if story.printed_title else ""
        by = f"<div><small>{self.text(story.by)}</small></div>\n" if story.by else ""
        pager = f'<div class="d-flex">{self.article_pager(view)}</div>\n' if story.page_count > 1 else ""
        return (
            f'{crumb}<section class="card">\n{title}<div><small>{view.updated} : {self.text(story.day)}</small></div>\n'
            f"{by}"
            f'<div class="card-body">{self.body(view)}</div>\n{pager}</section>'
        )

    def body(self, view: ArticlePage) -> str:
        """Paragraphs; a picture in a figure, its words in the paragraph behind it."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                image = self.image(view.around, picture, ' loading="lazy"')
                made.append(f"<figure>{image}</figure>" if image else "")
                if picture.name and picture.name_in == "text":
                    made.append(f"<div><small>{self.text(picture.name)}</small></div>")
                if picture.line:
                    made.append(f"<p><small>{self.text(picture.line)}</small></p>")
            elif group.filler:
                made.append(f"<p>{filler_text(group.filler)}</p>")
            elif group.kind == "items":
                made.append("<ul>" + "".join(f"<li><span>{self.linked(view.around, one)}</span></li>"
                                             for one in group.paragraphs) + "</ul>")  # fmt: skip
            elif group.kind == "subhead":
                made.append(f"<h3>{self.linked(view.around, group.paragraphs[0])}</h3>")
            else:
                made += [f"<p>{self.linked(view.around, one)}</p>" for one in group.paragraphs]
        return "".join(made)

    def listing(self, view: ListPage) -> str:
        """Cards with title, date and summary."""
        made = [
            f'<div class="card"><h5>{self.title_link(view.around, line)}</h5>'
            f'<p class="text-muted">{line.date or ""}</p><p>{self.text(line.summary or "")}</p></div>\n'
            for line in view.lines
        ]
        pager = self.list_pager(view)
        return f'<div class="cards">{"".join(made)}</div>' + (f'<div class="d-flex">{pager}</div>' if pager else "")

    def box(self, around: Surroundings) -> str:
        """A link around title and teaser."""
        made = "".join(
            f'<a class="card" href="{self.href(around, item.path)}"><h6>{self.text(item.title)}</h6>'
            f"<p>{self.text(item.teaser)}</p></a>\n"
            for item in around.box
        )
        return f'<section class="more">{made}</section>' if made else ""
