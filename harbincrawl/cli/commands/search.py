"""`harbincrawl search`: find articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from harbincrawl.api import Hit, Rows, open_archive
from harbincrawl.api.questions import SEARCH_FILTERS
from harbincrawl.cli.filters import filter_options, matching_options, take_filters
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import (
    BOLD,
    CYAN,
    DIM,
    Output,
    Style,
    format_options,
    measure_marked,
    note,
    read_style,
    wrap,
)
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.fields import KEYS
from harbincrawl.text import CLOSE, OPEN, clean, count_text, write_json

SORTS = ("best", "newest", "oldest")
FACETS = (*(each.name for each in SEARCH_FILTERS if each.facet), "year", "month")
MORE_FORMATS = ("urls", "ids")
"""The formats of hits beside those of a record."""
_MAX_PAGE = 1_000_000
_INDENT = "  "
_LINES = 2
"""Lines of a snippet."""
_STATUSES = {"gone": "gone", "unknown": "only in other archives"}


@click.command(
    cls=WordsCommand,
    meant={
        "--excel": "harbincrawl export FILE.csv --excel --query QUERY",
        "--by": "--facet",
        "--cite": "--format ids | harbincrawl show - --format cite",
        "--query": "the words alone, without --query",
        "--year": "--since YEAR --until YEAR",
        "--month": "--since YEAR-MONTH --until YEAR-MONTH",
        "--fields": "harbincrawl export FILE.csv --fields NAME,... --query QUERY",
    },
)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filter_options
@matching_options
@option(
    "--sort", type=click.Choice(SORTS), default="best", show_default=True, help="best: titles first, then by relevance."
)
@option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Hits per page (0 = all).")
@option("--page", type=click.IntRange(1, _MAX_PAGE), default=1, metavar="N", help="This page of the hits.")
@option("--count", is_flag=True, help="Print only the number of hits.")
@option("--facet", multiple=True, type=click.Choice(FACETS), help="Count the hits by this; repeatable.")
@format_options("json", "jsonl", "csv", *MORE_FORMATS)
@click.pass_context
def command(ctx: click.Context, /, query: tuple[str, ...], output: Output, **given: Any) -> int:
    """Find articles. Without words, list what the filters leave, newest first.

    Any text is a query: words, "a phrase", AND OR NOT, -word, (groups), prefix*, NEAR(a b, 5), and fields: title: body:
    captions: author: source: section:news date:2019..2020-06 date:7d.. status:gone. Exit code 9: nothing found.

    \b
    harbincrawl search 'title:"metro line" -photo*' --since 2018 --section news
    harbincrawl search trade --facet year
    harbincrawl search metro --format ids | harbincrawl show -
    """
    options: GlobalOptions = ctx.obj
    limit, page = given["limit"], given["page"]
    if page > 1 and not limit:
        raise click.UsageError("--page needs a --limit other than 0.", ctx)
    if given["count"] and given["facet"]:
        raise click.UsageError("--count and --facet exclude each other.", ctx)
    counted = next((name for name in ("--count", "--facet") if given[name[2:]]), None)
    if counted and page > 1:
        raise click.UsageError(f"{counted} is of all pages: it goes without --page.", ctx)
    text, style = " ".join(query), read_style()
    filters = take_filters(given)
    with open_archive(options.archive) as archive:
        if given["facet"]:
            from harbincrawl.cli.questions import print_counts

            counts = [archive.facet(name, text, copies=given["copies"], **filters) for name in given["facet"]]
            print_counts(counts, output)
            return ExitCode.DONE if any(counts) else ExitCode.NOTHING_FOUND
        found = archive.search(
            text, sort=given["sort"], limit=0 if given["count"] else limit or None, offset=(page - 1) * limit,
            copies=given["copies"], **filters,
        )  # fmt: skip
        if given["count"]:
            print(found.total if output.form not in ("json", "jsonl") else f'{{"count": {found.total}}}')
        elif output.form == "json":
            heads = {"query": text, "read_as": found.read_as, "total": found.total, "page": page}
            print(write_json(heads | {"hits": [hit.to_dict() for hit in found]}))
        else:
            print_hits(found, output, style)
    note(*map(clean, found.notes))
    note_place(found, (page - 1) * limit, page, is_counted=given["count"])
    return ExitCode.DONE if (found.total if given["count"] else found) else ExitCode.NOTHING_FOUND


def count_words(style: Style) -> int:
    """How many words a snippet has: the average English word with its blank takes six columns."""
    return max(5, min(64, _LINES * style.width // 6))


def note_place(found: Rows[Hit], skipped: int, page: int, *, is_counted: bool) -> None:
    """Notes which hits of how many a page has."""
    total, last = found.total or 0, skipped + len(found)
    if found:
        note(f"{skipped + 1:,}–{last:,} of {total:,}", *([f"more: --page {page + 1}"] if last < total else []))
    elif not total:
        note("nothing found")
    elif not is_counted:
        note(f"past the end: there {'is' if total == 1 else 'are'} {count_text(total, 'hit')}")


def print_hits(found: Iterable[Hit], output: Output, style: Style) -> None:
    """Prints hits in their order."""
    if output.is_text:
        blocks = ("\n".join(hit_lines(hit, style)) for hit in found)
        output.print_lines(["\n\n".join(blocks)])
    elif output.form in ("ids", "urls"):
        output.print_lines(hit.id if output.form == "ids" else clean(hit.url) for hit in found)
    else:
        output.print_rows((hit.to_dict() for hit in found), KEYS)


def hit_lines(hit: Hit, style: Style) -> Iterator[str]:
    """One hit for people: title, a line about it, a snippet, its copies."""
    marked, snippet = hit.cut_snippet(count_words(style), (OPEN, CLOSE))
    for line in wrap(marked or hit.title or "(no title)", style.width, style.mark_width):
        yield style.mark(line, BOLD)
    id = hit.id.rpartition(":")[2]
    edited = "changed" if hit.revision > 1 else None
    facts = [hit.updated or hit.created or "no date", hit.section, hit.source, edited, _STATUSES.get(hit.status)]
    margin = _INDENT + " " * (len(id) + len(_INDENT))
    first, *rest = wrap(clean(" · ".join(filter(None, facts))), style.width - len(margin))
    yield f"{_INDENT}{style.paint(id, CYAN)}{_INDENT}{style.paint(first, DIM)}"
    yield from (margin + style.paint(line, DIM) for line in rest)
    also = f"also: {', '.join(hit.copies)}" if hit.copies else ""
    for line in cut_lines(snippet, style.width - len(_INDENT), style.mark_width):
        yield _INDENT + style.mark(line)
    yield from (_INDENT + style.paint(line, DIM) for line in wrap(also, style.width - len(_INDENT)))


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
