"""Other things within the element of the text: stories that are related, counts of pages, readers' comments, notes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.support.added_furniture import Kind, Other, Scene
from tests.support.furniture.kind import escape, link
from tests.support.manner_skins import MANNER_SKINS
from tests.support.template_sites import Base, Rendered, Site, add_page, clear_stories, make_scene, render_base
from tests.support.twin import Paragraph, Twin
from tests.support.twin.skins import SKINS
from tests.support.twin.skins.skin import Skin

from .cases import Case
from .frames import FamilySkin

ARTICLES = 30
SKINS_OF_A_ROW = 5
READERS = ("snow66", "Old Tram Driver", "lilac", "northwind", "user_40931", "Grandpa Gao", "Ms. Hou", "ferryman")
REMARKS = (
    "I was there on Sunday and the queue went round the corner.",
    "Finally! We have waited for this since the old station closed.",
    "Who pays for it in the end?",
    "Well done, everybody.",
    "My grandmother told the same story, only that it was spring.",
    "Please tell us when the tickets are on sale.",
    "Nice pictures, but where is the map?",
    "It looked much bigger in the newspaper.",
    "+1",
    "The number 12 bus should stop there. I have written to the office three times and nobody answered me.",
    "I do not agree at all. Look at what happened to the market, and then say again that it was a good plan.",
    "Can one go there with small children?",
)
TAGS = ("Winter", "Transport", "Street food", "River", "Schools", "Concerts", "Heritage", "Sport", "Parks", "Trade")
Write = Callable[[Base, Rendered, Scene], str]
"""The piece of a page; empty where it has none."""


def _pick(scene: Scene, salt: str) -> Other:
    return scene.pick((*scene.others, *scene.near), salt)


def _pick_some(scene: Scene, count: int) -> Sequence[Other]:
    at = scene.number(0, len(scene.others) - 1, "some")
    return [scene.others[(at + step) % len(scene.others)] for step in range(count)]


def write_related(_base: Base, _page: Rendered, scene: Scene) -> str:
    """One story, its title a link, with a sentence about it."""
    other = _pick(scene, "related")
    return f'<div class="related"><h4>{link(other)}</h4><p>{escape(other.teaser)}</p></div>'


def write_several(_base: Base, _page: Rendered, scene: Scene) -> str:
    """Three stories with their sentences."""
    items = "".join(f"<p><b>{link(one)}</b></p><p>{escape(one.teaser)}</p>" for one in _pick_some(scene, 3))
    return f"<div>{items}</div>"


def write_read_also(_base: Base, _page: Rendered, scene: Scene) -> str:
    """A line with a title; on half of the pages."""
    return f"<p>Read also: {link(_pick(scene, 'also'))}</p>" if scene.number(0, 1, "half") else ""


def write_float(_base: Base, _page: Rendered, scene: Scene) -> str:
    """A table that floats beside the text."""
    rows = "".join(
        f'<tr><td><a href="{one.href}"><img src="/d/file/thumb/t.jpg" alt=""></a></td><td>{link(one)}<br>'
        f"{escape(one.teaser)}</td></tr>"
        for one in _pick_some(scene, 2)
    )
    return f'<table align="right" width="240"><tr><td colspan="2">More on this</td></tr>{rows}</table>'


def write_count(_base: Base, page: Rendered, _scene: Scene) -> str:
    """Which page this is of how many."""
    return f"<p>Page {page.page} of {page.story.page_count}</p>" if page.story else ""


def write_count_of_many(_base: Base, page: Rendered, _scene: Scene) -> str:
    """The same, where there is more than one."""
    many = page.story is not None and page.story.page_count > 1
    return f'<div align="center">Page {page.page} of {page.story.page_count if page.story else 1}</div>' if many else ""


def write_comments(_base: Base, _page: Rendered, scene: Scene) -> str:
    """Up to four remarks of readers."""
    count = scene.number(0, 4, "comments")
    made = "".join(
        f'<div class="c"><b>{READERS[scene.number(0, 7, f"reader {n}")]}</b> 2024-06-{10 + n} 09:2{n}'
        f"<p>{REMARKS[(scene.number(0, 11, 'first') + 5 * n) % 12]}</p></div>"
        for n in range(count)
    )
    return f'<div class="comments"><h4>Comments ({count})</h4>{made}</div>'


def write_note(_base: Base, _page: Rendered, scene: Scene) -> str:
    """The editor's note, which all pages have, and words that the article is filed under."""
    start = scene.number(0, 9, "tag")
    tags = ", ".join(
        f'<a href="/tags/{TAGS[(start + 3 * n) % 10]}/">{TAGS[(start + 3 * n) % 10]}</a>' for n in range(3)
    )
    note = "Editor's note: names of streets follow the official list; tell us where we are wrong."
    return f'<div class="note"><p><em>{note}</em></p><p>Tags: {tags}</p></div>'


ROWS: dict[str, tuple[tuple[str, Write], ...]] = {
    "related story amid the text": (("in text", write_related),),
    "related story at the end": (("text end", write_related),),
    "three stories at the end": (("text end", write_several),),
    "a line to read also": (("in text", write_read_also),),
    "a table that floats": (("in text", write_float),),
    "page 1 of 4": (("text end", write_count),),
    "page 1 of 4, where there are four": (("text end", write_count_of_many),),
    "readers' comments": (("text end", write_comments),),
    "editor's note and tags": (("text end", write_note),),
    "several at once": (
        ("in text", write_read_also),
        ("text end", write_several),
        ("text end", write_note),
        ("text end", write_comments),
    ),
}
"""What each row adds, and where."""


def split_long(twin: Twin, skin: Skin) -> None:
    """Stories of nothing but five paragraphs and more have two or three pages."""
    clear_stories(twin, skin)
    for story in twin.stories.values():
        plain = all(isinstance(block, Paragraph) and block.role == "text" for block in story.blocks)
        if plain and not story.pages and len(story.blocks) > 4:
            story.pages = (2, 2, len(story.blocks) - 4) if story.number % 2 else (3, len(story.blocks) - 3)


def choose_skin(row: int, number: int) -> Skin:
    """Three of the family's own, one of the twin's, one of real manner."""
    if number < 3:
        return FamilySkin(f"teasers{row}_{number}", row + number, number)
    others = tuple(SKINS.values()) if number == 3 else MANNER_SKINS
    return others[row % len(others)]


def make_teasers(name: str, number: int) -> Site:
    """A site of a row."""
    row = list(ROWS).index(name)
    edit = split_long if ROWS[name][0][1] is write_count_of_many else clear_stories
    base = render_base(choose_skin(row, number), 700 + 10 * row + number, ARTICLES, edit)
    site = Site()
    for page in base.pages:
        text = add_pieces(base, page, ROWS[name], row + number) if page.story else page.text
        add_page(site, base, page, text)
    return site


def add_pieces(base: Base, page: Rendered, writes: Sequence[tuple[str, Write]], number: int) -> str:
    """The page with its pieces, those amid the text behind the first to the third paragraph."""
    assert page.shape
    scene = make_scene(base, page)
    pieces = []
    for place, write in writes:
        if piece := write(base, page, scene):
            after = 1 + (number + zlib.crc32(page.path.encode()) % 2) % 3
            pieces.append((Kind(write.__name__, place, lambda _: "", "block", after=after), piece))
    return page.shape.add(pieces) if pieces else page.text


def list_teasers() -> Iterator[Case]:
    """All sites."""
    for name in ROWS:
        for number in range(SKINS_OF_A_ROW):
            yield Case(name, f"{name} {number}", partial(make_teasers, name, number))
