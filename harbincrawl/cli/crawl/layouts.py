"""`harbincrawl sites layouts`: what was learnt of the templates of a site's pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions
    from harbincrawl.reread.layouts.listing import ListedLayout


@click.command("layouts")
@click.option("--show", "number", type=click.IntRange(min=1), metavar="N", help="Show an example page of layout N.")
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="With --show: write it as a web page."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(options: GlobalOptions, /, number: int | None, html_file: Path | None, *, as_json: bool) -> None:
    """List the layouts that were learnt from pages of one template each, and how well they fit these pages.

    What several pages of a template have at one place is furniture; articles are read by what is left. A layout is
    learnt anew for each run with enough new pages. --show draws the roles of a page that layout N was learnt from.

    \b
    harbincrawl sites layouts
    harbincrawl sites layouts --show 2
    harbincrawl sites layouts --show 2 --html layout.html
    """
    if html_file is not None and number is None:
        raise click.UsageError("--html goes with --show N.")
    if as_json and number is not None:
        raise click.UsageError("--json lists the layouts; an example page in JSON: harbincrawl explain ID --json.")
    from harbincrawl.archive.database.connection import read_archive
    from harbincrawl.archive.naming import mirrored
    from harbincrawl.archive.origin import read_origin, read_site
    from harbincrawl.reread.layouts.listing import explain_example, list_layouts
    from harbincrawl.text import write_json

    with read_archive(options.archive) as connection:
        site = mirrored(read_site(connection), read_origin(connection))
        if number is not None:
            _show(options, explain_example(connection, options.archive, site, number), html_file)
            return
        found = list(list_layouts(connection, options.archive, site))
    if as_json:
        click.echo(write_json([_describe(layout) for layout in found], indent=2))
    elif not found:
        click.echo("no layout yet: a crawl learns one from five pages of a template")
    else:
        click.echo("\n".join(_list_lines(found)))


def _show(options: GlobalOptions, explanation: Any, html_file: Path | None) -> None:
    if html_file is not None:
        from harbincrawl.cli.output.explanation_page import explanation_page
        from harbincrawl.files import write_whole
        from harbincrawl.text import clean

        write_whole(html_file, explanation_page(explanation).encode())
        if not options.quiet:
            click.echo(f"written: {clean(str(html_file))}", err=True)
        return
    from harbincrawl.cli.output.explanation import explanation_lines
    from harbincrawl.cli.output.style import read_style

    click.echo("\n".join(explanation_lines(explanation, read_style(), reasons=True)))


def _describe(layout: ListedLayout) -> dict[str, Any]:
    row = layout.row
    return {
        "number": layout.number,
        "kind": row.kind,
        "origin": row.origin,
        "period": row.period,
        "frame": row.frame,
        "pages": len(row.samples),
        "fit": None if layout.fit is None else round(layout.fit, 3),
        "records": layout.records,
        "digest": row.digest,
        "parser": row.parser,
        "reason": row.reason,
    }


def _list_lines(layouts: list[ListedLayout]) -> list[str]:
    from harbincrawl.cli.output.explanation import DIGEST
    from harbincrawl.text import clean, count_text

    lines = [f"{'N':>3}  {'pages of':<9}{'learnt from':<26}{'fit':>5}{'records':>9}  layout"]
    for layout in layouts:
        row = layout.row
        period = f"run {row.period}" if row.origin == "own" else f"others, {row.period}"
        source = f"{count_text(len(row.samples), 'page')}, {period}"
        fit = "" if layout.fit is None else f"{layout.fit:.0%}"
        name = row.digest[:DIGEST] if row.digest else f"not used: {clean(row.reason or '')}"
        lines.append(f"{layout.number:>3}  {row.kind:<9}{source:<26}{fit:>5}{layout.records:>9,}  {name}")
    return lines
