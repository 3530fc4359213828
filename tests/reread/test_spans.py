"""Files read in ranges give what they give when they are read from end to end, in bounded memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from harbincrawl.reread import spans
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.spans import Span, SpanRecord, scan_files
from harbincrawl.warc.foreign import RefusedRecord, iterate_records
from harbincrawl.warc.reader import CapturedRecord
from tests.support.families import sample
from tests.support.warc_cases import make_record, make_response, sha1

SERIAL = Executor()


def read(span: Span) -> Iterator[SpanRecord[CapturedRecord | RefusedRecord]]:
    for record in iterate_records(span.path, begin=span.begin, stop=span.stop):
        if isinstance(record, int):
            yield SpanRecord(record, None)
        else:
            yield SpanRecord(record.offset, record, len(getattr(record, "payload", b"")))


def scan(*paths: Path) -> list[CapturedRecord | RefusedRecord]:
    return list(scan_files(SERIAL, paths, read, lambda *_: None))


def record(at: int, body: bytes = b"", *, longer: int | None = None) -> bytes:
    """A page; with `longer`, its length is wrong by so many bytes and its digest shows it."""
    block = make_response(body or f"page {at} ".encode() * (at % 40 + 1))
    wrong = {} if longer is None else {"length": len(block) + longer, "fields": (("WARC-Block-Digest", sha1(block)),)}
    return make_record(block, target=f"http://e.my399.com/{at}", packed=False, **wrong)


def pack_stored(data: bytes) -> bytes:
    """A gzip member that leaves its bytes as they are, so that a record inside can be seen in the file."""
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def make_files(folder: Path) -> dict[str, Path]:
    records = [record(at) for at in range(60)]
    fakes = [record(at, b"before\n" + record(1000 + at) + b"\nafter" * 30) for at in range(20)]
    inner = [record(at, gzip.compress(record(1000 + at)) * 3) for at in range(20)]
    packed = b"".join(map(gzip.compress, records))
    damaged = bytearray(packed)
    for at in (700, 5000, 5001, 9000):
        damaged[at] ^= 0x55
    contents = {
        "plain": b"".join(records),
        "packed": packed,
        "whole": gzip.compress(b"".join(records)),
        "mixed": packed + gzip.compress(b"".join(records)) + packed,
        "padded": (b"\0" * 700).join(map(gzip.compress, records)),
        "damaged": bytes(damaged),
        "plain, damaged": b"".join(records).replace(b"Content-Length", b"Content-Lengthy", 9)[:-40],
        "wrong lengths": b"".join(record(at, longer={7: 2000, 20: -9, 41: 5}.get(at, 0)) for at in range(60)),
        "torn": packed[:-30],
        "fakes in a plain file": b"".join(fakes),
        "fakes in a packed file": b"".join(map(pack_stored, inner)),
        "noise": bytes(range(256)) * 40,
        "empty": b"",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


@pytest.mark.parametrize(("size", "limit"), sample(product([1, 97, 1000, 20_000], [0, 500, 1 << 20]), 5))
def test_the_size_of_a_range_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, limit: int
) -> None:
    files = make_files(tmp_path)
    monkeypatch.setattr(spans, "SPAN", size)
    monkeypatch.setattr(spans, "LIMIT", limit)
    for name, path in files.items():
        if size == 1 and name != "packed":
            continue  # a job a byte takes its time
        assert scan(path) == list(iterate_records(path)), name
    everything = [one for path in files.values() for one in iterate_records(path)]
    assert size == 1 or scan(*files.values()) == everything


def test_what_a_page_holds_is_never_taken_for_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = make_files(tmp_path)
    monkeypatch.setattr(spans, "SPAN", 64)
    for name in ("fakes in a plain file", "fakes in a packed file"):
        targets = [one.target for one in scan(files[name])]
        assert targets == [f"http://e.my399.com/{at}" for at in range(20)]
        # The guess of a worker alone would have.
        parts = [spans.read_part(read, Span(files[name], begin, begin + 64)) for begin in range(0, 4000, 64)]
        assert any("/100" in item.result.target for part in parts for item in part.items)
