"""A kind of furniture: where it stands, on which pages, what of it varies, and the HTML of one page's piece."""

from __future__ import annotations

import html
import tomllib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Template

from tests.support.twin.skins.skin import read_templates

Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class Other:
    """Another article of the site, as furniture links to it."""

    href: str
    title: str
    teaser: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What a piece of furniture may know of its page."""

    path: str
    section: str
    label: str
    day: date
    """When the page is fetched."""
    others: tuple[Other, ...]
    """Other articles, nearly the same on every page: none is named on its own."""
    near: tuple[Other, ...] = ()
    """Two articles beside this one, other ones on every page."""
    page: int = 1
    pages: int = 0
    """How many pages the article has; 0 for a list."""

    @property
    def is_list(self) -> bool:
        return not self.pages

    def number(self, low: int, high: int, salt: str = "") -> int:
        """A number of this page's own."""
        return low + zlib.crc32(f"{self.path} {salt}".encode()) % (high - low + 1)

    def pick(self, words: Sequence[Word], salt: str = "") -> Word:
        """One of `words`, by page."""
        return words[self.number(0, len(words) - 1, salt)]

    def daily(self, words: Sequence[Word]) -> Word:
        """One of `words`, by the day of the visit."""
        return words[self.day.toordinal() % len(words)]

    def of_day(self, low: int, high: int, salt: str = "") -> int:
        """A number that all pages of one day share."""
        return low + zlib.crc32(f"{self.day} {salt}".encode()) % (high - low + 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind; `html` are its lines without blocks, or a whole element where `form` is `block`."""

    name: str
    place: str
    """A place of `places.Places`, `beside` the text, or the `top` of the page."""
    html: str = ""
    """A template."""
    form: str = "line"
    """`line`: in the elements that the text's own lines have; `p`, `div`: in these; `block`: brings its own."""
    varies: str = "no"
    """`no`, or by `page`, `day`, `section`."""
    stands: str = "all"
    """On `all` pages, on `half` of them, or in one `section`."""
    after: int = 1
    """For `in text`: behind which paragraph or picture of the page."""
    lists: str = ""
    """`above list`, `in list`, `below list` or `top`; empty where it stands on articles alone."""

    def stands_on(self, scene: Scene, sections: Sequence[str]) -> bool:
        if scene.is_list and not self.lists:
            return False
        if self.stands == "half":
            return zlib.crc32(f"{self.name} {scene.path}".encode()) % 2 == 0
        return self.stands == "all" or scene.section == sections[0]

    def write(self, scene: Scene) -> str:
        known = {name: getattr(scene, name) for name in dir(scene) if not name.startswith("_")}
        return _compile(self.html).render(known)


def read_kinds(path: Path) -> tuple[Kind, ...]:
    """The kinds of a file; its templates know the `words` of all files that were read."""
    read: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    _TEMPLATES.globals |= read["words"]
    return tuple(Kind(**kind) for kind in read["kinds"])


def link(other: Other) -> str:
    return f'<a href="{html.escape(other.href)}">{html.escape(other.title, quote=False)}</a>'


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def write_titles(others: Iterable[Other]) -> str:
    """Linked titles as a list."""
    return "<ul>" + "".join(f"<li>{link(other)}</li>" for other in others) + "</ul>"


@cache
def _compile(html: str) -> Template:
    return _TEMPLATES.from_string(html)


_TEMPLATES = read_templates(Path(__file__).parent)
_TEMPLATES.globals |= {"link": link, "escape": escape, "titles": write_titles}
KINDS = read_kinds(Path(__file__).with_name("kinds.toml"))
