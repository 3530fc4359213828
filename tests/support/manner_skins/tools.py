"""What the templates of real content systems print around a story: numbers, tags, names and pictures of tools."""

from __future__ import annotations

import zlib
from functools import partial
from pathlib import Path
from typing import ClassVar

from jinja2 import Environment
from jinja2.runtime import Macro

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, Surroundings
from tests.support.twin.skins.skin import Group, Skin, filler_text, groups, read_templates

TAGS = ("Winter", "Transport", "Street food", "River", "Schools", "Concerts", "Heritage", "Sport", "Parks", "Trade")
DESK = ("Li Qiang", "Fan Yue", "Ma Chao", "Song Jia", "Du Heng")
READERS = ("snowbear66", "Old Tram", "lilac_girl", "northwind", "user_40931", "Grandpa Gao")
REMARKS = (
    "I walked past this yesterday and it looked finished.",
    "Please bring the number 12 bus back.",
    "My aunt sells the best dumplings there, come early.",
    "Good news at last.",
    "Is there a ticket for students?",
    "The queue was two hours long, dress warmly.",
)


class MannerSkin(Skin):
    """A skin with the tools of a content system; what its template sets and has macros for is its own."""

    templates: ClassVar[Environment] = read_templates(Path(__file__).parent / "templates")
    figures: ClassVar[bool] = False
    """Whether captions stand in elements for captions."""
    filler: ClassVar[str] = "<p>{}</p>\n"
    text_lines: ClassVar[str] = "<p>{}</p>\n"
    line_break: ClassVar[str | None] = None
    """Between the lines of one paragraph; None: each is a paragraph of its own."""
    subhead: ClassVar[str]
    items: ClassVar[str] = "<ul>{}</ul>\n"
    items_as: ClassVar[str] = "items"
    """What the lines of a list look like: `items`, or those of `text` or `subhead`."""

    def __init__(self, name: str) -> None:
        self.name = name
        for key, value in vars(self.templates.get_template(f"{name}.html").module).items():
            if not key.startswith("_"):
                setattr(self, key, partial(value, self) if isinstance(value, Macro) else value)

    def number(self, view: ArticlePage | Surroundings, low: int, high: int, salt: str = "") -> int:
        """A number of the article's own."""
        path = view.story.path if isinstance(view, ArticlePage) else view.path
        return low + zlib.crc32(f"{self.name} {path} {salt}".encode()) % (high - low + 1)

    def tags(self, view: ArticlePage) -> list[str]:
        """Two to four words for the article."""
        start = self.number(view, 0, 9, "tags")
        return [TAGS[(start + 3 * n) % 10] for n in range(self.number(view, 2, 4, "many"))]

    def editor(self, view: ArticlePage) -> str:
        """Who set the article."""
        return DESK[self.number(view, 0, 4, "desk")]

    def remarks(self, view: ArticlePage) -> list[tuple[str, str]]:
        """(reader, what they say) of up to three comments."""
        start = self.number(view, 0, 5, "remark")
        return [
            (READERS[(start + n) % 6], REMARKS[(start * 5 + n) % 6]) for n in range(self.number(view, 0, 3, "remarks"))
        ]

    def related(self, view: ArticlePage) -> list[tuple[str, str]]:
        """(address, title) of three articles, by article."""
        links = view.around.most_read
        start = self.number(view, 0, max(0, len(links) - 1), "related")
        return [
            (self.href(view.around, one.path), self.text(one.title))
            for one in (links[(start + n) % len(links)] for n in range(min(3, len(links))))
            if one.path != view.story.path
        ]

    def icon(self, name: str, alt: str = "") -> str:
        """The picture of a tool."""
        return f'<img src="/skin/{self.name}/images/{name}.png" alt="{alt}">'

    def menu_links(self, around: Surroundings) -> list[str]:
        """The menu's links."""
        return [f'<a href="{self.href(around, path)}">{words}</a>' for path, words in around.menu]

    def most_read(self, around: Surroundings, count: int = 5) -> str:
        """The most read articles as items of a list."""
        return "".join(
            f'<li><a href="{self.href(around, one.path)}">{self.text(one.title)}</a></li>\n'
            for one in around.most_read[:count]
        )

    def body(self, view: ArticlePage) -> str:
        """The parts of the text."""
        return "".join(self.part(view.around, group) for group in groups(view.blocks))

    def part(self, around: Surroundings, group: Group) -> str:
        """Neighbouring lines of one kind, or a picture."""
        if group.picture:
            return self.picture(around, group.picture)
        if group.filler:
            return self.filler.format(filler_text(group.filler))
        kind = self.items_as if group.kind == "items" else group.kind
        lines = [self.linked(around, one) for one in group.paragraphs]
        if kind == "items":
            return self.items.format("".join(f"<li>{line}</li>" for line in lines))
        if kind == "text" and self.line_break is not None:
            lines = [self.line_break.join(lines)]
        pattern = self.text_lines if kind == "text" else self.subhead
        return "".join(map(pattern.format, lines))

    def picture(self, around: Surroundings, picture: Picture) -> str:
        """A picture with its words."""
        raise NotImplementedError

    def picture_words(self, picture: Picture) -> list[str]:
        """The words that stand by a picture: its name, its caption and credit."""
        return [*filter(None, (self.picture_name(picture), self.text(picture.line)))]

    def picture_name(self, picture: Picture) -> str:
        """The name of a picture's file, where a page shows it."""
        return self.text(picture.name) if picture.name and picture.name_in == "text" else ""

    def figure(self, picture: Picture, image: str) -> str:
        """A picture with its words in an element for captions."""
        name = self.picture_name(picture)
        name = f"<p>{name}</p>" if name else ""
        line = f"<figcaption>{self.text(picture.line)}</figcaption>" if picture.line else ""
        return f"<figure>{image}{name}{line}</figure>\n"
