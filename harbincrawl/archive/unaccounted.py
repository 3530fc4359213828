"""The table `unaccounted`: what the pages that a run read show, and the reader could give no meaning."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.records import Unaccounted
from harbincrawl.sites import Site
from harbincrawl.text import shorten

from .naming import names_purged
from .purged import read_purged

MOST = 100
"""Rows of one page; what is more is counted in the last of them."""
LONGEST = 300
"""Characters of a text."""
MOST_WORDINGS = 10
"""Of a report."""
_DIGITS = re.compile(r"\d+")
"""Numbers, each of which counts as 0: pages that differ in a count share a wording all the same."""


def put_unaccounted(
    connection: sqlite3.Connection,
    run: int,
    address: str,
    unaccounted: Sequence[Unaccounted],
    site: Site,
    capture: int | None,
) -> None:
    """Stores what the page at `address` shows unaccounted, as `capture` has it, in the caller's transaction."""
    connection.executemany(
        "INSERT INTO unaccounted(run, address, kind, text, capture) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(run, address, *each, capture) for each in list_kept(connection, unaccounted, site)],
    )


def list_kept(connection: sqlite3.Connection, unaccounted: Sequence[Unaccounted], site: Site) -> list[Unaccounted]:
    """The rows of one page, without links to purged articles: nothing of these is kept again."""
    if not unaccounted:
        return []
    purged = read_purged(connection)
    return bound_rows([each for each in unaccounted if not names_purged(each.text.encode(), purged, site)])


def bound_rows(unaccounted: Sequence[Unaccounted]) -> list[Unaccounted]:
    """What one page shows, each once, short enough to be kept."""
    rows = list(dict.fromkeys(Unaccounted(kind, shorten(text, LONGEST, len)) for kind, text in unaccounted))
    if len(rows) > MOST:
        rows[MOST - 1 :] = [Unaccounted("line", f"… and {len(rows) - MOST + 1} more")]
    return rows


def summarize_unaccounted(connection: sqlite3.Connection, run: int, site: Site) -> dict[str, Any]:
    """What a report says of the run: the number of `pages`, in all and by section, and their `wordings`."""
    by_section = sum(count_unaccounted(connection, run, site).values(), Counter[str]())
    return {
        "pages": by_section.total(),
        "sections": dict(sorted(by_section.items())),
        "wordings": list_wordings(connection, run),
    }


def count_unaccounted(connection: sqlite3.Connection, run: int, site: Site) -> dict[str, Counter[str]]:
    """Pages of the run with anything unaccounted, by section: those of `articles` and those of `lists`."""
    counts: dict[str, Counter[str]] = {"articles": Counter(), "lists": Counter()}
    # A template in doubt is none of a page.
    query = "SELECT DISTINCT address FROM unaccounted WHERE run = ? AND kind != 'template'"
    for (address,) in connection.execute(query, (run,)).fetchall():
        meaning = site.read_address(address)
        if meaning is not None and meaning.kind == "listing":
            counts["lists"][meaning.section_path] += 1
        elif meaning is not None and meaning.id is not None:
            row = connection.execute(
                "SELECT section_path FROM articles WHERE number = ?", (find_number(connection, meaning.id),)
            ).fetchone()
            counts["articles"][row[0] if row else meaning.section_path] += 1
    return counts


def list_wordings(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """What several pages of the run share, whatever numbers it has, with one of them as `example`; most first.

    Templates in doubt come before all of it.
    """
    if connection.execute("SELECT 1 FROM pragma_function_list WHERE name = 'fold_digits'").fetchone() is None:
        # It cannot be made anew while a statement goes on.
        connection.create_function("fold_digits", 1, partial(_DIGITS.sub, "0"), deterministic=True)
    rows = connection.execute(
        "SELECT kind, text, count(DISTINCT address) AS pages, min(address) FROM unaccounted WHERE run = ?"
        " GROUP BY kind, fold_digits(text) ORDER BY kind != 'template', pages DESC, kind, text LIMIT ?",
        (run, MOST_WORDINGS),
    )
    names = ("kind", "text", "pages", "example")
    return [dict(zip(names, row, strict=True)) for row in rows]
