"""An article of the twin: what it prints, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

HOST = "e.my399.com"
BASE = f"http://{HOST}"
SECTIONS = {
    "news": "Harbin Today",
    "civilization": "Civilization progress",
    "gallery": "Photo Gallery",
    "government": "Government bulletin",
    "companies": "Biz updates",
    "culture/music": "Music City",
    "SPE/sh/wf": "Wetland Festival",
    "travel/sights": "Sights",
    "about": "About Harbin",
}
"""What breadcrumbs call them, by path; the first is the main stream."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image and the line under it."""

    src: str
    """Path on the site."""
    caption: str
    credit: str
    """What stands in the square brackets, without them."""


Block = str | Picture
"""A paragraph, or a picture with its caption."""


@dataclass
class Story:
    """One article; assign to its fields to edit it, and the next answer shows it."""

    number: int
    section: str
    """A path of `SECTIONS`."""
    created: date
    """The day in its address."""
    updated: date
    """The day that readers see."""
    title: str
    blocks: tuple[Block, ...]
    summary: str
    """What its list says of it."""
    teaser: str
    """What the feature box says of it."""
    source: str
    author: str | None = None
    gone: bool = False

    @property
    def path(self) -> str:
        """Address of the first page, without the host."""
        return self.page_path(1)

    def page_path(self, page: int) -> str:
        """Address of page `page`, 1 for the first."""
        name = self.number if page == 1 else f"{self.number}_{page}"
        return f"/{self.section}/{self.created.isoformat()}/{name}.html"

    @property
    def pages(self) -> list[tuple[Block, ...]]:
        """What stands on each page; a photo story has a page a picture."""
        return [self.blocks] if self.paragraphs else [(block,) for block in self.blocks]

    @property
    def paragraphs(self) -> list[str]:
        """The text without the pictures."""
        return [block for block in self.blocks if isinstance(block, str)]

    @property
    def pictures(self) -> list[Picture]:
        """In their order."""
        return [block for block in self.blocks if isinstance(block, Picture)]

    @property
    def by(self) -> str:
        """The By line as printed."""
        return f"By {self.author} ( {self.source} )" if self.author else f"By ( {self.source} )"
