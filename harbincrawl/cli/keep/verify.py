"""`harbincrawl verify`: prove that the archive is whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from harbincrawl.cli.output.progress import progress_bar

if TYPE_CHECKING:
    from harbincrawl.cli.main import Options
    from harbincrawl.operations.verify import Findings


@click.command("verify")
@click.option("--quick", is_flag=True, help="Only quick checks: structure, counts, files; for cron.")
@click.option("--mend", is_flag=True, help="Repair what needs neither the network nor a backup.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.help_option("-h", "--help")
@click.pass_obj
def command(options: Options, quick: bool, mend: bool, as_json: bool) -> int:
    """Check the database, its index, counts and fingerprints, and every capture against its WARC record.

    Names each broken thing and the command that repairs it; exit code 7 if something is broken. It only reads, and
    a crawl may go on meanwhile; with --mend it rebuilds the index and has the next crawl capture again what is
    broken, and still ends with 7.

    \b
    harbincrawl verify
    harbincrawl -q verify --quick || mail -s 'archive' me@example.org
    """
    from harbincrawl.operations import verify
    from harbincrawl.sites import HARBIN_TODAY

    with _progress(options.quiet) as progress:
        findings = verify.verify(options.archive, HARBIN_TODAY, quick=quick, progress=progress)
    done = verify.mend(options.archive, findings) if mend else []
    if as_json:
        from harbincrawl.cli.output.jsontext import write_json

        click.echo(write_json(findings.as_dict() | ({"mended": done} if mend else {}), indent=2))
    else:
        for line in finding_lines(findings, quiet=options.quiet):
            click.echo(line)
    if not options.quiet:
        for line in done:
            click.echo(f"mended: {line}", err=True)
        click.echo(summary(findings), err=True)
    return findings.exit_code


def finding_lines(findings: Findings, *, quiet: bool) -> list[str]:
    """A line a broken thing with its mend under it; then notes, unless `quiet`."""
    from harbincrawl.text import clean

    lines: list[str] = []
    for problem in findings.problems:
        lines.append(clean(f"broken {problem.kind}: {problem.where}: {problem.what}"))
        lines.append(clean(f"  mend: {problem.mend}"))
    if not quiet:
        lines += [clean(f"note: {note.where}: {note.what}") for note in findings.notes]
    return lines


def summary(findings: Findings) -> str:
    """What was looked at, and whether all of it holds."""
    looked = ", ".join(f"{count:,} {what}" for what, count in findings.checked.items() if count)
    count = len(findings.problems)
    verdict = "whole" if not count else f"{count:,} broken {'thing' if count == 1 else 'things'}"
    return f"{verdict}{' (quick)' if findings.quick else ''}: {looked or 'nothing stored yet'}"


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    with progress_bar("verify", quiet or not sys.stderr.isatty()) as show:
        yield lambda _, done, total: show(done, total)
