"""The log that WARC files are: numbers of records, what files say of the ones before, and where it ends."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.runs.seals import hash_tree
from harbincrawl.warc.heads import parse_head
from harbincrawl.warc.log import LogHead, find_head, list_digests, list_files, read_ordinal
from harbincrawl.warc.records import Record, read_members
from tests.support.warc_cases import ADDRESS, PAGE, join_member, make_304, make_exchange, make_writer


def list_members(folder: Path) -> list[Record]:
    """All records of a log in their order."""
    found = [each for _, path in sorted(list_files(folder).items()) for each in read_members(path)]
    assert all(isinstance(each, Record) for each in found)
    return [each for each in found if isinstance(each, Record)]


def ordinal_of(member: Record) -> int | None:
    return read_ordinal(parse_head(member.head)[1])


def write_log(folder: Path, files: int = 3) -> LogHead:
    """A log of several files, each by a writer of its own, with answers, a 304 and events."""
    head = LogHead()
    for number in range(files):
        with closing(make_writer(folder, head=head, archive="a" * 32)) as writer:
            writer.write_event("run-begun", {"run": number})
            place = writer.write(make_exchange(f"{ADDRESS}?{number}", PAGE + b"%d" % number))
            writer.write(make_304(place))
            writer.write_event("run-ended", {"run": number, "words": "雪 \udc80"})
        head = writer.head
    return head


def test_records_are_numbered_through_all_files_and_each_file_names_the_record_before(tmp_path: Path) -> None:
    head = write_log(tmp_path)
    members = list_members(tmp_path)
    assert [ordinal_of(each) for each in members] == list(range(1, len(members) + 1))
    assert head.ordinal == len(members) == 24
    assert head.digest == hashlib.sha256(join_member(members[-1])).hexdigest()
    infos = [(at, each) for at, each in enumerate(members) if each.type == "warcinfo"]
    said = [dict(parse_head(b"\r\n" + each.block)[1]) for _, each in infos]
    assert [each["harbincrawl-file"] for each in said] == ["1", "2", "3"]
    assert [each["harbincrawl-first-ordinal"] for each in said] == [str(at + 1) for at, _ in infos]
    assert {each["harbincrawl-archive"] for each in said} == {"a" * 32}
    assert len({each["harbincrawl-writer"] for each in said}) == 3
    before = [f"sha256:{hashlib.sha256(join_member(members[at - 1])).hexdigest()}" for at, _ in infos[1:]]
    assert [each.get("harbincrawl-record-before") for each in said] == [None, *before]


def test_a_file_that_is_full_is_followed_by_one_that_goes_on(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path, max_bytes=2_000)) as writer:
        for number in range(5):
            writer.write(make_exchange(f"{ADDRESS}?{number}", PAGE + b"%d" % number))
    assert len(list_files(tmp_path)) > 1
    members = list_members(tmp_path)
    assert [ordinal_of(each) for each in members] == list(range(1, len(members) + 1))
    assert bytes(writer.leaves) == b"".join(hashlib.sha256(join_member(each)).digest() for each in members)


@pytest.mark.parametrize("known", [0, 1, 7, 8, 9, 16, 24])
def test_the_end_is_found_from_any_record_that_is_known(tmp_path: Path, known: int) -> None:
    head = write_log(tmp_path)
    position = LogHead()
    for number, path in sorted(list_files(tmp_path).items()):
        for each in read_members(path):
            assert isinstance(each, Record)
            if ordinal_of(each) == known:
                position = LogHead(known, hashlib.sha256(join_member(each)).hexdigest(), number, each.end)
    assert position.ordinal == known
    assert find_head(tmp_path, position) == head
    members = list_members(tmp_path)
    digests = [hashlib.sha256(join_member(each)).digest() for each in members[max(known, 1) - 1 :]]
    assert list_digests(tmp_path, position, head) == b"".join(digests)


def test_what_is_damaged_keeps_its_place(tmp_path: Path) -> None:
    head = write_log(tmp_path)
    path, members = list_files(tmp_path)[3], list_members(tmp_path)
    data = bytearray(path.read_bytes())
    data[members[19].offset + 40] ^= 0xFF
    path.write_bytes(data)
    whole = [hashlib.sha256(join_member(each)).digest() for each in members]
    whole[19] = bytes(32)
    assert list_digests(tmp_path, LogHead(), head) == b"".join(whole)
    assert find_head(tmp_path, LogHead()) == head
    data[members[23].offset + 20] ^= 0xFF
    path.write_bytes(data)
    assert find_head(tmp_path, LogHead()).ordinal == 23
    assert find_head(tmp_path, head) == head, "what the database has is believed"


def test_numbers_go_on_where_files_are_missing(tmp_path: Path) -> None:
    head = write_log(tmp_path)
    for path in list_files(tmp_path).values():
        path.unlink()
    with closing(make_writer(tmp_path, head=find_head(tmp_path, head))) as writer:
        writer.write_event("run-begun", {})
    assert [ordinal_of(each) for each in list_members(tmp_path)] == [25, 26]
    assert list(list_files(tmp_path)) == [4]


def test_roots_are_those_of_the_standard() -> None:
    """The vectors of Certificate Transparency's reference implementation."""
    entries = [bytes.fromhex(each) for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )]  # fmt: skip
    roots = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for count, root in roots.items():
        assert hash_tree(entries[:count]).hex() == root
