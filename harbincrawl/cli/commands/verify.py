"""`harbincrawl verify`: prove that the archive is whole."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.origin import load_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import read_seal, workers_option
from harbincrawl.cli.output import Output, json_option, progress_bar, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode
from harbincrawl.operations import verify
from harbincrawl.operations.verify import Findings, Outside
from harbincrawl.operations.verify.warc_records import BYTES
from harbincrawl.text import clean, count_text


def _read_file(path: Path, most: int, parse: Callable[[bytes], object]) -> bytes:
    """A file that somebody named, which `parse` takes. Raises click.BadParameter."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError("it is no file")
        with path.open("rb") as stream:
            content = stream.read(most + 1)
        parse(content)
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise click.BadParameter(f"{path} cannot be taken: {error}.") from error
    return content


def _read_tokens(_: click.Context, __: click.Parameter, paths: tuple[Path, ...]) -> dict[str, bytes]:
    if not paths:
        return {}
    # What reads tokens takes a tenth of a second to load.
    from harbincrawl.stamps.token import MOST_BYTES, read_statement

    return {str(path): _read_file(path, MOST_BYTES, read_statement) for path in paths}


def _read_roots(_: click.Context, __: click.Parameter, path: Path | None) -> bytes | None:
    if path is None:
        return None
    from harbincrawl.stamps.token import MOST_ROOTS, read_roots

    return _read_file(path, MOST_ROOTS, read_roots)


_QUICK = " (quick: no page was read)"


_STAMPS = 3
"""Time stamps that are named, the newest; all of them are in the JSON."""


@click.command("verify", cls=Command)
@option("--quick", is_flag=True, help="Read no page; for cron.")
@option("--seal", callback=read_seal, metavar="HASH", help="Prove that all that this seal covers is here.")
@option(
    "--token",
    "tokens",
    type=click.Path(path_type=Path),
    multiple=True,
    callback=_read_tokens,
    metavar="FILE",
    help="Prove that the seal of this time stamp is here; repeatable.",
)
@option(
    "--tsa-certificates",
    "roots",
    type=click.Path(path_type=Path),
    callback=_read_roots,
    metavar="FILE",
    help="Root certificates (PEM) for time stamps.  [default: the system's]",
)
@workers_option
@json_option
@click.pass_obj
def command(
    options: GlobalOptions,
    quick: bool,
    seal: str | None,
    tokens: dict[str, bytes],
    roots: bytes | None,
    workers: int | str | None,
    output: Output,
) -> int:
    """Read the evidence again and compare every row with it; check database, index, pictures, seals and time stamps.

    Exit code 7: something is damaged; `rebuild` repairs it, and leaves out with --give-up what no record says any more.
    3: the log's end is not in the database, which the next crawl mends. What has no
    evidence (purged, damaged, read by another version) is unproven, and no damage. It only reads.

    \b
    harbincrawl verify --seal 5f1d…
    harbincrawl -q verify --quick || mail -s 'archive' me@example.org
    """
    with progress_bar("verify") as show:
        findings = verify.verify(
            options.archive,
            load_site(options.archive),
            quick=quick,
            progress=partial(show_step, show),
            workers=workers,
            seal=seal,
            outside=Outside(roots, tokens),
        )
    if output.is_text:
        output.print_lines(finding_lines(findings, options.archive, quiet=options.quiet))
    else:
        output.print_document(findings.as_dict())
    output.sum_up(
        *proof_lines(findings, asked=seal is not None),
        summary(findings),
    )
    if findings.exit_code == ExitCode.AMISS:
        behind = [f"{note.where}: {note.what}" for note in findings.notes]
        warn_amiss(*behind, is_printed=output.is_text)
    return findings.exit_code


def show_step(show: Callable[..., None], what: str, done: int, total: int) -> None:
    """Moves a bar by what a check or a rebuild tells of its progress."""
    show(done, total, what.removeprefix(BYTES), is_bytes=what.startswith(BYTES))


def finding_lines(findings: Findings, folder: Path, *, quiet: bool) -> list[str]:
    """A line a damaged thing, then what repairs them in the archive in `folder`; then notes, unless `quiet`."""
    lines = [clean(f"broken {problem.kind}: {problem.where}: {problem.what}") for problem in findings.problems]
    for kind, count in findings.damaged.items():
        shown = sum(problem.kind == kind for problem in findings.problems)
        if count > shown:
            lines.append(f"broken {kind}: {count - shown:,} more")
    if findings.cure is not None:
        named = f"harbincrawl --archive {shlex.quote(str(folder))} "
        lines.append(f"repair: {findings.cure.replace('harbincrawl ', named)}; or restore the files from a backup")
    if not quiet:
        lines += [clean(f"note: {note.where}: {note.what}") for note in findings.notes]
    return lines


def proof_lines(findings: Findings, *, asked: bool) -> list[str]:
    """What was proven, what could not be and why, and what the seal vouches for."""
    lines = []
    if findings.proven:
        lines.append(f"proven: {_count(findings.proven)}")
    for kind, reasons in findings.unproven.items():
        lines += [f"unproven: {kind} {count:,} ({reason})" for reason, count in reasons.most_common()]
    if findings.seal is not None:
        seal = findings.seal
        words = f"seal {seal.hash} of run {seal.run}: {count_text(seal.records, 'record')}"
        removed = f", {seal.removed:,} of them no longer there" if seal.removed else ""
        lines.append(words + removed if asked else f"{words}{removed}; {count_text(findings.seals, 'seal')} proven")
        for run in sorted(set(seal.gone.values())):
            ids = ", ".join(id for id, purge in seal.gone.items() if purge == run)
            lines.append(f"removed since this seal by run {run} (purge): {ids}")
    return lines + stamp_lines(findings, asked=asked)


def stamp_lines(findings: Findings, *, asked: bool) -> list[str]:
    """What time stamps prove: of the newest seals, or that the seal that was `asked` for existed; kept tokens."""
    proven = [each for each in findings.stamps if each["proven"]]
    lines = [f"{name}: {_describe_stamp(each)}" for name, each in findings.tokens.items()]
    if asked and findings.seal is not None:
        covering = (each for each in proven if findings.seal.run <= each["run"])
        first = min(covering, key=lambda each: str(each["at"]), default=None)
        return [*lines, f"stamped: {_describe_stamp(first)}" if first else "no proven time stamp covers this seal"]
    newest = proven[: -_STAMPS - 1 : -1]
    lines += map(_describe_stamp, newest)
    if len(proven) > len(newest):
        lines.append(f"{count_text(len(proven) - len(newest), 'earlier time stamp')} proven, from {proven[0]['at']} on")
    return list(map(clean, lines))


def _describe_stamp(stamp: Mapping[str, Any]) -> str:
    at = stamp["at"].replace("T", " ").replace("Z", " UTC")
    says = f"{stamp['signer']} ({stamp['authority']})" if stamp["signer"] else stamp["authority"]
    return f"seal of run {stamp['run']} existed at {at}, says {says}"


def _count(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in counts.items() if count)


def summary(findings: Findings) -> str:
    """What was looked at, and whether any of it is damaged."""
    looked = _count(findings.checked)
    count = sum(findings.damaged.values())
    whole = "whole but for its end" if findings.notes else "whole"
    verdict = count_text(count, "broken thing") if count else whole
    return f"{verdict}{_QUICK if findings.quick else ''}: {looked or 'nothing stored yet'}"
