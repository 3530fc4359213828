"""`harbincrawl status`: the last runs, the sections and their floors, gaps, failures, health."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..archive.database import FILE, open_reader, raise_typed
from ..archive.history import (
    OpenFailure,
    RunRecord,
    SectionRecord,
    count_articles,
    find_next_due,
    read_open_failures,
    read_runs,
    read_sections,
)
from ..archive.times import time_text
from .jsontext import write_json
from .style import BOLD, Style, read_style, shorten

if TYPE_CHECKING:
    from .main import Options

COUNTS = ("new", "changed", "same", "duplicate", "failed", "gone", "left", "requests")
"""What is told of a run, from its report."""


@click.command("status")
@click.option("--runs", "most", type=click.IntRange(1), default=5, show_default=True, help="How many runs to tell.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.help_option("-h", "--help")
@click.pass_obj
def command(options: Options, most: int, as_json: bool) -> int:
    """How the archive is doing: last runs, sections, failures. Ends with 0 where all is well, else with 3.

    \b
    harbincrawl status
    harbincrawl status --json | jq .sections
    """
    found = read_status(options, most)
    if as_json:
        click.echo(write_json(found, indent=2))
    else:
        for line in status_lines(found, read_style()):
            click.echo(line)
    code: int = found["exit_code"]
    return code


def read_status(options: Options, most: int) -> dict[str, Any]:
    """All that `status` tells, as for --json. Raises NoArchiveError, DatabaseError."""
    connection = open_reader(options.archive)
    try:
        connection.execute("BEGIN")
        runs = read_runs(connection, most)
        sections = read_sections(connection)
        failures = read_open_failures(connection)
        due = find_next_due(connection)
        counts = count_articles(connection)
    except sqlite3.Error as error:
        raise_typed(error, options.archive / FILE)
    finally:
        connection.close()
    return {
        "archive": str(options.archive),
        **counts,
        "runs": [_run_object(each) for each in runs],
        "sections": [_section_object(each) for each in sections],
        "next_due": time_text(due) if due else None,
        "failures": [_failure_object(each) for each in failures],
        "exit_code": judge(runs),
    }


def judge(runs: Sequence[RunRecord]) -> int:
    """0 where the last crawl that ended went well, or none has ended yet; else 3."""
    ended = next((each for each in runs if each.kind == "crawl" and each.outcome != "running"), None)
    return 3 if ended is not None and ended.exit_code not in (0, 130) else 0


def _run_object(found: RunRecord) -> dict[str, Any]:
    return {
        "run": found.run,
        "kind": found.kind,
        "started": time_text(found.started),
        "ended": time_text(found.ended) if found.ended else None,
        "seconds": found.report.get("seconds"),
        "outcome": found.outcome,
        "exit_code": found.exit_code,
        **{name: found.report.get(name) for name in COUNTS},
    }


def _section_object(found: SectionRecord) -> dict[str, Any]:
    return {
        "path": found.path,
        "floor": found.floor,
        "walk": found.walk,
        "reason": found.reason,
        "total_records": found.total,
        "known": found.standing,
        "gap": found.gap,
        "offset": found.offset,
        "hole": found.hole,
        "full_at": time_text(found.full_at) if found.full_at else None,
    }


def _failure_object(found: OpenFailure) -> dict[str, Any]:
    return {
        "class": found.kind,
        "reason": found.reason,
        "count": found.count,
        "next_try": time_text(found.next_try) if found.next_try else None,
        "example": found.example,
    }


def status_lines(found: dict[str, Any], style: Style) -> list[str]:
    """The status for people."""
    lines = [
        f"{found['archive']}: {found['articles']:,} articles, {found['gone']:,} gone, {found['copies']:,} copies, "
        f"{found['wanted']:,} wanted"
    ]
    if found["next_due"]:
        lines.append(f"next re-check due {found['next_due']}")
    lines += _table(
        "runs",
        ("run", "kind", "started", "seconds", "outcome", "exit", "new", "changed", "failed", "gone", "left"),
        [
            (
                each["run"], each["kind"], each["started"], each["seconds"], each["outcome"], each["exit_code"],
                each["new"], each["changed"], each["failed"], each["gone"], each["left"],
            )
            for each in found["runs"]
        ],
        style,
    )  # fmt: skip
    walked = [each for each in found["sections"] if each["walk"] != "absent"]
    lines += _table(
        "sections",
        ("section", "walk", "floor", "total", "known", "gap", "read to its end"),
        [
            (
                each["path"], each["walk"], each["floor"], each["total_records"], each["known"], _gap_text(each),
                each["full_at"],
            )
            for each in walked
        ],
        style,
    )  # fmt: skip
    absent = [each["path"] for each in found["sections"] if each["walk"] == "absent"]
    if absent:
        lines.append(shorten(f"absent: {', '.join(absent)}", style.width))
    lines += _table(
        "failures",
        ("class", "count", "next try", "reason"),
        [
            (each["class"], each["count"], each["next_try"] or "next run", shorten(each["reason"], 60))
            for each in found["failures"]
        ],
        style,
    )
    return lines


def _gap_text(section: dict[str, Any]) -> str | None:
    """The gap; where the pager's own miscount explains it, so."""
    gap, offset = section["gap"], section["offset"]
    if gap is None:
        return None
    return f"{gap} (its pager's own)" if gap and gap == offset else str(gap)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], style: Style) -> list[str]:
    """A table with a blank line and its title above, numbers to the right; nothing where there are no rows."""
    from ..text import clean

    if not rows:
        return []
    cells = [["-" if value is None else clean(str(value)) for value in row] for row in rows]
    widths = [max(len(head), *(len(row[at]) for row in cells)) for at, head in enumerate(heads)]
    right = [any(isinstance(row[at], int | float) for row in rows) for at in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            value.rjust(width) if to_right else value.ljust(width)
            for value, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()

    return ["", style.paint(title, BOLD), line(heads), *(line(row) for row in cells)]
