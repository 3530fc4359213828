"""`harbincrawl config`: every setting, its value and where it comes from; whether all of them make sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from harbincrawl.cli.everywhere import HintingGroup
from harbincrawl.errors import ExitCode
from harbincrawl.text import clean, count_text, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from harbincrawl.cli.main import GlobalOptions

HIDDEN = "(hidden)"
"""Stands for a secret."""


class Shown(NamedTuple):
    """A setting as it is shown."""

    key: str
    value: Any
    source: str
    """`default`, `site`, `archive/config.toml line 3` or a variable."""
    meaning: str


@click.group(
    "config", cls=HintingGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--given", is_flag=True, help="Only settings that are not left to their defaults.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def command(context: click.Context, given: bool, as_json: bool) -> int:
    """Show every setting, its value, and where it comes from: config.toml and line, a variable, the site, or default.

    \b
    harbincrawl config
    harbincrawl config --given
    harbincrawl config check
    """
    if context.invoked_subcommand is not None:
        return ExitCode.DONE
    options: GlobalOptions = context.obj
    shown, problems = read_shown(options.archive)
    if given:
        shown = [each for each in shown if each.source not in ("default", "site")]
    if as_json:
        click.echo(write_json({each.key: each._asdict() for each in shown}, indent=2))
    elif shown:
        values = [write_json(each.value) if each.value != HIDDEN else HIDDEN for each in shown]
        key, value = max(len(each.key) for each in shown), min(40, max(map(len, values)))
        for each, text in zip(shown, values, strict=True):
            click.echo(clean(f"{each.key:<{key}}  {text:<{value}}  {each.source}"))
    elif not options.quiet:
        click.echo("all settings have their defaults", err=True)
    return _tell_problems(problems)


@command.command("check")
@click.pass_obj
def check_command(options: GlobalOptions, /) -> int:
    """Name everything that is wrong with the settings of the file and of the environment; 2 where anything is.

    \b
    harbincrawl config check
    """
    from harbincrawl.config import FILE
    from harbincrawl.config.reader import read_settings

    config, problems = read_settings(options.archive)
    if not problems and not options.quiet:
        path = options.archive / FILE
        there = "" if path.exists() else f" ({path} is not there)"
        click.echo(clean(f"{count_text(len(config.given), 'setting')} given, all of them sound{there}"))
    return _tell_problems(problems)


def read_shown(archive: Path) -> tuple[list[Shown], list[str]]:
    """(all settings in the order of the schema, a sentence for everything that is wrong)."""
    from harbincrawl.archive.origin import load_site
    from harbincrawl.config.reader import read_settings
    from harbincrawl.config.schema import SETTINGS, Thresholds

    config, problems = read_settings(archive)
    site, usual = load_site(archive).thresholds, Thresholds()
    shown = []
    for setting in SETTINGS:
        value, source = config.find(setting)
        if source == "default" and setting.table == Thresholds.TABLE:
            value = getattr(site, setting.attribute)
            source = "default" if value == getattr(usual, setting.attribute) else "site"
        if setting.secret and value:
            value = HIDDEN
        shown.append(Shown(setting.key, value, source, setting.meaning))
    return shown, problems


def _tell_problems(problems: list[str]) -> int:
    for problem in problems:
        click.echo(clean(f"harbincrawl: {problem}"), err=True)
    return ExitCode.USAGE if problems else ExitCode.DONE
