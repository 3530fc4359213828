"""`harbincrawl show`: read one article, its revisions and what it shares with others."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import click

from harbincrawl.archive.articles.ids import read_id, read_ids
from harbincrawl.archive.articles.revisions import read_revisions
from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.naming import find_purge
from harbincrawl.archive.origin import read_mirrored
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import find_number, read_names
from harbincrawl.cli.output import articles as article_forms
from harbincrawl.cli.output.captured import capture_lines, print_raw, print_raw_revision
from harbincrawl.cli.output.revisions import find_wording, print_diff, print_revision, print_revisions
from harbincrawl.cli.output.stream import Output, format_options, note, warn
from harbincrawl.cli.output.style import CYAN, DIM, Style, read_style, wrap
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode, MissingExtraError, NotFoundError
from harbincrawl.fields import KEYS
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import Hit
from harbincrawl.search.query.grammar import read_query
from harbincrawl.search.query.matching import ID_ORDER, match_any_word
from harbincrawl.search.related import find_related
from harbincrawl.search.snippets import mark_record
from harbincrawl.text import clean, shorten, web_address


@click.command(cls=Command, is_paged=True, meant={"--cite": "--format cite, bibtex or csl"})
@click.argument("articles", nargs=-1, metavar="ID|URL...")
@format_options(*article_forms.CITATIONS)
@option("--highlight", "query", metavar="QUERY", help="Mark the words of QUERY in the text.")
@option("--open", "opens", is_flag=True, help="Open its address in the browser instead.")
@option("--revisions", is_flag=True, help="List its revisions, oldest first.")
@option("--revision", "wording", type=click.IntRange(1), metavar="N", help="How it read as revision N.")
@option("--at", "moment", metavar="DATE", help="How it read at the end of this day, or at a time in UTC.")
@option(
    "--diff",
    is_flag=False,
    flag_value="",
    metavar="[A[:B]]",
    help="What changed, word by word, from revision A to B (else to the present one; without A, the last change).",
)
@option("--related", is_flag=True, help="Articles about the same things.")
@option(
    "--raw", is_flag=True, help="Its page as it was captured, byte by byte; with --revision or --at, of that wording."
)
@option("--page", type=click.IntRange(1), metavar="N", help="With --raw: which page of an article of several.")
@click.pass_context
def command(
    ctx: click.Context,
    articles: tuple[str, ...],
    output: Output,
    query: str | None,
    opens: bool,
    revisions: bool,
    wording: int | None,
    moment: str | None,
    diff: str | None,
    related: bool,
    raw: bool,
    page: int | None,
) -> int:
    """Read articles: 3506, harbin-today:3506 or an address; - reads such names from standard input.

    \b
    harbincrawl show 3506
    harbincrawl show harbin-today:3506 --format json
    harbincrawl search metro --format ids | harbincrawl show -
    harbincrawl show 5128 --highlight 'metro line'
    harbincrawl show 3506 --revision 1
    harbincrawl show 3506 --at 2026-11-28
    harbincrawl show 3506 --diff 1:2
    harbincrawl show 3506 947 --format bibtex
    harbincrawl show 3506 --raw > 3506.html
    harbincrawl show 3506 --raw --revision 1 > 3506-1.html
    """
    options: GlobalOptions = ctx.obj
    if not articles and diff:
        # `show --diff 5370`: the number was meant for the article.
        articles, diff = (diff,), ""
    if not articles:
        raise click.UsageError("Which article? Give its number, its id or its address.", ctx)
    if page is not None and not raw:
        raise click.UsageError("--page goes with --raw.", ctx)
    if query is not None and not output.is_text:
        raise click.UsageError(f"--highlight goes with text, not with {output.form}.", ctx)
    asked = {
        "--diff": diff is not None, "--revisions": revisions, "--revision": wording is not None,
        "--at": moment is not None, "--raw": raw, "--related": related, "--open": opens,
    }  # fmt: skip
    several = [name for name, is_given in asked.items() if is_given]
    if len(several) > 1 and several not in (["--revision", "--raw"], ["--at", "--raw"]):
        raise click.UsageError(f"{' and '.join(several)} exclude each other.", ctx)
    if raw and not output.is_text:
        raise click.UsageError(f"--raw is the page itself: it goes with no --format {output.form}.", ctx)
    names = list(read_names(articles))
    if several and len(names) != 1:
        raise click.UsageError(f"{several[0]} takes one article.", ctx)
    if not names:
        raise NotFoundError("no article was named on standard input.")
    with read_archive(options.archive) as connection:
        found = find_articles(connection, names)
        if not several:
            print_articles(connection, found, output, query, is_list="-" in articles)
        elif found:
            (number,) = found
            if moment is not None:
                wording = find_wording(read_revisions(connection, number), moment).revision
            if diff is not None:
                print_diff(connection, number, diff, output)
            elif revisions:
                print_revisions(connection, number, output)
            elif raw and wording is not None:
                print_raw_revision(options.archive, connection, number, wording, page or 1)
            elif wording is not None:
                print_revision(connection, number, wording, read_article(connection, number, query), output)
            elif raw:
                print_raw(options.archive, connection, number, page or 1)
            elif opens:
                open_address(connection, number)
            else:
                print_related(connection, number, output)
        return ExitCode.DONE if len(found) == len(names) else ExitCode.NOTHING_FOUND


def find_articles(connection: sqlite3.Connection, names: Sequence[str]) -> list[int]:
    """The internal number of each article; names of none are named on stderr.

    Raises NotFoundError where there is only one name, click.BadParameter for what is no name.
    """
    found = []
    for name in names:
        try:
            found.append(find_number(connection, name))
        except NotFoundError as error:
            moment = find_purge(connection, name, read_mirrored(connection))
            missing = f"{str(error).rstrip('.')}: it was purged {moment}." if moment else str(error)
            if len(names) == 1:
                raise NotFoundError(missing) from None
            warn(missing)
    return found


def print_articles(
    connection: sqlite3.Connection, found: Sequence[int], output: Output, query: str | None, *, is_list: bool
) -> None:
    """Prints articles in their order as one document; in JSON a single one alone, unless it `is_list`."""
    style = read_style()
    rule = style.paint("\u2500" * min(style.width, article_forms.READING_WIDTH), DIM)
    records: list[dict[str, Any]] = []
    for number in dict.fromkeys(found):
        record = read_article(connection, number, query)
        if output.is_text:
            lines = ["", rule, ""] if records else []
            lines += article_forms.text_lines(record, style)
            captures = (line for said in capture_lines(connection, number) for line in wrap(said, style.width))
            lines += [style.paint(line, DIM) for line in captures]
            print("\n".join([*lines, *link_lines(connection, number, record["duplicate_of"], style)]))
        records.append(record)
    if output.is_text or not records:
        return
    if output.form in article_forms.CITATIONS:
        print(article_forms.write_citations(output.form, records, connection))
    elif output.form == "json":
        output.print_document(records[0] if len(records) == 1 and not is_list else records)
    else:
        output.print_rows(records, KEYS)


def read_article(connection: sqlite3.Connection, number: int, query: str | None) -> dict[str, Any]:
    """The record of an article, the words of `query` marked in it."""
    match = match_any_word(read_query(query).tree) if query else None
    sql, values = select_records(Filters(numbers=(number,)))
    record = make_record(connection.execute(sql, values).fetchone())
    (key,) = connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
    return mark_record(connection, match, record, Hit(key))


def open_address(connection: sqlite3.Connection, number: int) -> None:
    """Opens the article's address on its site in the browser."""
    import webbrowser  # only this needs it

    (url,) = connection.execute("SELECT url FROM articles WHERE number = ?", (number,)).fetchone()
    address = web_address(url)
    if not address:
        raise NotFoundError(f"{clean(url)} is no web address.")
    note(f"opening {address}")
    if not webbrowser.open(address):
        raise MissingExtraError(f"no browser could be started: open {address} yourself.")


def link_lines(connection: sqlite3.Connection, number: int, duplicate_of: str | None, style: Style) -> list[str]:
    """Lines about the article's copies."""
    original = duplicate_of.rpartition(":")[2] if duplicate_of else read_id(connection, number)
    rows = connection.execute(
        "SELECT a.id, a.section, d.kind, d.similarity FROM articles AS a LEFT JOIN duplicates AS d"
        " ON d.number = a.number WHERE (a.id = ?1 OR d.original = (SELECT number FROM articles WHERE id = ?1))"
        f" AND a.number <> ?2 ORDER BY {ID_ORDER}",
        (original, number),
    ).fetchall()
    lines = []
    for other, section, kind, similarity in rows:
        what = "original" if other == original else "exact copy" if kind == "exact" else f"near copy, {similarity:.0%}"
        lines.append(f"also: {style.paint(other, CYAN)} {style.paint(f'{clean(section)} ({what})', DIM)}")
    return lines


def print_related(connection: sqlite3.Connection, number: int, output: Output) -> None:
    """Prints articles on the same matter. Raises NotFoundError where there are none."""
    id, ids = read_id(connection, number), read_ids(connection, find_related(connection, number))
    if not ids:
        raise NotFoundError(f"nothing in the archive is on the same matter as {id}.")
    sql, values = select_records(Filters(ids=tuple(ids)))
    found = {each["id"].rpartition(":")[2]: each for each in map(make_record, connection.execute(sql, values))}
    if output.form in ("json", "jsonl", "csv"):
        output.print_rows([found[each] for each in ids], KEYS)
        return
    style = read_style()
    note(f"on the same matter as {id}, the nearest first")
    for each in ids:
        title = clean(found[each]["title"] or "(no title)")
        day = found[each]["updated"] or found[each]["created"] or "no date"
        left = style.width - len(each) - len(day) - 4
        print(f"{style.paint(each, CYAN)}  {style.paint(day, DIM)}  {shorten(title, left)}")
