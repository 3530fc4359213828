"""An archive that several threads and processes read: right answers, and one clear line where it was closed."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import Archive, open_archive
from harbincrawl.errors import ClosedArchiveError
from tests.support.corpus_cases import build_corpus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(folder) as opened:
        yield opened


def ask_all(archive: Archive) -> list[Any]:
    """What every way of reading gives."""
    article = archive[5]
    return [
        [each.id for each in archive], [hit.id for hit in archive.search("metro")], archive.count("metro"),
        repr(archive), archive.trends("metro"), archive.concordance("lan*", limit=3),
        archive.keywords(section="news", limit=2),
        archive.stats(), archive.captures(), archive.revisions(), archive.duplicates(), archive.similar(5),
        article.revisions(), article.related(), 5 in archive, len(archive), list(archive.records())[3],
    ]  # fmt: skip


def run_threads(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act` gives in so many threads at once, or what it raised."""

    def attempt(at: int) -> Any:
        barrier.wait()
        try:
            return act(at)
        except Exception as error:  # noqa: BLE001 - looked at below
            return error

    barrier = threading.Barrier(number)
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def test_another_thread_reads_the_same(archive: Archive) -> None:
    assert run_threads(2, lambda _: ask_all(archive)) == [ask_all(archive)] * 2


def test_articles_that_one_thread_began_to_read_another_reads_on(archive: Archive) -> None:
    whole = [article.id for article in archive]
    articles = iter(archive)
    first = [next(articles).id for _ in range(7)]
    (rest,) = run_threads(1, lambda _: [article.id for article in articles])
    assert first + rest == whole


def test_a_thread_that_ended_leaves_no_connection_open(archive: Archive) -> None:
    def count_open() -> int:
        return sum(isinstance(each, sqlite3.Connection) for each in gc.get_objects())

    gc.collect()
    before = count_open()
    for _ in range(5):
        thread = threading.Thread(target=lambda: archive.count("metro"))
        thread.start()
        thread.join()
    gc.collect()
    assert count_open() <= before + 1


def test_an_archive_that_another_thread_closed_says_so(folder: Path) -> None:
    archive = open_archive(folder)
    articles = iter(archive)
    next(articles)
    run_threads(1, lambda _: archive.close())
    for ask in (lambda: archive.count(), lambda: next(articles), lambda: archive.search("metro")):
        with pytest.raises(ClosedArchiveError, match=r"was closed: open it again with open_archive\(\)"):
            ask()


def test_a_close_while_a_statement_runs_ends_it(folder: Path) -> None:
    archive = open_archive(folder)
    begun = threading.Event()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n WHERE begin(i)"

    def read_long() -> None:
        with archive.reading() as connection:
            connection.create_function("begin", 1, lambda _: begun.set() or 1)
            connection.execute(endless).fetchone()

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_long)
        assert begun.wait(30)
        archive.close()
        with pytest.raises(ClosedArchiveError, match="was closed"):
            reading.result(30)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_reads_with_a_connection_of_its_own(archive: Archive) -> None:
    articles = iter(archive)
    next(articles)
    expected = ask_all(archive)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - what it says is looked at below
        try:
            told = [ask_all(archive) == expected]
            try:
                list(articles)
            except Exception as error:  # noqa: BLE001 - looked at below
                told.append((type(error), str(error)))
            archive.close()
            os.write(writer, pickle.dumps(told))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        is_same, (kind, message) = pickle.loads(pipe.read())  # noqa: S301 - our own
    os.waitpid(child, 0)
    assert is_same
    assert kind is ClosedArchiveError
    assert (
        message == f"this was begun in another process: ask the archive in {archive.folder} for it again in this one."
    )
    # The parent's own reading goes on.
    assert len(list(articles)) == len(archive) - 1


def test_archives_and_articles_go_to_other_processes(archive: Archive) -> None:
    hit = archive.search("metro")[0]
    article, again, rows = pickle.loads(pickle.dumps((hit, archive, archive.trends("metro"))))  # noqa: S301 - our own
    assert article == hit and article.revisions() == hit.revisions()
    assert rows == archive.trends("metro") and rows.total == len(rows)
    again.close()
    assert archive.count() == 60
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(Archive.count, (archive, "metro")) == archive.count("metro")


@pytest.mark.attack
@pytest.mark.parametrize("reads", [0, 5, 20, 60, 150, None])
def test_sixteen_threads_search_iterate_and_close(folder: Path, reads: int | None) -> None:
    archive = open_archive(folder)
    expected = ask_all(archive)
    shared = iter(archive)

    def act(at: int) -> Any:
        if at == 15:
            for _ in range(reads or 0):
                archive.count("metro")
            return None if reads is None else archive.close()
        rounds = 1 if reads is None else 4
        return [(ask_all(archive) == expected, at or next(shared).id.startswith("harbin")) for _ in range(rounds)]

    sys.setswitchinterval(1e-4)
    try:
        found = run_threads(16, act)
    finally:
        sys.setswitchinterval(0.005)
    closed = f"the archive in {folder} was closed: open it again with open_archive()."
    errors = [each for each in found if isinstance(each, Exception)]
    assert {(type(each), str(each)) for each in errors} <= {(ClosedArchiveError, closed)}
    assert bool(errors) == (reads is not None)
    assert all(is_same and step for each in found if isinstance(each, list) for is_same, step in each)
    archive.close()
