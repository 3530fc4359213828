"""Commands that are killed while they move files into a bucket, or replace them there: nothing is lost at any step."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.places import read_loose
from harbincrawl.operations.buckets import offload
from tests.support.buckets import Bucket, list_files, write_prelude
from tests.support.crawling import records
from tests.support.families import sample
from tests.support.forge import forge
from tests.support.purging import find_left, problems, run, sentences

PREFIX = "s3://pile/harbin"
_STEPS = """
from pathlib import Path
from harbincrawl import buckets
from harbincrawl.archive.database import lock
from harbincrawl.operations import buckets as offloads, purge as purges

done = 0

def step(*_):
    global done
    done += 1
    if done == LAST:
        os.kill(os.getpid(), signal.SIGKILL)

def with_step(function):
    def stepped(*given, **named):
        step()
        return function(*given, **named)
    return stepped

for name in ("fsync", "replace", "unlink"):
    setattr(os, name, with_step(getattr(os, name)))
for module in (buckets, offloads):
    for name in ("put_file", "hash_object", "measure_object", "delete_object"):
        if hasattr(module, name):
            setattr(module, name, with_step(getattr(module, name)))
open_writer = lock.open_writer

def open_traced(folder):
    connection = open_writer(folder)
    # Reading changes nothing: being killed there is being killed before the next step.
    connection.set_trace_callback(lambda text: None if text.lstrip().startswith(("SELECT", "PRAGMA", "--")) else step())
    return connection

lock.open_writer = open_traced

def main(arguments):
    what, folder = arguments
    if what == "offload":
        offloads.offload(Path(folder), "s3://pile/harbin", progress=lambda *_: None)
    else:
        purges.purge(Path(folder), [what], copies=False, everywhere=True, progress=lambda *_: None)
    print(done)
    sys.exit(0)
"""
"""A command that kills itself before step LAST: a change of a file, a request or a statement; 0 is none, and prints how
many there are."""


def run_steps(what: str, archive: Path, last: int) -> int:
    """The steps of a command that ended; -9 of one that was killed."""
    code, printed, said = forge().start([what, str(archive)], f"{write_prelude()}LAST = {last}\n{_STEPS}").wait()
    assert code in (0, -9), said
    return int(printed) if code == 0 else -9


def choose(steps: int, count: int) -> list[int]:
    """Some of so many steps: about `count` from the first one on, and the last ones."""
    return sorted({*range(1, steps + 1, max(1, steps // count)), steps - 1, steps})


COUNTS = pytest.mark.parametrize("count", sample([3, 24], 2))


@COUNTS
def test_an_offload_that_is_killed_loses_nothing_and_the_next_one_finishes(
    crawled: Path, tmp_path: Path, bucket: Bucket, count: int
) -> None:
    whole = {path.name: path.read_bytes() for path in (crawled / "warc").iterdir()}
    steps = run_steps("offload", shutil.copytree(crawled, tmp_path / "whole"), 0)
    assert steps > 20
    for last in choose(steps, count):
        bucket.empty()
        archive = shutil.copytree(crawled, tmp_path / str(last))
        assert run_steps("offload", archive, last) == -9
        # Each file is here or in the bucket, whole.
        there = {Path(key).name: bucket.read(key) for key in bucket.list_keys()}
        here = {name: (archive / "warc" / name).read_bytes() for name in list_files(archive)}
        assert {**there, **here} == whole
        assert problems(archive) == [], last
        offload(archive, PREFIX, progress=lambda *_: None)
        assert list_files(archive) == []
        assert {Path(key).name: bucket.read(key) for key in bucket.list_keys()} == whole
        assert problems(archive) == [], last
        shutil.rmtree(archive)


@COUNTS
def test_a_purge_that_is_killed_is_ended_by_the_next_command(
    crawled: Path, tmp_path: Path, bucket: Bucket, count: int
) -> None:
    number = max(records(crawled))
    words = sentences(records(crawled)[number])
    moved = shutil.copytree(crawled, tmp_path / "moved")
    offload(moved, PREFIX, progress=lambda *_: None)
    objects = {key: bucket.read(key) for key in bucket.list_keys()}
    steps = run_steps(str(number), shutil.copytree(moved, tmp_path / "whole"), 0)
    assert steps > 40
    for last in choose(steps, count):
        bucket.empty()
        for key, data in objects.items():
            bucket.put(key, data)
        archive = shutil.copytree(moved, tmp_path / str(last))
        # On a busy machine it may need one step less: then it is over before the last one.
        assert run_steps(str(number), archive, last) in (-9, last - 1)
        assert problems(archive) == [], last
        if number in records(archive):
            run(archive, number, everywhere=True)
        assert offload(archive, PREFIX, progress=lambda *_: None).left == {}
        seen = tmp_path / f"seen-{last}"
        (seen / "warc").mkdir(parents=True)
        for key in bucket.list_keys():
            (seen / "warc" / Path(key).name).write_bytes(bucket.read(key))
        assert find_left(archive, words) == find_left(seen, words) == [], last
        assert len(bucket.list_keys()) == len(objects)
        assert problems(archive) == [], last
        with closing(open_reader(archive)) as connection:
            assert read_loose(connection) == set()
        shutil.rmtree(archive)
