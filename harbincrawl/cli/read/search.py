"""`harbincrawl search`: find articles."""

from __future__ import annotations

import sqlite3
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.database.guard import guard
from harbincrawl.cli.arguments import WordsCommand
from harbincrawl.cli.completion import complete_fields
from harbincrawl.cli.filters import filter_option, filter_options, matching_options, take_filters, tell_unknown_names
from harbincrawl.cli.output.hits import FORMATS, Form, print_hits, read_form
from harbincrawl.search.facets import FILTERED
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import (
    HALF_LIFE,
    SORTS,
    Query,
    count_hits,
    explain_plan,
    search_page,
    understand_search,
)
from harbincrawl.search.query.grammar import ParsedQuery
from harbincrawl.search.query.matching import ArticleCondition
from harbincrawl.search.query.tree import list_section_names, write_query
from harbincrawl.text import clean

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions

PATIENCE = 0.01
"""Seconds of processor time that counting the hits may take beside showing the first ones: enough for some 25,000."""
STEPS = 20_000
"""Of SQLite's machine, after which it asks whether to go on."""
_DIGITS = 18
"""Of the number of hits behind a cursor, at most."""
FACETS = (*FILTERED, "year", "month")


@click.command(cls=WordsCommand)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filter_options
@matching_options
@filter_option("seen_since")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="best",
    show_default=True,
    help="best: titles first, then by relevance. recent: relevance that fades with age.",
)
@click.option(
    "--half-life",
    type=click.FloatRange(min=0, min_open=True),
    default=HALF_LIFE,
    show_default=True,
    metavar="DAYS",
    help="With --sort recent: the age at which half of the relevance is left.",
)
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Hits per page (0 = all).")
@click.option("--after", metavar="CURSOR", help="The next page, by the cursor that the page before printed on stderr.")
@click.option("--count", is_flag=True, help="Print only the number of hits.")
@click.option("--facet", multiple=True, type=click.Choice(FACETS), help="Count the hits by this; repeatable.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fields",
    default="",
    metavar="NAME,...",
    shell_complete=complete_fields,
    help="In text also these fields (url, author …), in JSON and CSV only these.",
)
@click.option("--highlight", is_flag=True, help="Mark the words that were found, in Markdown and HTML, too.")
@click.option("--explain", is_flag=True, help="Print how the query is read and run, and stop.")
@click.help_option("-h", "--help")
@click.pass_context
def command(ctx: click.Context, /, query: tuple[str, ...], **given: Any) -> None:
    """Find articles. No words but filters list what the filters leave, newest first.

    Any text is a query: words, "a phrase", AND OR NOT (&& ||), -word, (groups), prefix*, NEAR(a b, 5), and title:word,
    body:, captions:, author:, source:, section:news, date:2019..2020-06, date:7d.., date:>2019. Exit code 9 if nothing
    is found.

    \b
    harbincrawl search metro line
    harbincrawl search 'title:"ice festival" -photo*' --since 2018 --section news
    harbincrawl search --author "Wang Wei" --sort oldest --format jsonl
    harbincrawl search metro --since 7d --fields url,author
    harbincrawl search trade --facet year
    harbincrawl search metro --format ids | harbincrawl show -
    """
    options: GlobalOptions = ctx.obj
    if given["count"] and given["facet"]:
        raise click.UsageError("--count and --facet exclude each other.", ctx)
    form = read_form(given["form"], given["fields"], highlight=given["highlight"])
    filters = take_filters(given, " ".join(query))
    if options.many:
        from .search_many import search_many

        ctx.exit(search_many(options.many, filters, form, given, options.quiet))
    with read_archive(options.archive) as connection:
        understood = understand_search(connection, filters, raw=given["raw"])
        if given["raw"]:
            from harbincrawl.search.query.raw import check_raw

            check_raw(connection, filters.query)
        if given["explain"]:
            click.echo("\n".join(explain(connection, understood)))
            return
        if understood.parsed and not options.quiet:
            print_reading(understood.parsed)
        found = print_found(connection, understood, form, given, options.quiet)
        if not (found or options.quiet):
            tell_nothing(connection, understood, filters)
    sys.stdout.flush()
    ctx.exit(0 if found else 9)


def print_found(
    connection: sqlite3.Connection, understood: Query, form: Form, given: dict[str, Any], quiet: bool
) -> bool:
    """Prints the count, the facets or a page of hits; True where anything was found."""
    choice, copies = understood.choice, given["copies"]
    if given["count"]:
        count = count_hits(connection, choice, copies=copies)
        click.echo(f'{{"count": {count}}}' if form.name in ("json", "jsonl") else count)
        return count > 0
    if given["facet"]:
        from harbincrawl.cli.output.facets import print_facets
        from harbincrawl.search.facets import count_facet

        facets = {name: count_facet(connection, choice, name, copies=copies) for name in dict.fromkeys(given["facet"])}
        print_facets(facets, form.name, choice.date)
        return any(facets.values())
    page = search_page(
        connection,
        choice,
        sort=given["sort"],
        limit=given["limit"] or sys.maxsize >> 8,
        after=given["after"],
        copies=copies,
        half_life=given["half_life"],
    )
    print_hits(connection, choice, page.hits, form)
    before = read_before(given["after"])
    last = (before or 0) + len(page.hits)
    if page.hits and not quiet:
        if form.name == "text":
            total = last if before is not None and page.cursor is None else None
            total = total or count_in_time(connection, choice, copies=copies)
            shown = f"{len(page.hits):,}" if before is None else f"{before + 1:,}\u2013{last:,}"
            click.echo(f"{shown} of {'many (--count counts them)' if total is None else f'{total:,}'}", err=True)
        if page.cursor:
            behind = "" if before is None else f"@{last}"
            click.echo(f"more: --after {page.cursor}{behind}", err=True)
    return bool(page.hits)


def read_before(cursor: str | None) -> int | None:
    """How many hits the pages before showed, as their cursor says; None: it does not say."""
    if cursor is None:
        return 0
    _, at, count = cursor.strip().rpartition("@")
    return int(count) if at and count.isascii() and count.isdecimal() and len(count) <= _DIGITS else None


def count_in_time(connection: sqlite3.Connection, choice: ArticleCondition, *, copies: bool) -> int | None:
    """The number of hits on all pages; None where counting takes longer than people wait for it beside the hits."""
    ends = time.thread_time() + PATIENCE
    connection.set_progress_handler(lambda: time.thread_time() > ends, STEPS)
    try:
        return count_hits(connection, choice, copies=copies)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
    finally:
        guard(connection)


def print_reading(parsed: ParsedQuery) -> None:
    """Says on stderr how the query was read, where that was not obvious."""
    if parsed.notes:
        read_as = write_query(parsed.tree) if parsed.tree else "nothing that could be looked for"
        click.echo(clean(f"read as: {read_as} ({'; '.join(parsed.notes)})"), err=True)
    elif parsed.tree is None and not parsed.blank:
        click.echo("the query holds no word", err=True)


def tell_nothing(connection: sqlite3.Connection, understood: Query, filters: Filters) -> None:
    """Says on stderr that nothing was found, and what the archive has that is spelled nearly so."""
    click.echo("nothing found", err=True)
    tell_unknown(connection, understood, filters)


def tell_unknown(connection: sqlite3.Connection, understood: Query, filters: Filters) -> None:
    """Says on stderr which words and names no article has, and what the archive has that is spelled nearly so."""
    from harbincrawl.search.spelling import find_unknown_words

    for word, near in find_unknown_words(connection, understood.choice.matching.leaves):
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        click.echo(clean(f"no article has {word}{hint}"), err=True)
    if understood.parsed is not None:
        sections = (*filters.sections, *list_section_names(understood.parsed.tree))
        filters = filters._replace(sections=tuple(dict.fromkeys(sections)))
    tell_unknown_names(connection, filters)


def explain(connection: sqlite3.Connection, understood: Query) -> list[str]:
    """How the query is read and run, a line a fact."""
    choice, parsed = understood.choice, understood.parsed
    matching = choice.matching
    lines = []
    if parsed is not None:
        read_as = write_query(parsed.tree) if parsed.tree else "all articles" if parsed.blank else "nothing"
        lines.append(f"read as:      {read_as}")
        lines += [f"note:         {note}" for note in parsed.notes]
    lines.append(f"index:        {matching.match or 'not asked'}")
    if matching.title and matching.any_title:
        lines += [f"titles first: {matching.title}", f"then:         {matching.any_title}", "then:         the rest"]
    lines.append(f"order:        {'bm25, ties newest first' if matching.ranked else 'newest first'}")
    sql, *steps = explain_plan(connection, choice)
    return [clean(line) for line in [*lines, f"SQL:          {sql}", *(f"plan:         {step}" for step in steps)]]
