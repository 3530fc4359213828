"""The metrics file, which Prometheus' own parser takes, and words on stderr that steer no terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from harbincrawl.operations.metrics import metrics_text

_SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z_]+)="((?:[^"\\\n]|\\.)*)"\})? (-?[0-9.]+(?:e[+-]?\d+)?)', re.ASCII)


def make_report(**more: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("new", "changed", "same", "duplicate", "failed", "gone", "left", "retries", "bytes"), 0)
    return (
        counts
        | {
            "run": 3,
            "started": "2026-03-01T00:00:00Z",
            "seconds": 0.213,
            "exit_code": 0,
            "statuses": {"200": 5, "304": 1},
            "failures": [],
            "sections": {
                "news": {"walk": "full", "total_records": 8, "known": 8, "gap": 0},
                'odd"\\\n': {"walk": "full", "total_records": None, "known": 1, "gap": None},
                "none": {"walk": "absent", "total_records": None, "known": 0, "gap": None},
            },
        }
        | more
    )


def parse(text: str) -> dict[tuple[str, str | None], float]:
    """Samples by (name, label); every line is checked, and every name has its HELP and TYPE before it, once."""
    found: dict[tuple[str, str | None], float] = {}
    declared: list[str] = []
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("#"):
            _, kind, name, rest = line.split(" ", 3)
            assert kind in ("HELP", "TYPE")
            if kind == "TYPE":
                assert rest == "gauge"
                assert name not in declared
                declared.append(name)
            continue
        match = _SAMPLE.fullmatch(line)
        assert match is not None, line
        assert match[1] == declared[-1]
        key = (match[1].removeprefix("harbincrawl_"), match[3])
        assert key not in found
        found[key] = float(match[4])
    return found


def test_a_report_becomes_samples() -> None:
    rules = [
        {"rule": "robots", "ok": True, "value": 0.0},
        {"rule": "disk", "ok": False, "value": 1e12},
        {"rule": "silence", "ok": None, "value": None},
    ]
    failures = [{"class": "http"}, {"class": "http"}, {"class": "cut"}]
    facts = {"stored": 7, "database_bytes": 4096, "disk_free": 81304989696}
    report = make_report(health={"rules": rules}, failures=failures, facts=facts)
    found = parse(metrics_text(report, datetime(2026, 2, 1, tzinfo=UTC)))
    assert found["run", None] == 3
    assert found["run_duration_seconds", None] == 0.213
    assert found["last_success_timestamp_seconds", None] == datetime(2026, 2, 1, tzinfo=UTC).timestamp()
    assert found["run_requests", "304"] == 1
    assert found["run_failures", "http"] == 2
    assert found["section_known", "news"] == 8
    assert found["section_known", r"odd\"\\\n"] == 1
    assert ("section_known", "none") not in found
    assert ("section_records", r"odd\"\\\n") not in found
    assert (found["health_ok", "robots"], found["health_ok", "disk"]) == (1, 0)
    assert ("health_ok", "silence") not in found
    assert found["articles", None] == 7
    assert found["disk_free_bytes", None] == 81304989696


WARN = """
import logging
from harbincrawl.operations.logs import set_up_logs
set_up_logs(verbose=False)
log = logging.getLogger("harbincrawl")
log.warning("odd \\x1b[31mred")
logging.getLogger("another").warning("of no use")
try:
    raise ValueError("x")
except ValueError:
    log.exception("broke")
"""


def test_stderr_has_words_that_cannot_steer_a_terminal() -> None:
    said = subprocess.run([sys.executable, "-c", WARN], capture_output=True, text=True, check=True).stderr
    assert said.startswith("warning: odd [31mred\nerror: broke\nTraceback")
