"""Jobs in other processes: the same results in the same order, whatever happens to a process."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import errors
from harbincrawl.errors import HarbincrawlError, NotAnArticle, WarcError, WorkerError
from harbincrawl.reread.executor import Executor, SerialExecutor
from harbincrawl.reread.workers import choice
from harbincrawl.reread.workers.choice import open_executor
from harbincrawl.reread.workers.processes import ProcessExecutor
from tests.support.forge import wait_for


@pytest.fixture
def executor() -> Iterator[ProcessExecutor]:
    executor = ProcessExecutor(2)
    yield executor
    executor.close()


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def die_once(marker: Path, number: int) -> int:
    if number == 7 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def raise_damage(number: int) -> None:
    raise WarcError("a.warc", number, "it is damaged")


def test_results_come_in_the_order_of_the_jobs(executor: ProcessExecutor) -> None:
    answers = list(executor.map(square, range(50)))
    assert [number for number, _ in answers] == [at * at for at in range(50)]
    assert os.getpid() not in {process for _, process in answers}
    assert [number for number, _ in SerialExecutor().map(square, range(50))] == [at * at for at in range(50)]


def test_few_jobs_start_no_process(executor: ProcessExecutor) -> None:
    assert {process for _, process in executor.map(square, range(3))} == {os.getpid()}


def test_jobs_are_begun_only_as_far_ahead_as_the_window_is_wide(executor: ProcessExecutor) -> None:
    begun: list[int] = []
    answers = executor.map(square, (begun.append(at) or at for at in range(1000)))
    for taken in range(10):
        next(answers)
        assert len(begun) <= taken + 1 + 2 * 2


def test_a_job_whose_process_was_killed_is_done_again(executor: ProcessExecutor, tmp_path: Path) -> None:
    assert list(executor.map(partial(die_once, tmp_path / "died"), range(40))) == list(range(40))
    assert (tmp_path / "died").exists()


def test_processes_that_always_die_end_the_command_with_an_error_of_its_own(executor: ProcessExecutor) -> None:
    with pytest.raises(WorkerError, match="--workers 1"):
        list(executor.map(die, range(10)))


def test_an_error_of_a_job_comes_back_as_what_it_is(executor: ProcessExecutor) -> None:
    with pytest.raises(WarcError) as raised:
        list(executor.map(raise_damage, range(10)))
    assert (raised.value.file, raised.value.offset, raised.value.reason) == ("a.warc", 0, "it is damaged")


def test_every_error_survives_pickling() -> None:
    def make(kind: type[HarbincrawlError]) -> HarbincrawlError:
        if issubclass(kind, WarcError):
            return kind("a.warc", 5, "reason")
        return kind("http://a/", "reason") if issubclass(kind, NotAnArticle) else kind("message")

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, HarbincrawlError)]
    for error in map(make, kinds):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_one_process_needs_no_other() -> None:
    with open_executor(1) as executor:
        assert isinstance(executor, SerialExecutor)


@pytest.mark.parametrize(("cores", "kind"), [(1, SerialExecutor), (2, ProcessExecutor)])
def test_without_a_number_there_is_a_process_for_each_core(
    monkeypatch: pytest.MonkeyPatch, cores: int, kind: type[Executor]
) -> None:
    monkeypatch.setattr(choice, "count_cores", lambda: cores)
    with open_executor(None) as executor:
        assert type(executor) is kind


_PARENT = """
import sys, time
from harbincrawl.reread.workers.processes import ProcessExecutor
from tests.reread.test_executor import square
if __name__ == "__main__":
    for _, process in ProcessExecutor(2).map(square, range(20)):
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
