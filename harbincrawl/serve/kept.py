"""What the archive may give of an address: captures that are kept, and nothing of a purged article."""

from __future__ import annotations

from harbincrawl.archive.mementos import Memento, find_around, find_memento, has_address
from harbincrawl.archive.naming import names_purged
from harbincrawl.archive.purged import read_purged
from harbincrawl.text import read_time

from .mementos import list_forms, write_links
from .visit import Visit


def read_removed(visit: Visit) -> frozenset[str]:
    """The ids of all purged articles."""
    return visit.reader.remember("purged", lambda: read_purged(visit.reader.connection))


def is_removed(visit: Visit, address: str) -> bool:
    """Whether `address` is that of a purged article."""
    return names_purged(f" {address}".encode(), read_removed(visit), visit.site)


def find_address(visit: Visit, written: str) -> str | None:
    """The captured address that somebody wrote; None where it was never captured, or shows a purged article."""
    for address in list_forms(written, visit.site):
        if has_address(visit.reader.connection, address) and not is_removed(visit, address):
            return address
    return None


def link_memento(visit: Visit, memento: Memento) -> str:
    """The Link header of what is a capture, or leads to it."""
    around = find_around(visit.reader.connection, memento.address, memento.fetched_at)
    assert around is not None  # noqa: S101 - the capture itself is there
    return write_links(visit.links, memento.address, memento.fetched_at, around)


def link_capture(visit: Visit, address: str, fetched_at: str) -> dict[str, str]:
    """The headers of our page about a capture, which lead to it as web archives give it; none where it is not kept."""
    memento = find_memento(visit.reader.connection, address, read_time(fetched_at))
    if memento is None or memento.fetched_at != fetched_at or is_removed(visit, address):
        return {}
    return {"Link": link_memento(visit, memento)}
