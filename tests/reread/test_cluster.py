"""Jobs for workers of other machines: the same results in the same order, whoever comes, dies, or may not do them."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.errors import MissingExtraError, OptionsError, SchedulerError, WarcError, WorkerError
from harbincrawl.reread.workers import jobs
from harbincrawl.reread.workers.choice import open_executor, read_workers
from harbincrawl.reread.workers.jobs import RefusedError, SeenFile, Task, do_task, read_versions
from tests.support.fake_cluster import FakeCluster

OLD = "harbincrawl 0.0.9 with parser 3"


def square(number: int) -> int:
    return number * number


def raise_damage(number: int) -> None:
    raise WarcError("a.warc", number, "it is damaged")


def make_cluster(*names: str, seed: int = 1, **more: float) -> FakeCluster:
    cluster = FakeCluster(Random(seed), **more)
    for name in names:
        cluster.add(name)
    return cluster


@given(
    st.integers(), st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 60), st.floats(0, 0.8),
    st.floats(0, 0.3),
)  # fmt: skip
def test_results_come_in_order_whatever_the_delays_and_deaths(
    seed: int, threads: list[int], count: int, delays: float, deaths: float
) -> None:
    cluster = FakeCluster(Random(seed), deaths, delays)
    for at, each in enumerate(threads):
        cluster.add(f"worker-{at}", each)
    assert list(cluster.make_executor().map(square, range(count))) == [at * at for at in range(count)]
    assert cluster.under_way == 0
    assert cluster.most <= 3 * sum(threads) + 1


def test_jobs_are_begun_only_as_far_ahead_as_the_window_is_wide() -> None:
    begun: list[int] = []
    answers = make_cluster("alpha", "beta").make_executor().map(square, (begun.append(at) or at for at in range(999)))
    for taken in range(10):
        next(answers)
        assert len(begun) <= taken + 1 + 3 * 2
    answers.close()


def test_a_job_that_kills_whoever_does_it_ends_the_command() -> None:
    with pytest.raises(WorkerError, match=r"lost 10 times in a row .* --workers 1"):
        list(make_cluster("alpha", deaths=1.0).make_executor().map(square, range(9)))


def test_an_error_of_a_job_comes_back_as_what_it_is() -> None:
    with pytest.raises(WarcError) as raised:
        list(make_cluster("alpha").make_executor().map(raise_damage, range(9)))
    assert (raised.value.file, raised.value.offset) == ("a.warc", 0)


def test_a_worker_of_another_version_is_refused_by_name_and_does_nothing() -> None:
    cluster, said = make_cluster("alpha", "beta"), list[str]()
    cluster.versions["beta"] = OLD
    assert len(list(cluster.make_executor(said.append).map(square, range(50)))) == 50
    assert set(cluster.did) == {"alpha"}
    assert said == [f"worker beta has harbincrawl 0.0.9 with parser 3, not {read_versions()}: it gets no jobs"]


def test_a_worker_without_harbincrawl_is_refused_by_name() -> None:
    cluster, said = make_cluster("alpha", "beta"), list[str]()
    cluster.versions["beta"] = ModuleNotFoundError("No module named 'harbincrawl'")
    assert len(list(cluster.make_executor(said.append).map(square, range(50)))) == 50
    assert said == ["worker beta has another harbincrawl, or none (No module named 'harbincrawl'): it gets no jobs"]
    cluster.versions["alpha"] = OLD
    with pytest.raises(SchedulerError, match=r"No worker .*: worker alpha has .*3, .*; worker beta has another"):
        cluster.make_executor().wait_for_workers()


def test_a_worker_that_joins_is_judged_before_it_gets_jobs() -> None:
    cluster, said = make_cluster("alpha", delays=0.5), list[str]()
    cluster.versions["gamma"] = OLD

    def feed() -> Iterator[int]:
        for number in range(200):
            if number == 20:
                cluster.add("beta")
                cluster.add("gamma")
            yield number

    assert len(list(cluster.make_executor(said.append).map(square, feed()))) == 200
    assert set(cluster.did) == {"alpha", "beta"}
    assert len(said) == 1
    assert "gamma" in said[0]


def test_a_worker_that_was_restarted_with_another_version_is_refused() -> None:
    cluster, said = make_cluster("alpha", "beta", delays=0.3), list[str]()
    answers = cluster.make_executor(said.append).map(square, range(100))
    assert next(answers) == 0
    # At the address that was judged before.
    cluster.versions["alpha"] = OLD
    cluster.did.clear()
    assert len(list(answers)) == 99
    assert set(cluster.did) == {"beta"}
    assert len(said) == 1


def test_a_worker_that_does_not_see_a_file_says_so_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"WARC/1.1")
    cluster, said = make_cluster("alpha", "beta"), list[str]()
    cluster.blind.add("beta")
    executor = cluster.make_executor(said.append)
    assert len(list(executor.map(square, range(50), lambda _: [tmp_path / "a.warc"]))) == 50
    assert set(cluster.did) == {"alpha"}
    assert said == [f"worker beta does not see {tmp_path}/a.warc: it gets no jobs"]
    cluster.blind.add("alpha")
    with pytest.raises(SchedulerError, match=r"No worker .*: worker alpha does not see .*a\.warc; worker beta"):
        list(executor.map(square, range(50), lambda _: [tmp_path / "a.warc"]))


def test_a_file_that_nobody_sees_is_for_the_job_to_judge(tmp_path: Path) -> None:
    cluster, said = make_cluster("alpha"), list[str]()
    cluster.blind.add("alpha")
    executor = cluster.make_executor(said.append)
    assert list(executor.map(square, range(3), lambda _: [tmp_path / "missing"])) == [0, 1, 4]
    # It got its final name while the job was under way.
    path = tmp_path / "a.warc"
    path.touch()
    cluster.on_job = lambda: path.unlink(missing_ok=True)
    assert list(executor.map(square, range(3), lambda _: [path])) == [0, 1, 4]
    assert said == []


def test_a_scheduler_without_workers_is_named_with_the_command_that_starts_one() -> None:
    cluster = make_cluster()
    with pytest.raises(SchedulerError, match=r"has no workers: start one with: dask worker tcp://scheduler:8786"):
        cluster.make_executor().wait_for_workers()


def test_workers_that_never_answer_are_not_waited_for_long() -> None:
    cluster = make_cluster("alpha", delays=1.0)
    with pytest.raises(SchedulerError, match="did not answer for 30 seconds"):
        cluster.make_executor().wait_for_workers()


def test_a_worker_that_never_answers_costs_others_little() -> None:
    cluster = make_cluster("alpha", "beta")
    cluster.versions["beta"] = TimeoutError()
    answers = cluster.make_executor().map(square, range(500))
    for _ in answers:
        cluster.pause(1)
    # 500 seconds, and 3 of each 33 to ask it again.
    assert cluster.time < 560
    assert set(cluster.did) == {"alpha"}


def test_a_worker_judges_itself_before_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, path = read_versions(), tmp_path / "a.warc"
    path.write_bytes(b"WARC")

    def refuse(size: int) -> tuple[str, SeenFile | None]:
        with pytest.raises(RefusedError) as raised:
            do_task(Task(own, square, 3, (SeenFile(str(path), size),)))
        again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301 - our own
        assert (again.reason, again.file) == (raised.value.reason, raised.value.file)
        return again.reason, again.file

    assert do_task(Task(own, square, 3, (SeenFile(str(path), 4),))) == 9
    assert refuse(1005) == (f"sees 4 bytes of {path}, which has 1,005", (str(path), 1005))
    path.unlink()
    assert refuse(4) == (f"does not see {path} (No such file or directory)", (str(path), 4))
    with pytest.raises(WarcError, match="it is damaged"):
        do_task(Task(own, raise_damage, 7))
    monkeypatch.setattr(jobs, "__version__", "0.0.9")
    with pytest.raises(RefusedError) as raised:
        do_task(Task(own, square, 3))
    assert raised.value.reason == f"has {read_versions()}, not {own}"


def test_workers_are_a_number_or_a_scheduler() -> None:
    assert [read_workers(text) for text in ("1", "64", "tcp://10.0.0.1:8786/", "tls://[::1]:80")] == [
        1, 64, "tcp://10.0.0.1:8786", "tls://[::1]:80",
    ]  # fmt: skip
    for text in ("0", "-1", "", "two", "²", "9" * 5000, "tcp://a", "tcp://:80", "http://a:80", "tcp://a:80/b", "a:80"):
        with pytest.raises(OptionsError, match="neither a number"):
            read_workers(text)


def test_a_missing_dask_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'harbincrawl\[cluster\]'"), open_executor("tcp://a:1"):
        pass
