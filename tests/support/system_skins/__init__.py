"""Skins in the manner of real content systems: numbers, tags, tools, labelled fields, pieces within the text."""

from __future__ import annotations

import html
import tomllib
import zlib
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import ClassVar

from jinja2.runtime import Macro

from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings
from tests.support.twin.skins.skin import Group, Skin, filler_text, groups, read_templates

FOLDER = Path(__file__).parent
WORDS = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
"""What their templates print."""
NEAR_PAGES = 3
"""How many numbers a pager prints on either side of the current one."""


def say_day(printed: str, form: str) -> str:
    """An ISO day in a form of words; anything else as it is."""
    try:
        day = date.fromisoformat(printed)
    except ValueError:
        return printed
    return form.format(day, day.day, day.year)


TEMPLATES = read_templates(FOLDER)
TEMPLATES.globals |= {**WORDS, "say_day": say_day}


class SystemSkin(Skin):
    """A skin with the tools of a content system; what its template sets and has macros for is its own."""

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
    times: ClassVar[bool] = False
    """Whether a time of day follows the day."""
    day_form: ClassVar[str] = "{}"
    """How days are printed: as they are, or in words."""
    room_for_inset: ClassVar[int] = 4
    """A text of so many parts has the inset in its middle."""

    def __init__(self, name: str) -> None:
        self.name = name
        for key, value in vars(TEMPLATES.get_template(f"{name}.html").module).items():
            if not key.startswith("_"):
                setattr(self, key, partial(value, self) if isinstance(value, Macro) else value)

    def number(self, view: ArticlePage | Surroundings, low: int, high: int, salt: str = "") -> int:
        """A number of the article's own."""
        path = view.story.path if isinstance(view, ArticlePage) else view.path
        return low + zlib.crc32(f"{self.name} {path} {salt}".encode()) % (high - low + 1)

    def tags(self, view: ArticlePage) -> list[str]:
        """Two to four words for the article."""
        start = self.number(view, 0, 9, "tags")
        return [WORDS["TAGS"][(start + 3 * n) % 10] for n in range(self.number(view, 2, 4, "many"))]

    def editor(self, view: ArticlePage) -> str:
        return WORDS["DESK"][self.number(view, 0, 4, "desk")]

    def remarks(self, view: ArticlePage) -> list[tuple[str, str]]:
        """(reader, what they say) of up to three comments."""
        start = self.number(view, 0, 5, "remark")
        return [
            (WORDS["READERS"][(start + n) % 6], WORDS["REMARKS"][(start * 5 + n) % 6])
            for n in range(self.number(view, 0, 3, "remarks"))
        ]

    def related(self, view: ArticlePage) -> list[tuple[str, str]]:
        links = view.around.most_read
        start = self.number(view, 0, max(0, len(links) - 1), "related")
        return [
            (self.href(view.around, one.path), self.text(one.title))
            for one in (links[(start + n) % len(links)] for n in range(min(3, len(links))))
            if one.path != view.story.path
        ]

    def icon(self, name: str, alt: str = "") -> str:
        return f'<img src="/skin/{self.name}/images/{name}.png" alt="{alt}">'

    def menu_links(self, around: Surroundings) -> list[str]:
        return [f'<a href="{self.href(around, path)}">{words}</a>' for path, words in around.menu]

    def most_read(self, around: Surroundings, count: int = 5) -> str:
        return "".join(
            f'<li><a href="{self.href(around, one.path)}">{self.text(one.title)}</a></li>\n'
            for one in around.most_read[:count]
        )

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
        raise NotImplementedError

    def picture_words(self, picture: Picture) -> list[str]:
        """The words that stand by a picture: its name, its caption and credit."""
        return [*filter(None, (self.picture_name(picture), self.text(picture.line)))]

    def picture_name(self, picture: Picture) -> str:
        return self.text(picture.name) if picture.name and picture.name_in == "text" else ""

    def figure(self, picture: Picture, image: str) -> str:
        name = self.picture_name(picture)
        name = f"<p>{name}</p>" if name else ""
        line = f"<figcaption>{self.text(picture.line)}</figcaption>" if picture.line else ""
        return f"<figure>{image}{name}{line}</figure>\n"

    def article_page(self, view: ArticlePage) -> str:
        """The page, its head with what it says of the article."""
        return super().article_page(view).replace("</head>", f"{self.head(view)}</head>", 1)

    def head(self, view: ArticlePage) -> str:  # noqa: ARG002
        """What the document's head says of the article."""
        return ""

    def body(self, view: ArticlePage) -> str:
        """The parts of the text, a long one with the inset in its middle."""
        parts = [self.part(view.around, group) for group in groups(view.blocks)]
        if len(parts) >= self.room_for_inset:
            parts.insert(len(parts) // 2, self.inset(view))
        return "".join(parts)

    def inset(self, view: ArticlePage) -> str:  # noqa: ARG002
        """What stands in the middle of the text and is no part of it."""
        return ""

    def day(self, view: ArticlePage) -> str:
        clock = f" {self.number(view, 7, 21, 'hour'):02}:{self.number(view, 0, 59, 'minute'):02}" if self.times else ""
        return self.text(say_day(view.story.day, self.day_form)) + clock

    def author(self, view: ArticlePage) -> str:
        return self.text(view.story.author or "") if view.story.byline else ""

    def source(self, view: ArticlePage) -> str:
        return self.text(view.story.source or "") if view.story.byline else ""

    def labelled(self, view: ArticlePage, author: str = "Author: {}", source: str = "Source: {}") -> list[str]:
        """Source and author in these forms, those that there are."""
        pairs = ((source, self.source(view)), (author, self.author(view)))
        return [form.format(words) for form, words in pairs if words]

    def by_line(self, view: ArticlePage, form: str = "{}") -> str:
        """The By line in this form; empty where there is none."""
        return form.format(self.text(view.story.by)) if view.story.by else ""

    def title(self, view: ArticlePage, form: str) -> str:
        """The title in this form; empty where the page prints none."""
        return form.format(self.text(view.story.title)) if view.story.printed_title else ""

    def trail(self, view: ArticlePage, form: str) -> str:
        """The breadcrumb in this form; empty where the page prints none."""
        return form.format(self.crumb(view)) if view.story.breadcrumb else ""

    def pages(self, view: ArticlePage, form: str, tag: str = "") -> str:
        """The article's pager in this form; empty where it has one page."""
        return form.format(self.article_pager(view, tag)) if view.story.page_count > 1 else ""

    def place(self, view: ArticlePage | ListPage) -> tuple[int, int]:
        """The number of a page of an article or list, and how many there are."""
        if isinstance(view, ArticlePage):
            return view.page, view.story.page_count
        return view.pager.page, view.pager.pages

    def page_numbers(self, view: ArticlePage | ListPage, link: str, here: str) -> list[str]:
        """The numbers near a page's own: links in a form of address and number, the own in another."""
        at, count = self.place(view)
        return [
            here.format(page) if page == at else self.page_link(view, page, link)
            for page in range(max(1, at - NEAR_PAGES), min(count, at + NEAR_PAGES) + 1)
        ]

    def page_link(self, view: ArticlePage | ListPage, page: int, form: str) -> str:
        """A link to a page of an article or list, in a form of address and number; empty where there is none such."""
        if not 1 <= page <= self.place(view)[1]:
            return ""
        around = view.around
        story = view.story if isinstance(view, ArticlePage) else None
        path = story.page_path(page) if story else around.manner.list_path(around.section_path, page)
        return form.format(self.href(around, path), page)

    def item_numbers(self, view: ListPage) -> tuple[int, int]:
        """The numbers of the first and the last item of a list's page, counted through all pages."""
        before = (view.pager.page - 1) * view.around.manner.page_size
        return before + 1, before + len(view.lines)

    def links(self, view: ArticlePage, form: str, most: int = 3) -> str:
        """Other stories, each in a form of address and title."""
        return "".join(form.format(href, words) for href, words in self.related(view)[:most])

    def teasers(self, view: ArticlePage, form: str, most: int = 2) -> str:
        """Other stories, each in a form of address, title and a sentence of what it tells."""
        return "".join(form.format(href, words, self.teaser(words)) for href, words in self.related(view)[:most])

    def teaser(self, title: str) -> str:
        """A sentence that always stands below this title."""
        seed = zlib.crc32(f"{self.name} {title}".encode())
        starts, ends = WORDS["TEASER_STARTS"], WORDS["TEASER_ENDS"]
        return f"{starts[seed % len(starts)]}, {ends[seed // 64 % len(ends)]}"

    def line_day(self, line: PrintedLine) -> str:
        """The day of a list line as the page prints it; empty where there is none."""
        return self.text(say_day(line.date or "", self.day_form))

    def line_number(self, line: PrintedLine, low: int, high: int, salt: str = "") -> int:
        """A number of a list line's own."""
        return low + zlib.crc32(f"{self.name} {line.address} {salt}".encode()) % (high - low + 1)

    def line_word(self, line: PrintedLine, words: Sequence[str], salt: str = "") -> str:
        """One of the words, by list line."""
        return words[self.line_number(line, 0, len(words) - 1, salt)]

    def address(self, around: Surroundings, picture: Picture) -> str:
        return self.href(around, picture.src or "")

    def waiting(self, around: Surroundings, picture: Picture, blank: str, key: str, extra: str = "") -> str:
        """An `img` of a blank whose true address stands in another attribute; empty where there is no picture."""
        if not picture.src:
            return ""
        alt = html.escape(picture.alt_text)
        return f'<img src="{blank}" {key}="{self.address(around, picture)}" alt="{alt}"{extra}>'

    def unscripted(self, around: Surroundings, picture: Picture) -> str:
        """The picture once more, for browsers without scripts."""
        return f"<noscript>{self.image(around, picture)}</noscript>" if picture.src else ""


MANNER_SKINS = tuple(map(SystemSkin, WORDS["SKINS"]["manner"]))
CONTENT_SKINS = tuple(map(SystemSkin, WORDS["SKINS"]["content"]))
"""Day, author and source stand among other things, captions apart."""
LAST_SKINS = tuple(map(SystemSkin, WORDS["SKINS"]["last"]))
"""Made after all others, by someone who had not seen the reader that they test."""
