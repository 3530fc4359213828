"""Notes on a query: how it was read, which of its words and names no article has, and what was probably meant."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import Query
from harbincrawl.search.query.tree import Near, Phrase, list_section_names, write_query

from .stream import note


def note_reading(query: Query) -> None:
    """Notes how a query was read, where that was not obvious."""
    parsed = query.parsed
    if parsed is None:
        return
    if parsed.notes:
        read_as = write_query(parsed.tree) if parsed.tree else "nothing that could be looked for"
        note(f"read as: {read_as} ({'; '.join(parsed.notes)})")
    elif parsed.tree is None and not parsed.blank:
        note("the query holds no word")


def note_unknown(connection: sqlite3.Connection, query: Query, filters: Filters) -> None:
    """Notes which words and names no article has, and what the archive has that is spelled nearly so."""
    note_unknown_words(connection, query.choice.matching.leaves)
    if query.parsed is not None:
        sections = (*filters.sections, *list_section_names(query.parsed.tree))
        filters = filters._replace(sections=tuple(dict.fromkeys(sections)))
    note_unknown_names(connection, filters)


def note_unknown_words(connection: sqlite3.Connection, leaves: Sequence[Phrase | Near]) -> None:
    """Notes which words no article has, and what is spelled nearly so."""
    from harbincrawl.search.spelling import find_unknown_words  # a search that finds something needs none of it

    # A note says already that there is no such field.
    fields = {leaf.text.partition(":")[0].lower() for leaf in leaves if isinstance(leaf, Phrase) and ":" in leaf.text}
    for word, near in find_unknown_words(connection, leaves):
        if word in fields:
            continue
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        note(f"no article has {word}{hint}")


def note_unknown_names(connection: sqlite3.Connection, filters: Filters) -> None:
    """Notes which section, source or author of `filters` no article has, and the nearest that some have."""
    from harbincrawl.search.spelling import find_unknown_names

    for kind, name, near in find_unknown_names(connection, filters):
        hint = f'; did you mean "{near}"?' if near else ""
        note(f'no article has the {kind} "{name}"{hint}')
