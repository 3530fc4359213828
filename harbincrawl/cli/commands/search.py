"""`harbincrawl search`: find articles."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import fields_option, filter_option, filter_options, matching_options, take_filters
from harbincrawl.cli.output.hints import list_unknown, note_reading
from harbincrawl.cli.output.hits import CITATIONS, MORE_FORMATS, print_hits, print_page, take_fields
from harbincrawl.cli.output.stream import HEADING, Output, format_options, note
from harbincrawl.cli.parsing import RARE, WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.facets import FILTERED, count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import HALF_LIFE, SORTS, count_hits, explain_plan, read_counter, search_page
from harbincrawl.search.query.tree import write_query
from harbincrawl.text import clean, count_text

PATIENCE = 0.01
"""Seconds of processor time that counting the hits may take beside showing the first ones: enough for some 25,000."""
STEPS = 20_000
"""Of SQLite's machine, after which it asks whether to go on."""
_MOST_PAGES, _MOST_HITS = 1_000_000, 100_000_000
FACETS = (*FILTERED, "year", "month")


@click.command(
    cls=WordsCommand,
    is_paged=True,
    meant={
        "--excel": "harbincrawl export FILE.csv --excel --query QUERY",
        "--by": "--facet",
        "--cite": "--format bibtex, csl or ris",
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
    help="best: titles first, then by relevance. recent: relevance that fades with age.",
)
@option(
    "--half-life",
    type=click.FloatRange(min=0, min_open=True),
    default=HALF_LIFE,
    show_default=True,
    metavar="DAYS",
    heading=RARE,
    help="With --sort recent: the age at which half of the relevance is left.",
)
@option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Hits per page (0 = all).")
@option("--page", type=click.IntRange(1, _MOST_PAGES), metavar="N", help="This page of the hits (default: 1).")
@option("--offset", type=click.IntRange(0, _MOST_HITS), metavar="N", help="Leave out so many hits.")
@option(
    "--change",
    type=click.IntRange(0),
    metavar="N",
    heading=RARE,
    help="The archive's change when the page before was printed: says whether it changed since.",
)
@option("--after", metavar="CURSOR", heading=RARE, help="The hits behind a cursor: `after` in JSON.")
@option("--count", is_flag=True, help="Print only the number of hits.")
@option("--facet", multiple=True, type=click.Choice(FACETS), help="Count the hits by this; repeatable.")
@format_options(*MORE_FORMATS, *CITATIONS)
@fields_option
@option("--highlight", is_flag=True, heading=HEADING, help="Mark the words that were found, in Markdown and HTML, too.")
@option("--explain", is_flag=True, heading=RARE, help="Print how the query is read and run, and stop.")
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
    if sum(given[name] is not None for name in ("page", "offset", "after")) > 1:
        raise click.UsageError("--page, --offset and --after exclude each other.", ctx)
    if given["page"] and not given["limit"]:
        raise click.UsageError("--page needs a --limit other than 0.", ctx)
    if given["count"] and given["facet"]:
        raise click.UsageError("--count and --facet exclude each other.", ctx)
    counted = next((name for name in ("--count", "--facet") if given[name[2:]]), None)
    paged = next((name for name in ("page", "offset", "after", "change") if given[name] is not None), None)
    if counted and paged:
        raise click.UsageError(f"{counted} is of all pages: it goes without --{paged}.", ctx)
    output = take_fields(output, given["fields"], highlight=given["highlight"])
    filters = take_filters(given, " ".join(query))
    with read_archive(options.archive) as connection:
        understood = understand(connection, filters, raw=given["raw"])
        if given["explain"]:
            output.print_lines(explain(connection, understood, given["sort"]))
            return ExitCode.DONE

        @cache
        def list_missing() -> list[str]:
            """Which words and names of the query the archive has not."""
            return list(list_unknown(connection, understood, filters))

        note_reading(understood)
        values = given | understood.describe_reading() | {"query": filters.query}
        found = print_found(connection, understood, output, values, list_missing)
        if found is False:
            note("nothing found", *list_missing())
        return ExitCode.DONE if found else ExitCode.NOTHING_FOUND


def understand(connection: sqlite3.Connection, filters: Filters, *, raw: bool) -> ArticleCondition:
    """The query of `filters` in one archive. Raises FilterError."""
    if raw:
        from harbincrawl.search.query.raw import check_raw

        check_raw(connection, filters.query)
    return fit_choice(connection, filters, raw=raw)


def print_found(
    connection: sqlite3.Connection,
    choice: ArticleCondition,
    output: Output,
    given: Mapping[str, Any],
    list_missing: Callable[[], list[str]],
) -> bool | None:
    """Prints the count, the facets or a page of hits; whether anything was found, None for a page past the last one."""
    copies = given["copies"]
    if given["count"]:
        total = count_hits(connection, choice, copies=copies)
        print(total if output.form not in ("json", "jsonl") else f'{{"count": {total}}}')
        return total > 0
    if given["facet"]:
        from harbincrawl.cli.output.facets import print_facets

        facets = {name: count_facet(connection, choice, name, copies=copies) for name in given["facet"]}
        print_facets(facets, output, given["date"])
        return any(facets.values())
    limit = given["limit"] or sys.maxsize >> 8
    skipped = (given["offset"] or 0) + ((given["page"] or 1) - 1) * limit
    page = search_page(
        connection, choice, sort=given["sort"], limit=limit + skipped, after=given["after"], copies=copies,
        half_life=given["half_life"],
    )  # fmt: skip
    hits = page.hits[skipped:]
    last = skipped + len(hits)
    change = read_counter(connection)
    notes = list(given.get("notes", ()))
    if page.is_changed or given["change"] not in (None, change):
        notes.append(describe_change(connection, choice, given["change"]))
        note(notes[-1])
    # Without a cursor, where no page before is left out, nothing has to be counted.
    known = last if hits and given["after"] is None and page.cursor is None else None
    if output.form == "json":
        known = count_hits(connection, choice, copies=copies) if known is None else known
        number = skipped // limit + 1 if given["after"] is None and not skipped % limit else None
        notes += [] if known else list_missing()
        heads = {"query": given["query"], "read_as": given.get("read_as"), "notes": notes}
        heads |= {"total": known, "page": number, "change": change, "after": page.cursor}
        print_page(heads, connection, choice, hits, output)
    else:
        print_hits(connection, choice, hits, output)
    if not hits:
        if skipped and (total := count_hits(connection, choice, copies=copies) if known is None else known):
            note(f"past the end: there {'is' if total == 1 else 'are'} {count_text(total, 'hit')}")
            return None
        return False
    if not (output.is_text or page.cursor):
        return True
    if known is None:
        known = count_in_time(connection, choice, copies=copies)
    shown = f"{len(hits):,}" if given["after"] else f"{skipped + 1:,}\u2013{last:,}"
    note(f"{shown} of {'many (--count counts them)' if known is None else f'{known:,}'}")
    if page.cursor:
        next_page = f"--offset {last}" if last % limit or given["offset"] else f"--page {last // limit + 1}"
        note(f"more: {f'--after {page.cursor}' if given['after'] else next_page} --change {change}")
    return True


def describe_change(connection: sqlite3.Connection, choice: ArticleCondition, before: int | None) -> str:
    """What a change of the archive, that was at `before` when the last page was printed, means for the pages."""
    if before is None:
        return "the archive has changed since the page before: a hit may be missing or come twice"
    newer = choice._replace(where=(*choice.where, "a.change > ?"), values=(*choice.values, before))
    number = count_hits(connection, newer, copies=True)
    hits = (
        f"{count_text(number, 'hit is', 'hits are')} new or changed" if number else "none of its hits is new or changed"
    )
    return f"the archive has changed since the page before: {hits}; --page 1 begins anew"


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
        connection.set_progress_handler(None, 0)


def explain(connection: sqlite3.Connection, understood: ArticleCondition, sort: str) -> list[str]:
    """How the query is read and run, a line a fact."""
    parsed, matching = understood.parsed, understood.matching
    lines = []
    if parsed is not None:
        read_as = write_query(parsed.tree) if parsed.tree else "all articles" if parsed.blank else "nothing"
        lines.append(f"read as:      {read_as}")
        lines += [f"note:         {note}" for note in parsed.notes]
    lines.append(f"index:        {matching.match or 'not asked'}")
    is_ranked = matching.ranked and sort in ("best", "recent")
    if is_ranked and sort == "best" and matching.title and matching.any_title:
        lines += [f"titles first: {matching.title}", f"then:         {matching.any_title}", "then:         the rest"]
    by_date = "oldest first" if sort == "oldest" else "newest first"
    ranked = "bm25, ties newest first" if sort == "best" else "bm25, fading with age"
    lines.append(f"order:        {ranked if is_ranked else by_date}")
    sql, *steps = explain_plan(connection, understood)
    return [clean(line) for line in [*lines, f"SQL:          {sql}", *(f"plan:         {step}" for step in steps)]]
