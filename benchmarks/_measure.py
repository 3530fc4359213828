"""Measuring a command from start to end, summing runs up, and saying how a measure stands beside its aim."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HIDING = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPATH": str(ROOT / "benchmarks" / "_hidden")
}
"""The environment of what is measured. pandas is installed for the sake of one benchmark; where it is, the command of
sqlite-utils would load it, for a quarter of a second and 70 MB that it does not need. Peers are installed with their
bytecode: where none may be written, ours would be compiled anew with every process, for 0.1 s."""
AIM = "aim: "
"""How a line begins that says how a measure stands beside its aim; `benchmarks.results` gathers them."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost."""

    seconds: float
    processor: float
    """Seconds of processor time, user and system."""
    memory: float
    """Most MB resident at once."""
    out: str
    """What it printed."""


def measure(
    command: Sequence[str | Path], *, codes: tuple[int, ...] = (0,), environment: Mapping[str, str] = HIDING
) -> Cost:
    """Runs `command` from the repository's root. Fails where it ends with another code than `codes`."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=out, stderr=said, cwd=ROOT, env=environment)
        peaks = [0.0]
        threading.Thread(target=_watch_memory, args=(process.pid, peaks), daemon=True).start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        if process.returncode not in codes:
            raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said.read()[-3000:]}")
        return Cost(seconds, usage.ru_utime + usage.ru_stime, peaks[0], out.read())


def _watch_memory(pid: int, peaks: list[float]) -> None:
    """Keeps the most memory of a process in `peaks`, until it ends; Linux only.

    What `wait4` says of it will not do: it is never less than what this process held when it started the other.
    """
    try:
        while True:
            text = Path(f"/proc/{pid}/status").read_text("ascii")
            peaks[0] = float(text.partition("VmHWM:")[2].split(maxsplit=1)[0]) / 1e3
            time.sleep(0.005 if peaks[0] < 60 else 0.05)
    except (OSError, IndexError, ValueError):
        return


def interleave(runs: int, commands: dict[str, Callable[[], Cost]]) -> dict[str, list[Cost]]:
    """Every command `runs` times, in turn, so that what else the machine does falls on all alike."""
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, run in commands.items():
            found[name].append(run())
    return found


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """Least and most."""
    return f"{min(values):.2f}–{max(values):.2f}"


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of runs that stood side by side."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def report_aim(what: str, measured: float, aim: float, *, at_least: bool = False, unit: str = "") -> None:
    """Prints a line that `benchmarks.results` gathers: what, measured, the aim, and whether it is met."""
    met = measured >= aim if at_least else measured <= aim
    sign = "≥" if at_least else "≤"
    off = "met" if met else f"missed by {abs(measured / aim - 1):.0%}"
    print(f"{AIM}{what} | {measured:.3g}{unit} | {sign} {aim:g}{unit} | {off}", flush=True)


def report_unmeasured(what: str, why: str, aim: float, *, at_least: bool = False) -> None:
    """The line of `report_aim` for what could not be measured here."""
    sign, cell = "≥" if at_least else "≤", why.replace("|", "/")
    print(f"{AIM}{what} | not measured: {cell} | {sign} {aim:g} | open", flush=True)
