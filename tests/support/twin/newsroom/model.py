"""What a page of the twin is made of: stories, their blocks, and the truth that a reader of the page should find."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from tests.support.twin.manner import HARBIN, Manner

FIGURE_SKINS = frozenset({"html5"})
"""Skins that print captions in `figcaption`, so that a caption without a credit is still known as one."""

UNDATED_SKINS = frozenset({"bracket"})
"""Skins that print no date, so that only a list tells it, and no author."""


def fold(text: str | None) -> str:
    """`text` with every run of white space (no-break spaces too) as one blank and none at the ends."""
    return " ".join((text or "").split())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A visible line of the body."""

    text: str
    role: str = "text"
    """`text`, `subhead` or `item` (of a list): how it is marked up, not what it says."""
    joined: bool = False
    """True: divided from the line before by a single line break, inside the same paragraph."""
    links: tuple[tuple[str, str], ...] = ()
    """(words, address) pairs: the first place where the words stand is a link; addresses are paths or absolute."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image and the line under it."""

    src: str | None
    """Path on the site, `/d/file/...`; None for a caption that stands without a picture (it needs a credit then)."""
    caption: str | None = None
    credit: str | None = None
    """What stands in the square brackets, without them."""
    glued: bool = False
    """True: no blank between caption and credit."""
    name: str | None = None
    """The file name that the page shows, which is not the one in the address."""
    name_in: str = "alt"
    """Where `name` stands: `alt`, or `text` for a line of its own under the picture."""

    @property
    def line(self) -> str:
        """The words under the picture, as printed; empty where there are none."""
        credit = f"[{self.credit}]" if self.credit else ""
        blank = "" if self.glued or not self.caption or not credit else " "
        return (self.caption or "") + blank + credit

    @property
    def shown_name(self) -> str:
        """The file name where it stands on a line of its own; else empty."""
        return self.name if self.name and self.name_in == "text" else ""

    @property
    def alt_text(self) -> str:
        return self.name if self.name and self.name_in == "alt" else ""


@dataclass(frozen=True, slots=True)
class Filler:
    """A line without words: `nbsp`, `space`, `blank` (empty) or `dot`."""

    kind: str = "nbsp"


Block = Paragraph | Picture | Filler


@dataclass
class Story:
    """One article of the twin; assign to its fields to edit it, and the next fetch shows it."""

    number: int
    section_path: str
    created: date
    updated: date | None
    title: str
    blocks: tuple[Block, ...]
    """Strings given here become paragraphs."""
    printed_title: bool = True
    """False: the article page shows no heading."""
    breadcrumb: bool = True
    home_in_breadcrumb: bool = True
    """False: the breadcrumb is the bare label, without `Home>`."""
    label: str = ""
    """What the breadcrumb says; by default the section's own."""
    byline: bool = True
    author: str | None = None
    source: str | None = HARBIN.host
    summary: str | None = None
    also: dict[str, str] = field(default_factory=dict)
    """Other sections whose lists show this story, with the summary that each prints."""
    pages: tuple[int, ...] = ()
    """How many blocks stand on each page; empty for an article of one page."""
    pager_words: str = "zh"
    """`zh` or `en`."""
    printed_date: str | None = None
    """Printed in place of `updated`: an impossible date, for example. The true `updated` is None then."""
    skin: str = "tables"
    charset: str = "utf-8"
    """`utf-8`, `gb18030`, or `gb2312`: encoded as GB18030 but declared as gb2312."""
    listed: bool = True
    gone: bool = False
    manner: Manner = field(default=HARBIN, repr=False)
    edits: ClassVar[int] = 0
    """Counts every assignment to any story, so that a page can be kept until something changes."""

    def __post_init__(self) -> None:
        self.blocks = tuple(Paragraph(block) if isinstance(block, str) else block for block in self.blocks)
        self.label = self.label or self.manner.label(self.section_path)

    def __setattr__(self, name: str, value: object) -> None:
        Story.edits += 1
        object.__setattr__(self, name, value)

    @property
    def path(self) -> str:
        """Address of the first page on the site's own host, without the host."""
        return self.page_path(1)

    def page_path(self, page: int) -> str:
        """Address of page `page`, 1 for the first."""
        return self.manner.article_path(self.section_path, self.created, self.number, page)

    @property
    def page_count(self) -> int:
        return max(1, len(self.pages))

    def page_blocks(self, page: int) -> tuple[Block, ...]:
        """What stands on page `page`; the last page takes what the counts leave over."""
        if not self.pages:
            return self.blocks
        start = sum(self.pages[: page - 1])
        end = len(self.blocks) if page == len(self.pages) else start + self.pages[page - 1]
        return self.blocks[start:end]

    @property
    def day(self) -> str:
        """What the page prints after `Updated :`; empty where it prints nothing."""
        return self.printed_date if self.printed_date is not None else self.updated.isoformat() if self.updated else ""

    @property
    def by(self) -> str:
        """The By line as printed; empty where the page has none."""
        if not self.byline:
            return ""
        return " ".join(
            part for part in (self.manner.by, self.author, f"( {self.source} )" if self.source else "( )") if part
        )

    @property
    def photo_only(self) -> bool:
        """True where every word of the article is a caption."""
        return not any(isinstance(block, Paragraph) for block in self.blocks)

    def truth(self, origin: str | None = None) -> dict[str, Any]:
        """What a perfect reader of all pages of this story and of its list knows, as plain JSON types."""
        origin = origin or self.manner.base
        body: list[str] = []
        images: list[dict[str, str | None]] = []
        marked = self.photo_only or self.skin in FIGURE_SKINS
        for block in self.blocks:
            if isinstance(block, Paragraph):
                body.append(fold(block.text))
            elif isinstance(block, Picture):
                caption = fold(block.caption) or None
                if caption and not block.credit and not marked:
                    body.append(caption)
                    caption = None
                images.append(
                    {
                        "url": origin + block.src if block.src else None,
                        "caption": caption,
                        "credit": fold(block.credit) or None,
                        "file_name": block.name or (block.src.rsplit("/", 1)[-1] if block.src else None),
                    }
                )
        author = (
            fold(self.author) or None
            if self.byline and not (self.skin in UNDATED_SKINS and self.manner.by_forms)
            else None
        )
        updated = self.updated if self.printed_date is None else None
        return {
            "number": self.number,
            "url": origin + self.path,
            "section": self.manner.true_section(self.section_path, self.label if self.breadcrumb else None),
            "section_path": self.section_path,
            "title": fold(self.title),
            "updated": updated.isoformat() if updated else None,
            "created": self.created.isoformat(),
            "author": author,
            "authors": author.split(" and ") if author else [],
            "source": (fold(self.source) or None) if self.byline else None,
            "summary": fold(self.summary) or None,
            "body": [line for line in body if line],
            "images": images,
        }
