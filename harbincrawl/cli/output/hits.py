"""Hits on stdout: for people with their snippets, for programs as records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from harbincrawl.fields import KEYS, SITE_NAME
from harbincrawl.search.choice import ArticleCondition
from harbincrawl.search.hits import Hit
from harbincrawl.search.records import read_records
from harbincrawl.search.snippets import CLOSE, OPEN, read_snippet
from harbincrawl.text import clean, nearest, write_json

from .stream import Output
from .style import BOLD, CYAN, DIM, Style, measure_marked, read_style, wrap

_INDENT = "  "
_LINES = 2
"""Lines of a snippet."""


MORE_FORMATS = ("urls", "ids")
"""The formats of hits beside the usual ones."""
CITATIONS = ("bibtex", "csl", "cite")


def take_fields(output: Output, fields: str = "") -> Output:
    """`output` with what --fields says. Raises click.UsageError for what does not go together."""
    names = tuple(dict.fromkeys(each.strip() for each in fields.split(",") if each.strip()))
    for each in names:
        if each not in KEYS:
            near = nearest(each, KEYS)
            hint = f"did you mean {near}?" if near else f"expected some of {', '.join(KEYS)}."
            raise click.BadParameter(f"no field {clean(each)!r}; {hint}", param_hint="--fields")
    if names and output.form in (*MORE_FORMATS, *CITATIONS):
        raise click.UsageError(f"--fields goes with text, json, jsonl and csv, not with {output.form}.")
    return Output(output.form, names)


def print_hits(connection: sqlite3.Connection, choice: ArticleCondition, hits: Sequence[Hit], output: Output) -> None:
    """Prints hits in their order."""
    if output.is_text:
        style = read_style()
        for place, hit in enumerate(hits):
            lines = hit_lines(connection, choice, hit, style, output.fields)
            print("\n".join([*([""] if place else []), *lines]))
    elif output.form in ("ids", "urls"):
        select = f"SELECT {SITE_NAME} || ':' || id, url FROM articles WHERE key = ?"
        for hit in hits:
            id, url = connection.execute(select, (hit.key,)).fetchone()
            print(id if output.form == "ids" else clean(url))
    elif output.form in CITATIONS:
        from .articles import write_citations

        print(write_citations(output.form, list(read_records(connection, hits)), connection))
    else:
        print_records(read_records(connection, hits), output)


def print_page(heads: Mapping[str, Any], connection: sqlite3.Connection, hits: Sequence[Hit], output: Output) -> None:
    """Prints a page of hits as one JSON document: `heads`, then `hits`, the records."""
    records = read_records(connection, hits)
    found = [{key: each[key] for key in output.fields} if output.fields else each for each in records]
    print(write_json(dict(heads) | {"hits": found}))


def print_records(records: Iterable[dict[str, Any]], output: Output, *more: str) -> None:
    """Prints records as JSON, JSON lines or CSV; `more` are keys that they have beside the usual ones."""
    keys = (*(output.fields or KEYS), *more)
    if output.fields:
        records = ({key: record[key] for key in keys} for record in records)
    output.print_rows(records, keys)


_STATUSES = {"gone": "gone", "unknown": "only in other archives"}


def hit_lines(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    hit: Hit,
    style: Style,
    fields: Sequence[str] = (),
) -> list[str]:
    """One hit for people: title, a line about it, `fields` with their names, a snippet, the sections of its copies."""
    id, title, updated, created, section, source, status, revision = connection.execute(
        "SELECT id, title, updated, created, section, source, status, revision FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    # The average English word with its blank takes six columns.
    marked, snippet = read_snippet(connection, choice, hit, max(5, min(64, _LINES * style.width // 6)))
    lines = [style.mark(line, BOLD) for line in wrap(marked or title or "(no title)", style.width, style.mark_width)]
    edited = "changed" if revision > 1 else None
    facts = [updated or created or "no date", section, source, edited, _STATUSES.get(status)]
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
    lines += [_INDENT + style.mark(line) for line in cut_lines(snippet, style.width - len(_INDENT), style.mark_width)]
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


def cut_lines(text: str, width: int, mark: int) -> list[str]:
    """The lines of a snippet, the rest of a longer text cut off; `mark` is as for `wrap`."""
    lines = wrap(text, width, mark)
    if len(lines) <= _LINES:
        return lines
    last = lines[_LINES - 1]
    while last and measure_marked(last, mark) > width - 1 - mark:
        last = last[:-1]
    closing = CLOSE if last.rfind(OPEN) > last.rfind(CLOSE) else ""
    return [*lines[: _LINES - 1], last.rstrip() + closing + "…"]
