"""`harbincrawl sites`: the sites that are known, and whether a site file is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from harbincrawl.cli.output.stream import Output, format_options
from harbincrawl.cli.parsing import Group

from . import layouts

if TYPE_CHECKING:
    pass


@click.group("sites", cls=Group, invoke_without_command=True)
@format_options()
@click.pass_context
def command(context: click.Context, output: Output) -> None:
    """List the sites that harbincrawl knows; any other is a site file.

    \b
    harbincrawl sites
    harbincrawl sites check my-site.toml
    harbincrawl sites layouts
    """
    if context.invoked_subcommand is not None:
        return
    from harbincrawl.sites import find_site, list_sites
    from harbincrawl.text import count_text

    known = [(find_site(name), path) for name, path in list_sites().items()]
    if not output.is_text:
        found = [
            {
                "name": site.name,
                "title": site.title,
                "base": site.base,
                "sections": len(site.sections),
                "file": str(path),
            }
            for site, path in known
        ]
        output.print_rows(found, ("name", "title", "base", "sections", "file"))
        return
    for site, _ in known:
        click.echo(f"{site.name:<16}{site.title:<16}{site.home:<40}{count_text(len(site.sections), 'section')}")


@command.command("check")
@click.argument("named", metavar="FILE")
@format_options(is_list=False)
def check_command(named: str, output: Output) -> None:
    """Read a site file and the golden lines beside it, golden/*.lines.txt with *.json; exit code 2 says what is wrong.

    \b
    harbincrawl sites check my-site.toml
    """
    from datetime import UTC, datetime
    from pathlib import Path

    from harbincrawl.operations.golden import FOLDER, check_goldens
    from harbincrawl.sites import choose_site, list_sites
    from harbincrawl.sites.reader import read_site
    from harbincrawl.text import count_text

    path = list_sites().get(named) or Path(named)
    site = read_site(path) if path.suffix == ".toml" else choose_site(named)
    count = check_goldens(path, site, datetime.now(UTC).date())
    if not output.is_text:
        output.print_document({"site": site.name, "sections": len(site.sections), "goldens": count})
    proven = f"{count_text(count, 'golden page')} read as they should be"
    missing = f"no golden lines in {path.parent / FOLDER}, so only the file itself was checked"
    output.sum_up(f"{site.title}: {count_text(len(site.sections), 'section')}, {proven if count else missing}")


command.add_command(layouts.command)
