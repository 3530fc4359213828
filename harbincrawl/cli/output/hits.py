"""Hits on stdout: for people with their snippets, for programs as records."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

from harbincrawl.search.filters import SITE_NAME
from harbincrawl.search.hits import Hit, HitPage
from harbincrawl.search.matching import Choice
from harbincrawl.search.records import read_records, write_table
from harbincrawl.search.snippets import CLOSE, OPEN, read_snippet
from harbincrawl.text import clean, display_width, write_json

from .style import BOLD, CYAN, DIM, Style, read_style, wrap

_INDENT = "  "
_LINES = 2
"""Lines of a snippet."""


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
            id, url = connection.execute("SELECT id, url FROM articles WHERE key = ?", (hit.key,)).fetchone()
            print(f"{site}:{id}" if form == "ids" else clean(url))
    elif form == "csv":
        write_table(sys.stdout, read_records(connection, page.hits))
    else:
        print_json(read_records(connection, page.hits), lines=form == "jsonl")


def print_json(records: Iterator[dict[str, Any]], *, lines: bool) -> None:
    """Prints records a line each, or as one JSON list."""
    texts = map(write_json, records)
    if lines:
        for text in texts:
            print(text)
    else:
        print("[" + ",\n ".join(texts) + "]")


def hit_lines(connection: sqlite3.Connection, choice: Choice, hit: Hit, style: Style) -> list[str]:
    """One hit for people: title, a line about it, a snippet, the sections of its copies."""
    id, title, updated, created, section, source, status = connection.execute(
        "SELECT id, title, updated, created, section, source, status FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    # The average English word with its blank takes six columns.
    marked, snippet = read_snippet(connection, choice, hit, max(5, min(64, _LINES * style.width // 6)))
    lines = [style.mark(line, BOLD) for line in wrap(marked or title or "(no title)", style.width)]
    facts = [updated or created or "no date", section, source, "gone" if status == "gone" else None]
    about = clean(" · ".join(fact for fact in facts if fact))
    margin = _INDENT + " " * (len(id) + len(_INDENT))
    first, *rest = wrap(about, style.width - len(margin))
    lines.append(f"{_INDENT}{style.paint(id, CYAN)}{_INDENT}{style.paint(first, DIM)}")
    lines += [margin + style.paint(line, DIM) for line in rest]
    lines += [_INDENT + style.mark(line) for line in cut_lines(snippet, style.width - len(_INDENT))]
    if hit.also:
        select = "SELECT id, section FROM articles WHERE number = ?"
        others = [connection.execute(select, (number,)).fetchone() for number in hit.also]
        text = "also in: " + ", ".join(f"{other} ({clean(where)})" for other, where in others)
        lines += [_INDENT + style.paint(line, DIM) for line in wrap(text, style.width - len(_INDENT))]
    return lines


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
