"""What the twin hands out: answers to addresses, and the lines of its lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from harbincrawl.twin.newsroom.model import Story, fold
from harbincrawl.twin.skins.page import PrintedLine

from .faults import Fault


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A line of a list that leads off the site."""

    title: str
    address: str
    date: date
    summary: str = "A page of somebody else."


@dataclass(frozen=True, slots=True)
class TwinAnswer:
    """What the twin says to an address; `fault` tells a server how to spoil it on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    fault: Fault | None = None


def item_day(item: Story | Elsewhere) -> date:
    """The day by which a list sorts the item."""
    return item.date if isinstance(item, Elsewhere) else item.updated or date.min


def list_line(item: Story | Elsewhere, section_path: str, dated: bool) -> PrintedLine:
    """The item as the list of `section_path` prints it."""
    if isinstance(item, Elsewhere):
        return PrintedLine(item.address, item.title, item.date.isoformat() if dated else None, item.summary)
    summary = item.also.get(section_path, item.summary)
    thumb = f"/d/file/thumb/{item.number}.jpg"
    return PrintedLine(item.path, fold(item.title), item.day if dated else None, summary, thumb)
