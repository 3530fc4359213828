"""Who answered in the site's place: a mirror, a server whose pages were ingested, an archive of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harbincrawl.text import clean, count_text, name_host

if TYPE_CHECKING:
    from harbincrawl.export.selection import Selection
    from harbincrawl.sites import Site


_KINDS = {"mirror": "a mirror at", "cache": "a cache of", "middleware": "a middleware in place of"}


def name_answerer(source: str, host: str, address: str) -> str | None:
    """`a mirror at 127.0.0.1:8000` for a capture; None where the site that `address` is of answered itself."""
    if source == "site" or (source == "ingest" and host == name_host(address)):
        return None
    name = host if source == "ingest" else f"{_KINDS.get(source, f'{source} at')} {host}"
    # A stranger's archive may say anything.
    return clean(" ".join(f"{name}".split()))


def read_answerers(selection: Selection, site: Site) -> tuple[tuple[str, int], ...]:
    """By who answered in the place of `site`, the selected articles whose present text came from there."""
    selected, values = selection.choice()
    rows = selection.connection.execute(
        "SELECT c.source, c.host, count(*) FROM captures AS c JOIN articles AS a ON a.capture = c.id"
        f" WHERE a.number IN (SELECT a.number {selected}) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        values,
    )
    named = ((name_answerer(source, host, site.base), count) for source, host, count in rows)
    return tuple((name, count) for name, count in named if name)


def describe_answerers(answerers: Sequence[tuple[str, int]]) -> str:
    """A sentence; empty where only the site answered."""
    if not answerers:
        return ""
    parts = ", ".join(f"{count_text(count, 'article')} from {name}" for name, count in answerers)
    return f"Not captured from the site itself: {parts}."
