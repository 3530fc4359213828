"""`harbincrawl reparse`: today's parsers over the captured pages."""

from __future__ import annotations

from typing import Any

import click

from harbincrawl.archive.origin import find_named_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import workers_option
from harbincrawl.cli.output import BOLD, CYAN, Output, Style, json_option, progress_bar, read_style, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.fields import READ_KEYS
from harbincrawl.operations.health.words import describe_unaccounted
from harbincrawl.operations.reparse import ReparseReport, reparse
from harbincrawl.reread.executor import open_executor
from harbincrawl.text import clean, count_text, shorten, write_json


@click.command("reparse", cls=Command, is_writer=True)
@option("--apply", is_flag=True, help="Store it.")
@option("--site", "named", metavar="NAME|FILE", help="Read with another file of the archive's site.")
@workers_option
@json_option
@click.pass_obj
def command(options: GlobalOptions, apply: bool, named: str | None, workers: int | str | None, output: Output) -> int:
    """Read every captured page with today's reader, without any network, and show field by field what would change.

    With --apply all wordings are read anew, which adds no revision; an article that is found on none of its pages keeps
    its words.

    \b
    harbincrawl reparse --apply
    """
    if apply:
        options.recover()
    with open_executor(workers) as executor, progress_bar("reparse") as progress:
        report = reparse(
            options.archive, find_named_site(options.archive, named), apply=apply, executor=executor, progress=progress
        )
    if output.is_text:
        output.print_lines(report_lines(report, read_style()))
    else:
        output.print_document(report.as_dict())
    output.sum_up(
        *describe_unaccounted(report.unaccounted),
        describe(report),
    )
    warn_amiss(*amiss_lines(report), is_printed=True)
    return report.exit_code


def amiss_lines(report: ReparseReport) -> list[str]:
    """Why the exit code is 3; nothing where it is 0."""
    return [f"{count_text(count, 'article')} {WHY[kind]}" for kind, count in report.amiss.items()]


def report_lines(report: ReparseReport, style: Style) -> list[str]:
    """The table of what changes: a line a field with its count, then examples; nothing where nothing does."""
    lines: list[str] = []
    for name in READ_KEYS:
        if not report.fields[name]:
            continue
        lines.append(f"{style.paint(name, BOLD)}  {report.fields[name]:,}")
        for one in [each for each in report.examples if name in each["fields"]][:5]:
            difference = one["fields"][name]
            old, new = narrow(in_words(difference["before"]), in_words(difference["after"]), style.width - 14)
            lines.append(f"  {style.paint(str(one['number']).rjust(8), CYAN)}  - {old}")
            lines.append(f"            + {new}")
    return lines


def in_words(value: Any) -> str:
    """A value of a field on one line."""
    if value is None:
        return "(none)"
    return " ".join(clean(value).split()) if isinstance(value, str) else write_json(value)


def narrow(old: str, new: str, width: int) -> tuple[str, str]:
    """Both texts from shortly before their first difference on, in at most `width` columns each."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((at for at, (one, two) in pairs if one != two), min(len(old), len(new)))
    begin = max(0, same - 20) if max(len(old), len(new)) > width else 0
    lead = "…" if begin else ""
    return shorten(lead + old[begin:], width), shorten(lead + new[begin:], width)


def describe(report: ReparseReport) -> str:
    """The report in one sentence."""
    done = report.applied
    parts = [count_text(report.articles, "article"), f"{report.changed:,} {'changed' if done else 'would change'}"]
    parts += [f"{count:,} {WHY[kind]}" for kind, count in sorted(report.unread.items())]
    end = "; --apply stores it" if not done and report.changed else ""
    return ", ".join(parts) + end


WHY = {
    "no-evidence": "of which no record was kept",
    "removed": "removed from the WARC",
    "damaged": "with a damaged capture",
    "too-large": "with a page that is too large to read",
    "not-an-article": "no article to today's parser",
    "pages": "with a page missing",
}
"""Kinds of unread articles in words."""
