"""One narrow column for telephones, as a theme of a blog prints it: every line in a section, buttons to share below."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class Phone(Skin):
    """A section a paragraph, the box within the content's own container, title and teaser of an item in one link."""

    name = "phone"
    addresses = "relative"
    title_pattern = "{title} &#124; {site}"
    kilobytes = (7, 7)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Everything in one container, the menu at its end."""
        menu = "".join(f'<li><a href="{self.href(around, path)}">{words}</a></li>' for path, words in around.menu)
        return f"""<!doctype html>
<html lang="en"><head><meta charset="{around.charset}"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{styles("ph", self.kilobytes[0])}</style></head>
<body><div id="page">
<header><a href="{self.href(around, around.home)}"><img src="/images/phone.svg" alt=""></a></header>
{content}
{self.box(around)}
<nav><ul>{menu}</ul></nav>
<p>&copy; {around.owner}</p>
</div>
<script>{scripts("ph", self.kilobytes[1])}</script>
</body></html>
"""

    def article(self, view: ArticlePage) -> str:
        """Breadcrumb, heading, two spans on lines of their own, tools, sections, buttons to share."""
        story = view.story
        made = []
        if crumb := self.crumb(view):
            made.append(f'<p class="here"><small>{crumb}</small></p>')
        if story.printed_title:
            made.append(f"<h1>{self.text(story.title)}</h1>")
        made.append(f"<p><small>{view.updated} : {self.text(story.day)}</small>")
        made.append(f"<br><small>{self.text(story.by)}</small></p>" if story.by else "</p>")
        made.append(f"<article>{self.body(view)}</article>")
        if pager := self.article_pager(view):
            made.append(f'<p class="pages">{pager}</p>')
        made.append(
            '<p>Share to: <a href="http://service.weibo.com/share"><img src="/images/weibo.png" alt=""></a>'
            '<a href="http://www.facebook.com/sharer.php"><img src="/images/fb.png" alt=""></a></p>'
        )
        return "\n".join(made)

    def body(self, view: ArticlePage) -> str:
        """Every line in a section of its own."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                lines = [self.image(view.around, picture)]
                lines += [self.text(picture.name)] if picture.name and picture.name_in == "text" else []
                lines += [f"<em>{self.text(picture.line)}</em>"] if picture.line else []
                made.append(f"<section><p>{'<br>'.join(line for line in lines if line)}</p></section>")
            elif group.filler:
                made.append(f"<section><p>{filler_text(group.filler)}</p></section>")
            else:
                tag = "h2" if group.kind == "subhead" else "p"
                made += [f"<section><{tag}><span>{self.linked(view.around, one)}</span></{tag}></section>\n"
                         for one in group.paragraphs]  # fmt: skip
        return "".join(made)

    def listing(self, view: ListPage) -> str:
        """One link around title, date and summary."""
        made = "".join(
            f'<li><a href="{self.href(view.around, line.address)}"><h3>{self.text(line.title)}</h3>'
            f"<time>{line.date or ''}</time><p>{self.text(line.summary or '')}</p></a></li>\n"
            for line in view.lines
        )
        pager = self.list_pager(view)
        heading = f"<h2>{self.text(view.around.label)}</h2>"
        return f"{heading}<ul>{made}</ul>" + (f'<p class="pages">{pager}</p>' if pager else "")

    def box(self, around: Surroundings) -> str:
        """Links straight in the container of everything."""
        return "".join(
            f'<a href="{self.href(around, item.path)}"><h4>{self.text(item.title)}</h4>'
            f"<p>{self.text(item.teaser)}</p></a>\n"
            for item in around.box
        )
