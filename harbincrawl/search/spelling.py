"""Where nothing is found: the words and names of a query that no article has, each with the nearest."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator

from harbincrawl.search.matching import write_expression
from harbincrawl.search.tree import WORD, Near, Phrase, list_section_names
from harbincrawl.text import CLOSE, OPEN, nearest

from .choice import ArticleCondition, make_choice
from .filters import FILTERS, Filters, make_filters

_MOST_SECONDS = 0.5
"""Time limit for one hint: a large index has many words."""


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
    """The word, as articles spell it, with the first letter of `word` and the fewest differences, at most two.

    Of those with as many it is the most frequent.
    """
    wanted = find_stem(connection, word)
    if len(wanted) < 3:
        return None
    most = 1 if len(wanted) < 5 else 2
    deadline = time.monotonic() + _MOST_SECONDS
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab('main', 'articles_fts', 'row')")
    candidates: list[tuple[int, int, str]] = []
    first = wanted[0]
    terms = connection.execute("SELECT term, doc FROM terms WHERE term >= ? AND term < ?", (first, chr(ord(first) + 1)))
    for term, articles in terms:
        if abs(len(term) - len(wanted)) <= most and (steps := measure_distance(wanted, term, most)) <= most:
            candidates.append((steps, -articles, term))
        if time.monotonic() > deadline:
            break
    return find_whole_word(connection, min(candidates)[2]) if candidates else None


def find_stem(connection: sqlite3.Connection, word: str) -> str:
    """The stem of `word` in the index, made by FTS5's tokenizer."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.one_word USING "
        "fts5(word, tokenize='porter unicode61 remove_diacritics 2')"
    )
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.one_stem USING fts5vocab('temp', 'one_word', 'row')")
    connection.execute("DELETE FROM one_word")
    connection.execute("INSERT INTO one_word VALUES (?)", (word,))
    row = connection.execute("SELECT term FROM one_stem").fetchone()
    return str(row[0]) if row else ""


def find_whole_word(connection: sqlite3.Connection, term: str) -> str:
    """A word with the stem `term`, as an article spells it: `festival`, not `festiv`."""
    row = connection.execute(
        "SELECT highlight(articles_fts, 0, ?1, ?2) || ' ' || coalesce(snippet(articles_fts, -1, ?1, ?2, '', 5), '')"
        " FROM articles_fts WHERE articles_fts MATCH ?3 LIMIT 1",
        (OPEN, CLOSE, write_expression(Phrase(term))),
    ).fetchone()
    match = re.search(f"{OPEN}([^{CLOSE}]+){CLOSE}", row[0] or "") if row else None
    return match[1].lower() if match else term


def measure_distance(one: str, other: str, most: int) -> int:
    """The edit distance, with swapped neighbours as one edit (Damerau-Levenshtein); `most` + 1 if it is larger."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            steps = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                steps = min(steps, before[column - 2] + 1)
            line.append(steps)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]
