"""What these skins share: fields with labels, times of day, pictures that wait, pieces within the text."""

from __future__ import annotations

import html
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

from jinja2 import Environment

from tests.support.manner_skins.tools import DESK, MannerSkin
from tests.support.twin.newsroom.model import Picture
from tests.support.twin.skins.page import ArticlePage, ListPage, PrintedLine, Surroundings
from tests.support.twin.skins.skin import groups, read_templates

BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""A picture of one clear pixel."""

TEASER_STARTS = (
    "After a long winter",
    "For the third year running",
    "Behind the old customs house",
    "With the first ice of the year",
    "On a quiet weekday morning",
    "Not far from the northern terminus",
    "Long before the snow is cleared",
)
TEASER_ENDS = (
    "bakers open their doors before the trams run.",
    "skaters, singers and cooks share one square.",
    "a family workshop mends the bells of the whole quarter.",
    "pupils plant birches along the embankment.",
    "the ferry takes cyclists across for two yuan.",
    "twelve choirs rehearse under a single roof.",
)

COLUMNS = ("City", "River", "Letters", "Stage", "Markets")
"""Of a newspaper."""
LONG_DAY = "{:%A, %B} {}, {}"
"""Weekday, month, day and year in words and figures."""
SHORT_DAY = "{:%b} {}, {}"
"""The month's first letters, day and year."""
NEAR_PAGES = 3
"""How many numbers a pager prints on either side of the current one."""


def say_day(printed: str, form: str) -> str:
    """An ISO day in a form of words; anything else as it is."""
    try:
        day = date.fromisoformat(printed)
    except ValueError:
        return printed
    return form.format(day, day.day, day.year)


def _read_pages() -> Environment:
    pages = read_templates(Path(__file__).parent / "templates")
    words = {"BLANK": BLANK, "COLUMNS": COLUMNS, "DESK": DESK, "LONG_DAY": LONG_DAY, "SHORT_DAY": SHORT_DAY}
    pages.globals |= {**words, "say_day": say_day}
    return pages


class ContentSkin(MannerSkin):
    """A skin whose day, author and source stand among other things."""

    templates: ClassVar[Environment] = _read_pages()
    times: ClassVar[bool] = False
    """Whether a time of day follows the day."""
    day_form: ClassVar[str] = "{}"
    """How days are printed: as they are, or in words."""
    room_for_inset: ClassVar[int] = 4
    """A text of so many parts has the inset in its middle."""

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
        """The day as the page prints it."""
        clock = f" {self.number(view, 7, 21, 'hour'):02}:{self.number(view, 0, 59, 'minute'):02}" if self.times else ""
        return self.text(say_day(view.story.day, self.day_form)) + clock

    def author(self, view: ArticlePage) -> str:
        """Who wrote it; empty where the page does not say."""
        return self.text(view.story.author or "") if view.story.byline else ""

    def source(self, view: ArticlePage) -> str:
        """Where it is from; empty where the page does not say."""
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
        start, end = TEASER_STARTS[seed % len(TEASER_STARTS)], TEASER_ENDS[seed // 64 % len(TEASER_ENDS)]
        return f"{start}, {end}"

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
        """The picture's address as this skin writes it."""
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
