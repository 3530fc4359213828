"""`search --wordings`: hits in every wording that articles ever had, and what of a search goes with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from harbincrawl.archive.articles.revisions import read_revisions
from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.former import WordingHit, Wordings, count_wordings, open_wordings, read_wordings
from harbincrawl.cli.output.hints import note_reading
from harbincrawl.errors import ExitCode
from harbincrawl.export.wording import make_wording
from harbincrawl.fields import SITE_NAME
from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import read_counter
from harbincrawl.search.query.raw import check_raw
from harbincrawl.search.records import read_by_number
from harbincrawl.search.snippets import mark_record, read_snippet
from harbincrawl.text import clean, count_text, write_json

from .articles import FORMS, write_articles
from .hits import cut_lines, print_records
from .stream import Output, note, progress_bar
from .style import BOLD, CYAN, DIM, Style, read_style, wrap

KEYS_OF_WORDING = ("seen", "replaced", "cause")
"""What a record has beside the usual keys: from when until when the wording was seen, and what brought the next one."""
_REFUSED = ("facet", "after", "change", "explain")
_INDENT = "  "


def check_wordings(ctx: click.Context, given: Mapping[str, Any]) -> None:
    """Raises click.UsageError for an option that does not go with --wordings."""
    for name in _REFUSED:
        if given[name] not in (None, (), False):
            raise click.UsageError(f"--{name} is of articles: it goes without --wordings.", ctx)
    is_given = ctx.get_parameter_source("sort") is ParameterSource.COMMANDLINE
    if is_given and given["sort"] not in ("newest", "oldest"):
        raise click.UsageError("--wordings are in the order of their days: --sort newest or oldest.", ctx)


def search_wordings(folder: Path, filters: Filters, output: Output, given: Mapping[str, Any]) -> int:
    """Prints the wordings that match, or their number; the exit code. Raises FilterError."""
    with read_archive(folder) as connection:
        if given["raw"]:
            check_raw(connection, filters.query)
        choice = fit_choice(connection, filters, raw=given["raw"])
        with progress_bar("reading former wordings") as move, open_wordings(connection, move) as wordings:
            note_reading(choice)
            if given["count"]:
                found = _print_count(wordings, choice, output)
            else:
                found = _print_page(wordings, choice, output, {**given, "query": filters.query})
            if not found:
                note(f"nothing found, neither in present wordings nor in {count_text(wordings.total, 'former one')}")
    return ExitCode.DONE if found else ExitCode.NOTHING_FOUND


def _print_count(wordings: Wordings, choice: ArticleCondition, output: Output) -> bool:
    total, articles = count_wordings(wordings, choice)
    if output.form in ("json", "jsonl"):
        print(write_json({"count": total, "articles": articles}))
    else:
        print(total)
        if total:
            note(f"{count_text(total, 'wording')} of {count_text(articles, 'article')}")
    return total > 0


def _print_page(wordings: Wordings, choice: ArticleCondition, output: Output, given: Mapping[str, Any]) -> bool:
    """Whether there is any hit, on this page or before it."""
    limit = given["limit"] or None
    skipped = (given["offset"] or 0) + ((given["page"] or 1) - 1) * (limit or 0)
    found = read_wordings(wordings, choice, oldest=given["sort"] == "oldest")
    hits = islice(found, skipped, None if limit is None else skipped + limit)
    if output.form == "json":
        total, _ = count_wordings(wordings, choice)
        heads = {"query": given["query"], **choice.describe_reading(), "total": total}
        heads["page"] = (given["page"] or 1) if given["offset"] is None else None
        heads |= {"change": read_counter(wordings.present), "after": None}
        kept = (*output.fields, *KEYS_OF_WORDING)
        rows = ({key: each[key] for key in kept} if output.fields else each for each in _read_records(wordings, hits))
        print(write_json(heads | {"hits": list(rows)}))
        return total > 0
    shown = 0

    def count() -> Iterator[WordingHit]:
        nonlocal shown
        for hit in hits:
            shown += 1
            yield hit

    if output.form in ("text", "ids", "urls"):
        _print_lines(wordings, choice, count(), output)
    elif output.form in FORMS:
        records = list(_read_records(wordings, count(), choice if output.highlight else None))
        if records:
            print(write_articles(output.form, records, (wordings.present,)))
    else:
        print_records(_read_records(wordings, count()), output, *KEYS_OF_WORDING)
    if output.is_text or not shown:
        total, articles = count_wordings(wordings, choice)
        if shown:
            of = f"{count_text(total, 'wording')}, of {count_text(articles, 'article')}"
            note(f"{skipped + 1:,}\u2013{skipped + shown:,} of {of}")
        elif total:
            note(f"past the end: there are {count_text(total, 'wording')}")
        if skipped + shown < total and shown and limit:
            note(f"more: --offset {skipped + shown}" if given["offset"] else f"more: --page {skipped // limit + 2}")
        return total > 0
    return True


def _read_records(
    wordings: Wordings, hits: Iterable[WordingHit], marked: ArticleCondition | None = None
) -> Iterator[dict[str, Any]]:
    """The record of each hit as the article was then, with KEYS_OF_WORDING; words of `marked` are marked."""
    for each in hits:
        record = read_by_number(wordings.present, [each.number]).get(each.number)
        if record is None:
            continue
        if not each.is_present:
            revisions = read_revisions(wordings.present, each.number)
            wording = next(one for one in revisions if one.revision == each.revision)
            record = make_wording(wordings.present, each.number, record, wording)
        if marked is not None:
            match = marked.matching.match if marked.matching.ranked else None
            record = mark_record(wordings.place(each), match, record, each.hit)
        yield record | {"seen": each.seen, "replaced": each.replaced, "cause": each.cause}


def _print_lines(wordings: Wordings, choice: ArticleCondition, hits: Iterable[WordingHit], output: Output) -> None:
    """Hits for people, or the ids or addresses of their articles, each once."""
    style = read_style()
    (site,) = wordings.present.execute(f"SELECT {SITE_NAME}").fetchone()
    shown: set[int] = set()
    is_first = True
    for each in hits:
        if output.is_text:
            lines = wording_lines(wordings.place(each), choice, each, style)
            if output.fields:
                (record,) = _read_records(wordings, [each])
                named = (f"{name}: {clean(str(record[name]))}" for name in output.fields)
                lines += [_INDENT + style.paint(line, DIM) for text in named for line in wrap(text, style.width - 2)]
            print("\n".join(lines if is_first else ["", *lines]))
            is_first = False
        elif each.number not in shown:
            shown.add(each.number)
            id, url = wordings.place(each).execute(
                "SELECT id, url FROM articles WHERE key = ?", (each.hit.key,)
            ).fetchone()  # fmt: skip
            print(f"{site}:{id}" if output.form == "ids" else clean(url))


def wording_lines(
    connection: sqlite3.Connection, choice: ArticleCondition, wording: WordingHit, style: Style
) -> list[str]:
    """One wording for people: its title, the article and its date, from when until when it was seen, a snippet."""
    id, title, updated, created, section, source = connection.execute(
        "SELECT id, title, updated, created, section, source FROM articles WHERE key = ?", (wording.hit.key,)
    ).fetchone()
    marked, snippet = read_snippet(connection, choice, wording.hit, max(5, min(64, style.width // 3)))
    lines = [style.mark(line, BOLD) for line in wrap(marked or title or "(no title)", style.width, style.mark_width)]
    about = clean(" · ".join(fact for fact in (updated or created or "no date", section, source) if fact))
    until = f"to {wording.replaced}" if wording.replaced else "on, the present wording"
    about = f"revision {wording.revision}, seen from {wording.seen} {until} · {about}"
    margin = _INDENT + " " * (len(id) + len(_INDENT))
    first, *rest = wrap(about, max(20, style.width - len(margin)))
    lines.append(f"{_INDENT}{style.paint(id, CYAN)}{_INDENT}{style.paint(first, DIM)}")
    lines += [margin + style.paint(line, DIM) for line in rest]
    width = style.width - len(_INDENT)
    return lines + [_INDENT + style.mark(line) for line in cut_lines(snippet, width, style.mark_width)]
