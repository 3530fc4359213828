"""Skins put together by dice: every part of a page drawn from the ways in which city portals print it.

Written after the reader and by another hand than the twin's skins; no skin here is a model of the reader's rules.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.support.twin.skins import pagers
from tests.support.twin.skins.furniture import MENU
from tests.support.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings
from tests.support.twin.skins.skin import Skin, filler_text, groups

WAYS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
"""By part of a page, the ways in which it may be printed."""


class Shuffled(Skin):
    """One draw of all parts; equal seeds give equal skins."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self.name = f"shuffled{seed}"
        vars(self).update({part: dice.choice(ways) for part, ways in WAYS.items()})
        if self.paragraph.startswith("<P>") and self.pager_form == "{}":
            # Nothing would divide the pager from the last line.
            self.pager_form = "<div>{}</div>"

    def top(self, around: Surroundings) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - other sites' skins ask for it
        """(path, words) of the menu's links."""
        return MENU

    def frame(self, around: Surroundings, title: str, content: str) -> str:
        opening, item, closing = self.menu
        top = (
            opening + "".join(item.format(self.href(around, path), words) for path, words in self.top(around)) + closing
        )
        side = "<h4>Most read</h4><ul>" + "".join(
            f'<li><a href="{self.href(around, link.path)}">{self.text(link.title)}</a></li>'
            for link in around.most_read
        )
        article = around.most_read[0].path if around.most_read else "/about/"
        inside = self.frame_form.format(
            top=top,
            side=side + "</ul>",
            content=content,
            box=self.box(around),
            foot=self.foot.replace("{article}", self.href(around, article)),
        )
        return (
            "<!DOCTYPE html>\n<html><head>"
            f'<meta http-equiv="Content-Type" content="text/html; charset={around.charset}">'
            f"<title>{title}</title></head>\n<body>{inside}</body></html>\n"
        )

    def article(self, view: ArticlePage) -> str:
        story = view.story
        form = self.crumb_form if story.home_in_breadcrumb else '<div><a href="{folder}">{label}</a></div>'
        made = self.draw_crumb(view, form)
        if story.printed_title:
            made += "\n" + self.draw_title(story.title)
        by = self.text(story.by)
        cells = "".join(f"<td>{cell}</td>" for cell in (by[:2], by[2:])) if by else ""
        made += "\n" + self.info.format(day=self.text(story.day), by=by, cells=cells) + "\n"
        return made + f"<div>{self.body(view)}{self.pager(pagers.article_parts(view), view.around)}</div>{self.tail}"

    def draw_crumb(self, view: ArticlePage, form: str) -> str:
        """The breadcrumb in this form; empty where there is none."""
        story, manner = view.story, view.around.manner
        if not story.breadcrumb:
            return ""
        home, folder = (self.href(view.around, to) for to in (manner.scope, manner.list_path(story.section_path, 1)))
        made = form.format(home=home, folder=folder, label=self.text(story.label))
        return f"<table><tr>{made}<td></td></tr></table>" if made.startswith("<td") else made

    def draw_title(self, title: str) -> str:
        """The drawn form of the title, which may be in two halves."""
        words = title.split()
        halves = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
        return self.title_form.format(self.text(title), *map(self.text, halves))

    def body(self, view: ArticlePage) -> str:
        made = []
        for group in groups(view.blocks):
            if picture := group.picture:
                name = self.text(picture.name) if picture.name and picture.name_in == "text" else ""
                form = self.picture.replace("{image}", self.image(view.around, picture))
                for key, words in (("name", name), ("line", self.text(picture.line))):
                    for tag in ("p", "span", "tr", "center", "div", "br", ""):
                        whole = {"tr": f"<tr><td>{words}</td></tr>", "br": f"{words}<br>", "": words}.get(
                            tag, f"<{tag}>{words}</{tag}>"
                        )
                        form = form.replace(f"{{{key}:{tag}}}", whole if words else "")
                made.append(form)
            elif group.filler:
                made.append(self.paragraph.format(filler_text(group.filler)))
            else:
                made += [self.paragraph.format(self.linked(view.around, one)) for one in group.paragraphs]
        return "".join(made)

    def pager(self, parts: Sequence[pagers.PagerPart], around: Surroundings) -> str:
        if not parts:
            return ""
        if self.pager_form.startswith("<ul"):
            return f"<ul>{pagers.items(list(parts), lambda path: self.href(around, path))}</ul>"
        return self.pager_form.format(pagers.inline(list(parts), lambda path: self.href(around, path)))

    def listing(self, view: ListPage) -> str:
        opening, form, closing = self.list_form
        head = self.list_head.format(home=self.href(view.around, "/"), label=self.text(view.around.label))
        made = "".join(self._line(view.around, form, line) for line in view.lines)
        return head + opening + made + closing + self.pager(pagers.list_parts(view), view.around)

    def _line(self, around: Surroundings, form: str, line: PrintedLine) -> str:
        if not line.date:
            form = form.replace("({date})", "").replace("[{date}]", "").replace("Updated : ", "")
        href = self.href(around, line.address)
        return form.format(
            link=self.title_link(around, line),
            href=href,
            title=self.text(line.title),
            date=line.date or "",
            summary=self.text(line.summary or ""),
            thumb=f'<a href="{href}"><img src="{line.thumb}" alt=""></a>',
        )

    def box(self, around: Surroundings) -> str:
        opening, form, closing = self.box_form
        made = "".join(
            form.format(
                link=self.title_link(around, item),
                href=self.href(around, item.path),
                title=self.text(item.title),
                teaser=self.text(item.teaser),
                src=item.thumb,
                thumb=f'<a href="{self.href(around, item.path)}"><img src="{item.thumb}" alt=""></a>',
            )
            for item in around.box
        )
        return opening + made + closing if made else ""


def name_shuffled(seeds: Sequence[int]) -> tuple[str, ...]:
    """The names of these skins; a test whose parameter is one of them runs while the twin knows it (conftest.py)."""
    return tuple(f"shuffled{seed}" for seed in seeds)


def find_shuffled(names: Iterable[object]) -> list[Skin]:
    """The skins among what has these names."""
    found = (re.fullmatch(r"shuffled(\d+)", name) for name in names if isinstance(name, str))
    return [Shuffled(int(name[1])) for name in found if name]
