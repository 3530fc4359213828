"""A disk without room for bytes, or for files, at any moment of any command that writes: 8, and then all is whole."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import pytest
from _pytest.mark import ParameterSet

from tests.support.disks import leave_room, tight_disk
from tests.support.full_disks import ENDS_WELL, WRITING, Scene, make_scene, try_moments

READING = ("search", "status")
QUICK = ("jsonl", "purge")
"""Those that `make test` tries, too; all others are attacks."""
STORING = ("crawl", "first crawl", "scrapy", "ingest", "rescue", "reparse", "purge", "restore", "give up records")
"""Commands that write most."""


def split(names: Iterable[str], quick: Container[str] = QUICK) -> list[ParameterSet]:
    """The names; those that are not quick are attacks."""
    return [pytest.param(name, marks=() if name in quick else pytest.mark.attack) for name in names]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with make_scene(tmp_path_factory.mktemp("full")) as scene:
        yield scene


@pytest.fixture
def scene(made: Scene) -> Iterator[Scene]:
    with tight_disk(made.disk):
        yield made


@pytest.mark.parametrize("name", split(WRITING))
def test_without_room_for_a_file_it_ends_with_8_and_with_room_all_is_whole(scene: Scene, name: str) -> None:
    failed = try_moments(scene, WRITING[name], "files")
    # What only reads needs no room.
    assert (failed > 0) == (name not in READING)


@pytest.mark.parametrize("name", split(WRITING, ("jsonl",)))
def test_without_room_for_bytes_it_ends_with_8_and_with_room_all_is_whole(scene: Scene, name: str) -> None:
    failed = try_moments(scene, WRITING[name], "pages")
    assert (failed > 0) == (name not in READING)


@pytest.mark.attack
@pytest.mark.parametrize("name", [name for name in STORING if name not in ("reparse", "first crawl", "scrapy")])
def test_a_disk_that_says_only_at_a_sync_that_it_is_full_ends_it_with_8(scene: Scene, name: str) -> None:
    """As a disk beyond a network does, or one that gives room late."""
    writing = WRITING[name]
    for moment in range(60):
        scene.prepare(writing)
        code, said = scene.run(writing, _fail_sync(moment))
        if code in writing.well:
            break
        scene.check_failed(code, said)
        if moment % 3 == 0:
            scene.check_again(writing)
    else:
        raise AssertionError("it never ends well")
    assert moment > 0


def test_a_full_disk_can_be_read(scene: Scene) -> None:
    """Also where SQLite cannot make the files that it wants beside the database."""
    writing = WRITING["verify"]
    scene.prepare(writing)
    leave_room(scene.disk, pages=0, files=0)
    for name in READING:
        assert scene.run(WRITING[name])[0] in ENDS_WELL


def _fail_sync(moment: int) -> str:
    return f"""
import errno
def fail_one(handle, real=os.fsync, calls=[]):
    calls.append(handle)
    if len(calls) == {moment + 1}:
        raise OSError(errno.ENOSPC, "No space left on device")
    return real(handle)
os.fsync = fail_one
"""
