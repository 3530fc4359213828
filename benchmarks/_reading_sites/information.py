"""Lines of information: six labels in a systematic sample of all their orders, divided and held in many ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import permutations

from tests.support.template_sites import Site, clear_stories, make_site, render_base
from tests.support.twin import Story, Twin
from tests.support.twin.skins.page import ArticlePage
from tests.support.twin.skins.skin import Skin

from .cases import Case
from .frames import FamilySkin

LABELS = ("updated", "source", "author", "editor", "views", "tools")
EVERY = 7
"""Of the 720 orders of the labels, every so manieth is a site."""
SEPARATORS = ("  ", "&nbsp;&nbsp;&nbsp;", " | ", " · ", " / ", " • ", " - ", "")
"""Between items; the last are elements without any text between them."""
CONTAINERS = ("one paragraph", "div of spans", "cells of a row", "items of a list", "inline elements")
SOURCE = "China Daily"
"""Of the sites whose every article is from one source."""
ARTICLES = 30
CONTROLS = 4


@dataclass(frozen=True, slots=True)
class Form:
    """How a site prints its information."""

    number: int
    order: tuple[str, ...]

    @property
    def has_by(self) -> bool:
        """Whether there is a By line, in place of `Source:` and `Author:`."""
        return self.number % 2 == 0

    @property
    def separator(self) -> str:
        """What divides items."""
        return SEPARATORS[self.number // 2 % len(SEPARATORS)]

    @property
    def container(self) -> str:
        """What holds the items."""
        return CONTAINERS[self.number % len(CONTAINERS)]

    @property
    def one_source(self) -> bool:
        """Whether every article is from one source."""
        return self.number // 3 % 3 == 0

    @property
    def bracket_apart(self) -> bool:
        """Whether the source's bracket is an item of its own, and `By` is printed before an author only."""
        return self.has_by and self.one_source and self.container in CONTAINERS[1:4]

    @property
    def parted(self) -> bool:
        """Whether label and value are in elements, or cells, of their own."""
        return self.number // 7 % 3 == 0

    @property
    def timed(self) -> bool:
        """Whether a time stands behind the day."""
        return self.number // 5 % 3 == 1

    @property
    def place(self) -> str:
        """Where the information stands."""
        at = (3 * self.number + 1) % 11
        return "above the title" if at == 0 else "end of the text" if at == 5 else "below the title"

    @property
    def name(self) -> str:
        """The site's name."""
        order = [one for one in self.order if not (self.has_by and one == "source")]
        marks = [word for word in ("one_source", "parted", "timed", "bracket_apart") if getattr(self, word)]
        words = "by" if self.has_by else "labels"
        return f"{self.number}: {' '.join(order)} ({words}) {self.separator!r} {self.container}, {self.place} {marks}"


class InformationSkin(FamilySkin):
    """Prints information in a form."""

    def __init__(self, form: Form) -> None:
        super().__init__(f"information{form.number}", form.number // 3, form.number // 4)
        self.shape = form

    def above_title(self, view: ArticlePage) -> str:
        """The information, where the form has it here."""
        return self._hold(view) if self.shape.place == "above the title" else ""

    def information(self, view: ArticlePage) -> str:
        """The information, where the form has it here."""
        return self._hold(view) if self.shape.place == "below the title" else ""

    def text_end(self, view: ArticlePage) -> str:
        """The information, where the form has it here."""
        return self._hold(view) if self.shape.place == "end of the text" else ""

    def _hold(self, view: ArticlePage) -> str:
        items = [item for label in self.shape.order for item in self._write_items(label, view)]
        separator, container = self.shape.separator, self.shape.container
        if container == "one paragraph":
            words = [self._join(item) for item in items]
            words = words if separator else [f"<span>{one}</span>" for one in words]
            return f'<p class="info">{separator.join(words)}</p>\n'
        if container == "div of spans":
            return f'<div class="info">{separator.join(f"<span>{self._join(item)}</span>" for item in items)}</div>\n'
        if container == "inline elements":
            tags = ("em", "i")
            words = [f"<{tags[n % 2]}>{self._join(item)}</{tags[n % 2]}>" for n, item in enumerate(items)]
            return f'<div class="info">{separator.join(words)}</div>\n'
        mark = separator.strip()
        if container == "items of a list":
            first, *others = [self._join(item) for item in items]
            rest = "".join(f"<li>{mark} {one}</li>" if mark else f"<li>{one}</li>" for one in others)
            return f'<ul class="info"><li>{first}</li>{rest}</ul>\n'
        between = f"<td>{mark}</td>" if mark else ""
        cells = ["".join(f"<td>{part}</td>" for part in item) for item in items]
        return f'<table class="info"><tr>{between.join(cells)}</tr></table>\n'

    def _join(self, item: list[str]) -> str:
        """Label and value as they stand in one element, each in one of its own if there are two."""
        return " ".join(f"<span>{part}</span>" for part in item) if len(item) > 1 else item[0]

    def _write_items(self, label: str, view: ArticlePage) -> Iterator[list[str]]:
        """The items of a label, label and value parted or in one; none where the story has no value for it."""
        form, story = self.shape, view.story
        if label == "updated":
            yield self._write_day(view)
        elif label == "tools":
            yield [self._write_tools(view)]
        elif label == "views":
            yield self._pair("Views", "86" if form.number % 7 < 3 else str(self.number(view, 3, 9000, "views")))
        elif label == "editor":
            yield self._pair("Editor", "Li Qiang" if form.number % 4 == 3 else self.editor(view))
        elif form.has_by:
            yield from self._write_by(story) if label == "author" and story.by else ()
        elif value := (story.author if label == "author" else story.source) if story.byline else None:
            yield self._pair(label.capitalize(), self.text(value))

    def _pair(self, label: str, value: str) -> list[str]:
        return [f"{label}:", value] if self.shape.parted else [f"{label}: {value}"]

    def _write_day(self, view: ArticlePage) -> list[str]:
        form, day = self.shape, self.text(view.story.day)
        if form.timed:
            day += f" {self.number(view, 7, 22, 'hour'):02}:{self.number(view, 0, 59, 'minute'):02}"
            day += ":07" if form.number % 2 else ""
        if form.parted:
            bare = form.container == "cells of a row" and form.number % 3 == 0
            return ["Updated" if bare else "Updated:", day]
        return [f"{view.updated} : {day}" if form.number % 5 else f"{view.updated}: {day}"]

    def _write_by(self, story: Story) -> Iterator[list[str]]:
        bracket = self.text(f"( {story.source} )" if story.source else "( )")
        author = self.text(story.author or "")
        if self.shape.bracket_apart:
            if author:
                yield ["By", author] if self.shape.parted else [f"By {author}"]
            yield [bracket]
        elif self.shape.parted:
            yield ["By", *filter(None, (author, bracket))]
        else:
            yield [self.text(story.by)]

    def _write_tools(self, view: ArticlePage) -> str:
        return (
            'Font size: <a href="javascript:zoom(1)">A+</a> <a href="javascript:zoom(0)">A-</a>',
            f'<a href="#comments">Comments ({self.number(view, 0, 40, "comments")})</a>',
            '<a href="javascript:print()">Print</a> <a href="mailto:?">E-mail</a>',
            '[ <a href="javascript:size(3)">Large</a> <a href="javascript:size(2)">Medium</a> '
            '<a href="javascript:size(1)">Small</a> ]',
        )[self.shape.number // 2 % 4]


def set_one_source(twin: Twin, skin: Skin) -> None:
    """Every article is from one source, and says so."""
    clear_stories(twin, skin)
    for story in twin.stories.values():
        story.byline, story.source = True, SOURCE


def list_forms() -> Iterator[Form]:
    """The forms of all sites."""
    for number, order in enumerate(list(permutations(LABELS))[::EVERY]):
        yield Form(number, order)


def make_information(form: Form) -> Site:
    """The site of a form."""
    edit = set_one_source if form.one_source else clear_stories
    return make_site(render_base(InformationSkin(form), 100 + form.number, ARTICLES, edit, shaped=False))


def make_control(number: int) -> Site:
    """A site with day and By line on two bare lines, and nothing else."""
    skin = FamilySkin(f"control{number}", number, number)
    return make_site(render_base(skin, 300 + number, ARTICLES, shaped=False))


def list_information() -> Iterator[Case]:
    """All sites."""
    for form in list_forms():
        row = form.container if form.place == "below the title" else form.place
        yield Case(row, form.name, partial(make_information, form))
    for number in range(CONTROLS):
        yield Case("two bare lines (control)", f"control {number}", partial(make_control, number))
