"""`harbincrawl show`: read one article, its revisions and what it shares with others."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.articles.ids import read_id, read_ids
from harbincrawl.archive.articles.revisions import read_revisions
from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.names import find_number
from harbincrawl.cli.output import articles as article_forms
from harbincrawl.cli.output import revisions as revision_lines
from harbincrawl.cli.output.style import CYAN, DIM, Style, read_style
from harbincrawl.errors import ExitCode, MissingExtraError, NoEvidenceError, NotFoundError
from harbincrawl.export.answerers import name_answerer
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import Hit
from harbincrawl.search.query.grammar import read_query
from harbincrawl.search.query.matching import ID_ORDER, match_any_word
from harbincrawl.search.snippets import mark_record
from harbincrawl.text import clean, time_text, web_address, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.archives import Archives, OpenArchive
    from harbincrawl.cli.main import GlobalOptions
    from harbincrawl.evidence import Source

FORMATS = ("text", "json", "markdown", "html", "bibtex", "csl", "ris")


@click.command()
@click.argument("articles", nargs=-1, metavar="ID|URL...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--highlight", "query", metavar="QUERY", help="Mark the words of QUERY, in text, Markdown and HTML.")
@click.option("--open", "opens", is_flag=True, help="Open its address in the browser instead.")
@click.option("--revisions", is_flag=True, help="List its revisions, oldest first.")
@click.option(
    "--diff",
    is_flag=False,
    flag_value="",
    metavar="[A[:B]]",
    help="What changed, word by word, from revision A to B (else to the present one; without A, the last change).",
)
@click.option("--related", is_flag=True, help="Articles about the same things.")
@click.option("--raw", is_flag=True, help="Its page as it was captured, byte by byte.")
@click.option("--page", type=click.IntRange(1), metavar="N", help="With --raw: which page of an article of several.")
@click.help_option("-h", "--help")
@click.pass_context
def command(
    ctx: click.Context,
    articles: tuple[str, ...],
    form: str,
    query: str | None,
    opens: bool,
    revisions: bool,
    diff: str | None,
    related: bool,
    raw: bool,
    page: int | None,
) -> int:
    """Read articles: 5370, harbin-today:5370 or an address; - reads such names from standard input.

    \b
    harbincrawl show 5370
    harbincrawl show harbin-today:5370 --format json
    harbincrawl search metro --format ids | harbincrawl show -
    harbincrawl show 5370 --highlight 'metro line'
    harbincrawl show 5370 --diff 1:2
    harbincrawl show 5370 8021 --format bibtex
    harbincrawl show 5370 --raw > 5370.html
    """
    options: GlobalOptions = ctx.obj
    if not articles and diff:
        # `show --diff 5370`: the number was meant for the article.
        articles, diff = (diff,), ""
    if not articles:
        raise click.UsageError("Which article? Give its number, its id or its address.", ctx)
    if page is not None and not raw:
        raise click.UsageError("--page goes with --raw.", ctx)
    if query is not None and form not in ("text", "markdown", "html"):
        raise click.UsageError(f"--highlight goes with text, markdown and html, not with {form}.", ctx)
    names = list(read_names(articles))
    asks_one = diff is not None or revisions or raw or related or opens
    if asks_one and len(names) != 1:
        raise click.UsageError("--revisions, --diff, --related, --raw and --open take one article.", ctx)

    def show(folder: Path) -> int:
        with read_archive(folder) as connection:
            if not asks_one:
                return print_articles(connection, names, form, query)
            number = find_number(connection, names[0])
            if diff is not None:
                old, new = revision_lines.read_range(diff, read_revisions(connection, number))
                print("\n".join(revision_lines.diff_lines(old, new, read_style())))
            elif revisions:
                wordings = read_revisions(connection, number)
                if form == "json":
                    print(revision_lines.as_json(wordings))
                else:
                    print("\n".join(revision_lines.list_lines(wordings, read_style())))
            elif raw:
                print_raw(connection, folder, number, page or 1)
            elif opens:
                open_address(connection, number, options.quiet)
            else:
                print_related(connection, number, form, options.quiet)
        sys.stdout.flush()
        return ExitCode.DONE

    if options.many:
        from .holders import show_of_many

        return show_of_many(
            options.many, names, show, lambda archives, held: print_of_many(archives, names, held, form, query)
        )
    return show(options.archive)


def read_names(given: Sequence[str]) -> Iterator[str]:
    """The names that were given, - replaced by those that come in on standard input."""
    for name in given:
        if name != "-":
            yield name
            continue
        for line in sys.stdin.buffer:
            yield from line.decode("utf-8", "replace").split()


def print_articles(connection: sqlite3.Connection, names: Sequence[str], form: str, query: str | None) -> int:
    """Prints the articles that `names` name as one document in one of FORMATS; the exit code.

    Names of no article are told on stderr, and make it 9; a single one raises NotFoundError.
    """
    numbers: dict[int, None] = {}
    missing = False
    for name in names:
        try:
            numbers[find_number(connection, name)] = None
        except NotFoundError as error:
            if len(names) == 1:
                raise
            missing = True
            click.echo(f"harbincrawl: {error}", err=True)
    if not names:
        raise NotFoundError("no article was named on standard input.")
    records = read_articles(connection, numbers, query)
    if form != "text":
        if numbers:
            print(article_forms.FORMS[form](list(records)))
    else:
        style = read_style()
        for place, (number, found) in enumerate(zip(numbers, records, strict=True)):
            lines = (
                ["", style.paint("\u2500" * min(style.width, article_forms.READING_WIDTH), DIM), ""] if place else []
            )
            lines += article_forms.text_lines(found, style)
            lines += [style.paint(line, DIM) for line in capture_lines(connection, number)]
            print("\n".join([*lines, *link_lines(connection, number, found["duplicate_of"], style)]))
    sys.stdout.flush()
    return ExitCode.NOTHING_FOUND if missing else ExitCode.DONE


def print_of_many(
    archives: Archives, names: Sequence[str], holders: Sequence[OpenArchive | None], form: str, query: str | None
) -> None:
    """Prints articles of several archives in the order of their names; those that no archive has are left out."""
    records: list[dict[str, Any]] = []
    begun = False

    def read(each: OpenArchive, name: str) -> None:
        if form == "text":
            print("\n" if begun else "", end="")
            print_articles(each.connection, [name], form, query)
        else:
            records.extend(read_articles(each.connection, [find_number(each.connection, name)], query))

    for name, holder in zip(names, holders, strict=True):
        if holder in archives.opened:
            for _ in archives.ask(partial(read, name=name), [holder]):
                begun = True
    if records:
        print(article_forms.FORMS[form](records))


def read_articles(
    connection: sqlite3.Connection, numbers: Iterable[int], query: str | None
) -> Iterator[dict[str, Any]]:
    """The records of the articles, the words of `query` marked in them."""
    match = match_any_word(read_query(query).tree) if query else None
    return (mark_record(connection, match, *_read_record(connection, number)) for number in numbers)


def _read_record(connection: sqlite3.Connection, number: int) -> tuple[dict[str, Any], Hit]:
    sql, values = select_records(Filters(numbers=(number,)))
    record = make_record(connection.execute(sql, values).fetchone())
    (key,) = connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
    return record, Hit(key, key, 0, 0.0)


def open_address(connection: sqlite3.Connection, number: int, quiet: bool) -> None:
    """Opens the article's address on its site in the browser."""
    import webbrowser  # only this needs it

    (url,) = connection.execute("SELECT url FROM articles WHERE number = ?", (number,)).fetchone()
    address = web_address(url)
    if not address:
        raise NotFoundError(f"{clean(url)} is no web address.")
    if not quiet:
        click.echo(f"opening {address}", err=True)
    if not webbrowser.open(address):
        raise MissingExtraError(f"no browser could be started: open {address} yourself.")


def capture_lines(connection: sqlite3.Connection, number: int) -> list[str]:
    """When and from where its pages were captured, and where the evidence is."""
    lines = []
    for source in _list_sources(connection, number):
        place = f"warc/{source.warc} at byte {source.offset}" if source.warc else "no record was kept"
        origin = f", ingested from {source.origin}" if source.origin else ""
        answerer = name_answerer(source.source, source.host, source.address)
        asked = f"{answerer} in place of {source.address}" if answerer else source.address
        lines.append(clean(f"captured {time_text(source.fetched_at)} from {asked} ({place}{origin})"))
    return lines


def print_raw(connection: sqlite3.Connection, folder: Path, number: int, page: int) -> None:
    """Writes the captured page, Content-Encoding undone, in its own charset. Raises NoEvidenceError, WarcError."""
    from harbincrawl.evidence import read_source

    sources = _list_sources(connection, number)
    if not sources:
        raise NoEvidenceError(f"there is no capture of {read_id(connection, number)}.")
    if page > len(sources):
        id = read_id(connection, number)
        raise NoEvidenceError(f"{id} has {len(sources)} captured {'page' if len(sources) == 1 else 'pages'}.")
    body = read_source(folder, sources[page - 1]).body
    sys.stdout.flush()
    sys.stdout.buffer.write(body)


def _list_sources(connection: sqlite3.Connection, number: int) -> tuple[Source, ...]:
    from harbincrawl.evidence import find_sources

    (capture,) = connection.execute("SELECT capture FROM articles WHERE number = ?", (number,)).fetchone()
    return find_sources(connection, capture)


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


def print_related(connection: sqlite3.Connection, number: int, form: str, quiet: bool) -> None:
    """Prints articles on the same matter. Raises NotFoundError where there are none."""
    from harbincrawl.search.related import find_related

    id, ids = read_id(connection, number), read_ids(connection, find_related(connection, number))
    if not ids:
        raise NotFoundError(f"nothing in the archive is on the same matter as {id}.")
    sql, values = select_records(Filters(ids=tuple(ids)))
    found = {each["id"].rpartition(":")[2]: each for each in map(make_record, connection.execute(sql, values))}
    if form == "json":
        print(write_json([found[each] for each in ids]))
        return
    style = read_style()
    if not quiet:
        click.echo(f"on the same matter as {id}, the nearest first", err=True)
    for each in ids:
        title = clean(found[each]["title"] or "(no title)")
        day = found[each]["updated"] or found[each]["created"] or "no date"
        print(f"{style.paint(each, CYAN)}  {style.paint(day, DIM)}  {title}")
