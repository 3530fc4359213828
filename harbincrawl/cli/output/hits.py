"""Hits on stdout: for people with their snippets, for programs as records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from harbincrawl.fields import KEYS
from harbincrawl.search.choice import ArticleCondition
from harbincrawl.search.hits import Hit
from harbincrawl.search.merging import Failed, MergedHit, Source
from harbincrawl.search.records import read_records
from harbincrawl.search.snippets import CLOSE, OPEN, mark_record, read_snippet
from harbincrawl.text import clean, nearest, write_json

from .stream import Output
from .style import BOLD, CYAN, DIM, Style, measure_marked, read_style, wrap

_INDENT = "  "
_LINES = 2
"""Lines of a snippet."""


MORE_FORMATS = ("urls", "ids", "markdown", "html")
"""The formats of hits beside the usual ones."""
CITATIONS = ("bibtex", "csl", "ris")


def take_fields(output: Output, fields: str = "", *, highlight: bool = False) -> Output:
    """`output` with what --fields and --highlight say. Raises click.UsageError for what does not go together."""
    names = tuple(dict.fromkeys(each.strip() for each in fields.split(",") if each.strip()))
    for each in names:
        if each not in KEYS:
            near = nearest(each, KEYS)
            hint = f"did you mean {near}?" if near else f"expected some of {', '.join(KEYS)}."
            raise click.BadParameter(f"no field {clean(each)!r}; {hint}", param_hint="--fields")
    if names and output.form in (*MORE_FORMATS, *CITATIONS):
        raise click.UsageError(f"--fields goes with text, json, jsonl and csv, not with {output.form}.")
    if highlight and output.form not in ("text", "markdown", "html"):
        raise click.UsageError(f"--highlight goes with text, markdown and html, not with {output.form}.")
    return Output(output.form, names, highlight=highlight)


def print_hits(
    sources: Sequence[Source], hits: Sequence[MergedHit], output: Output, failed: Failed, *, names_sites: bool = False
) -> None:
    """Prints hits in their order; an archive that turns out damaged is handed to `failed`, by its place.

    With `names_sites`, text has ids with their sites. Where two archives are of one site, each hit has the archive's
    name, too.
    """
    sites = [source.site for source in sources]
    shared = {site for site in sites if sites.count(site) > 1}
    if output.form in ("text", "ids", "urls"):
        style = read_style()
        for place, merged in enumerate(hits):
            source = sources[merged.source]
            try:
                if output.form == "text":
                    site = source.site if names_sites else ""
                    lines = hit_lines(source.connection, source.choice, merged.hit, style, output.fields, site)
                    lines += [f"  in {source.name}"] if source.site in shared else []
                else:
                    select = "SELECT id, url FROM articles WHERE key = ?"
                    id, url = source.connection.execute(select, (merged.hit.key,)).fetchone()
                    lines = [f"{source.site}:{id}" if output.form == "ids" else clean(url)]
            except sqlite3.Error as error:
                failed(merged.source, error)
            else:
                print("\n".join([*([""] if place and output.form == "text" else []), *lines]))
    elif output.form in ("markdown", "html", *CITATIONS):
        from .articles import write_articles

        shown = list(_read_hits(sources, hits, failed, highlight=output.highlight))
        print(write_articles(output.form, shown, (source.connection for source in sources)))
    else:
        records = _read_hits(sources, hits, failed, are_named=bool(shared))
        print_records(records, output, *(("archive",) if shared else ()))


def _read_hits(
    sources: Sequence[Source], hits: Sequence[MergedHit], failed: Failed, *, highlight: bool = False,
    are_named: bool = False,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """The records of the hits: with the words that were found marked, with the name of their `archive`."""
    records = {
        at: read_records(source.connection, [merged.hit for merged in hits if merged.source == at])
        for at, source in enumerate(sources)
    }
    for at, _, hit in hits:
        source = sources[at]
        try:
            record = next(records[at], None)
            if record is not None and highlight:
                matching = source.choice.matching
                record = mark_record(source.connection, matching.match if matching.ranked else None, record, hit)
        except sqlite3.Error as error:
            failed(at, error)
            continue
        if record is not None:
            yield record | ({"archive": source.name} if are_named else {})


def print_page(
    heads: Mapping[str, Any], sources: Sequence[Source], hits: Sequence[MergedHit], output: Output, failed: Failed
) -> None:
    """Prints a page of hits as one JSON document: `heads`, then `hits`, the records."""
    sites = [source.site for source in sources]
    records = _read_hits(sources, hits, failed, are_named=len(set(sites)) < len(sites))
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
    site: str = "",
) -> list[str]:
    """One hit for people: title, a line about it, `fields` with their names, a snippet, the sections of its copies.

    With a `site`, its id has that before it, as where hits of several sites are shown.
    """
    id, title, updated, created, section, source, status, revision = connection.execute(
        "SELECT id, title, updated, created, section, source, status, revision FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    id = f"{site}:{id}" if site else id
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
