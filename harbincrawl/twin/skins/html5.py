"""HTML5 as a redesign of 2020 would have it: article, figure, figcaption, time, and a footer with a date."""

from __future__ import annotations

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text


class Html5(Skin):
    """Semantic elements; the only skin that marks captions as captions."""

    name = "html5"
    title_pattern = "{title} | {host}"
    kilobytes = (5, 4)

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Header, main, aside, footer."""
        menu = "".join(f'<li><a href="{self.href(around, path)}">{words}</a></li>' for path, words in around.menu)
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="{around.charset}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{styles("h5", self.kilobytes[0])}
</style>
<noscript><style>.lazy{{display:none}}</style></noscript>
</head>
<body>
<header><a href="{self.href(around, around.home)}"><img src="/images/mark.svg" alt=""></a>\
<nav><ul>{menu}</ul></nav></header>
<!--[if lt IE 9]><p>{around.look_alike}</p><p>By ( old browser )</p><![endif]-->
<template><p>{around.look_alike}</p><p>By ( template )</p></template>
<main>
{content}
</main>
{self.box(around)}
<footer><p>{around.look_alike}</p><p>{around.manner.by} ( {around.manner.host} )</p>\
<p>&copy; {around.owner}</p></footer>
<script>
{scripts("h5", self.kilobytes[1])}
</script>
</body>
</html>
"""

    def article(self, view: ArticlePage) -> str:
        """An article element with its own header."""
        story = view.story
        crumb = f"<nav>{self.crumb(view)}</nav>\n" if story.breadcrumb else ""
        title = f"<h1>{self.text(story.title)}</h1>\n" if story.printed_title else ""
        by = f'<p class="by">{self.text(story.by)}</p>\n' if story.by else ""
        pager = f'<nav class="pages">{self.article_pager(view)}</nav>\n' if story.page_count > 1 else ""
        return (
            f"{crumb}<article>\n<header>\n{title}<p>{view.updated} : <time>{self.text(story.day)}</time></p>\n"
            f"{by}</header>\n"
            f"{self.body(view)}{pager}</article>"
        )

    def body(self, view: ArticlePage) -> str:
        """Paragraphs, sub-headings, lists and figures."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                name = f"<p>{self.text(picture.name)}</p>" if picture.name and picture.name_in == "text" else ""
                caption = f"<figcaption>{self.text(picture.line)}</figcaption>" if picture.line else ""
                made.append(f"<figure>{self.image(view.around, picture)}{name}{caption}</figure>\n")
            elif group.filler:
                made.append(f"<p>{filler_text(group.filler)}</p>\n")
            elif group.kind == "items":
                lines = "".join(f"<li><p>{self.linked(view.around, one)}</p></li>\n" for one in group.paragraphs)
                made.append(f"<ol>\n{lines}</ol>\n")
            elif group.kind == "subhead":
                made.append(f"<h2>{self.linked(view.around, group.paragraphs[0])}</h2>\n")
            else:
                lines = "<br>".join(self.linked(view.around, one) for one in group.paragraphs)
                made.append(f"<p>{lines}</p>\n")
        return "".join(made)

    def listing(self, view: ListPage) -> str:
        """A section of articles, each with a thumbnail that is a link too."""
        made = []
        for line in view.lines:
            date = f"<time>{line.date}</time>" if line.date else ""
            made.append(
                f'<article><a href="{self.href(view.around, line.address)}"><img src="{line.thumb}" alt=""></a>'
                f"<h3>{self.title_link(view.around, line)}</h3><p>{date}</p>"
                f"<p>{self.text(line.summary or '')}</p></article>\n"
            )
        pager = self.list_pager(view)
        return f"<section>\n{''.join(made)}</section>\n" + (f"<nav>{pager}</nav>\n" if pager else "")

    def box(self, around: Surroundings) -> str:
        """An aside with four items."""
        made = "".join(
            f"<section><h4>{self.title_link(around, item)}</h4><p>{self.text(item.teaser)}</p></section>\n"
            for item in around.box
        )
        return f"<aside>\n{made}</aside>" if made else ""
