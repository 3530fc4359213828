"""Notes on a query: how it was read, which of its words and names no article has, and what was probably meant."""

from __future__ import annotations

import shlex
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import count_hits
from harbincrawl.search.query.tree import WORD, All, Near, Phrase, list_section_names, write_query
from harbincrawl.text import count_text

from .stream import note

_MOST_SECONDS = 0.5
"""After which no further search is tried where nothing was found."""
_MOST_PARTS = 6
"""Parts of a query that are left out in turn where nothing is found: each costs a search."""


def note_reading(query: ArticleCondition) -> None:
    """Notes how a query was read, where that was not obvious."""
    parsed = query.parsed
    if parsed is None:
        return
    if parsed.notes:
        read_as = write_query(parsed.tree) if parsed.tree else "nothing that could be looked for"
        note(f"read as: {read_as} ({'; '.join(map(name_archive, parsed.notes))})")


def name_archive(hint: str) -> str:
    """A hint with a command of ours that names the archive as this command line does."""
    folder = click.get_current_context().find_root().params["archive"]
    given = f"--archive {shlex.quote(str(folder))} " if folder != Path("archive") else ""
    return hint.replace("harbincrawl show ", f"harbincrawl {given}show ")


def list_unknown(connection: sqlite3.Connection, query: ArticleCondition, filters: Filters) -> Iterator[str]:
    """Which words and names no article has, and what the archive has that is spelled nearly so.

    Where all are there: what finds something without one part of the query, or without the filters.
    """
    if query.parsed is not None and query.parsed.names_article:
        # A note says already how to show it.
        return
    for leaf in query.matching.leaves:
        if isinstance(leaf, Phrase) and not leaf.quoted and len(words := WORD.findall(leaf.text)) > 1:
            yield f'{leaf.text} was read as "{" ".join(words)}"'
    hints = list(_list_absent(connection, query, filters))
    yield from hints or _list_wider(connection, query, filters)


def _list_absent(connection: sqlite3.Connection, query: ArticleCondition, filters: Filters) -> Iterator[str]:
    yield from list_unknown_words(connection, query.matching.leaves)
    if query.parsed is not None:
        sections = (*filters.sections, *list_section_names(query.parsed.tree))
        filters = filters._replace(sections=tuple(dict.fromkeys(sections)))
    yield from list_unknown_names(connection, filters)


def _list_wider(connection: sqlite3.Connection, query: ArticleCondition, filters: Filters) -> Iterator[str]:
    """How many articles a search has that leaves one thing out."""
    tree = query.parsed.tree if query.parsed else None
    if tree is None:
        return
    tried = [("the filters", Filters(query=filters.query, exact=filters.exact))]
    if isinstance(tree, All) and len(tree.parts) <= _MOST_PARTS:
        for at, part in enumerate(tree.parts):
            rest = All((*tree.parts[:at], *tree.parts[at + 1 :]))
            tried.append((write_query(part, "AND"), filters._replace(query=write_query(rest))))
    deadline = time.monotonic() + _MOST_SECONDS
    for left_out, wider in tried:
        if time.monotonic() > deadline:
            return
        number = count_hits(connection, fit_choice(connection, wider)) if wider != filters else 0
        if number:
            yield f"without {left_out}: {count_text(number, 'hit')}"


def list_unknown_words(connection: sqlite3.Connection, leaves: Sequence[Phrase | Near]) -> Iterator[str]:
    """Which words no article has, and what is a name of that spelling, or a word spelled nearly so."""
    # A search that finds something needs none of it.
    from harbincrawl.search.spelling import describe_unknown, find_section, find_unknown_words

    # A note says already that there is no such field.
    fields = {leaf.text.partition(":")[0].lower() for leaf in leaves if isinstance(leaf, Phrase) and ":" in leaf.text}
    for word, near in find_unknown_words(connection, leaves):
        if word in fields:
            continue
        section = find_section(connection, word)
        yield describe_unknown(word, [*([f"--section {shlex.quote(section)}"] if section else []), *near])


def list_unknown_names(connection: sqlite3.Connection, filters: Filters) -> Iterator[str]:
    """Which section, source or author of `filters` no article has, and the nearest that some have."""
    from harbincrawl.search.spelling import find_unknown_names

    for kind, name, near in find_unknown_names(connection, filters):
        hint = f'; did you mean "{near}"?' if near else ""
        yield f'no article has the {kind} "{name}"{hint}'
