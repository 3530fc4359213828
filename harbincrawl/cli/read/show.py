"""`harbincrawl show`: read one article, its revisions and what it shares with others."""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from harbincrawl.archive.database import FILE, open_reader, raise_typed
from harbincrawl.archive.revisions import read_revisions
from harbincrawl.cli.output import articles as article_forms
from harbincrawl.cli.output import revisions as revision_lines
from harbincrawl.cli.output.style import CYAN, DIM, Style, read_style
from harbincrawl.errors import NoEvidenceError, NotFoundError
from harbincrawl.search.filters import Filters, make_record, select_records
from harbincrawl.sites.usual import DEFAULT_SITE
from harbincrawl.text import clean, time_text, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import Options
    from harbincrawl.evidence import Source

FORMATS = ("text", "json", "markdown", "html", "bibtex", "csl")
_NAME = re.compile(r"(?:([a-z0-9-]+):)?0*(\d{1,9})", re.ASCII)
_PAGE = re.compile(r"/0*(\d{1,9})(?:_\d+)?\.html?", re.ASCII)


@click.command()
@click.argument("article", required=False, metavar="ID|URL")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
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
    article: str | None,
    form: str,
    revisions: bool,
    diff: str | None,
    related: bool,
    raw: bool,
    page: int | None,
) -> None:
    """Read one article: 5370, harbin-today:5370 or its address.

    \b
    harbincrawl show 5370
    harbincrawl show harbin-today:5370 --format json
    harbincrawl show 5370 --diff 1:2
    harbincrawl show 5370 --format bibtex
    harbincrawl show 5370 --raw > 5370.html
    """
    options: Options = ctx.obj
    if article is None and diff:
        # `show --diff 5370`: the number was meant for the article.
        article, diff = diff, ""
    if article is None:
        raise click.UsageError("Which article? Give its number, its id or its address.", ctx)
    if page is not None and not raw:
        raise click.UsageError("--page goes with --raw.", ctx)
    connection = open_reader(options.archive)
    try:
        # One state for all that is read: a purge may take an article away between two statements.
        connection.execute("BEGIN")
        number = find_number(connection, article)
        if diff is not None:
            wordings = read_revisions(connection, number)
            old, new = revision_lines.read_range(diff, wordings)
            print("\n".join(revision_lines.diff_lines(old, new, read_style())))
        elif revisions:
            wordings = read_revisions(connection, number)
            if form == "json":
                print(revision_lines.as_json(wordings))
            else:
                print("\n".join(revision_lines.list_lines(wordings, read_style())))
        elif raw:
            print_raw(connection, options.archive, number, page or 1)
        elif related:
            print_related(connection, number, form, options.quiet)
        else:
            print_article(connection, number, form)
    except sqlite3.Error as error:
        raise_typed(error, options.archive / FILE)
    finally:
        connection.close()
    sys.stdout.flush()


def find_number(connection: sqlite3.Connection, text: str) -> int:
    """The number of the stored article that `text` names. Raises NotFoundError, click.BadParameter."""
    facts = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('site', 'site_url')"))
    text = text.strip()
    if match := _NAME.fullmatch(text):
        site, number = match[1], int(match[2])
        row = connection.execute("SELECT url FROM articles WHERE number = ?", (number,)).fetchone()
        if row and site in (None, facts.get("site", DEFAULT_SITE)):
            return number
    else:
        try:
            parts = urlsplit(text if "//" in text else f"//{text}")
        except ValueError:
            parts = urlsplit("")
        match = _PAGE.search(parts.path)
        if match is None:
            raise click.BadParameter(
                f"{clean(text)!r} names no article: expected a number, an id such as harbin-today:5370, or an address."
            )
        number = int(match[1])
        row = connection.execute("SELECT url FROM articles WHERE number = ?", (number,)).fetchone()
        # The number is what counts, wherever the site files it today; but it must be an address of this site.
        if row and parts.netloc.lower() in {urlsplit(row[0]).netloc, urlsplit(facts.get("site_url", "")).netloc}:
            return number
    raise NotFoundError(f"the archive has no article {clean(text)}.")


def print_article(connection: sqlite3.Connection, number: int, form: str) -> None:
    """Prints the article in one of FORMATS."""
    sql, values = select_records(Filters(numbers=(number,)))
    found = make_record(connection.execute(sql, values).fetchone())
    if form == "text":
        style = read_style()
        lines = article_forms.text_lines(found, style)
        lines += [style.paint(line, DIM) for line in capture_lines(connection, number)]
        print("\n".join([*lines, *link_lines(connection, number, found["duplicate_of"], style)]))
    else:
        print(article_forms.FORMS[form](found))


def capture_lines(connection: sqlite3.Connection, number: int) -> list[str]:
    """When and from where its pages were captured, and where the evidence is."""
    lines = []
    for source in _list_sources(connection, number):
        place = f"warc/{source.warc} at byte {source.offset}" if source.warc else "no WARC was kept"
        origin = f", ingested from {source.origin}" if source.origin else ""
        lines.append(clean(f"captured {time_text(source.fetched_at)} from {source.address} ({place}{origin})"))
    return lines


def print_raw(connection: sqlite3.Connection, folder: Path, number: int, page: int) -> None:
    """Writes the captured page, Content-Encoding undone, in its own charset. Raises NoEvidenceError, WarcError."""
    from harbincrawl.evidence import read_source

    sources = _list_sources(connection, number)
    if not sources:
        raise NoEvidenceError(f"there is no capture of {number}.")
    if page > len(sources):
        raise NoEvidenceError(f"{number} has {len(sources)} captured {'page' if len(sources) == 1 else 'pages'}.")
    body = read_source(folder, sources[page - 1]).body
    sys.stdout.flush()
    sys.stdout.buffer.write(body)


def _list_sources(connection: sqlite3.Connection, number: int) -> tuple[Source, ...]:
    from harbincrawl.evidence import find_sources

    (capture,) = connection.execute("SELECT capture FROM articles WHERE number = ?", (number,)).fetchone()
    return find_sources(connection, capture)


def link_lines(connection: sqlite3.Connection, number: int, duplicate_of: str | None, style: Style) -> list[str]:
    """Lines about the article's copies."""
    original = int(duplicate_of.rpartition(":")[2]) if duplicate_of else number
    rows = connection.execute(
        "SELECT a.number, a.section, d.kind, d.similarity FROM articles AS a LEFT JOIN duplicates AS d"
        " ON d.number = a.number WHERE (a.number = ?1 OR d.original = ?1) AND a.number <> ?2 ORDER BY a.number",
        (original, number),
    ).fetchall()
    lines = []
    for other, section, kind, similarity in rows:
        what = "original" if other == original else "exact copy" if kind == "exact" else f"near copy, {similarity:.0%}"
        lines.append(f"also: {style.paint(str(other), CYAN)} {style.paint(f'{clean(section)} ({what})', DIM)}")
    return lines


def print_related(connection: sqlite3.Connection, number: int, form: str, quiet: bool) -> None:
    """Prints articles on the same matter. Raises NotFoundError where there are none."""
    from harbincrawl.search.related import find_related

    numbers = find_related(connection, number)
    if not numbers:
        raise NotFoundError(f"nothing in the archive is on the same matter as {number}.")
    sql, values = select_records(Filters(numbers=tuple(numbers)))
    found = {int(each["id"].rpartition(":")[2]): each for each in map(make_record, connection.execute(sql, values))}
    if form == "json":
        print(write_json([found[each] for each in numbers]))
        return
    style = read_style()
    if not quiet:
        click.echo(f"on the same matter as {number}, the nearest first", err=True)
    for each in numbers:
        title = clean(found[each]["title"] or "(no title)")
        day = found[each]["updated"] or found[each]["created"] or "no date"
        print(f"{style.paint(str(each), CYAN)}  {style.paint(day, DIM)}  {title}")
