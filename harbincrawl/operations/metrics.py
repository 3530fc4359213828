"""A run in numbers for Prometheus: a file for node_exporter's textfile collector."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from harbincrawl.text import read_time
from harbincrawl.walk import OUTCOMES

Sample = tuple[Mapping[str, str], float | None]
"""(labels, value); a value that is None is not told."""

_PREFIX = "harbincrawl_"
_UNSAFE = re.compile(r'[\\"\n]')
_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n"}


def metrics_text(report: Mapping[str, Any], last_success: datetime | None) -> str:
    """The report of a run in Prometheus' text format; all are gauges of the last run."""
    facts = report.get("facts") or {}
    rules = (report.get("health") or {}).get("rules", [])
    sections = {path: each for path, each in report["sections"].items() if each["walk"] != "absent"}
    started = read_time(report["started"]).timestamp()
    failures: dict[str, int] = {}
    for failure in report["failures"]:
        failures[failure["class"]] = failures.get(failure["class"], 0) + 1

    def by_section(name: str) -> list[Sample]:
        return [({"section": path}, each[name]) for path, each in sections.items()]

    gauges: list[tuple[str, str, list[Sample]]] = [
        ("run", "Number of the last run.", [({}, report["run"])]),
        ("run_start_timestamp_seconds", "When the last run began.", [({}, started)]),
        (
            "last_success_timestamp_seconds",
            "When the last run that ended with 0 began.",
            [({}, last_success.timestamp() if last_success else None)],
        ),
        ("run_duration_seconds", "How long the last run took.", [({}, report["seconds"])]),
        ("run_exit_code", "What the last run ended with.", [({}, report["exit_code"])]),
        ("run_articles", "Articles asked for, by outcome.", [({"outcome": name}, report[name]) for name in OUTCOMES]),
        ("run_left", "Articles wanted but not asked for.", [({}, report["left"])]),
        ("run_requests", "Answers by status.", [({"status": code}, n) for code, n in report["statuses"].items()]),
        ("run_retries", "Requests that were asked again.", [({}, report["retries"])]),
        ("run_bytes", "Bytes of bodies received.", [({}, report["bytes"])]),
        ("run_failures", "Failures by class.", [({"class": name}, n) for name, n in sorted(failures.items())]),
        ("section_records", "The pager's total.", by_section("total_records")),
        ("section_known", "Lines that stand.", by_section("known")),
        ("section_gap", "Total less standing lines.", by_section("gap")),
        ("articles", "Articles in the archive.", [({}, facts.get("stored"))]),
        ("database_bytes", "Size of the database.", [({}, facts.get("database_bytes"))]),
        ("disk_free_bytes", "Room on the archive's disk.", [({}, facts.get("disk_free"))]),
        (
            "health_ok",
            "1: the rule holds, 0: it is broken; a rule that could not say is left out.",
            [({"rule": each["rule"]}, None if each["ok"] is None else int(each["ok"])) for each in rules],
        ),
        ("health_value", "What the rule measured.", [({"rule": each["rule"]}, each["value"]) for each in rules]),
    ]
    return "".join(line for gauge in gauges for line in _gauge_lines(*gauge))


def _gauge_lines(name: str, words: str, samples: Iterable[Sample]) -> list[str]:
    known = [(labels, value) for labels, value in samples if value is not None]
    if not known:
        return []
    lines = [f"# HELP {_PREFIX}{name} {words}\n", f"# TYPE {_PREFIX}{name} gauge\n"]
    for labels, value in known:
        told = ",".join(f'{key}="{_escape(label)}"' for key, label in labels.items())
        lines.append(f"{_PREFIX}{name}{{{told}}} {value!r}\n" if told else f"{_PREFIX}{name} {value!r}\n")
    return lines


def _escape(text: str) -> str:
    return _UNSAFE.sub(lambda found: _ESCAPES[found[0]], text)


def write_metrics(path: Path, text: str) -> None:
    """Writes the file in one step, readable for all, so that the collector never meets half of it. Raises OSError."""
    # The collector reads *.prom only: the unfinished file must not end so.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, "utf-8")
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
