"""`harbincrawl status`: the last runs, the sections and their floors, gaps, failures, health."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.coverage import measure_coverage
from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.origin import load_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import (
    BOLD,
    GREEN,
    RED,
    Output,
    Style,
    json_option,
    note,
    read_style,
    reasons_line,
    table_lines,
    warn,
    wrap,
)
from harbincrawl.cli.parsing import Command, option
from harbincrawl.cli.rescue import coverage_lines
from harbincrawl.errors import NoArchiveError, NotFoundError
from harbincrawl.operations.health.state import judge_state
from harbincrawl.operations.health.words import describe_doubt, describe_unaccounted
from harbincrawl.operations.notify import describe_waiting
from harbincrawl.sites import Site
from harbincrawl.text import clean, count_text, shorten
from harbincrawl.walk.outcomes import name_walk

_WORDS: dict[bool | None, tuple[str, tuple[str, ...]]] = {
    True: ("ok", (GREEN,)), False: ("broken", (RED,)), None: ("-", ()),
}  # fmt: skip
_MINUTES = {"min": 1, "h": 60, "d": 1440, "w": 10080}
_LENGTH = re.compile(r"([1-9]\d{0,4})(min|h|d|w)", re.ASCII)
_REASON = 60
"""Columns of the reason of a failure."""


def _read_age(ctx: click.Context, parameter: click.Parameter, value: str | None) -> timedelta | None:
    if value is None:
        return None
    match = _LENGTH.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is no length of time: expected 90min, 12h, 2d or 1w.", ctx, parameter)
    return timedelta(minutes=int(match[1]) * _MINUTES[match[2]])


@click.command("status", cls=Command, meant={"--watch": "watch -n 2 harbincrawl status"})
@option("--runs", "most", type=click.IntRange(1), default=5, show_default=True, help="Number of runs to show.")
@option(
    "--coverage",
    is_flag=True,
    help="Which of the site's own numbers are known, by year.",
)
@option(
    "--max-age",
    callback=_read_age,
    metavar="TIME",
    help="Exit code 3, too, where no crawl ended well in it: 90min, 12h, 2d, 1w.",
)
@json_option
@click.pass_obj
def command(options: GlobalOptions, most: int, coverage: bool, max_age: timedelta | None, output: Output) -> int:
    """How the archive is doing: last runs, sections, failures, health rules. Exit code 3: the last crawl did not go
    well to its end, or a health rule is broken.

    `floor` is the run up to which all lines of a section's list are known.

    \b
    harbincrawl -q status --max-age 2d || echo 'look at the archive'
    harbincrawl status --json | jq .health
    """
    site = load_site(options.archive)
    if coverage:
        return print_coverage(options, site, output)
    found = read_status(options.archive, most, site, max_age)
    if not output.is_text:
        output.print_document(found)
    elif not options.quiet:
        click.echo("\n".join(status_lines(found, site, read_style())))
    elif found["reasons"]:
        warn(reasons_line(found["reasons"], "harbincrawl status"))
    return int(found["exit_code"])


def print_coverage(options: GlobalOptions, site: Site, output: Output) -> int:
    """Prints how much of the site the archive knows, by the site's own counter."""
    with read_archive(options.archive) as connection:
        found = measure_coverage(connection, site)
    if found is None:
        why = "no number of it is known yet" if site.counter else "its numbers are no counter of its own"
        raise NotFoundError(f"{site.title} has no coverage: {why}.")
    if not output.is_text:
        output.print_document(found)
    elif not options.quiet:
        click.echo("\n".join(coverage_lines(found, read_style())))
    return 0


def read_status(folder: Path, most: int, site: Site, max_age: timedelta | None = None) -> dict[str, Any]:
    """All that `status` tells, as for --json; `max_age` is how long ago a crawl must have ended, at most.

    Raises NoArchiveError, DatabaseError.
    """
    try:
        with read_archive(folder) as connection:
            return judge_state(connection, folder, most, datetime.now(UTC), max_age)
    except NoArchiveError:
        # A crawl that is given another section says where they are named.
        note(f"sections of {site.title}: {', '.join(section.path for section in site.sections)}")
        raise


def status_lines(status: Mapping[str, Any], site: Site, style: Style) -> list[str]:
    """The state in lines: a head, then runs, sections, failures, health."""
    lines = [
        f"{status['archive']} ({site.title}): {count_text(status['articles'], 'article')}, {status['gone']:,} gone, "
        f"{count_text(status['copies'], 'copy', 'copies')}, {status['wanted']:,} wanted"
    ]
    if status["unknown"]:
        lines.append(f"{status['unknown']:,} known only from archives of others: harbincrawl search --status unknown")
    if running := status["running"]:
        lines.append(
            f"{running['kind']} {running['run']} has been running for {running['seconds']:,} s: "
            f"{count_text(running['responses'], 'response')}, {count_text(running['failures'], 'failure')}"
        )
    last = next((each for each in status["runs"] if each["kind"] == "crawl"), None)
    if last is not None and last["outcome"] in ("partial", "interrupted", "aborted") and not running:
        lines.append(f"run {last['run']} was cut short: crawl again")
    lines += [style.paint(reasons_line([each]), RED) for each in status["reasons"]]
    lines += map(describe_waiting, status["notices"])
    lines += stamp_lines(status["timestamps"])
    if status["next_due"]:
        lines.append(f"next re-check due {status['next_due']}")
    lines += _run_lines(status["runs"], style)
    lines += _section_lines(status["sections"], site, style)
    lines += _table(
        "failures",
        ("class", "count", "next try", "reason"),
        [
            (each["class"], each["count"], each["next_try"] or "next run", shorten(each["reason"], _REASON))
            for each in status["failures"]
        ],
        style,
    )
    lines += _unaccounted_lines(status["unaccounted"], style)
    if status["templates"]:
        doubts = (clean(describe_doubt(each)) for each in status["templates"])
        lines += ["", style.paint("templates in doubt", BOLD), *doubts]
    lines += _health_lines(status["health"]["rules"], style)
    return lines


def stamp_lines(stamps: Mapping[str, Any]) -> list[str]:
    """The newest time stamp, and how many seals have none since; nothing where nobody was ever asked for one."""
    last, since = stamps["last"], stamps["since"]
    if last is None:
        asked = clean(", ".join(stamps["asked"]))
        return [f"no seal is stamped yet ({count_text(since, 'seal')}); asked: {asked}"] if asked and since else []
    line = f"last time stamp: the seal of run {last['run']}, {last['at']} by {clean(last['authority'])}"
    if stamps["asked"] and since:
        line += f"; not stamped since: {count_text(since, 'run')}"
    return [line]


def _run_lines(runs: Sequence[Mapping[str, Any]], style: Style) -> list[str]:
    counts = ("new", "changed", "failed", "gone", "left")
    rows = []
    for each in runs:
        took = None if each["seconds"] is None else f"{each['seconds']:,.0f} s"
        ended = f"{each['outcome']}, {each['exit_code']}" if each["exit_code"] in range(1, 10) else each["outcome"]
        started = each["started"][:-4].replace("T", " ")
        rows.append((each["run"], each["kind"], started, took, ended, *(each[name] for name in counts)))
    return _table("runs (UTC)", ("run", "kind", "started", "took", "ended", *counts), rows, style)


def _section_lines(sections: Sequence[Mapping[str, Any]], site: Site, style: Style) -> list[str]:
    lines = _table(
        "sections",
        ("section", "walk", "floor", "total", "known", "gap", "read to its end"),
        [
            (
                each["path"], name_walk(each["walk"]), each["floor"], each["total_records"], each["known"],
                _gap_text(each), each["full_at"] and each["full_at"][:-4].replace("T", " "),
            )
            for each in sections
            if each["walk"] != "absent"
        ],
        style,
    )  # fmt: skip
    lines += [
        shorten(f"{each['path']}: {each['reason']}", style.width)
        for each in sections
        if each["walk"] != "absent" and each["reason"]
    ]
    absent = [each["path"] for each in sections if each["walk"] == "absent"]
    lines += wrap(f"no list on the site (404): {', '.join(absent)}", style.width) if absent else []
    walked = {each["path"] for each in sections}
    others = [section.path for section in site.sections if section.path not in walked]
    return [*lines, *(wrap(f"not walked yet: {', '.join(others)}", style.width) if others else [])]


def _gap_text(section: Mapping[str, Any]) -> str | None:
    gap = section["gap"]
    return None if gap is None else f"{gap} (accepted)" if section["accepted"] else str(gap)


def _unaccounted_lines(unaccounted: Mapping[str, Any] | None, style: Style) -> list[str]:
    if unaccounted is None:
        return []
    of_pages = [each for each in unaccounted["wordings"] if each["kind"] != "template"]
    head, *wordings = describe_unaccounted({**unaccounted, "wordings": of_pages})
    by_section = ", ".join(f"{path} {count:,}" for path, count in unaccounted["sections"].items())
    title = style.paint("unaccounted lines", BOLD)
    return ["", f"{title} (run {unaccounted['run']}: {clean(by_section)})", clean(head), *map(clean, wordings)]


def _health_lines(rules: Sequence[Mapping[str, Any]], style: Style) -> list[str]:
    lines = ["", style.paint("health", BOLD)] if rules else []
    name = max((len(each["rule"]) for each in rules), default=0)
    newest = max((each["run"] for each in rules), default=0)
    for each in rules:
        word, colours = _WORDS[each["ok"]]
        is_told = each["ok"] is False or each["run"] != newest
        sentence = clean(each["sentence"]) + (f" (run {each['run']})" if is_told else "")
        # A broken rule may end with what mends it, to be copied.
        first, *rest = [sentence] if each["ok"] is False else wrap(sentence, max(30, style.width - name - 10))
        lines.append(f"{each['rule'].ljust(name)}  {style.paint(word.ljust(6), *colours)}  {first}")
        lines += [" " * (name + 10) + more for more in rest]
    return lines


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], style: Style) -> list[str]:
    """A table with a blank line and its title above; nothing where there are no rows."""
    return ["", style.paint(title, BOLD), *table_lines(heads, rows, style.width)] if rows else []
