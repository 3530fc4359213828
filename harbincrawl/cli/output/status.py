"""The state of an archive as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.charts.terminal import spark
from harbincrawl.operations.health.unaccounted import describe_unaccounted
from harbincrawl.sites import Site
from harbincrawl.text import clean, count_text, shorten
from harbincrawl.walk import name_walk

from .rescue import sum_lines
from .style import BOLD, GREEN, RED, Style, table_lines, wrap

_WORDS = {True: "ok", False: "broken", None: "-"}
_REASON = 60
"""Columns of the reason of a failure."""
_REASONS = 3
"""Reasons of an exit code in one line."""


def status_lines(status: Mapping[str, Any], site: Site, style: Style) -> list[str]:
    """The state in lines: a head, then runs, sections, failures, health."""
    lines = [
        f"{status['archive']} ({site.title}): {count_text(status['articles'], 'article')}, {status['gone']:,} gone, "
        f"{count_text(status['copies'], 'copy', 'copies')}, {status['wanted']:,} wanted"
    ]
    if status["unknown"]:
        lines.append(f"{status['unknown']:,} known only from archives of others: harbincrawl search --status unknown")
    for source, sums in status["rescue"].items():
        lines += sum_lines(source, sums)
    if running := status["running"]:
        lines.append(
            f"{running['kind']} {running['run']} has been running for {running['seconds']:,} s: "
            f"{count_text(running['responses'], 'response')}, {count_text(running['failures'], 'failure')}"
        )
    lines += [style.paint(reasons_line([each]), RED) for each in status["reasons"]]
    lines += [
        clean(f"a notice waits for {each['target']} since {each['since']}: the next crawl sends it again")
        for each in status["notices"]
    ]
    lines += _clock_lines(status["clock"])
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
    lines += _health_lines(status["health"]["rules"], style)
    return lines


def reasons_line(reasons: Sequence[str]) -> str:
    """One line that says why the exit code is 3."""
    more = f"; and {len(reasons) - _REASONS} more: harbincrawl status" if len(reasons) > _REASONS else ""
    return clean(f"exit code 3: {'; '.join(reasons[:_REASONS])}{more}")


def _clock_lines(faults: Sequence[Mapping[str, Any]]) -> list[str]:
    """The last fault of the clock, and how many there were before."""
    if not faults:
        return []
    before = f" ({count_text(len(faults) - 1, 'time', 'times')} before)" if len(faults) > 1 else ""
    return [f"{faults[-1]['sentence']}{before}"]


def _run_lines(runs: Sequence[dict[str, Any]], style: Style) -> list[str]:
    keys = ("run", "kind", "started", "took", "outcome", "exit_code", "new", "changed", "failed", "gone", "left")
    rows = [each | {"took": None if each["seconds"] is None else f"{each['seconds']:,.1f} s"} for each in runs]
    heads = [key.removesuffix("_code") for key in keys]
    return _table("runs", heads, [[each[key] for key in keys] for each in rows], style)


def _section_lines(sections: Sequence[Mapping[str, Any]], site: Site, style: Style) -> list[str]:
    lines = _table(
        "sections",
        ("section", "walk", "floor", "total", "known", "gap", "read to its end"),
        [
            (
                each["path"], name_walk(each["walk"]), each["floor"], each["total_records"], each["known"],
                _gap_text(each), each["full_at"],
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
    lines += [shorten(f"absent: {', '.join(absent)}", style.width)] if absent else []
    walked = {each["path"] for each in sections}
    others = [section.path for section in site.sections if section.path not in walked]
    return [*lines, *(wrap(f"not walked yet: {', '.join(others)}", style.width) if others else [])]


def _gap_text(section: Mapping[str, Any]) -> str | None:
    gap = section["gap"]
    return None if gap is None else f"{gap} (accepted)" if section["accepted"] else str(gap)


def _unaccounted_lines(unaccounted: Mapping[str, Any] | None, style: Style) -> list[str]:
    if unaccounted is None:
        return []
    head, *wordings = describe_unaccounted(unaccounted)
    by_section = ", ".join(f"{path} {count:,}" for path, count in unaccounted["sections"].items())
    title = style.paint("unexplained lines", BOLD)
    return ["", f"{title} (run {unaccounted['run']}: {clean(by_section)})", clean(head), *map(clean, wordings)]


def _health_lines(rules: Sequence[Mapping[str, Any]], style: Style) -> list[str]:
    if not rules:
        return []
    name = max(len(each["rule"]) for each in rules)
    drawn = max(len(each["history"]) for each in rules)
    lines = ["", style.paint("health", BOLD)]
    for each in rules:
        word = _WORDS[each["ok"]].ljust(6)
        colour = {True: (GREEN,), False: (RED,)}.get(each["ok"], ())
        line = spark([value or 0 for value in each["history"]]).rjust(drawn)
        sentence = clean(each["sentence"]) + ("" if each["ok"] is not False else f" (run {each['run']})")
        room = max(30, style.width - name - drawn - 12)
        state = style.paint(word, *colour)
        # A broken rule may end with what mends it.
        words = sentence if each["ok"] is False else shorten(sentence, room)
        lines.append(f"{each['rule'].ljust(name)}  {state}  {line}  {words}")
    return lines


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], style: Style) -> list[str]:
    """A table with a blank line and its title above; nothing where there are no rows."""
    return ["", style.paint(title, BOLD), *table_lines(heads, rows)] if rows else []
