"""Reading, backing up and exporting an archive while articles are purged: no error, the old state or the new one."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.captures import find_pages
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.errors import DatabaseError
from harbincrawl.evidence import read_source
from harbincrawl.export.formats import wacz
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.operations import purge as purges
from harbincrawl.operations.verify import warc_records
from harbincrawl.reread.spans import scan_files
from harbincrawl.warc.wacz import write_wacz
from tests.support.crawling import ask, crawl, records
from tests.support.purging import problems, run
from tests.support.twin import make_twin, serve

_READER = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from harbincrawl.cli.main import main

def read_all(archive, kept, folder):
    failed, runs = [], 0
    while True:
        at = folder / str(runs)
        for arguments in (
            ["search", "the"], ["show", kept], ["show", "--raw", kept], ["status"], ["backup", str(at)],
            ["export", f"{at}.jsonl"], ["export", f"{at}.wacz"], ["verify", "--quick"], ["verify"],
        ):
            words, out = io.StringIO(), io.TextIOWrapper(io.BytesIO(), write_through=True)
            try:
                with redirect_stdout(out), redirect_stderr(words):
                    main(["-q", "--archive", archive, *arguments])
            except SystemExit as ended:
                if ended.code:
                    failed.append([arguments, ended.code, words.getvalue(), str(out.buffer.getvalue()[:999])])
            runs += 1
            print(runs, flush=True)
            if (folder / "stop").exists():
                print(json.dumps(failed))
                return

read_all(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read") / "archive"
    with serve(make_twin(7, 16, sections=("news",))) as server:
        crawl(folder, server)
    return folder


def find_kept(archive: Path) -> tuple[int, list[int]]:
    """An article whose page names no other one, and others to purge."""
    done: dict[int, list[int]] = {number: [] for number in records(archive)}
    rows = ask(archive, "SELECT number, capture FROM articles ORDER BY key")
    with closing(open_reader(archive)) as connection:
        for number, capture in rows:
            (first, *_) = find_pages(connection, capture)
            body = read_source(archive, first).body
            done[number] = [other for other in done if other != number and f"/{other}.".encode() in body]
    number = min(done, key=lambda each: len(done[each]))
    return number, [other for other in done if other != number and other not in done[number]]


@pytest.mark.attack
def test_readers_during_purges_see_no_error(tmp_path: Path, archive: Path) -> None:
    kept, others = find_kept(archive)
    told = [sys.executable, "-c", _READER, str(archive), str(kept), str(tmp_path)]
    reader = subprocess.Popen(told, stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    reader.stdout.readline()
    for number in others[:4]:
        run(archive, number)
    (tmp_path / "stop").touch()
    *runs, failed = reader.communicate()[0].splitlines()
    assert json.loads(failed) == []
    assert len(runs) > 5
    assert problems(archive) == []


def test_a_purge_while_records_are_read_is_no_damage(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (first, number, *_) = find_kept(archive)
    # Revisits name their originals by the file's name before any purge.
    run(archive, first)
    calls: list[int] = []

    def purge_first(*given: Any, **named: Any) -> Iterator[Any]:
        calls.append(number)
        for at, record in enumerate(scan_files(*given, **named)):
            if at == 1 and len(calls) == 1:
                # What verify reads keeps the purge from its last step, which the next writer takes.
                with suppress(DatabaseError):
                    run(archive, number)
            yield record

    monkeypatch.setattr(purges, "_PATIENCE", 0.0)
    monkeypatch.setattr(warc_records, "scan_files", purge_first)
    assert problems(archive) == []
    assert calls == [number] * 2


def test_a_wacz_is_made_of_the_new_files_where_a_purge_took_the_old_ones(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (number, *_) = find_kept(archive)
    calls: list[list[str]] = []

    def purge_first(destination: Path, files: list[Path], *more: Any, **named: Any) -> None:
        calls.append([path.name for path in files])
        if len(calls) == 1:
            # The export goes on reading the old state, so the purge is ended later.
            with pytest.raises(DatabaseError):
                run(archive, number)
        write_wacz(destination, files, *more, **named)

    monkeypatch.setattr(wacz, "write_wacz", purge_first)
    monkeypatch.setattr(purges, "_PATIENCE", 0.0)
    receipt = run_job(archive, ExportJob(str(tmp_path / "x.wacz")))
    old, new = calls
    assert old != new
    with zipfile.ZipFile(tmp_path / "x.wacz") as package:
        assert [name for name in package.namelist() if name.startswith("archive/")] == [f"archive/{new[0]}"]
    assert receipt.articles > 0
