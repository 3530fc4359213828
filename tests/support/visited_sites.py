"""A site that a crawl visits again and again: its template prints furniture that changes from visit to visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.support.twin import Server, Twin, make_twin, serve
from tests.support.twin.press import encode_page
from tests.support.twin.server import Told
from tests.support.twin.skins import bare, known_skins
from tests.support.twin.skins.skin import Skin

from .furniture.kind import Kind
from .template_sites import (
    FIRST_VISIT,
    SECTIONS,
    Base,
    add_kinds,
    clear_blocks,
    render_lists_and_articles,
    true_record,
)


@dataclass
class VisitedSite:
    """A twin in one skin with added furniture; `visit` renders it as it is then."""

    skin: Skin
    kinds: Sequence[Kind] = ()
    dressed: bool = True
    twin: Twin = field(init=False)
    pages: dict[str, bytes] = field(default_factory=dict)
    """By path, as they are now."""

    def __post_init__(self) -> None:
        with known_skins([self.skin]):
            self.twin = make_twin(21, 60, sections=SECTIONS, skins=(self.skin.name,))
        self.visit(0)

    def visit(self, day: int, **changes: Any) -> None:
        """Renders all pages for the visit of that day; `changes` are new values of skin, kinds or dressed."""
        for name, value in changes.items():
            setattr(self, name, value)
        with known_skins([self.skin]):
            for story in self.twin.stories.values():
                story.skin = self.skin.name
                story.blocks = tuple(clear_blocks(story, self.skin))
            self.twin.list_skins = dict.fromkeys(self.twin.list_skins, self.skin.name)
            lists, articles = render_lists_and_articles(self.twin, self.skin)
        rendered = [*lists, *articles]
        moment: datetime = FIRST_VISIT + timedelta(days=day)
        base = Base(self.twin, rendered, self.skin, {page.path: moment for page in rendered})
        self.pages = {}
        for page in rendered:
            text = add_kinds(base, page, self.kinds)
            self.pages[page.path] = encode_page(text if self.dressed else bare(text), page.charset)

    def truths(self) -> dict[str, dict[str, Any]]:
        """What the articles say, by id."""
        return {
            str(story.number): true_record(replace(story), self.skin)
            for story in self.twin.stories.values()
            if not story.gone
        }

    @contextmanager
    def serve(self) -> Iterator[Server]:
        def answer(path: str) -> Told | None:
            if path == "/robots.txt":
                return None
            body = self.pages.get(path.split("?")[0])
            return (404 if body is None else 200), {"Content-Type": "text/html"}, body or b"<p>Nothing here.</p>"

        with serve(None, told=answer) as server:
            yield server
