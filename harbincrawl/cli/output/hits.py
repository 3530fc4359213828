"""Hits on stdout: for people with their snippets, for programs as records."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import click

from harbincrawl.fields import KEYS, SITE_NAME
from harbincrawl.search.hits import Hit
from harbincrawl.search.query.matching import ArticleCondition
from harbincrawl.search.records import read_records, write_table
from harbincrawl.search.snippets import CLOSE, OPEN, mark_record, read_snippet
from harbincrawl.text import clean, display_width, nearest, write_json

from .style import BOLD, CYAN, DIM, Style, read_style, wrap

_INDENT = "  "
_LINES = 2
"""Lines of a snippet."""


FORMATS = ("text", "json", "jsonl", "csv", "urls", "ids", "markdown", "html")
"""The formats of hits."""


class Form(NamedTuple):
    """How hits are printed."""

    name: str
    """One of FORMATS."""
    fields: tuple[str, ...] = ()
    """In text what is shown beside the usual, in JSON and CSV all that is shown; empty: the usual."""
    highlight: bool = False
    """Whether Markdown and HTML mark the words that were found."""


def read_form(name: str, fields: str = "", *, highlight: bool = False) -> Form:
    """The form of `--format`, `--fields` and `--highlight`. Raises click.UsageError for what does not go together."""
    names = tuple(dict.fromkeys(each.strip() for each in fields.split(",") if each.strip()))
    for each in names:
        if each not in KEYS:
            near = nearest(each, KEYS)
            hint = f"did you mean {near}?" if near else f"expected some of {', '.join(KEYS)}."
            raise click.BadParameter(f"no field {clean(each)!r}; {hint}", param_hint="--fields")
    if names and name not in ("text", "json", "jsonl", "csv"):
        raise click.UsageError(f"--fields goes with text, json, jsonl and csv, not with {name}.")
    if highlight and name not in ("text", "markdown", "html"):
        raise click.UsageError(f"--highlight goes with text, markdown and html, not with {name}.")
    return Form(name, names, highlight)


def print_hits(connection: sqlite3.Connection, choice: ArticleCondition, hits: Sequence[Hit], form: Form) -> None:
    """Prints hits of `choice` in their order."""
    if form.name == "text":
        style = read_style()
        for place, hit in enumerate(hits):
            if place:
                print()
            print("\n".join(hit_lines(connection, choice, hit, style, form.fields)))
    elif form.name in ("ids", "urls"):
        (site,) = connection.execute(f"SELECT {SITE_NAME}").fetchone()
        for hit in hits:
            id, url = connection.execute("SELECT id, url FROM articles WHERE key = ?", (hit.key,)).fetchone()
            print(f"{site}:{id}" if form.name == "ids" else clean(url))
    elif form.name in ("markdown", "html"):
        records = read_records(connection, hits)
        if form.highlight:
            match = choice.matching.match if choice.matching.ranked else None
            records = (mark_record(connection, match, *each) for each in zip(records, hits, strict=True))
        from .articles import FORMS

        print(FORMS[form.name](list(records)))
    else:
        print_records(read_records(connection, hits), form)


def print_records(records: Iterable[dict[str, Any]], form: Form, *more: str) -> None:
    """Prints records as JSON, JSON lines or CSV; `more` are keys that they have beside the usual ones."""
    keys = (*(form.fields or KEYS), *more)
    if form.fields:
        records = ({key: record[key] for key in keys} for record in records)
    if form.name == "csv":
        write_table(sys.stdout, records, keys=keys)
    elif form.name == "jsonl":
        for record in records:
            print(write_json(record))
    else:
        print("[" + ",\n ".join(map(write_json, records)) + "]")


_STATUSES = {"gone": "gone", "unknown": "only in other archives"}


def hit_lines(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    hit: Hit,
    style: Style,
    fields: Sequence[str] = (),
    site: str = "",
) -> list[str]:
    """One hit for people: title, a line about it, `fields` with their names, a snippet, the sections of its copies.

    With a `site`, its id has that before it, as where hits of several sites are shown.
    """
    id, title, updated, created, section, source, status = connection.execute(
        "SELECT id, title, updated, created, section, source, status FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    id = f"{site}:{id}" if site else id
    # The average English word with its blank takes six columns.
    marked, snippet = read_snippet(connection, choice, hit, max(5, min(64, _LINES * style.width // 6)))
    lines = [style.mark(line, BOLD) for line in wrap(marked or title or "(no title)", style.width)]
    facts = [updated or created or "no date", section, source, _STATUSES.get(status)]
    about = clean(" · ".join(fact for fact in facts if fact))
    margin = _INDENT + " " * (len(id) + len(_INDENT))
    first, *rest = wrap(about, style.width - len(margin))
    lines.append(f"{_INDENT}{style.paint(id, CYAN)}{_INDENT}{style.paint(first, DIM)}")
    lines += [margin + style.paint(line, DIM) for line in rest]
    if fields:
        (record,) = read_records(connection, [hit])
        for name in fields:
            text = f"{name}: {_show_value(record[name])}"
            lines += [_INDENT + style.paint(line, DIM) for line in wrap(text, style.width - len(_INDENT))]
    lines += [_INDENT + style.mark(line) for line in cut_lines(snippet, style.width - len(_INDENT))]
    if hit.also:
        select = "SELECT id, section FROM articles WHERE number = ?"
        others = [connection.execute(select, (number,)).fetchone() for number in hit.also]
        text = "also in: " + ", ".join(f"{other} ({clean(where)})" for other, where in others)
        lines += [_INDENT + style.paint(line, DIM) for line in wrap(text, style.width - len(_INDENT))]
    return lines


def _show_value(value: Any) -> str:
    if isinstance(value, list | dict):
        is_names = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return (clean(", ".join(value)) or "-") if is_names else write_json(value)
    return "-" if value is None else clean(str(value))


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
