"""Where nothing is found: the words and names of a query that no article has, each with the nearest."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator

from harbincrawl.search.matching import write_expression
from harbincrawl.search.tree import WORD, Near, Phrase, list_section_names
from harbincrawl.text import CLOSE, OPEN, nearest

from .choice import ArticleCondition, make_choice
from .filters import FILTERS, Filters, make_filters

_SHORTEST = 3
"""Letters of a word that has a near one."""
_MOST_COMPARED = 50_000
"""Words of the index that are compared with one."""


def list_absent(
    connection: sqlite3.Connection, filters: Filters, choice: ArticleCondition, leaves: tuple[Phrase | Near, ...] = ()
) -> list[str]:
    """The words and names of a query, and `leaves`, that no article has, each with the nearest that some have."""
    notes = []
    for word, near in find_unknown_words(connection, (*leaves, *choice.matching.leaves)):
        notes.append(f"no article has {word}{f'; did you mean {near}?' if near else ''}")
    sections = dict.fromkeys((*filters.sections, *list_section_names(choice.parsed.tree)))
    return [*notes, *list_unknown_names(connection, filters._replace(sections=tuple(sections)))]


def find_unknown_words(
    connection: sqlite3.Connection, leaves: Iterable[Phrase | Near]
) -> Iterator[tuple[str, str | None]]:
    """(word, the most similar word) for each word in `leaves` that no article contains; `author:wang`, where others do.

    A prefix, with which no word begins, has its asterisk.
    """
    words: dict[Phrase, None] = {}
    for leaf in leaves:
        for part in leaf.parts if isinstance(leaf, Near) else (leaf,):
            *whole, last = (Phrase(word, leaf.field) for word in WORD.findall(part.text))
            words.update(dict.fromkeys((*whole, last._replace(prefix=part.prefix))))
    for word in words:
        shown = f"{word.text}*" if word.prefix else word.text
        if not _has_word(connection, word._replace(field=None)):
            yield shown, None if word.prefix else find_similar_word(connection, word.text)
        elif word.field and not _has_word(connection, word):
            yield f"{word.field}:{shown}", None


def _has_word(connection: sqlite3.Connection, word: Phrase) -> bool:
    sql = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1"
    return connection.execute(sql, (write_expression(word),)).fetchone() is not None


def list_unknown_names(connection: sqlite3.Connection, filters: Filters) -> list[str]:
    """Which section, source or author of `filters` no article has, and the nearest that some have."""
    if connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None:
        return []  # of an empty archive nothing is known
    notes = []
    given = [(each, name) for each in FILTERS if each.known for name in each.take(filters)]
    for each, name in given:
        choice = make_choice(make_filters({each.name: (name,)}))
        where, values = choice.write_conditions()
        if connection.execute(f"SELECT 1 FROM {choice.tables()}{where} LIMIT 1", values).fetchone() is None:
            near = nearest(name, [value for (value,) in connection.execute(each.known) if value])
            hint = f'; did you mean "{near}"?' if near else ""
            notes.append(f'no article has the {each.name} "{name}"{hint}')
    return notes


def find_similar_word(connection: sqlite3.Connection, word: str) -> str | None:
    """The word nearest to `word`, as articles spell it, of those with its first letter; None: none is near."""
    if len(word) < _SHORTEST:
        return None
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab('main', 'articles_fts', 'row')")
    first = word[0].lower()
    terms = connection.execute(
        "SELECT term FROM terms WHERE term >= ? AND term < ? LIMIT ?", (first, chr(ord(first) + 1), _MOST_COMPARED)
    )
    stem = nearest(word, (term for (term,) in terms))
    return find_whole_word(connection, stem) if stem else None


def find_whole_word(connection: sqlite3.Connection, term: str) -> str:
    """A word with the stem `term`, as an article spells it: `festival`, not `festiv`."""
    row = connection.execute(
        "SELECT highlight(articles_fts, 0, ?1, ?2) || ' ' || coalesce(snippet(articles_fts, -1, ?1, ?2, '', 5), '')"
        " FROM articles_fts WHERE articles_fts MATCH ?3 LIMIT 1",
        (OPEN, CLOSE, write_expression(Phrase(term))),
    ).fetchone()
    match = re.search(f"{OPEN}([^{CLOSE}]+){CLOSE}", row[0] or "") if row else None
    return match[1].lower() if match else term
