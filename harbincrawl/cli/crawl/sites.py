"""`harbincrawl sites`: the sites that are known, and whether a site file is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from harbincrawl.cli.everywhere import HintingGroup

from . import layouts

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions


@click.group(
    "sites", cls=HintingGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the sites that harbincrawl knows; any other is a site file.

    \b
    harbincrawl sites
    harbincrawl sites check my-site.toml
    harbincrawl sites layouts
    """
    if context.invoked_subcommand is not None:
        return
    from harbincrawl.sites import find_site, list_sites
    from harbincrawl.text import count_text, write_json

    known = [(find_site(name), path) for name, path in list_sites().items()]
    if as_json:
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
        click.echo(write_json(found, indent=2))
        return
    for site, _ in known:
        click.echo(f"{site.name:<16}{site.title:<16}{site.home:<40}{count_text(len(site.sections), 'section')}")


@command.command("check")
@click.argument("named", metavar="FILE")
@click.pass_obj
def check_command(options: GlobalOptions, /, named: str) -> None:
    """Read a site file and the golden lines beside it, golden/*.lines.txt with *.json; exit code 2 says what is wrong.

    \b
    harbincrawl sites check my-site.toml
    """
    from datetime import UTC, datetime
    from pathlib import Path

    from harbincrawl.operations.golden import FOLDER, check_goldens
    from harbincrawl.sites import choose_site, list_sites
    from harbincrawl.sites.reader import read_site
    from harbincrawl.text import clean, count_text

    path = list_sites().get(named) or Path(named)
    site = read_site(path) if path.suffix == ".toml" else choose_site(named)
    count = check_goldens(path, site, datetime.now(UTC).date())
    if options.quiet:
        return
    proven = f"{count_text(count, 'golden page')} read as they should be"
    missing = f"no golden lines in {path.parent / FOLDER}, so only the file itself was checked"
    click.echo(clean(f"{site.title}: {count_text(len(site.sections), 'section')}, {proven if count else missing}"))


command.add_command(layouts.command)
