"""Ingesting on several processes, and taking up what was ended early: the archive of one process that ran through."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.reread import executor, intake, spans
from harbincrawl.reread.executor import open_executor
from harbincrawl.twin import Twin, changes, make_twin, serve
from tests.support.crawling import command, crawl
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.reread_cases import (
    SITE,
    THEN,
    capture,
    check_index,
    everything,
    plain_story,
    present,
    rows,
    run_ingest,
    run_wget,
    write,
)
from tests.support.warc_cases import make_record, read_warcio, sha1, verify_records


def make_files_of_all_kinds(folder: Path, twin: Twin) -> tuple[str, list[Path]]:
    """WARC files of a crawl of ours (its origin), of wget, packed by record, as a whole, plain, damaged; revisits."""
    files = []
    with serve(twin, gzip=True) as server:
        crawl(folder / "crawled", server, "--all", "--full")
        if shutil.which("wget") is not None:
            run_wget(folder, [server.url + story.path for story in twin.stories.values()][:20])
            files.append(folder / "site.warc.gz")
    files += (folder / "crawled" / "warc").iterdir()
    for day, name in enumerate(("each.warc.gz", "whole.warc.gz", "plain.warc", "damaged.warc.gz"), 1):
        moment = THEN + timedelta(days=day)
        for number in [number for number, story in twin.stories.items() if not story.gone][day::7]:
            changes.edit(twin, number, "title")
        records = [capture(twin, "/news/", moment), capture(twin, "/gallery/", moment)]
        for story in twin.stories.values():
            records += [capture(twin, story.page_path(page), moment) for page in range(1, story.page_count + 1)]
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
    return server.url, [files[-1], *files[:-1]]


def read_copies(archive: Path) -> list[tuple[Any, ...]]:
    """The records of the archive's WARC in their order, without ids, places and the date of the file and the seal."""
    left_out = ("warc-record-id", "warc-warcinfo-id", "warc-concurrent-to", "warc-refers-to", "warc-filename")
    found = []
    for path in sorted((archive / "warc").iterdir()):
        for kind, fields, _, content in read_warcio(path):
            if kind not in ("warcinfo", "metadata"):
                kept = {name: value for name, value in fields.items() if name.lower() not in left_out}
                kept = {name: value for name, value in kept.items() if "-refers-to-file" not in name.lower()}
                found.append((kind, kept, content))
    return found


def read_export(archive: Path, target: Path) -> list[dict[str, Any]]:
    subprocess.run(command(archive, "export", str(target)), check=True, stderr=subprocess.DEVNULL)
    found = [json.loads(line) for line in target.read_text().splitlines()]
    for one in found:
        del one["capture"]["warc"], one["capture"]["offset"]
    return found


@pytest.mark.attack
def test_any_number_of_processes_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twin: Twin) -> None:
    origin, files = make_files_of_all_kinds(tmp_path, twin)
    monkeypatch.setattr(executor, "FEW", 0)
    monkeypatch.setattr(spans, "SPAN", 20_000)
    monkeypatch.setattr(spans, "LIMIT", 100_000)
    monkeypatch.setattr(intake, "BATCH", 10)
    columns = "id, run, address, fetched_at, status, etag, last_modified, digest, body_hash, origin, first_page"
    for folder in (tmp_path / "1", tmp_path / "2"):
        with open_executor(int(folder.name)) as processes:
            report = run_ingest(folder, *files, executor=processes, origin=origin)
        assert min(report.changed, report.same, report.older) > 5
        assert report.refused["damaged"] == 2
    one, two = tmp_path / "1", tmp_path / "2"
    question = "SELECT outcome, exit_code, json_remove(report, '$.seconds', '$.seal') FROM runs"
    assert rows(one, question) == rows(two, question)
    assert rows(one, f"SELECT {columns} FROM captures") == rows(two, f"SELECT {columns} FROM captures")
    assert rows(one, "SELECT number, change FROM articles") == rows(two, "SELECT number, change FROM articles")
    assert everything(one) == everything(two)
    assert read_copies(one) == read_copies(two)
    assert read_export(one, tmp_path / "1.jsonl") == read_export(two, tmp_path / "2.jsonl")
    check_index(two)


def test_lists_are_read_first_and_their_revisits_too(tmp_path: Path, twin: Twin) -> None:
    story = next(one for one in twin.listing("news")[:8] if one.page_count == 1 and one.summary)
    body = twin.render("/news/").body
    named = (("WARC-Payload-Digest", sha1(body)),)
    revisit = make_record(b"", kind="revisit", target=f"{SITE}/news/", packed=False, fields=named)
    revisit = revisit.replace(b"WARC-Date: 2024-05-06", b"WARC-Date: 2024-06-06")
    records = (capture(twin, story.path, THEN), revisit, capture(twin, "/news/", THEN))
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *records))
    assert (report.lists, report.records, report.exit_code) == (2, 1, 0)
    assert rows(tmp_path / "a", "SELECT summary IS NULL FROM articles") == [(0,)]


@pytest.mark.parametrize("number", sample([signal.SIGKILL, signal.SIGINT]))
def test_an_ingest_that_was_ended_early_is_taken_up_again(tmp_path: Path, number: signal.Signals) -> None:
    twin = make_twin(5, 250, sections=("news", "gallery"))
    path = write(
        tmp_path / "site.warc",
        *(capture(twin, story.page_path(page), THEN)
          for story in twin.stories.values() for page in range(1, story.page_count + 1)),
    )  # fmt: skip
    run_ingest(tmp_path / "whole", path)
    archive = tmp_path / "a"
    process = subprocess.Popen(command(archive, "ingest", str(path)), stderr=subprocess.PIPE)
    wait_for(lambda: (archive / FILE).exists() and count(archive) > 0, "a first batch")
    process.send_signal(number)
    process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert 0 < count(archive) < 250
    assert run_ingest(archive, path).exit_code == 0
    question = "SELECT number, title, first_seen, last_seen, revision FROM articles ORDER BY number"
    assert rows(archive, question) == rows(tmp_path / "whole", question)
    assert present(archive) == present(tmp_path / "whole")
    for file in (archive / "warc").iterdir():
        assert list(verify_records(file)) == []
    check_index(archive)


def count(archive: Path) -> int:
    try:
        found: int = rows(archive, "SELECT count(*) FROM articles")[0][0]
    except sqlite3.OperationalError:
        # It is being made.
        return 0
    return found
