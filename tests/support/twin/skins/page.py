"""What a skin is given to print: the page's surroundings, and an article, a listing or a notice."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.twin.manner import HARBIN, Manner
from tests.support.twin.newsroom.model import Block, Story

from .furniture import LOOK_ALIKE, MENU


@dataclass(frozen=True, slots=True)
class PageLink:
    """Words that lead to an article of the site."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class BoxItem:
    """One item of the feature box: a title that is a link, and one sentence."""

    path: str
    title: str
    teaser: str
    thumb: str = "/d/file/thumb/box.jpg"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every page of the site shows, whatever it is about."""

    path: str
    """The page's own address without the host."""
    section_path: str
    label: str
    box: tuple[BoxItem, ...] = ()
    most_read: tuple[PageLink, ...] = ()
    neighbours: tuple[PageLink, ...] = ()
    """The article before and the one after; empty on pages that are no article."""
    charset: str = "utf-8"
    """As declared in the page."""
    manner: Manner = HARBIN

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """(path, words) of the links that every page has."""
        return MENU if self.manner is HARBIN else self.manner.menu

    @property
    def look_alike(self) -> str:
        """Looks like the line above an article's body, and stands where no reader sees it or after everything else."""
        return LOOK_ALIKE if self.manner is HARBIN else f"{self.manner.updated or 'Updated'} : 2001-01-01"


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of an article."""

    around: Surroundings
    story: Story
    page: int
    blocks: tuple[Block, ...]

    @property
    def updated(self) -> str:
        """The label of the date."""
        return self.around.manner.updated


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One item of a list; `address` is a path of the site or an absolute address elsewhere."""

    address: str
    title: str
    date: str | None
    summary: str | None
    thumb: str = "/d/file/thumb/list.jpg"


@dataclass(frozen=True, slots=True)
class ListPager:
    """What the pager of a list says; `total` None where it prints none."""

    page: int
    pages: int
    total: int | None
    words: str
    last: bool = True
    """False: the pager has no link to the last page."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a section's list."""

    around: Surroundings
    lines: tuple[PrintedLine, ...]
    dated: bool
    pager: ListPager


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page that is no article and no list: the home page, or the one that says that nothing is here."""

    around: Surroundings
    title: str
    lines: tuple[str, ...]
    links: tuple[PageLink, ...] = ()
