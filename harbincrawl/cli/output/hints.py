"""Notes on a query: how it was read, which of its words and names no article has, and what was probably meant."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator, Sequence

from harbincrawl.search.choice import ArticleCondition
from harbincrawl.search.filters import Filters
from harbincrawl.search.query.tree import Near, Phrase, list_section_names, write_query

from .stream import note


def note_reading(query: ArticleCondition) -> None:
    """Notes how a query was read, where that was not obvious."""
    parsed = query.parsed
    if parsed is None:
        return
    if parsed.notes:
        read_as = write_query(parsed.tree) if parsed.tree else "nothing that could be looked for"
        note(f"read as: {read_as} ({'; '.join(parsed.notes)})")
    elif parsed.tree is None and not parsed.blank:
        note("the query holds no word")


def list_unknown(connection: sqlite3.Connection, query: ArticleCondition, filters: Filters) -> Iterator[str]:
    """Which words and names no article has, and what the archive has that is spelled nearly so."""
    yield from list_unknown_words(connection, query.matching.leaves)
    if query.parsed is not None:
        sections = (*filters.sections, *list_section_names(query.parsed.tree))
        filters = filters._replace(sections=tuple(dict.fromkeys(sections)))
    yield from list_unknown_names(connection, filters)


def list_unknown_words(connection: sqlite3.Connection, leaves: Sequence[Phrase | Near]) -> Iterator[str]:
    """Which words no article has, and what is a name of that spelling, or a word spelled nearly so."""
    # A search that finds something needs none of it.
    from harbincrawl.search.spelling import find_section, find_unknown_words

    # A note says already that there is no such field.
    fields = {leaf.text.partition(":")[0].lower() for leaf in leaves if isinstance(leaf, Phrase) and ":" in leaf.text}
    for word, near in find_unknown_words(connection, leaves):
        if word in fields:
            continue
        section = find_section(connection, word)
        meant = ", ".join((*([f"--section {shlex.quote(section)}"] if section else []), *near))
        yield f"no article has {word}{f'; did you mean {meant}?' if meant else ''}"


def list_unknown_names(connection: sqlite3.Connection, filters: Filters) -> Iterator[str]:
    """Which section, source or author of `filters` no article has, and the nearest that some have."""
    from harbincrawl.search.spelling import find_unknown_names

    for kind, name, near in find_unknown_names(connection, filters):
        hint = f'; did you mean "{near}"?' if near else ""
        yield f'no article has the {kind} "{name}"{hint}'
