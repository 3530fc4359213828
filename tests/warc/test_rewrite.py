"""Taking records out of a WARC file for good."""

from __future__ import annotations

import gzip
import os
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.errors import RemovedError
from harbincrawl.warc.names import find_successor, first_name, next_name
from harbincrawl.warc.notices import Removal, make_removal, rewrite
from harbincrawl.warc.reader import read_record
from harbincrawl.warc.records import Damage, Record, read_members
from harbincrawl.warc.writer import CapturePlace
from tests.support.warc_cases import (
    ADDRESS,
    MOMENT,
    PAGE,
    make_exchange,
    make_record,
    make_response,
    make_writer,
    read_warcio,
    verify_records,
)


def write_three(folder: Path) -> tuple[Path, list[CapturePlace]]:
    with closing(make_writer(folder)) as writer:
        places = [writer.write(make_exchange(f"{ADDRESS}?{n}", PAGE + b"page %d" % n)) for n in range(3)]
    return folder / places[0].file, places


def list_members(path: Path) -> list[Record]:
    members = list(read_members(path))
    assert all(isinstance(each, Record) for each in members)
    return [each for each in members if isinstance(each, Record)]


def remove_second(path: Path) -> dict[int, Removal]:
    address = f"{ADDRESS}?1".encode()
    return {
        each.offset: make_removal(each, "asked for\r\nby law", MOMENT)
        for each in list_members(path)
        if address in each.head
    }


def test_a_dropped_record_leaves_a_notice_and_no_text(tmp_path: Path) -> None:
    path, places = write_three(tmp_path)
    rewrite(path, tmp_path / "new.warc.gz", remove_second(path))
    records = read_warcio(tmp_path / "new.warc.gz")
    kinds = ["warcinfo", "request", "response", "metadata", "metadata", "request", "response"]
    assert [record[0] for record in records] == kinds
    assert b"page 1" not in gzip.decompress((tmp_path / "new.warc.gz").read_bytes())
    assert b"removed: asked for by law\r\nremoved-type: response\r\n" in records[4][3]
    with pytest.raises(RemovedError, match="asked for by law"):
        read_record(tmp_path, "new.warc.gz", places[1].offset)
    assert list(verify_records(tmp_path / "new.warc.gz")) == []


def test_kept_records_are_the_same_bytes_at_the_same_offsets(tmp_path: Path) -> None:
    path, places = write_three(tmp_path)
    rewrite(path, tmp_path / "new.warc.gz", remove_second(path))
    before, after = list_members(path), list_members(tmp_path / "new.warc.gz")
    assert [(each.offset, each.end) for each in before] == [(each.offset, each.end) for each in after]
    old, new = path.read_bytes(), (tmp_path / "new.warc.gz").read_bytes()
    begin, end = before[3].offset, before[4].end
    assert (new[:begin], new[end:]) == (old[:begin], old[end:])
    for number in (0, 2):
        stored = read_record(tmp_path, "new.warc.gz", places[number].offset)
        assert (stored.target, stored.body) == (f"{ADDRESS}?{number}", PAGE + b"page %d" % number)


def test_a_flipped_byte_of_what_fills_a_notice_is_noticed(tmp_path: Path) -> None:
    path, _ = write_three(tmp_path)
    removed = remove_second(path)
    rewrite(path, tmp_path / "new.warc.gz", removed)
    whole = (tmp_path / "new.warc.gz").read_bytes()
    for at in range(max(removed) + 10, max(removed) + 200, 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert any(isinstance(each, Damage) for each in read_members(path)), at


def test_the_shortest_records_have_room_for_their_notice(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        first = writer.write(make_exchange(ADDRESS, b"x"))
        writer.write(make_exchange(ADDRESS, b"x"))
    path = tmp_path / first.file
    members = list_members(path)[1:]
    rewrite(
        path, tmp_path / "new.warc.gz", {each.offset: make_removal(each, "a reason " * 9, MOMENT) for each in members}
    )
    assert [kind for kind, *_ in read_warcio(tmp_path / "new.warc.gz")][1:] == ["metadata"] * 4
    assert list(verify_records(tmp_path / "new.warc.gz")) == []


@pytest.mark.parametrize("cut", ["damage", "end", "plain", "whole"])
def test_what_is_not_one_member_a_record_is_damage(tmp_path: Path, cut: str) -> None:
    path, places = write_three(tmp_path)
    data = bytearray(path.read_bytes())
    if cut == "damage":
        data[places[1].offset + 50] ^= 0xFF
    elif cut == "end":
        data = data[:-3]
    else:
        plain = make_record(make_response(), packed=False) * 2
        data = bytearray(gzip.compress(plain) if cut == "whole" else plain)
    path.write_bytes(data)
    first = next(each for each in read_members(path) if isinstance(each, Damage))
    assert first.offset == {"damage": places[1].offset, "end": places[2].offset}.get(cut, 0)


def test_an_interrupted_rewrite_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = write_three(tmp_path)
    removals = remove_second(path)
    before = path.read_bytes()

    def fail(fd: int) -> None:  # noqa: ARG001 - the signature of os.fsync
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        rewrite(path, tmp_path / "new.warc.gz", removals)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_revisits_find_their_original_under_its_new_name(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        writer.write(make_exchange(f"{ADDRESS}?1", PAGE + b"other"))
        first = writer.write(make_exchange(ADDRESS))
        again = writer.write(make_exchange(f"{ADDRESS}?again"))
    with closing(make_writer(tmp_path, find_original=lambda _: (first.file, first.offset))) as writer:
        later = writer.write(make_exchange(f"{ADDRESS}?later"))
    for count in (1, 2):
        path = tmp_path / (find_successor([each.name for each in tmp_path.iterdir()], first.file) or first.file)
        new = next_name(tmp_path, path.name)
        assert new == first.file.replace(".warc.gz", f"-p{count}.warc.gz")
        rewrite(path, tmp_path / new, remove_second(path))
        path.unlink()
        for place in (again, later):
            stored = read_record(tmp_path, place.file, place.offset)
            assert (stored.type, stored.body) == ("revisit", PAGE)


def test_a_name_after_a_purge_keeps_its_place_among_the_others(tmp_path: Path) -> None:
    assert next_name(tmp_path, "a-00000.warc.gz") == "a-00000-p1.warc.gz"
    assert next_name(tmp_path, "a-00000-p9.warc.gz") == "a-00000-p10.warc.gz"
    (tmp_path / "a-00000-p12.warc.gz").touch()
    (tmp_path / "a-00000-p12-x.warc.gz").touch()
    assert next_name(tmp_path, "a-00000.warc.gz") == "a-00000-p13.warc.gz"
    names = ["a-00000-p12.warc.gz", "a-00000-p12-x.warc.gz"]
    assert find_successor(names, "a-00000-p9.warc.gz") == "a-00000-p12.warc.gz"
    assert find_successor(names, "a-00000-p12.warc.gz") is None
    assert find_successor(names, "../a-00001.warc.gz") is None
    assert first_name("a-00000-p12.warc.gz") == "a-00000.warc.gz"
