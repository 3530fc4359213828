"""Hits on stdout: for people with their snippets, for programs as records."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

from harbincrawl.search.filters import KEYS, SITE_NAME, Filters, make_record, select_records
from harbincrawl.search.hits import Hit, HitPage
from harbincrawl.search.matching import Choice
from harbincrawl.text import clean, display_width

from .jsontext import write_json
from .style import BOLD, CLOSE, CYAN, DIM, OPEN, Style, read_style, wrap

_INDENT = "  "
_LINES = 2
"""Lines of a snippet."""
_CHUNK = 500
"""Records fetched at once; a statement takes a bounded number of parameters."""


def print_hits(connection: sqlite3.Connection, choice: Choice, page: HitPage, form: str) -> None:
    """Prints a page of hits in one of the formats of `search`."""
    if form == "text":
        style = read_style()
        for place, hit in enumerate(page.hits):
            if place:
                print()
            print("\n".join(hit_lines(connection, choice, hit, style)))
    elif form in ("ids", "urls"):
        (site,) = connection.execute(f"SELECT {SITE_NAME}").fetchone()
        for hit in page.hits:
            if form == "ids":
                print(f"{site}:{hit.number}")
            else:
                (url,) = connection.execute("SELECT url FROM articles WHERE key = ?", (hit.key,)).fetchone()
                print(clean(url))
    elif form == "csv":
        print_csv(read_records(connection, page))
    else:
        print_json(read_records(connection, page), lines=form == "jsonl")


def read_records(connection: sqlite3.Connection, page: HitPage) -> Iterator[dict[str, Any]]:
    """The records of the hits, in their order."""
    for first in range(0, len(page.hits), _CHUNK):
        numbers = tuple(hit.number for hit in page.hits[first : first + _CHUNK])
        sql, values = select_records(Filters(numbers=numbers), "number")
        by_number = {
            int(each["id"].rpartition(":")[2]): each for each in map(make_record, connection.execute(sql, values))
        }
        yield from (by_number[number] for number in numbers)


def print_json(records: Iterator[dict[str, Any]], *, lines: bool) -> None:
    """Prints records a line each, or as one JSON list."""
    texts = map(write_json, records)
    if lines:
        for text in texts:
            print(text)
    else:
        print("[" + ",\n ".join(texts) + "]")


def print_csv(records: Iterator[dict[str, Any]]) -> None:
    """Prints records under a line of KEYS; lists and structs are JSON in the cell, null is an empty cell."""
    import csv

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(KEYS)
    for each in records:
        cells = (write_json(value) if isinstance(value, list | dict) else value for value in each.values())
        table.writerow(clean(cell) if isinstance(cell, str) else cell for cell in cells)


def hit_lines(connection: sqlite3.Connection, choice: Choice, hit: Hit, style: Style) -> list[str]:
    """One hit for people: title, a line about it, a snippet, the sections of its copies."""
    title, updated, created, section, source, status = connection.execute(
        "SELECT title, updated, created, section, source, status FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    marked, snippet = snippets(connection, choice, hit, style.width)
    lines = [style.mark(line, BOLD) for line in wrap(marked or title or "(no title)", style.width)]
    facts = [updated or created or "no date", section, source, "gone" if status == "gone" else None]
    about = clean(" · ".join(fact for fact in facts if fact))
    number = str(hit.number)
    margin = _INDENT + " " * (len(number) + len(_INDENT))
    first, *rest = wrap(about, style.width - len(margin))
    lines.append(f"{_INDENT}{style.paint(number, CYAN)}{_INDENT}{style.paint(first, DIM)}")
    lines += [margin + style.paint(line, DIM) for line in rest]
    lines += [_INDENT + style.mark(line) for line in cut_lines(snippet, style.width - len(_INDENT))]
    if hit.also:
        marks = ", ".join("?" * len(hit.also))
        others = connection.execute(
            f"SELECT number, section FROM articles WHERE number IN ({marks}) ORDER BY number", hit.also
        )
        text = "also in: " + ", ".join(f"{other} ({clean(where)})" for other, where in others)
        lines += [_INDENT + style.paint(line, DIM) for line in wrap(text, style.width - len(_INDENT))]
    return lines


def snippets(connection: sqlite3.Connection, choice: Choice, hit: Hit, width: int) -> tuple[str | None, str]:
    """(title, snippet) with marked hits; without any in the text, the snippet is its beginning."""
    match = choice.matching.match
    # The average English word with its blank takes six columns.
    size = max(5, min(64, _LINES * width // 6))
    title = None
    if match is not None and choice.matching.ranked:
        row = connection.execute(
            "SELECT highlight(articles_fts, 0, ?1, ?2), snippet(articles_fts, 1, ?1, ?2, '…', ?3),"
            " snippet(articles_fts, 2, ?1, ?2, '…', ?3) FROM articles_fts WHERE articles_fts MATCH ?4 AND rowid = ?5",
            (OPEN, CLOSE, size, match, hit.key),
        ).fetchone()
        if row:
            title = row[0]
            for text in row[1:]:
                if text and OPEN in text:
                    return title, text
    body, captions, summary = connection.execute(
        "SELECT substr(body, 1, 1000), substr(captions, 1, 1000), summary FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    return title, body or captions or summary or ""


def cut_lines(text: str, width: int) -> list[str]:
    """The lines of a snippet, the rest of a longer text cut off."""
    lines = wrap(text, width)
    if len(lines) <= _LINES:
        return lines
    last = lines[_LINES - 1]
    while last and display_width(last) > width - 1:
        last = last[:-1]
    closing = CLOSE if last.rfind(OPEN) > last.rfind(CLOSE) else ""
    return [*lines[: _LINES - 1], last.rstrip() + closing + "…"]
