"""Ingesting on several processes, and taking up what was ended early: the archive of one process that ran through."""

from __future__ import annotations

import gzip
import math
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Executor as Pool
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import SchedulerError
from harbincrawl.operations.verify import verify
from harbincrawl.reread import executor, fold, intake, pages, spans
from harbincrawl.reread.executor import Executor, open_executor
from tests.support.crawling import ask, change, crawl, launch
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.reread_cases import (
    SITE,
    THEN,
    capture,
    capture_day,
    check_index,
    check_same,
    plain_story,
    present,
    run_ingest,
    run_reparse,
    run_wget,
    write,
    write_odd_files,
)
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import Twin, make_twin, serve
from tests.support.warc_cases import make_record, sha1, verify_records

R = TypeVar("R")


def make_files_of_all_kinds(folder: Path, twin: Twin) -> tuple[str, list[Path]]:
    """WARC files of a crawl of ours (its origin), of wget, packed by record, as a whole, plain, damaged; revisits."""
    files = []
    with serve(twin, gzip=True) as server:
        crawl(folder / "crawled", server, "news", "gallery", "--full")
        if shutil.which("wget") is not None:
            run_wget(folder, [server.url + story.path for story in twin.stories.values()][:20])
            files.append(folder / "site.warc.gz")
    files += (folder / "crawled" / "warc").iterdir()
    for day, name in enumerate(("each.warc.gz", "whole.warc.gz", "plain.warc", "damaged.warc.gz"), 1):
        records = capture_day(twin, day)
        story = plain_story(twin)
        named = (("WARC-Payload-Digest", sha1(twin.render(story.path).body)),)
        revisit = make_record(b"", kind="revisit", target=f"{SITE}{story.path}", packed=False, fields=named)
        records.insert(day * 5, revisit.replace(b"WARC-Date: 2024-05-06", b"WARC-Date: 2024-06-0%d" % day))
        packed = [gzip.compress(one) if name.startswith(("each", "damaged")) else one for one in records]
        if name.startswith("damaged"):
            packed[20] = packed[20][:100] + b"damage" + packed[20][106:]
            packed[-1] = packed[-1][:-50]
        data = b"".join(packed)
        files.append(write(folder / name, gzip.compress(data) if name.startswith("whole") else data))
    # The newest first, so that others are older.
    return server.url, [files[-1], *write_odd_files(folder, records[:12], 1), *files[:-1]]


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Path]]:
    """WARC files of all kinds, and the origin of ours."""
    return make_files_of_all_kinds(tmp_path_factory.mktemp("pile"), make_twin(5, 12, sections=("news", "gallery")))


def make_jobs_small(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(executor, "FEW", 0)
    patch.setattr(spans, "SPAN", 20_000)
    patch.setattr(spans, "LIMIT", 100_000)
    patch.setattr(intake, "_BATCH", 10)
    patch.setattr(fold, "BATCH", 10)
    patch.setattr(pages, "_CHUNK", 3)


@pytest.fixture
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    make_jobs_small(monkeypatch)


class LatePool(ThreadPoolExecutor):
    """Threads whose answers are late, as dice say."""

    def __init__(self, threads: int, dice: Random) -> None:
        super().__init__(threads)
        self._dice = dice

    def submit(self, function: Callable[..., R], /, *words: Any, **more: Any) -> Future[R]:
        late = self._dice.random() ** 4 / 20

        def do() -> R:
            time.sleep(late)
            return function(*words, **more)

        return super().submit(do)


class EndingPool(Pool):
    """Does jobs at once, and cancels all after so many, as Dask's does whose scheduler went away."""

    def __init__(self, jobs: float = math.inf) -> None:
        self.left = jobs
        self.did = 0

    def submit(self, function: Callable[..., R], /, *words: Any, **more: Any) -> Future[R]:
        future: Future[R] = Future()
        if self.did < self.left:
            self.did += 1
            future.set_result(function(*words, **more))
        else:
            future.cancel()
        return future

    def check(self) -> None:
        if self.did >= self.left:
            raise SchedulerError("It went away.")

    def make_executor(self) -> Executor:
        return Executor(self, 3, self.check)


@pytest.mark.attack
@pytest.mark.usefixtures("small_jobs")
def test_any_workers_give_the_same_in_whatever_order_they_answer(
    tmp_path: Path, pile: tuple[str, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    origin, files = pile
    found = []
    with open_executor(2) as processes, LatePool(3, Random(5)) as late:
        for name, executor in (("1", Executor()), ("2", processes), ("late", Executor(late, 9))):
            archive = tmp_path / name
            report = run_ingest(archive, *files, executor=executor, origin=origin)
            assert report.new + report.duplicate == 12 and report.pages > 60
            assert report.refused["damaged"] > 5
            index = "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')"
            change(archive, "UPDATE articles SET title = 'wrong' WHERE number % 3 = 0", index)
            run_reparse(archive, apply=True, executor=executor)
            with monkeypatch.context() as patch:
                patch.setattr(
                    "harbincrawl.operations.verify.open_executor", lambda _, executor=executor: nullcontext(executor)
                )
                told = verify(archive, HARBIN_TODAY, quick=False, progress=lambda *_: None).as_dict()
            del told["seal"]
            found.append(told)
    assert found[0]["problems"] == []
    assert found[0]["proven"]["articles"] == 12
    assert found[0] == found[1] == found[2]
    check_same(tmp_path / "1", tmp_path / "2")
    check_same(tmp_path / "1", tmp_path / "late")


@pytest.fixture(scope="module")
def calm(pile: tuple[str, list[Path]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """An archive of the pile that nothing disturbed, and the number of its small jobs."""
    origin, files = pile
    pool = EndingPool()
    archive = tmp_path_factory.mktemp("calm")
    with pytest.MonkeyPatch.context() as patch:
        make_jobs_small(patch)
        run_ingest(archive, *files, executor=pool.make_executor(), origin=origin)
    return archive, pool.did


@pytest.mark.usefixtures("small_jobs")
@pytest.mark.parametrize("share", sample([0.9, 0.5, 0.99, 0.6, 0.75], 5))
def test_an_ingest_whose_scheduler_went_away_is_taken_up_again(
    tmp_path: Path, pile: tuple[str, list[Path]], calm: tuple[Path, int], share: float
) -> None:
    (origin, files), (whole, jobs) = pile, calm
    archive = tmp_path / "a"
    with pytest.raises(SchedulerError):
        run_ingest(archive, *files, executor=EndingPool(int(jobs * share)).make_executor(), origin=origin)
    assert ask(archive, "SELECT outcome, exit_code FROM runs") == [("failed", 6)]
    captures = "SELECT address, fetched_at, body_hash, origin FROM captures ORDER BY 1, 2, 3, 4"
    assert len(ask(archive, captures)) > 0
    run_ingest(archive, *files, origin=origin)
    assert ask(archive, captures) == ask(whole, captures)
    for question in (
        "SELECT number, first_seen, last_seen, last_changed FROM articles ORDER BY number",
        "SELECT number, revision, title, body, seen, replaced, cause FROM revisions ORDER BY number, revision",
    ):
        assert ask(archive, question) == ask(whole, question)
    assert present(archive) == present(whole)
    check_index(archive)


@pytest.mark.parametrize("number", sample([signal.SIGKILL, signal.SIGINT], 2))
def test_an_ingest_that_was_ended_early_is_taken_up_again(tmp_path: Path, number: signal.Signals) -> None:
    twin = make_twin(5, 40, sections=("news", "gallery"))
    path = write(
        tmp_path / "site.warc",
        *(capture(twin, story.page_path(page), THEN)
          for story in twin.stories.values() for page in range(1, story.page_count + 1)),
    )  # fmt: skip
    run_ingest(tmp_path / "whole", path)
    archive = tmp_path / "a"
    batches = (
        "import harbincrawl.reread.intake as intake, harbincrawl.reread.fold as fold\nintake._BATCH = fold.BATCH = 10\n"
    )
    process = launch(archive, "ingest", path, prelude=batches)
    wait_for(lambda: (archive / FILE).exists() and count(archive) > 0, "a first batch")
    process.send(number)
    assert process.wait()[0] == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert 0 < count(archive) < 40
    assert run_ingest(archive, path).exit_code == 0
    question = "SELECT number, title, first_seen, last_seen, revision FROM articles ORDER BY number"
    assert ask(archive, question) == ask(tmp_path / "whole", question)
    assert present(archive) == present(tmp_path / "whole")
    for file in (archive / "warc").iterdir():
        assert list(verify_records(file)) == []
    check_index(archive)


def count(archive: Path) -> int:
    try:
        found: int = ask(archive, "SELECT count(*) FROM articles")[0][0]
    except sqlite3.OperationalError:
        # It is being made.
        return 0
    return found
