"""What is left of a WARC file after its writer was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harbincrawl.errors import WarcError
from harbincrawl.warc.log import LogHead
from harbincrawl.warc.reader import read_record
from harbincrawl.warc.records import Record, read_members, walk_records
from harbincrawl.warc.salvage import salvage
from harbincrawl.warc.writer import CapturePlace
from tests.support.families import sample
from tests.support.warc_cases import ADDRESS, PAGE, make_304, make_exchange, make_writer, read_warcio, verify_records

_WRITE = """
import os, sys
from pathlib import Path
from tests.support.warc_cases import ADDRESS, make_exchange, make_writer

writer = make_writer(Path(sys.argv[1]), max_bytes=400_000)
for number in range(10**6):
    place = writer.write(make_exchange(f"{ADDRESS}?{number}", os.urandom(3_000)))
    if number % 5 == 4:
        writer.sync()
        print(place.file, place.offset, place.digest, flush=True)
"""


def list_salvaged(folder: Path) -> list[tuple[str, int, int]]:
    return [(found.file, found.kept_bytes, found.lost_bytes) for found in salvage(folder)]


def write_open(folder: Path, count: int = 3, *, confirmed: bool = False) -> tuple[Path, list[CapturePlace]]:
    """The file of a writer that was never closed; where `confirmed`, its last capture is a 304."""
    writer = make_writer(folder)
    places = [writer.write(make_exchange(f"{ADDRESS}?{number}", PAGE + b"%d" % number)) for number in range(count)]
    if confirmed:
        places.append(writer.write(make_304(places[0])))
    writer.sync()
    return folder / f"{places[0].file}.open", places


def test_a_killed_writer_loses_nothing_that_was_synced(tmp_path: Path) -> None:
    left = 0
    for seconds in (0.05, 0.2, 0.35):
        folder = tmp_path / str(seconds)
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITE, folder],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])},
        )
        assert process.stdout is not None
        promised = [process.stdout.readline()]
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        promised += process.stdout.read().splitlines(keepends=True)
        process.stdout.close()
        process.wait()
        left += len(list(folder.glob("*.open")))
        for found in salvage(folder):
            # One that was only just begun may hold no whole record: then none of it was synced.
            assert found.kept_bytes or not any(line.startswith(f"{found.file} ") for line in promised)
        assert salvage(folder) == []
        for line in promised:
            if line.endswith("\n"):
                file, offset, digest = line.split()
                stored = read_record(folder, file, int(offset))
                assert ("WARC-Payload-Digest", digest) in stored.headers
        for path in folder.iterdir():
            kinds = [record[0] for record in read_warcio(path)]
            assert kinds == ["warcinfo", *["request", "response"] * (len(kinds) // 2)]
    # Killed between two files, a writer leaves none open; that is not to happen every time.
    assert left


def find_end(path: Path, place: CapturePlace) -> int:
    """The offset behind a record."""
    member = next(read_members(path, place.offset))
    assert isinstance(member, Record)
    return member.end


def test_every_cut_leaves_whole_pairs(tmp_path: Path) -> None:
    path, places = write_open(tmp_path, 2)
    whole = path.read_bytes()
    for size in range(0, len(whole), 53):
        path.write_bytes(whole[:size])
        (found,) = salvage(tmp_path)
        assert (found.file, found.kept_bytes + found.lost_bytes) == (places[0].file, size)
        final = tmp_path / found.file
        if found.kept_bytes == 0:
            assert size < places[0].offset
            assert list(tmp_path.iterdir()) == []
            continue
        kinds = [record[0] for record in read_warcio(final)]
        assert kinds == ["warcinfo", *["request", "response"] * (len(kinds) // 2)]
        assert final.stat().st_size == found.kept_bytes
        final.rename(path)


@pytest.mark.parametrize("step", sample([7, 1], 2))
def test_no_cut_leaves_the_note_of_a_304_without_its_revisit(tmp_path: Path, step: int) -> None:
    path, places = write_open(tmp_path, 1, confirmed=True)
    whole = path.read_bytes()
    for size in range(places[1].offset - 400, len(whole), step):
        path.write_bytes(whole[:size])
        (found,) = salvage(tmp_path)
        assert [record[0] for record in read_warcio(tmp_path / found.file)] == ["warcinfo", "request", "response"]
        (tmp_path / found.file).rename(path)
    path.write_bytes(whole)
    assert list_salvaged(tmp_path) == [(places[0].file, len(whole), 0)]


def test_garbage_and_zeros_at_the_end_are_cut(tmp_path: Path) -> None:
    path, places = write_open(tmp_path)
    whole = path.read_bytes()
    for tail in (bytes(9_000), os.urandom(9_000), b"\x1f\x8b\x08\0\0\0\0\0\0\xff"):
        path.write_bytes(whole + tail)
        assert list_salvaged(tmp_path) == [(places[0].file, len(whole), len(tail))]
        (tmp_path / places[0].file).rename(path)


@pytest.mark.parametrize("known", [None, 0, 1, 2])
@pytest.mark.parametrize("begin", ["before", "in", "at the end of"])
def test_a_hole_is_cut_off_with_what_follows_it_unless_the_archive_refers_to_that(
    tmp_path: Path, known: int | None, begin: str
) -> None:
    path, places = write_open(tmp_path, 5)
    data = bytearray(path.read_bytes())
    first = read_warcio(path)[0]
    assert first[0] == "warcinfo"
    end = places[2].offset + 200
    hole = {
        "before": slice(places[2].offset - 300, end),
        "in": slice(places[2].offset + 60, end),
        "at the end of": slice(places[3].offset - 20, places[3].offset + 100),
    }[begin]
    committed = LogHead() if known is None else LogHead(1, "", 1, find_end(path, places[known]))
    data[hole] = bytes(hole.stop - hole.start)
    path.write_bytes(data)
    (found,) = salvage(tmp_path, committed)
    whole = 3 if begin == "at the end of" else 2
    if known == 2 and whole == 2:
        # A record that the archive refers to is broken: all is left as it is, for `verify` to name.
        assert (found.kept_bytes, found.lost_bytes) == (len(data), 0)
        return
    kinds = [record[0] for record in read_warcio(tmp_path / found.file)]
    assert kinds == ["warcinfo", *["request", "response"] * whole]
    assert list(verify_records(tmp_path / found.file)) == []


def test_lost_records_between_whole_ones_are_a_hole_even_where_they_end_with_its_bounds(tmp_path: Path) -> None:
    path, _ = write_open(tmp_path, 4)
    data = bytearray(path.read_bytes())
    with path.open("rb") as stream:
        offsets = [record.offset for record in walk_records(stream, path.name)]
    begin, end = offsets[3], offsets[5]
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)
    (found,) = salvage(tmp_path, LogHead(1, "", 1, offsets[3]))
    assert found.kept_bytes == begin


def test_a_file_of_zeros_is_removed_unless_the_archive_refers_to_it(tmp_path: Path) -> None:
    for committed, left in ((0, 0), (300, 9_000)):
        (tmp_path / "a-00001.warc.gz.open").write_bytes(bytes(9_000))
        (found,) = salvage(tmp_path, LogHead(1, "", 1, committed))
        assert found.kept_bytes == left
        assert (tmp_path / "a-00001.warc.gz").exists() == bool(left)


def test_damage_further_up_costs_no_record_behind_it(tmp_path: Path) -> None:
    path, places = write_open(tmp_path)
    data = bytearray(path.read_bytes())
    data[places[1].offset + 60] ^= 0xFF
    path.write_bytes(data)
    assert list_salvaged(tmp_path) == [(places[0].file, len(data), 0)]
    assert read_record(tmp_path, places[2].file, places[2].offset).body == PAGE + b"2"


def test_a_file_without_a_whole_record_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz.open").write_bytes(b"")
    path, _ = write_open(tmp_path, 1)
    path.write_bytes(path.read_bytes()[:100])
    assert [found.kept_bytes for found in salvage(tmp_path)] == [0, 0]
    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_are_left_to_a_person(tmp_path: Path) -> None:
    path, places = write_open(tmp_path)
    (tmp_path / places[0].file).write_bytes(b"x")
    with pytest.raises(WarcError, match="also exists"):
        salvage(tmp_path)
    assert path.exists()
