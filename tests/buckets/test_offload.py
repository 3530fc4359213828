"""WARC files moved into a bucket: nothing is lost whatever the bucket does, and every command reads them from there."""

from __future__ import annotations

import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from harbincrawl.archive.captures import find_pages
from harbincrawl.archive.database.connection import open_reader, open_writer
from harbincrawl.archive.places import list_places, put_place, read_loose
from harbincrawl.cli.main import main
from harbincrawl.errors import BucketError, ExitCode, WarcError
from harbincrawl.evidence import read_source
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.operations.buckets import Offloaded, offload
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.operations.reparse import reparse
from harbincrawl.reread.executor import Executor
from tests.support.buckets import Bucket, key_of, list_files, shorten_deadline, write_prelude
from tests.support.crawling import ask, crawl, records
from tests.support.families import sample
from tests.support.purging import check, find_left, problems, run, sentences
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import make_twin, serve
from tests.support.web_site import running

PREFIX = "s3://pile/harbin"


def move(archive: Path, prefix: str = PREFIX) -> Offloaded:
    return offload(archive, prefix, progress=lambda *_: None)


def bodies(archive: Path) -> dict[str, bytes]:
    """The captured page of each article."""
    with closing(open_reader(archive)) as connection:
        rows = connection.execute("SELECT id, capture FROM articles ORDER BY id").fetchall()
        return {id: read_source(archive, find_pages(connection, capture)[0]).body for id, capture in rows}


def names(bucket: Bucket) -> list[str]:
    return [key.rpartition("/")[2] for key in bucket.list_keys("harbin")]


def test_files_are_in_the_bucket_as_they_were_and_no_longer_here(archive: Path, bucket: Bucket) -> None:
    before = {path.name: path.read_bytes() for path in (archive / "warc").iterdir()}
    seen = bodies(archive)
    done = move(archive)
    assert (done.files, done.left) == (sorted(before), {})
    assert list_files(archive) == []
    assert {name: bucket.read(key_of(archive, name)) for name in names(bucket)} == before
    assert bodies(archive) == seen
    assert problems(archive) == []
    assert check(archive, quick=True).problems == []
    assert move(archive).files == []


def test_reparse_and_wacz_read_from_there(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    run_job(archive, ExportJob(str(tmp_path / "here.wacz")))
    files = move(archive).files
    run_job(archive, ExportJob(str(tmp_path / "there.wacz")))
    with zipfile.ZipFile(tmp_path / "here.wacz") as here, zipfile.ZipFile(tmp_path / "there.wacz") as there:
        inner = [f"archive/{name}" for name in files]
        assert [name for name in there.namelist() if name.startswith("archive/")] == inner
        assert [there.read(name) for name in inner] == [here.read(name) for name in inner]
    report = reparse(archive, HARBIN_TODAY, apply=False, executor=Executor(), progress=lambda *_: None)
    assert (report.changed, dict(report.unread)) == (0, {})
    assert bucket.list_keys()


def test_a_crawl_goes_on_with_what_is_in_the_bucket(tmp_path: Path, bucket: Bucket) -> None:
    archive = tmp_path / "archive"
    with serve(make_twin(7, 16, sections=("news",))) as server:
        crawl(archive, server)
        move(archive)
        bucket.requests.clear()
        crawl(archive, server, "--recheck", "all", prelude=write_prelude())
        assert bucket.requests, "the crawl looked for the originals of what it was answered"
        assert problems(archive) == []
        # Answers that were seen before refer to their originals, wherever these are.
        assert sum(path.stat().st_size for path in (archive / "warc").iterdir()) < len(
            bucket.read(bucket.list_keys()[0])
        )
        bucket.fault = lambda *_: "refuse"
        done = crawl(archive, server, "--recheck", "all", prelude=write_prelude())
        bucket.fault = lambda *_: None
    assert done.report["outcome"] == "complete"
    assert problems(archive) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("refuse", "error sending request"),
        ("stall", "error sending request"),
        ("403", "403 Forbidden"),
        ("500", "500 Internal"),
    ],
)
def test_a_bucket_that_fails_leaves_everything_here(archive: Path, bucket: Bucket, fault: str, words: str) -> None:
    before = list_files(archive)
    bucket.fault = lambda *_: fault
    with pytest.raises(BucketError) as caught:
        move(archive)
    assert words in str(caught.value)
    assert caught.value.exit_code == ExitCode.UNREACHABLE
    assert "\n" not in str(caught.value)
    bucket.fault = lambda *_: None
    assert list_files(archive) == before
    assert problems(archive) == []
    assert move(archive).files == before
    assert problems(archive) == []


@pytest.mark.parametrize(("fault", "words"), [("cut", "s3://pile"), ("lie", "gives other bytes than were sent")])
def test_what_is_read_back_otherwise_stays_here(archive: Path, bucket: Bucket, fault: str, words: str) -> None:
    before = list_files(archive)
    bucket.fault = lambda method, path, _: fault if method == "GET" and before[0] in path else None
    with pytest.raises(BucketError, match=words):
        move(archive)
    assert list_files(archive) == before
    assert ask(archive, "SELECT * FROM places") == []
    bucket.fault = lambda *_: None
    assert move(archive).files == before
    assert sorted(names(bucket)) == before
    with closing(open_reader(archive)) as connection:
        assert read_loose(connection) == set()


def test_a_missing_bucket_and_other_bytes_in_its_place_are_told_of(archive: Path, bucket: Bucket) -> None:
    before = list_files(archive)
    with pytest.raises(BucketError, match="NoSuchBucket"):
        move(archive, "s3://nowhere/x")
    bucket.put(key_of(archive, before[0]), b"other bytes")
    with pytest.raises(BucketError, match="has other bytes than the file here"):
        move(archive)
    assert bucket.read(key_of(archive, before[0])) == b"other bytes"
    assert list_files(archive) == before


def test_verify_names_a_damaged_and_a_missing_object_and_rebuild_gives_them_up(archive: Path, bucket: Bucket) -> None:
    first, second = move(archive).files
    data = bucket.read(key_of(archive, first))
    bucket.put(key_of(archive, first), data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    found = check(archive)
    named = {problem.where: problem.what for problem in found.problems if problem.kind == "warc"}
    assert any(where.startswith(f"warc/{first} at byte") for where in named)
    bucket.put(key_of(archive, first), data)
    assert problems(archive) == []
    bucket.delete(key_of(archive, second))
    for quick in (False, True):
        found = check(archive, quick=quick)
        assert (f"s3://pile/{key_of(archive, second)}", "there is no such object") in [
            (one.where, one.what) for one in found.problems
        ]
        assert found.exit_code == ExitCode.DATABASE
    bucket.put(key_of(archive, first), data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    assert rebuild(archive, give_up=True, progress=lambda *_: None).unread
    assert list_files(archive) == [first]
    with closing(open_reader(archive)) as connection:
        assert read_loose(connection) == {f"s3://pile/{key_of(archive, first)}"}
    assert problems(archive) == []
    assert move(archive).left == {}
    assert bucket.list_keys() == [key_of(archive, first)]


@pytest.mark.parametrize("fault", sample(["cut", "stall", "refuse", "403", "500"], 5))
def test_reading_ends_with_one_line(
    archive: Path, bucket: Bucket, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    id = str(next(iter(records(archive))))
    move(archive)
    if fault == "stall":
        shorten_deadline(monkeypatch)
    bucket.fault = lambda *_: fault
    for words in (["show", id, "--raw"], ["verify", "--workers", "1"], ["reparse", "--workers", "1"]):
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(archive), "-q", *words])
        said = capsys.readouterr()
        assert ended.value.code == ExitCode.UNREACHABLE, said
        assert said.err.count("\n") == 1
        assert "s3://pile" in said.err


@pytest.mark.attack
def test_the_web_site_shows_pages_out_of_the_bucket(archive: Path, bucket: Bucket) -> None:
    move(archive)
    ((capture,),) = ask(archive, "SELECT max(capture) FROM articles")
    with running(archive, prelude=write_prelude()) as site:
        assert b"</html>" in site.ask(f"/captures/{capture}/page").body
        assert site.ask(f"/captures/{capture}/raw").status == 200
    with running(archive, prelude=write_prelude()) as site:
        for fault in ("refuse", "stall", "403"):
            bucket.fault = lambda *_, fault=fault: fault
            assert site.ask(f"/captures/{capture}/page").status == 502, fault
            assert site.ask("/").status == 200
        bucket.fault = lambda *_: None
        assert site.ask(f"/captures/{capture}/page").status == 200


def test_a_purge_leaves_nothing_in_the_bucket(archive: Path, bucket: Bucket, tmp_path: Path) -> None:
    number = max(records(archive))
    words = sentences(records(archive)[number])
    before = move(archive).files
    done = run(archive, number, everywhere=True)
    assert (done.left, done.exit_code) == ({}, ExitCode.DONE)
    assert done.records > 2
    # What was rewritten is here until the next offload.
    assert set(names(bucket)) < set(before)
    assert len(names(bucket)) + len(list_files(archive)) == len(before)
    assert find_left(archive, words) == []
    assert problems(archive) == []
    move(archive)
    assert names(bucket) != before
    assert len(names(bucket)) == len(before)
    seen = tmp_path / "seen"
    (seen / "warc").mkdir(parents=True)
    for key in bucket.list_keys():
        (seen / "warc" / Path(key).name).write_bytes(bucket.read(key))
    assert find_left(seen, words) == []
    assert problems(archive) == []


def test_what_a_purge_cannot_delete_is_told_and_deleted_later(
    archive: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    number = max(records(archive))
    before = move(archive).files
    bucket.fault = lambda method, path, _: "403" if method == "DELETE" or "?delete" in path else None
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "purge", "--yes", str(number)])
    said = capsys.readouterr().out
    assert ended.value.code == ExitCode.AMISS
    assert f"aws s3 rm s3://pile/{key_of(archive)}" in said
    assert {*before} <= {*names(bucket)}
    bucket.fault = lambda *_: None
    assert problems(archive) == []
    assert move(archive).left == {}
    assert not {*before} & {*names(bucket)}


def test_a_purge_that_cannot_reach_the_bucket_changes_nothing(archive: Path, bucket: Bucket) -> None:
    number = max(records(archive))
    before = move(archive).files
    bucket.fault = lambda method, *_: "500" if method == "GET" else None
    with pytest.raises(BucketError):
        run(archive, number)
    bucket.fault = lambda *_: None
    assert number in records(archive)
    assert names(bucket) == before
    assert problems(archive) == []
    assert run(archive, number).left == {}
    assert problems(archive) == []


def test_rows_of_a_forger_lead_nowhere(archive: Path, bucket: Bucket) -> None:
    move(archive)
    with closing(open_writer(archive)) as connection:
        (first, *_) = list_places(connection).values()
        put_place(connection, replace(first, address="file:///etc/passwd"))
    with pytest.raises(WarcError, match="names no object"):
        bodies(archive)
    assert bucket.list_keys()
