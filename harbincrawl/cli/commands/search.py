"""`harbincrawl search`: find articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import fields_option, filter_option, filter_options, matching_options, take_filters
from harbincrawl.cli.output.hits import CITATIONS, MORE_FORMATS, print_hits, print_page, take_fields
from harbincrawl.cli.output.stream import Output, format_options, note
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.facets import FILTERED, count_facet
from harbincrawl.search.hits import SORTS, count_hits, search_page
from harbincrawl.text import count_text

_MAX_PAGE = 1_000_000
FACETS = (*FILTERED, "year", "month")


@click.command(
    cls=WordsCommand,
    is_paged=True,
    meant={
        "--excel": "harbincrawl export FILE.csv --excel --query QUERY",
        "--by": "--facet",
        "--cite": "--format cite, bibtex or csl",
        "--query": "the words alone, without --query",
    },
)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filter_options
@matching_options
@filter_option("seen_since")
@filter_option("changed")
@option(
    "--sort",
    type=click.Choice(SORTS),
    default="best",
    show_default=True,
    help="best: titles first, then by relevance.",
)
@option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Hits per page (0 = all).")
@option("--page", type=click.IntRange(1, _MAX_PAGE), default=1, metavar="N", help="This page of the hits.")
@option("--count", is_flag=True, help="Print only the number of hits.")
@option("--facet", multiple=True, type=click.Choice(FACETS), help="Count the hits by this; repeatable.")
@format_options(*MORE_FORMATS, *CITATIONS)
@fields_option
@click.pass_context
def command(ctx: click.Context, /, query: tuple[str, ...], output: Output, **given: Any) -> int:
    """Find articles. No words but filters list what the filters leave, newest first.

    Any text is a query: words, "a phrase", AND OR NOT (&& ||), -word, (groups), prefix*, NEAR(a b, 5), and title:word,
    body:, captions:, author:, source:, section:news, date:2019..2020-06, date:7d.., date:>2019. Exit code 9 if nothing
    is found.

    \b
    harbincrawl search metro line
    harbincrawl search 'title:"metro line" -photo*' --since 2018 --section news
    harbincrawl search --author "Yang Kai" --sort oldest --format jsonl
    harbincrawl search metro --since 2020 --fields url,author
    harbincrawl search trade --facet year
    harbincrawl search metro --format ids | harbincrawl show -
    """
    options: GlobalOptions = ctx.obj
    if given["page"] > 1 and not given["limit"]:
        raise click.UsageError("--page needs a --limit other than 0.", ctx)
    if given["count"] and given["facet"]:
        raise click.UsageError("--count and --facet exclude each other.", ctx)
    counted = next((name for name in ("--count", "--facet") if given[name[2:]]), None)
    if counted and given["page"] > 1:
        raise click.UsageError(f"{counted} is of all pages: it goes without --page.", ctx)
    output = take_fields(output, given["fields"])
    filters = take_filters(given, " ".join(query))
    with read_archive(options.archive) as connection:
        choice = fit_choice(connection, filters)
        note(*choice.parsed.describe())
        shown, total = print_found(connection, choice, output, given | {"query": filters.query})
        if not total:
            from harbincrawl.search.spelling import list_absent  # a search that finds something needs none of it

            note("nothing found", *list_absent(connection, filters, choice))
        return ExitCode.DONE if shown else ExitCode.NOTHING_FOUND


def print_found(
    connection: sqlite3.Connection, choice: ArticleCondition, output: Output, given: Mapping[str, Any]
) -> tuple[int, int]:
    """Prints the count, the facets or a page of hits; (how many of them, the number of all hits)."""
    copies = given["copies"]
    if given["count"]:
        total = count_hits(connection, choice, copies=copies)
        print(total if output.form not in ("json", "jsonl") else f'{{"count": {total}}}')
        return total, total
    if given["facet"]:
        from harbincrawl.cli.output.facets import print_facets

        facets = {name: count_facet(connection, choice, name, copies=copies) for name in given["facet"]}
        print_facets(facets, output)
        total = max(sum(bar.hits for bar in bars) for bars in facets.values())
        return total, total
    limit, page = given["limit"], given["page"]
    skipped = (page - 1) * limit
    hits, total = search_page(
        connection, choice, sort=given["sort"], limit=limit or None, offset=skipped, copies=copies
    )
    if output.form == "json":
        heads = {"query": given["query"], "read_as": choice.parsed.read_as, "total": total, "page": page}
        print_page(heads, connection, hits, output)
    else:
        print_hits(connection, choice, hits, output)
    if hits:
        last = skipped + len(hits)
        note(f"{skipped + 1:,}\u2013{last:,} of {total:,}", *([f"more: --page {page + 1}"] if last < total else []))
    elif total:
        note(f"past the end: there {'is' if total == 1 else 'are'} {count_text(total, 'hit')}")
    return len(hits), total
