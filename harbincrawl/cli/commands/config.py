"""`harbincrawl config`: every setting, its value and where it comes from; whether all of them make sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.origin import load_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import Output, json_option, note, warn
from harbincrawl.cli.parsing import Group
from harbincrawl.config import FILE
from harbincrawl.config.reader import read_settings
from harbincrawl.config.schema import SETTINGS, Thresholds
from harbincrawl.errors import ExitCode
from harbincrawl.text import clean, count_text, write_json

_KEYS = ("key", "value", "source", "meaning")
"""Of a setting; its source is `default`, `site`, `archive/config.toml line 3` or a variable."""
HIDDEN = "(hidden)"
"""Stands for a secret."""


@click.group("config", cls=Group, invoke_without_command=True, meant={"--check": "harbincrawl config check"})
@json_option
@click.pass_context
def command(context: click.Context, output: Output) -> int:
    """Show every setting, its value, and where it comes from.

    \b
    harbincrawl config check
    """
    if context.invoked_subcommand is not None:
        return ExitCode.DONE
    options: GlobalOptions = context.obj
    shown, problems = read_shown(options.archive)
    if not output.is_text:
        output.print_document({each[0]: dict(zip(_KEYS, each, strict=True)) for each in shown})
    else:
        values = [write_json(value) if value != HIDDEN else HIDDEN for _, value, _, _ in shown]
        longest, width = max(len(key) for key, *_ in shown), min(40, max(map(len, values)))
        for (key, _, source, _), text in zip(shown, values, strict=True):
            click.echo(clean(f"{key:<{longest}}  {text:<{width}}  {source}"))
        if not (path := options.archive / FILE).exists():
            note(f"to change one, make {path} with a line of the form: health.silence_days = 7")
    return _tell_problems(problems)


@command.command("check", checks_settings=False)
@json_option
@click.pass_obj
def check_command(options: GlobalOptions, /, output: Output) -> int:
    """Name everything that is wrong with the settings. Exit code 2: something is.

    \b
    harbincrawl config check
    """
    config, problems = read_settings(options.archive)
    if not output.is_text:
        output.print_document({"given": len(config.given), "problems": problems})
    if not problems:
        path = options.archive / FILE
        there = "" if path.exists() else f" ({path} is not there)"
        output.sum_up(f"{count_text(len(config.given), 'setting')} given, all of them sound{there}")
    return _tell_problems(problems)


def read_shown(archive: Path) -> tuple[list[tuple[str, Any, str, str]], list[str]]:
    """(all settings, with _KEYS each, in the order of the schema; a sentence for everything that is wrong)."""
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
        shown.append((setting.key, value, source, setting.meaning))
    return shown, problems


def _tell_problems(problems: list[str]) -> int:
    warn(*problems)
    return ExitCode.USAGE if problems else ExitCode.DONE
