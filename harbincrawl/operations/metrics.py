"""Metrics of a run for Prometheus: a file for the textfile collector of node_exporter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from harbincrawl.text import read_time
from harbincrawl.walk.outcomes import OUTCOMES

Sample = tuple[Mapping[str, str], float | None]
"""(labels, value); samples with the value None are left out."""

_PREFIX = "harbincrawl_"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def metrics_text(report: Mapping[str, Any], last_success: datetime | None) -> str:
    """The report of a run in the text format of Prometheus, all as gauges."""
    measures = report.get("facts") or {}
    unaccounted = report.get("unaccounted") or {}
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
            "When the last run with exit code 0 began.",
            [({}, last_success.timestamp() if last_success else None)],
        ),
        ("run_duration_seconds", "How long the last run took.", [({}, report["seconds"])]),
        ("run_exit_code", "Exit code of the last run.", [({}, report["exit_code"])]),
        ("run_articles", "Articles fetched, by outcome.", [({"outcome": name}, report[name]) for name in OUTCOMES]),
        ("run_left", "Articles wanted but not fetched.", [({}, report["left"])]),
        ("run_requests", "Responses by status.", [({"status": code}, n) for code, n in report["statuses"].items()]),
        ("run_retries", "Requests that were repeated.", [({}, report["retries"])]),
        ("run_bytes", "Bytes of bodies received.", [({}, report["bytes"])]),
        ("run_failures", "Failures by class.", [({"class": name}, n) for name, n in sorted(failures.items())]),
        ("run_unaccounted_pages", "Pages with unaccounted lines.", [({}, unaccounted.get("pages"))]),
        ("section_records", "Total of the list, as its pager prints it.", by_section("total_records")),
        ("section_known", "Active list lines.", by_section("known")),
        ("section_gap", "Total minus active list lines.", by_section("gap")),
        ("articles", "Articles in the archive.", [({}, measures.get("stored"))]),
        ("database_bytes", "Size of the database.", [({}, measures.get("database_bytes"))]),
        ("disk_free_bytes", "Free space on the disk of the archive.", [({}, measures.get("disk_free"))]),
        (
            "health_ok",
            "1: the rule holds, 0: it is broken; rules with too little data are left out.",
            [({"rule": each["rule"]}, None if each["ok"] is None else int(each["ok"])) for each in rules],
        ),
        ("health_value", "Value that the rule measured.", [({"rule": each["rule"]}, each["value"]) for each in rules]),
    ]
    return "".join(line for gauge in gauges for line in _gauge_lines(*gauge))


def _gauge_lines(name: str, words: str, samples: Iterable[Sample]) -> list[str]:
    known = [(labels, value) for labels, value in samples if value is not None]
    if not known:
        return []
    lines = [f"# HELP {_PREFIX}{name} {words}\n", f"# TYPE {_PREFIX}{name} gauge\n"]
    for labels, value in known:
        shown = ",".join(f'{key}="{label.translate(_ESCAPES)}"' for key, label in labels.items())
        lines.append(f"{_PREFIX}{name}{{{shown}}} {value!r}\n" if shown else f"{_PREFIX}{name} {value!r}\n")
    return lines
