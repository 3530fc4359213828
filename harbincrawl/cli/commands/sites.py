"""`harbincrawl sites`: the sites that are known, whether a site file is sound, what was learnt of templates."""

from __future__ import annotations

from pathlib import Path

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.origin import read_mirrored
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import Output, json_option, sum_up
from harbincrawl.cli.parsing import Group
from harbincrawl.sites import choose_site, find_site, list_sites, reader
from harbincrawl.text import count_text


@click.group("sites", cls=Group, invoke_without_command=True)
@json_option
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
    known = [(find_site(name), path) for name, path in list_sites().items()]
    if not output.is_text:
        found = ((site.name, site.title, site.base, len(site.sections), str(path)) for site, path in known)
        output.print_values(found, ("name", "title", "base", "sections", "file"))
        return
    for site, _ in known:
        click.echo(f"{site.name:<14}{site.title:<14}{site.home:<40}{count_text(len(site.sections), 'section')}")


@command.command("check")
@click.argument("named", metavar="FILE")
def check_command(named: str) -> None:
    """Read a site file. Exit code 2: something is wrong with it.

    \b
    harbincrawl sites check my-site.toml
    """
    path = list_sites().get(named) or Path(named)
    site = reader.read_site(path) if path.suffix == ".toml" else choose_site(named)
    sum_up(f"{site.title}: {count_text(len(site.sections), 'section')}")


@command.command("layouts")
@json_option
@click.pass_obj
def layouts_command(options: GlobalOptions, /, output: Output) -> None:
    """Print what was learnt from pages of one template each, in the form of a site file, and how well it fits them.

    \b
    harbincrawl sites layouts
    """
    # What reads pages is loaded by no other command of this group.
    from harbincrawl.cli.layouts import KEYS, list_lines, list_values
    from harbincrawl.reread.layouts.listing import list_layouts

    with read_archive(options.archive) as connection:
        site = read_mirrored(connection)
        layouts = list(list_layouts(connection, options.archive, site))
    if not output.is_text:
        output.print_values(map(list_values, layouts), KEYS)
    elif not layouts:
        output.sum_up("no layout yet: a crawl learns one from five pages of a template")
    else:
        output.print_lines([line for layout in layouts for line in list_lines(layout)])
