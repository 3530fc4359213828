"""Other things within the element of the text: stories that are related, counts of pages, readers' comments, notes."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.support.furniture.kind import Kind, read_kinds
from tests.support.system_skins import MANNER_SKINS
from tests.support.template_sites import Base, Rendered, Site, add_page, clear_stories, make_scene, render_base
from tests.support.twin import Paragraph, Twin
from tests.support.twin.skins import SKINS
from tests.support.twin.skins.skin import Skin

from .cases import Case
from .frames import FamilySkin

ARTICLES = 30
SKINS_OF_A_ROW = 5
_FILE = Path(__file__).with_suffix(".toml")
ROWS: dict[str, list[str]] = tomllib.loads(_FILE.read_text("utf-8"))["rows"]
"""What each row adds."""
_KINDS = {kind.name: kind for kind in read_kinds(_FILE)}


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
    edit = split_long if "count of many" in ROWS[name] else clear_stories
    base = render_base(choose_skin(row, number), 700 + 10 * row + number, ARTICLES, edit)
    kinds = [_KINDS[one] for one in ROWS[name]]
    site = Site()
    for page in base.pages:
        text = add_pieces(base, page, kinds, row + number) if page.story else page.text
        add_page(site, base, page, text)
    return site


def add_pieces(base: Base, page: Rendered, kinds: Sequence[Kind], number: int) -> str:
    """The page with its pieces, those amid the text behind the first to the third paragraph."""
    assert page.shape
    scene = make_scene(base, page)
    after = 1 + (number + zlib.crc32(page.path.encode()) % 2) % 3
    pieces = [(replace(kind, after=after), piece) for kind in kinds if (piece := kind.write(scene))]
    return page.shape.add(pieces) if pieces else page.text


def list_teasers() -> Iterator[Case]:
    """All sites."""
    for name in ROWS:
        for number in range(SKINS_OF_A_ROW):
            yield Case(name, f"{name} {number}", partial(make_teasers, name, number))
