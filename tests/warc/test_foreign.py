"""Captures out of files of every kind of tool, whole and damaged."""

from __future__ import annotations

import contextlib
import gzip
import random
import tracemalloc
import zlib
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from harbincrawl.warc import foreign
from harbincrawl.warc.foreign import RefusedRecord, iterate_records
from harbincrawl.warc.reader import CapturedRecord
from tests.support.families import examples, sample
from tests.support.warc_cases import ADDRESS, MOMENT, PAGE, make_record, make_response, sha1


def read(folder: Path, data: bytes) -> list[CapturedRecord | RefusedRecord]:
    path = folder / "foreign.warc"
    path.write_bytes(data)
    return [found for found in iterate_records(path) if not isinstance(found, int)]


def targets(found: list[CapturedRecord | RefusedRecord]) -> list[str]:
    return [item.target if isinstance(item, CapturedRecord) else "refused" for item in found]


def make_pages(count: int, *, packed: bool = True) -> list[bytes]:
    return [make_record(make_response(), target=f"{ADDRESS}?{number}", packed=packed) for number in range(count)]


@pytest.mark.parametrize("packing", ["by record", "as a whole", "plain", "plain, line feeds", "padded"])
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1", "WARC/0.18"])
def test_every_packing_and_version_is_read(tmp_path: Path, packing: str, version: str) -> None:
    records = [
        make_record(b"software: x\r\n", kind="warcinfo", target=None, version=version, packed=packing == "by record"),
        make_record(b"GET / HTTP/1.1\r\n\r\n", kind="request", version=version, packed=packing == "by record"),
        *(
            make_record(make_response(), target=f"{ADDRESS}?{n}", version=version, packed=packing == "by record")
            for n in range(3)
        ),
    ]
    data = b"".join(records)
    if packing == "as a whole":
        data = gzip.compress(data)
    if packing == "plain, line feeds":
        data = data.replace(b"\r\n\r\nHTTP", b"\n\nHTTP")
    if packing == "padded":
        data = b"".join(map(gzip.compress, records)) + bytes(70_000)
    found = read(tmp_path, data)
    assert targets(found) == [f"{ADDRESS}?{n}" for n in range(3)]
    for item in found:
        assert isinstance(item, CapturedRecord)
        assert (item.type, item.date, item.http_status, item.read_body(1 << 20)) == ("response", MOMENT, 200, PAGE)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (make_record(make_response(), target=None), "WARC-Target-URI"),
        (make_record(make_response(), fields=(("WARC-Segment-Number", "1"),)), "segment"),
        (make_record(b"<html>"), "expected an HTTP status line"),
        (make_record(b""), "expected an HTTP status line"),
        (
            gzip.compress(make_record(make_response(), packed=False).replace(b"2024-05-06T", b"2024-13-06T"), mtime=0),
            "month",
        ),
        (
            gzip.compress(make_record(make_response(), packed=False).replace(b"2024-05-06T", b"yesterdayT"), mtime=0),
            "WARC-Date",
        ),
        (
            gzip.compress(make_record(b"", packed=False).replace(b"Content-Length: 0", b"Content-Length: -1"), mtime=0),
            "-1",
        ),
        (make_record(make_response(), length=9_999), "too early"),
        (make_record(make_response(), length=200), "does not end after its 200 bytes"),
        (gzip.compress(b"<html>no warc\r\n\r\n", mtime=0), "expected a WARC record"),
        (gzip.compress(b"WARC/1.0\r\n" + b"X: y\r\n" * 300_000, mtime=0), "within 1 MB"),
        (gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n", mtime=0), "ends within the header"),
    ],
    # Named by their reasons: the packed bytes hold the time, which differs between the processes of pytest-xdist.
    ids=lambda value: value if isinstance(value, str) else "record",
)
def test_a_bad_record_is_refused_with_its_reason_and_the_next_is_read(
    tmp_path: Path, record: bytes, reason: str
) -> None:
    first, last = make_pages(2)
    found = read(tmp_path, first + record + last)
    assert targets(found) == [f"{ADDRESS}?0", "refused", f"{ADDRESS}?1"]
    assert isinstance(found[1], RefusedRecord)
    assert reason in found[1].reason
    assert found[1].offset == len(first)


def make_digested(count: int) -> list[bytes]:
    """Plain records with the digests of their blocks."""
    found = []
    for n in range(count):
        block = make_response(b"page %d " % n * 40)
        fields = (("WARC-Block-Digest", sha1(block)),)
        found.append(make_record(block, target=f"{ADDRESS}?{n}", packed=False, fields=fields))
    return found


@pytest.mark.parametrize("packing", ["plain", "each", "whole"])
def test_a_block_that_is_not_of_its_digest_is_refused(tmp_path: Path, packing: str) -> None:
    records = make_digested(4)
    records[1] = records[1].replace(b"page 1 page", b"page 9 page", 1)
    data = b"".join(map(gzip.compress, records)) if packing == "each" else b"".join(records)
    found = read(tmp_path, gzip.compress(data) if packing == "whole" else data)
    assert targets(found) == [f"{ADDRESS}?0", "refused", f"{ADDRESS}?2", f"{ADDRESS}?3"]
    assert isinstance(found[1], RefusedRecord)
    assert (found[1].kind, found[1].target) == ("damaged", f"{ADDRESS}?1")
    assert "the block is not of the digest sha1:" in found[1].reason


def test_a_revisit_of_wget_may_have_the_digest_of_nothing(tmp_path: Path) -> None:
    fields = (("WARC-Block-Digest", sha1(b"")),)
    found = read(tmp_path, make_record(make_response(b""), kind="revisit", fields=fields))
    assert targets(found) == [ADDRESS]


@pytest.mark.attack
def test_gigabytes_are_refused_without_being_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MAX_UNPACKED", 1_000_000)
    size = 400_000_000
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    head = make_record(make_response(b""), packed=False, length=size + 47).removesuffix(b"\r\n\r\n")
    parts = [packer.compress(head), *(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)), packer.flush()]
    (page,) = make_pages(1)
    tracemalloc.start()
    try:
        found = read(tmp_path, b"".join(parts) + page)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert targets(found)[0] == "refused"
    assert isinstance(found[0], RefusedRecord)
    assert (found[0].offset, found[0].target) == (0, ADDRESS)
    assert "more than the allowed 1000000" in found[0].reason
    assert targets(found)[-1] == f"{ADDRESS}?0"
    assert peak < 16_000_000


@examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), packed=st.booleans(), flips=st.integers(1, 6), cut=st.booleans())
def test_no_damage_raises_or_invents_a_page(tmp_path: Path, seed: int, packed: bool, flips: int, cut: bool) -> None:
    dice = random.Random(seed)
    data = bytearray(b"".join(make_pages(4, packed=packed)))
    for _ in range(flips):
        data[dice.randrange(len(data))] = dice.randrange(256)
    if cut:
        del data[dice.randrange(len(data)) :]
    for item in read(tmp_path, bytes(data)):
        if packed and isinstance(item, CapturedRecord):
            assert item.payload == PAGE


@examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_any_bytes_at_all_are_read_without_an_error(tmp_path: Path, data: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"WARC/1.0\r\n", b"WARC/1.0\r\nContent-Length: 3\r\n\r\n"):
        for item in read(tmp_path, start + data):
            assert isinstance(item, RefusedRecord)


@pytest.mark.parametrize("kind", ["flipped", "zeros", "cut"])
@pytest.mark.parametrize("seed", sample(range(9)))
def test_a_damaged_member_of_many_records_is_read_until_its_damage(tmp_path: Path, kind: str, seed: int) -> None:
    dice = random.Random(seed)
    texts = (b"".join(b"%d " % dice.randrange(10**6) for _ in range(2000)) for _ in range(40))
    records = [make_record(make_response(text), target=f"{ADDRESS}?{n}", packed=False) for n, text in enumerate(texts)]
    members = [gzip.compress(b"".join(records[:30])), *map(gzip.compress, records[30:])]
    at = dice.randrange(len(members[0]))
    if kind == "flipped":
        members[0] = members[0][:at] + bytes([members[0][at] ^ 4]) + members[0][at + 1 :]
    elif kind == "zeros":
        members[0] = members[0][:at] + bytes(dice.randrange(1, 200_000)) + members[0][at:]
    else:
        members[0] = members[0][:at] + members[0][at + 9_000 :]
    found = targets(read(tmp_path, b"".join(members)))
    unpacker, unpacked = zlib.decompressobj(31), 0
    with contextlib.suppress(zlib.error):
        for place in range(at):
            unpacked += len(unpacker.decompress(members[0][place : place + 1]))
    ends = list(accumulate(map(len, records[:30])))
    before = sum(end < unpacked for end in ends)
    assert found[:before] == [f"{ADDRESS}?{n}" for n in range(before)]
    assert "refused" in found[before:-10]
    assert found[-10:] == [f"{ADDRESS}?{n}" for n in range(30, 40)]
