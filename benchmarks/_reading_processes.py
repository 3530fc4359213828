"""The processes of `_readers`, one for each extractor, and the Python of the one that cannot live with our pins."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._measure import ROOT
from benchmarks._readers import READERS, Page

FUNDUS = ("fundus==0.5.7", "curl_cffi==0.15.0")
"""It wants an lxml older than ours, so constraints.txt is not for it; newer versions of the other lack a name."""


class ReaderError(Exception):
    """An extractor that is not installed or ends; its words say why."""


@dataclass
class Reading:
    """What an extractor made of all pages."""

    version: str = ""
    failure: str = ""
    """Why it did not read; empty where it did."""
    seconds: list[float] = field(default_factory=list)
    """Processor time of each round."""
    records: list[Any] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Of the pages that it could not read."""


class ReadingProcess:
    """An extractor that has read a few pages and waits to be told to read them all."""

    def __init__(self, name: str, kind: str, pages: Path) -> None:
        python = find_fundus() if name == "fundus" else sys.executable
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the process does
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks._readers", name, kind, str(pages)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
        )
        self.version = str(self._hear()["version"])

    def read(self) -> tuple[float, list[Any], list[str]]:
        """One round; raises ReaderError where the process ends."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        heard = self._hear()
        return heard["seconds"], heard["records"], heard["said"]

    def close(self) -> None:
        """Lets it end."""
        self._process.communicate()
        self._errors.close()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        if line := self._process.stdout.readline():
            found: dict[str, Any] = json.loads(line)
            return found
        self._process.wait()
        self._errors.seek(0)
        raise ReaderError((self._errors.read().strip().splitlines() or ["it ended without a word"])[-1])


def find_fundus() -> str:
    """The Python that has fundus, made beside the others at the first call; raises ReaderError where it cannot be."""
    place = Path(sys.prefix) / "fundus"
    python, done = place / "bin" / "python", place / ".installed"
    if done.exists():
        return str(python)
    if sys.prefix == sys.base_prefix:
        raise ReaderError("not installed: it needs an lxml older than ours, and there is no .venv to put it beside")
    print(f"installing {FUNDUS[0]} beside the others ...", file=sys.stderr)
    for command in (
        [sys.executable, "-m", "venv", str(place)],
        [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *FUNDUS],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise ReaderError(f"not installed: {(ended.stderr.strip().splitlines() or ['pip failed'])[-1]}")
    done.touch()
    return str(python)


def read_pages(kind: str, pages: Sequence[Page], rounds: int) -> dict[str, Reading]:
    """What each extractor made of the pages, or why it did not; they take turns."""
    readings = {name: Reading() for name in READERS[kind]}
    processes: dict[str, ReadingProcess] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.json"
        path.write_text(json.dumps([(page.body.decode("latin-1"), *page[1:]) for page in pages]), "utf-8")
        for name, reading in readings.items():
            try:
                processes[name] = ReadingProcess(name, kind, path)
                reading.version = processes[name].version
            except ReaderError as error:
                reading.failure = str(error)
    for _ in range(rounds):
        for name, process in list(processes.items()):
            reading = readings[name]
            try:
                seconds, reading.records, reading.said = process.read()
                reading.seconds.append(seconds)
            except ReaderError as error:
                reading.failure = str(error)
                processes.pop(name).close()
    for process in processes.values():
        process.close()
    return readings
