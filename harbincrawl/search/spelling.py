"""Spelling hints: query words that no article contains, and similar words of the index."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from harbincrawl.search.query.matching import write_expression
from harbincrawl.search.query.tree import WORD, Near, Phrase
from harbincrawl.text import nearest

from .choice import make_choice
from .filters import FILTERS, Filters, make_filters

_MOST_SECONDS = 0.5
"""Time limit for one hint: a large index has many words."""
_MOST_HINTS = 3
_MARKS = ("\x01", "\x02")


def find_unknown_words(
    connection: sqlite3.Connection, leaves: Iterable[Phrase | Near]
) -> Iterator[tuple[str, list[str]]]:
    """(word, similar words) for each word in `leaves` that no article contains; `author:wang`, where others do.

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
            yield shown, [] if word.prefix else find_similar_words(connection, word.text)
        elif word.field and not _has_word(connection, word):
            yield f"{word.field}:{shown}", []


def describe_unknown(word: str, near: Sequence[str]) -> str:
    """The sentence that no article has `word`, and what is spelled nearly so."""
    meant = f"; did you mean {', '.join(near)}?" if near else ""
    return f"no article has {word}{meant}"


def _has_word(connection: sqlite3.Connection, word: Phrase) -> bool:
    sql = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1"
    return connection.execute(sql, (write_expression(word),)).fetchone() is not None


def find_unknown_names(connection: sqlite3.Connection, filters: Filters) -> Iterator[tuple[str, str, str | None]]:
    """(name of the filter; name; the nearest known name) for each name in `filters` that no article has."""
    given = [(kind, name) for kind in FILTERS if kind.known for name in kind.take(filters)]
    for each, name in given:
        choice = make_choice(make_filters({each.name: (name,)}))
        where, values = choice.write_conditions()
        if connection.execute(f"SELECT 1 FROM {choice.tables()}{where} LIMIT 1", values).fetchone() is None:
            known = [value for (value,) in connection.execute(each.known) if value]
            # A word of a name is meant as that name: Photo, of Photo Gallery.
            words = {word: value for value in known for word in WORD.findall(value)}
            near = nearest(name, known) or words.get(nearest(name, words) or "")
            yield each.name, name, near


def find_section(connection: sqlite3.Connection, word: str) -> str | None:
    """The section that is called `word`, whose label has it, or whose path has it as a part up to there: names that no
    index has.
    """
    wanted = word.casefold()
    (known,) = (each.known for each in FILTERS if each.name == "section")
    names = [path for (name,) in connection.execute(known) for path in accumulate(name.split("/"), "{}/{}".format)]
    whole = (name for name in names if wanted in (name.casefold(), name.casefold().rpartition("/")[2]))
    return next(whole, next((name for name in names if wanted in name.casefold().split()), None))


def find_similar_words(connection: sqlite3.Connection, word: str) -> list[str]:
    """Up to three words, as articles spell them, with the first letter of `word` and at most one or two differences.

    The most similar come first, and of these the most frequent.
    """
    wanted = find_stem(connection, word)
    if len(wanted) < 3:
        return []
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
    candidates.sort()
    return [find_whole_word(connection, term) for _, _, term in candidates[:_MOST_HINTS]]


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
        (*_MARKS, write_expression(Phrase(term))),
    ).fetchone()
    match = re.search("{}([^{}]+){}".format(_MARKS[0], *(_MARKS[1] * 2)), row[0] or "") if row else None
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
