"""Jobs in other processes: the same results in the same order, and one clear error where a process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor as Pool
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import (
    MissingExtraError,
    OptionsError,
    SchedulerError,
    WorkerError,
)
from harbincrawl.reread.executor import Executor, open_executor, parse_workers
from tests.support.forge import wait_for


@pytest.fixture
def executor() -> Iterator[Executor]:
    with open_executor(2) as executor:
        yield executor


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def die_at_seven(number: int) -> int:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def raise_fault(number: int) -> None:
    raise KeyError(number)


def test_a_process_that_is_killed_ends_the_command_with_the_message_of_the_pool(executor: Executor) -> None:
    with pytest.raises(WorkerError, match=r"workers failed \(BrokenProcessPool: .*terminated abruptly.*--workers 1"):
        list(executor.map(die_at_seven, range(40)))


_PARENT = """
import time
from harbincrawl.reread.executor import open_executor
from tests.reread.test_executor import square
if __name__ == "__main__":
    with open_executor(2) as executor:
        for _, process in executor.map(square, range(20)):
            print(process, flush=True)
        time.sleep(60)
"""


def test_no_process_outlives_a_killed_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(_PARENT)
    parent: Any = subprocess.Popen([sys.executable, str(tmp_path / "parent.py")], stdout=subprocess.PIPE, text=True)
    workers = {int(parent.stdout.readline()) for _ in range(20)}
    parent.kill()
    parent.communicate()
    wait_for(lambda: not any(is_alive(worker) for worker in workers), "the end of the workers")


def is_alive(process: int) -> bool:
    try:
        # A dead process that nobody has waited for yet is still in the table.
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_scheduler_that_went_away_is_what_ends_the_command() -> None:
    class Left(Pool):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            return future

    def check() -> None:
        raise SchedulerError("It went away.")

    with pytest.raises(SchedulerError):
        list(Executor(Left(), 2, check).map(square, range(9)))


def test_a_job_that_fails_on_another_machine_ends_the_command_with_what_is_said_there() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(WorkerError, match=r"workers failed \(KeyError: 0\)"):
        list(Executor(pool, 2, lambda: None).map(raise_fault, range(9)))


def test_workers_are_a_number_or_a_scheduler() -> None:
    assert [parse_workers(text) for text in ("1", "64", "tcp://10.0.0.1:8786/", "tls://[::1]:80")] == [
        1, 64, "tcp://10.0.0.1:8786", "tls://[::1]:80",
    ]  # fmt: skip
    for text in ("0", "-1", "", "two", "²", "9" * 5000, "tcp://a", "tcp://:80", "http://a:80", "tcp://a:80/b", "a:80"):
        with pytest.raises(OptionsError, match="neither a number"):
            parse_workers(text)


def test_a_missing_dask_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'harbincrawl\[cluster\]'"), open_executor("tcp://a:1"):
        pass
