"""A Dask scheduler and workers of one thread each, as processes of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measure import ROOT


@dataclass(frozen=True, slots=True)
class Dask:
    """A running cluster."""

    address: str
    nannies: tuple[int, ...]

    def list_readers(self) -> list[int]:
        """The processes that read; each is watched by a nanny, which starts it anew."""
        children = [
            child
            for nanny in self.nannies
            for thread in Path(f"/proc/{nanny}/task").glob("*/children")
            for child in thread.read_text().split()
        ]
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]

    @contextmanager
    def killing(self, seconds: float) -> Iterator[list[int]]:
        """Kills one reader after the other, one every so many seconds; the list of those killed."""
        killed: list[int] = []
        over = threading.Event()

        def kill() -> None:
            while not over.wait(seconds):
                alive = [each for each in self.list_readers() if each not in killed]
                if alive:
                    killed.append(alive[len(killed) % len(alive)])
                    os.kill(killed[-1], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield killed
        finally:
            over.set()
            killer.join()


@contextmanager
def start_dask(workers: int, folder: Path) -> Iterator[Dask]:
    """A scheduler with so many workers; raises ModuleNotFoundError where Dask is not installed."""
    import distributed  # noqa: F401 - the peers' extra may be missing

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    lines = [
        ["scheduler", "--host", "127.0.0.1", "--port", str(port)],
        *([["worker", address, "--nthreads", "1"]] * workers),
    ]
    dask = str(Path(sys.executable).with_name("dask"))
    started = [
        subprocess.Popen(
            [dask, *line, "--no-dashboard"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for line in lines
    ]
    try:
        yield Dask(address, tuple(process.pid for process in started[1:]))
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                # A nanny whose worker was killed just now may wait for it for ever.
                process.kill()
                process.wait()


def read_memory(process: int) -> float:
    """Most MB that a process ever had resident; Linux only."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
