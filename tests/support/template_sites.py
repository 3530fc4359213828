"""Small sites of one template for benches and tests: rendered pages, the days they were fetched, and their truth."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from tests.support.twin import Story, Twin, make_twin
from tests.support.twin.newsroom.model import Block, Paragraph, Picture, fold
from tests.support.twin.press import LIST_CHARSETS, box_item, decode_page, encode_page
from tests.support.twin.skins import bare, known_skins
from tests.support.twin.skins.skin import Skin

from .furniture.adding import ArticleShape, ListShape
from .furniture.kind import Kind, Other, Scene
from .furniture.places import Expected

BASE = "http://e.my399.com"
SECTIONS = ("news", "civilization", "gallery", "government", "culture/music")
FIRST_VISIT = datetime(2024, 6, 20, 3, tzinfo=UTC)
VISITS = 4
"""Days over which the pages of a site are fetched."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page as a crawl has it."""

    address: str
    body: bytes
    fetched_at: datetime
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A line of a list as a reader should find it."""

    id: str | None
    title: str
    date: date | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class ListTruth:
    """What a list page says."""

    lines: tuple[ListedLine, ...]
    total: int | None
    next_page: str | None


@dataclass
class Site:
    """All pages in the order of their fetching, and what should be read of them."""

    pages: list[SitePage] = field(default_factory=list)
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Records by the address of the first page."""
    lists: dict[tuple[str, datetime], ListTruth] = field(default_factory=dict)
    """By address and time of the fetch: a list may be read more than once."""
    words: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Title and summary in the lists, by the address of the first page."""
    names: dict[str, str] = field(default_factory=dict)
    """What is odd, by address, where anything is."""


@dataclass(slots=True)
class Rendered:
    """A page before anything is added."""

    path: str
    text: str
    charset: str
    story: Story | None
    section: str
    page: int
    shape: ArticleShape | ListShape | None
    """Where something may be added; None where nothing is."""
    items: tuple[Story, ...] = ()


@dataclass(slots=True)
class Base:
    """A rendered twin."""

    twin: Twin
    pages: list[Rendered]
    skin: Skin
    fetched: dict[str, datetime]

    def others(self, path: str) -> tuple[Other, ...]:
        """Ten articles as furniture links to them; on the page of one of them another stands in its place."""
        # A story that is told twice would be another's words on its own page.
        planted = {number for numbers in self.twin.planted.values() for number in numbers}
        stories = [story for number, story in sorted(self.twin.stories.items()) if number not in planted]
        chosen, reserve = stories[2:22:2], stories[-1]
        return tuple(
            self._other(path, reserve if path.startswith(story.path.removesuffix(".html")) else story)
            for story in chosen
        )

    def near(self, path: str, story: Story) -> tuple[Other, ...]:
        stories = [one for _, one in sorted(self.twin.stories.items()) if one is story or one.title != story.title]
        at = stories.index(story)
        return tuple(self._other(path, stories[(at + step) % len(stories)]) for step in (-1, 1))

    def _other(self, path: str, story: Story) -> Other:
        item = box_item(story)
        href = posixpath.relpath(item.path, path.rsplit("/", 1)[0] or "/")
        return Other(href if story.number % 2 else item.path, item.title, item.teaser)


def clear_stories(twin: Twin, skin: Skin) -> None:
    """Makes all stories such that their record is clear."""
    for story in twin.stories.values():
        story.blocks = tuple(clear_blocks(story, skin))


@lru_cache(maxsize=32)
def render_base(
    skin: Skin,
    seed: int = 11,
    articles: int = 40,
    edit: Callable[[Twin, Skin], None] = clear_stories,
    *,
    shaped: bool = True,
) -> Base:
    """All pages of a twin in one skin, in the order of their fetching, with the stories that `edit` leaves.

    `shaped`: something may be added to them; only pages with their day above the text can be.
    """
    with known_skins([skin]):
        twin = make_twin(seed, articles, sections=SECTIONS, skins=(skin.name,))
        edit(twin, skin)
        lists, pages = render_lists_and_articles(twin, skin, shaped=shaped)
    fetched = {page.path: FIRST_VISIT + timedelta(days=at * VISITS // len(lists)) for at, page in enumerate(lists)}
    stories = list(twin.stories)
    for page in pages:
        visit = stories.index(page.story.number) * VISITS // len(stories) if page.story else 0
        fetched[page.path] = FIRST_VISIT + timedelta(days=visit, hours=1)
    return Base(twin, sorted([*lists, *pages], key=lambda page: (fetched[page.path], page.path)), skin, fetched)


def render_lists_and_articles(twin: Twin, skin: Skin, *, shaped: bool = True) -> tuple[list[Rendered], list[Rendered]]:
    """All pages of the twin; the caller has made its skin known."""
    return list(_render_lists(twin, skin)), list(_render_articles(twin, shaped))


def _render_lists(twin: Twin, skin: Skin) -> Iterator[Rendered]:
    charset = LIST_CHARSETS.get(skin.name, "utf-8")
    for section in twin.sections:
        items = twin.listing(section)
        for number in range(1, math.ceil(len(items) / twin.page_size) + 1):
            path = f"/{section}/" if number == 1 else f"/{section}/index_{number}.html"
            shown = tuple(items[(number - 1) * twin.page_size : number * twin.page_size])
            text = decode_page(twin.render(path).body, charset)
            last = shown[-1]
            end = fold(last.also.get(section, last.summary)) or last.day
            shape = ListShape(text, [fold(story.title) for story in shown], end)
            yield Rendered(path, text, charset, None, section, number, shape, shown)


def _render_articles(twin: Twin, shaped: bool) -> Iterator[Rendered]:
    made: list[Rendered] = []
    shapes: list[ArticleShape] = []
    for story in twin.stories.values():
        for number in range(1, story.page_count + 1):
            path = story.page_path(number)
            text = decode_page(twin.render(path).body, story.charset)
            shape = None
            if shaped:
                shape = ArticleShape(text, fold(story.title), "Updated", fold(story.by), list_expected(story, number))
                shapes.append(shape)
            made.append(Rendered(path, text, story.charset, story, story.section_path, number, shape))
    for shape in shapes:
        shape.learn(shapes)
    yield from made


def clear_blocks(story: Story, skin: Skin) -> Iterator[Block]:
    """The story's blocks; a caption that only markup could tell from a paragraph gets a credit."""
    for block in story.blocks:
        if isinstance(block, Picture) and block.caption and not block.credit and not story.photo_only:
            yield block if shows_figures(skin) else replace(block, credit="Photo/my399.com")
        else:
            yield block


def shows_figures(skin: Skin) -> bool:
    """Whether captions stand in elements for captions."""
    return skin.name == "html5" or getattr(skin, "figures", False)


def list_expected(story: Story, page: int) -> list[Expected]:
    """The content lines of a page, in order."""
    made: list[Expected] = []
    for block in story.page_blocks(page):
        if isinstance(block, Paragraph):
            made.append(Expected(fold(block.text)))
        elif isinstance(block, Picture):
            words = [block.name] if block.name and block.name_in == "text" else []
            words += [fold(block.line)] if block.line else []
            made += [Expected(picture=block.src.rsplit("/", 1)[-1], ends=not words)] if block.src else []
            made += [Expected(word, ends=word is words[-1]) for word in words]
    return [one for one in made if one.words or one.picture]


def true_record(story: Story, skin: Skin) -> dict[str, Any]:
    """What a perfect reader makes of all pages of the story."""
    return replace(story, skin="html5" if shows_figures(skin) else "tables").truth()


def make_site(base: Base, *kinds: Kind, dressed: bool = True) -> Site:
    """The pages with these kinds of furniture; undressed, no element keeps its attributes."""
    site = Site()
    for page in base.pages:
        text = add_kinds(base, page, kinds)
        add_page(site, base, page, text if dressed else bare(text))
    return site


def add_kinds(base: Base, page: Rendered, kinds: Sequence[Kind]) -> str:
    """The text of the page with its pieces of those kinds that stand on it."""
    scene = make_scene(base, page)
    pieces = [(kind, kind.write(scene)) for kind in kinds if kind.stands_on(scene, SECTIONS)]
    return page.shape.add(pieces) if pieces and page.shape else page.text


def make_scene(base: Base, page: Rendered) -> Scene:
    """What furniture may know of the page."""
    story, twin = page.story, base.twin
    label = story.label if story else twin.manner.label(page.section)
    near = base.near(page.path, story) if story else ()
    day = base.fetched[page.path].date()
    return Scene(
        page.path, page.section, label, day, base.others(page.path), near, page.page, story.page_count if story else 0
    )


def add_page(site: Site, base: Base, page: Rendered, text: str) -> None:
    """Adds the page as bytes, and its truth."""
    fetched = base.fetched[page.path]
    address = BASE + page.path
    site.pages.append(SitePage(address, encode_page(text, page.charset), fetched, page.story is None))
    if page.story is None:
        site.lists[address, fetched] = true_listing(base.twin, page)
    elif page.page == 1:
        site.articles[address] = true_record(page.story, base.skin)
        site.words[address] = (fold(page.story.title), fold(page.story.summary) or None)


def true_listing(twin: Twin, page: Rendered) -> ListTruth:
    """What a perfect reader finds on a list page."""
    section, dated = page.section, twin.dated.get(page.section, True)
    lines = tuple(
        ListedLine(
            str(story.number),
            fold(story.title),
            story.updated if dated else None,
            fold(story.also.get(section, story.summary)) or None,
        )
        for story in page.items
    )
    count = len(twin.listing(section))
    last = math.ceil(count / twin.page_size)
    printed = twin.printed_total.get(section, True) and last > 1
    following = f"{BASE}/{section}/index_{page.page + 1}.html" if page.page < last else None
    return ListTruth(lines, count if printed else None, following)


def join_sites(sites: Sequence[Site]) -> Site:
    """One site of the pages of several, in the order of their fetching."""
    whole = Site()
    for site in sites:
        whole.pages += site.pages
        for name in ("articles", "lists", "words", "names"):
            getattr(whole, name).update(getattr(site, name))
    whole.pages.sort(key=lambda page: page.fetched_at)
    return whole


Words = Mapping[str, tuple[str, str | None]]
