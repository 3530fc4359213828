"""`harbincrawl explain`: how a page was read, each line with its role and the reason."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harbincrawl.api import open_archive
from harbincrawl.archive.origin import find_named_site
from harbincrawl.cli.explanation import explanation_lines
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import check_name
from harbincrawl.cli.output import Output, json_option, read_style, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode, FileMissingError, NotFoundError
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.explain import Explanation, describe_explanation, explain_page, join_explained
from harbincrawl.text import clean

_MOST_BYTES = 16 << 20
"""Of a file, as of a page in a crawl; how much of it is read as HTML is for the reader to say."""


@click.command("explain", cls=Command)
@click.argument("named", metavar="ID|ADDRESS|FILE")
@option("--url", metavar="URL", help="With a FILE: its address.")
@option("--site", "site_name", metavar="NAME|FILE", help="With a FILE: its site.")
@json_option
@click.pass_obj
def command(
    options: GlobalOptions,
    named: str,
    url: str | None,
    site_name: str | None,
    output: Output,
) -> int:
    """Show how a page was read: each line with its role, then the record that they make. Exit code 3: no article, no
    list.

    An article (3506, harbin-today:3506, its address) or a list (its address) is read from its newest capture; a FILE is
    a saved page, - is stdin. It never uses the network.

    \b
    harbincrawl explain 3506
    harbincrawl explain saved.html --url http://e.my399.com/system/2024/06/20/005370.html
    """
    if named == "-" or url is not None or _is_file(named):
        explanation = explain_file(options.archive, named, url, site_name)
    elif site_name is not None:
        raise click.UsageError("--site goes with a FILE; the archive knows its own site.")
    else:
        explanation = explain_stored(options.archive, named)
    if output.is_text:
        output.print_lines(explanation_lines(explanation, read_style()))
    else:
        output.print_document(describe_explanation(explanation))
    if explanation.refused and not output.is_text:
        what = "article" if explanation.kind == "article" else "list"
        warn_amiss(f"{explanation.address} is no {what}: {explanation.refused}")
    return ExitCode.AMISS if explanation.refused else ExitCode.DONE


def _is_file(named: str) -> bool:
    """Whether `named` is a file; a number is always an article."""
    try:
        return not named.isdecimal() and "://" not in named and Path(named).is_file()
    except (OSError, ValueError):
        return False


def explain_stored(archive: Path, named: str) -> Explanation:
    """An article or a list of the archive. Raises NotFoundError, NoEvidenceError, click.BadParameter."""
    with open_archive(archive) as opened:
        try:
            return opened.explain(named)
        except NotFoundError:
            check_name(opened, named)
            raise


def explain_file(archive: Path, named: str, url: str | None, site_name: str | None) -> Explanation:
    """A saved page. Raises FileMissingError, SiteFileError, click.UsageError."""
    if url is None:
        raise click.UsageError(f"give the address of {clean(named)}: --url http://… (as a browser shows it).")
    body = _read_file(named)
    site = find_named_site(archive, site_name)
    try:
        page = explain_page(body, url, site, site_day(site))
    except ValueError as error:
        raise click.UsageError(f"{clean(str(error))}; another site: --site NAME|FILE.") from None
    return join_explained([page], site)


def _read_file(named: str) -> bytes:
    try:
        if named == "-":
            return sys.stdin.buffer.read(_MOST_BYTES)
        with Path(named).open("rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError as error:
        raise FileMissingError(f"{clean(named)}: cannot be read: {error.strerror}.") from None
    except ValueError:
        raise FileMissingError(f"{clean(named)}: there is no such file.") from None
