"""Six skins of sites whose pages may lack a date, or say behind the text when, by whom and from where it is."""

from __future__ import annotations

import html
from typing import ClassVar

from harbincrawl.twin.newsroom.model import Story

from .body import groups
from .furniture import scripts, styles
from .page import ArticlePage, ListPage, Surroundings
from .skin import Skin, filler_text

_CLOCKS = ("10:12", "08:30:05", "17:45")


class Provincial(Skin):
    """Title, labels above the text, text, labels behind it; what a skin prints where is its class's."""

    title_pattern = "{title} - {site}"
    above: ClassVar[tuple[str, ...]] = ()
    """Labels above the text: `date`, `by` (with the source in brackets), `name` (the author), `source`, `editor`, or
    `bracket` for the source alone in brackets."""
    end: ClassVar[tuple[str, ...]] = ()
    """Those behind it."""
    timed: ClassVar[bool] = False
    """The date has a time of day behind it."""
    between: ClassVar[str] = "</p>\n<p>"
    """What divides two labels."""
    line: ClassVar[str] = "<p>{}</p>\n"
    """A line of the text."""
    heading: ClassVar[str] = "<h1>{}</h1>\n"
    item: ClassVar[str] = "<li><h3>{title}</h3><p>{day}</p><p>{summary}</p></li>\n"
    shell: ClassVar[str] = "<div class=main>\n{content}\n</div>\n{side}\n<div class=foot>{foot}</div>"
    items: ClassVar[str] = "<ul>\n{}</ul>\n"

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        """Menu, content, box, foot."""
        menu = " ".join(f'<a href="{self.href(around, path)}">{self.text(words)}</a>' for path, words in around.menu)
        page = self.shell.format(content=content, side=self.box(around), foot=self.foot(around))
        return f"""<!DOCTYPE html>
<html><head><meta charset="{around.charset}"><title>{title}</title>
<style>{styles(self.name, 3)}</style><script>{scripts(self.name, 3)}</script></head>
<body><div class="menu">{menu}</div>
{page}
</body></html>
"""

    def href(self, around: Surroundings, address: str) -> str:
        """As any skin; absolute addresses are on the site's hosts in turn."""
        hosts = (around.manner.host, *around.manner.aliases)
        if self.addresses == "absolute" and address.startswith("/"):
            return f"http://{hosts[len(address) % len(hosts)]}{html.escape(address)}"
        return super().href(around, address)

    def foot(self, around: Surroundings) -> str:
        """The notice of copyright, and the site's own lines."""
        lines = (
            f"Copyright © 2014 {around.owner} All Rights Reserved",
            *around.manner.furniture,
            "ICP备0500399号",
        )
        return "".join(f"<p>{self.text(line)}</p>\n" for line in lines)

    def article(self, view: ArticlePage) -> str:
        """Breadcrumb, title, labels, body, labels, pager."""
        story = view.story
        made = [f"<div>{self.crumb(view, '  &gt;   ')}</div>\n"] if story.breadcrumb else []
        if story.printed_title:
            made.append(self.heading.format(self.text(story.title)))
        made.append(self._labels(view, self.above))
        made.append(self.body(view))
        if view.page == story.page_count:
            made.append(self._labels(view, self.end))
        if story.page_count > 1:
            made.append(f"<div>{self.article_pager(view)}</div>")
        return "".join(made)

    def _labels(self, view: ArticlePage, kinds: tuple[str, ...]) -> str:
        printed = [text for kind in kinds if (text := self._label(view, kind))]
        return self.line.format(self.between.join(printed)) if printed else ""

    def _label(self, view: ArticlePage, kind: str) -> str:
        story, manner = view.story, view.around.manner
        if kind == "date":
            clock = f" {_CLOCKS[story.number % 3]}" if self.timed else ""
            return f"{manner.updated}: {self.text(story.day)}{clock}" if story.day else ""
        if not story.byline:
            return ""
        if kind == "by":
            return self.text(story.by) if story.source else self._label(view, "name")
        if kind == "name":
            return self.text(f"{manner.by} {story.author}") if story.author else ""
        if kind == "source":
            return self.text(f"{manner.label_of('source')}: {story.source}") if story.source else ""
        if kind == "bracket" and not manner.by_forms:
            return self._label(view, "by")
        if kind == "bracket":
            return self.text(f"( {story.source} )") if story.source else ""
        return self._editor(view, story)

    def _editor(self, view: ArticlePage, story: Story) -> str:
        label = view.around.manner.label_of("editor")
        return f"{label}: Editor {story.number % 7}" if label else ""

    def body(self, view: ArticlePage) -> str:
        """A line a paragraph; a picture and its words are lines of their own."""
        made = []
        for group in groups(view.blocks):
            if group.picture:
                picture = group.picture
                parts = [self.image(view.around, picture)]
                parts += [self.text(picture.name)] if picture.name and picture.name_in == "text" else []
                parts += [self.text(picture.line)] if picture.line else []
                made += [self.line.format(part) for part in parts if part]
            elif group.filler:
                made.append(self.line.format(filler_text(group.filler)))
            else:
                bold = group.kind == "subhead"
                for one in group.paragraphs:
                    words = self.linked(view.around, one)
                    made.append(self.line.format(f"<b>{words}</b>" if bold else words))
        return "".join(made)

    def listing(self, view: ListPage) -> str:
        """The items, and a pager without a total."""
        around = view.around
        made = "".join(
            self.item.format(
                title=self.title_link(around, each), day=each.date or "", summary=self.text(each.summary or "")
            )
            for each in view.lines
        )
        crumb = f'<a href="{self.href(around, around.home)}">{around.manner.home}</a> &gt; {around.label}'
        pager = self.list_pager(view)
        return f"<div>{crumb}</div>\n{self.items.format(made)}" + (f"<div>{pager}</div>\n" if pager else "")

    def box(self, around: Surroundings) -> str:
        """Titles alone, under a heading."""
        made = "".join(f"<li>{self.title_link(around, item)}</li>\n" for item in around.box)
        return f"<div><h4>Most Viewed</h4><ul>\n{made}</ul></div>" if made else ""


class Bracket(Provincial):
    """The source alone in brackets under the title; lists of title, day, summary."""

    name = "bracket"
    above = ("bracket",)


class Clock(Provincial):
    """Date with a time of day and By line on one line; the day of a list is glued to the summary."""

    name = "clock"
    addresses = "root"
    above = ("date", "by")
    timed = True
    between = " &nbsp; &nbsp; "
    line = "<tr><td>{}</td></tr>\n"
    heading = "<tr><td><font size=5><b>{}</b></font></td></tr>\n"
    item = "<tr><td>{title}</td></tr>\n<tr><td><span>{day}</span>{summary}</td></tr>\n"
    shell = "<table><tr><td><table>\n{content}\n</table></td></tr></table>{side}<table><tr><td>{foot}</td></tr></table>"
    items = "<table>\n{}</table>\n"


class Behind(Provincial):
    """By line, source, editor and date as lines behind the text; the day beside the title in lists."""

    name = "behind"
    addresses = "relative"
    end = ("name", "source", "editor", "date")
    item = "<div><div>{title} <span>{day}</span></div><div>{summary}</div></div>\n"
    items = "<div>\n{}</div>\n"


class Split(Provincial):
    """The date above, the others behind the text, in a section of their own; lists without summaries' own container."""

    name = "split"
    above = ("date",)
    end = ("source", "name", "editor")
    timed = True
    line = "<section><p>{}</p></section>\n"
    heading = "<header><h2>{}</h2></header>\n"
    item = "<article><h4>{title}</h4><time>{day}</time><div>{summary}</div></article>\n"
    items = "<section>\n{}</section>\n"
    between = "</p><p>"


class Breaks(Provincial):
    """All in one cell, divided by breaks; the labels behind the text share a line."""

    name = "breaks"
    addresses = "root"
    above = ("name",)
    end = ("source", "editor", "date")
    between = " | "
    line = "{}<br><br>\n"
    heading = "<b>{}</b><br>\n"
    item = "<b>{title}</b><br>\n{day}{summary}<br><br>\n"
    items = "{}"
    shell = "<table><tr><td>\n{content}</td></tr></table>\n{side}<center>{foot}</center>"


class Cells(Provincial):
    """By line with the source above, the date behind in a table; lists as rows."""

    name = "cells"
    above = ("by",)
    end = ("editor", "date")
    line = "<div align=left><font size=2>{}</font></div>\n"
    heading = "<center><strong>{}</strong></center>\n"
    between = "<br>"
    item = "<tr><td>{title}</td><td>{day}</td></tr><tr><td colspan=2>{summary}</td></tr>\n"
    items = "<table>\n{}</table>\n"
