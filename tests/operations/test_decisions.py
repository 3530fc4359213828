"""Rows that no page shows are what the log says, whatever becomes of the run that told them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive import decisions
from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.archive.decisions import TOLD, add_functions, replay_changes
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import list_files
from tests.support.crawling import ask, crawl
from tests.support.purging import check
from tests.support.twin import make_twin, serve


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(13, 12, sections=("news", "gallery"))) as server:
        crawl(folder, server, "news", "gallery")
        crawl(folder, server, "--recheck", "all", "news", "gallery")
    return folder


def list_events(archive: Path) -> list[dict[str, object]]:
    """All events of the log in their order."""
    found = []
    for path in list_files(archive / "warc").values():
        records = (each for each in list_records(path) if isinstance(each, RecordSummary))
        found += [json.loads(each.text or "") for each in records if each.event is not None]
    return found


def test_the_log_alone_gives_the_rows(archive: Path) -> None:
    events = [event for event in list_events(archive) if event["event"] in ("decided", "seal")]
    with closing(sqlite3.connect(archive / FILE)) as connection:
        add_functions(connection)
        replay_changes(connection, events)
        for name, table in TOLD.items():
            stored = connection.execute(f"SELECT {table.list_values('t', table.columns)} FROM main.{name} AS t")
            told = connection.execute(f"SELECT * FROM temp.told_{name}").fetchall()
            assert sorted(told, key=str) == sorted(stored.fetchall(), key=str), name
            assert told or name in RARE, name


RARE = ("_ids", "timestamps", "lost_captures", "revisions", "failures", "unaccounted", "purged", "places",
        "_list_pages", "layouts", "duplicates")  # fmt: skip


def test_what_a_transaction_told_that_never_ended_is_void(archive: Path) -> None:
    with closing(open_writer(archive)) as connection, closing(RunLog(archive, connection, "crawl")) as log:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE queue SET wanted = 1")
        log.commit()
        connection.execute("ROLLBACK")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE sections SET rhythm_days = rhythm_days + 1 WHERE path = 'news'")
        log.commit()
        connection.execute("COMMIT")
    told, void, again = list_events(archive)[-3:]
    assert (told["event"], void["event"], again["event"]) == ("decided", "void", "decided")
    assert check(archive).problems == []


def test_what_a_killed_run_told_beyond_its_last_commit_is_void(archive: Path) -> None:
    with closing(open_writer(archive)) as connection:
        log = RunLog(archive, connection, "crawl")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE queue SET wanted = 1")
        log.commit()
        connection.execute("ROLLBACK")
    assert check(archive).problems == []
    with closing(open_writer(archive)) as connection, closing(RunLog(archive, connection, "crawl")) as log:
        log.commit()
    assert [event["event"] for event in list_events(archive)[-2:]] == ["void", "decided"]
    assert check(archive).problems == []


@pytest.mark.parametrize("is_killed", [False, True])
def test_what_a_repair_told_that_never_ended_makes_up_for_no_lost_event(archive: Path, is_killed: bool) -> None:
    path = list_files(archive / "warc")[1]
    data = bytearray(path.read_bytes())
    records = [each for each in list_records(path) if isinstance(each, RecordSummary)]
    data[next(each.offset for each in records if each.event == "seal") + 60] ^= 0xFF
    path.write_bytes(data)
    seals = ask(archive, "SELECT run, seal FROM runs ORDER BY run")
    with closing(open_writer(archive)) as connection:
        log = RunLog(archive, connection, "rebuild")
        connection.execute("BEGIN IMMEDIATE")
        log.tell_all()
        log.commit()
        connection.execute("ROLLBACK")
        if not is_killed:
            log.commit()
            log.close()
    found = check(archive)
    assert {problem.kind for problem in found.problems} == {"warc"}
    assert "queue" in found.unproven
    rebuild(archive, give_up=True, progress=lambda *_: None, workers=1)
    assert ask(archive, f"SELECT run, seal FROM runs WHERE run <= {len(seals)} ORDER BY run") == seals
    assert check(archive).problems == []


def test_many_rows_are_told_in_parts_that_count_together(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MOST_ROWS", 7)
    with closing(open_writer(archive)) as connection, closing(RunLog(archive, connection, "rebuild")) as log:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE queue SET wanted = 1")
        log.tell_all()
        log.commit()
        connection.execute("COMMIT")
    events = list_events(archive)
    parts = [event for event in events if event.get("more")]
    assert len(parts) > 10
    assert check(archive).problems == []
    told = [event for event in events if event["event"] in ("decided", "seal")]
    last = max(at for at, event in enumerate(told) if event.get("more"))
    with closing(sqlite3.connect(archive / FILE)) as connection:
        # Cut short, they are as if they had not been.
        replay_changes(connection, told[: last + 1])
        assert connection.execute("SELECT max(wanted) FROM temp.told_queue").fetchone() == (0,)
        replay_changes(connection, told)
        assert connection.execute("SELECT min(wanted) FROM temp.told_queue").fetchone() == (1,)
