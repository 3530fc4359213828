"""Taking records out of a WARC file for good."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from harbincrawl.errors import DamagedError, RemovedError, WarcError
from harbincrawl.warc.reader import read_record
from harbincrawl.warc.rewrite import MovedFile, RecordFields, rewrite
from harbincrawl.warc.writer import CapturePlace, RecordPlace
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
    with make_writer(folder) as writer:
        places = [writer.write(make_exchange(f"{ADDRESS}?{n}", PAGE + b"page %d" % n)) for n in range(3)]
    return folder / places[0].file, places


def drop_second(meta: RecordFields, block: bytes) -> str | None:  # noqa: ARG001 - the shape of a Drop
    return "asked for\r\nby law" if meta.target == f"{ADDRESS}?1" else None


def test_a_dropped_record_leaves_a_notice_and_no_text(tmp_path: Path) -> None:
    path, places = write_three(tmp_path)
    moved = rewrite(path, tmp_path / "new.warc.gz", drop_second, now=lambda: MOMENT)
    records = read_warcio(tmp_path / "new.warc.gz")
    kinds = ["warcinfo", "request", "response", "metadata", "metadata", "request", "response"]
    assert [record[0] for record in records] == kinds
    assert b"page 1" not in gzip.decompress((tmp_path / "new.warc.gz").read_bytes())
    assert b"removed: asked for by law\r\nremoved-type: response\r\n" in records[4][3]
    with pytest.raises(RemovedError, match="asked for by law"):
        read_record(tmp_path, "new.warc.gz", moved[places[1].offset])
    assert list(verify_records(tmp_path / "new.warc.gz")) == []


def test_kept_records_are_the_same_bytes_at_their_new_offsets(tmp_path: Path) -> None:
    path, places = write_three(tmp_path)
    moved = rewrite(path, tmp_path / "new.warc.gz", drop_second, now=lambda: MOMENT)
    assert moved[places[0].offset] == places[0].offset
    assert moved[places[2].offset] != places[2].offset
    for number in (0, 2):
        stored = read_record(tmp_path, "new.warc.gz", moved[places[number].offset])
        assert (stored.target, stored.body) == (f"{ADDRESS}?{number}", PAGE + b"page %d" % number)
    old, new = path.read_bytes(), (tmp_path / "new.warc.gz").read_bytes()
    assert new.endswith(old[places[2].offset :])
    assert len(moved) == 7


def test_dropping_nothing_copies_the_file(tmp_path: Path) -> None:
    path, _ = write_three(tmp_path)
    moved = rewrite(path, tmp_path / "new.warc.gz", lambda _, __: None, now=lambda: MOMENT)
    assert (tmp_path / "new.warc.gz").read_bytes() == path.read_bytes()
    assert all(old == new for old, new in moved.items())


def test_a_drop_sees_type_digest_original_and_payload(tmp_path: Path) -> None:
    with make_writer(tmp_path) as writer:
        first = writer.write(make_exchange())
        writer.write(make_exchange(f"{ADDRESS}?again"))
    seen: list[tuple[RecordFields, bytes]] = []
    rewrite(tmp_path / first.file, tmp_path / "new.warc.gz", lambda *each: seen.append(each), now=lambda: MOMENT)
    assert [meta.type for meta, _ in seen] == ["request", "response", "request", "revisit"]
    assert (seen[1][0].digest, seen[1][1].endswith(PAGE)) == (first.digest, True)
    refers = seen[3][0].refers
    assert refers is not None
    assert (refers.target, refers.digest) == (ADDRESS, first.digest)


def test_a_damaged_file_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    path, places = write_three(tmp_path)
    data = bytearray(path.read_bytes())
    data[places[1].offset + 50] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="damaged file is not rewritten"):
        rewrite(path, tmp_path / "new.warc.gz", drop_second, now=lambda: MOMENT)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_is_not_one_member_a_record_is_refused(tmp_path: Path, packed: bool) -> None:
    plain = make_record(make_response(), packed=False) * 2
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(plain) if packed else plain)
    with pytest.raises(WarcError, match="one gzip member per record"):
        rewrite(path, tmp_path / "new.warc.gz", drop_second, now=lambda: MOMENT)
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_rewrite_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = write_three(tmp_path)
    before = path.read_bytes()

    def fail(fd: int) -> None:  # noqa: ARG001 - the signature of os.fsync
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WarcError, match="nothing was changed") as caught:
        rewrite(path, path, drop_second, now=lambda: MOMENT)
    assert caught.value.exit_code == 8
    assert path.read_bytes() == before


def test_revisits_follow_their_original_to_its_new_place(tmp_path: Path) -> None:
    with make_writer(tmp_path) as writer:
        dropped = writer.write(make_exchange(f"{ADDRESS}?1", PAGE + b"other"))
        first = writer.write(make_exchange(ADDRESS))
        writer.write(make_exchange(f"{ADDRESS}?again"))
    with make_writer(tmp_path, find_original=lambda _: RecordPlace(first.file, first.offset)) as writer:
        later = writer.write(make_exchange(f"{ADDRESS}?later"))
    assert later.kind == "revisit"
    moved = rewrite(tmp_path / first.file, tmp_path / "a-p1.warc.gz", drop_second, now=lambda: MOMENT)
    files = {first.file: MovedFile("a-p1.warc.gz", moved)}
    keep_all = rewrite(
        tmp_path / later.file, tmp_path / "b-p1.warc.gz", lambda _, __: None, now=lambda: MOMENT, moved=files
    )
    for name in (first.file, later.file):
        (tmp_path / name).unlink()
    assert dropped.offset < first.offset
    stored = read_record(tmp_path, "b-p1.warc.gz", keep_all[later.offset])
    assert (stored.type, stored.body) == ("revisit", PAGE)
    within = [record for record in read_warcio(tmp_path / "a-p1.warc.gz") if record[0] == "revisit"]
    assert within[0][1]["warc-refers-to-filename"] == "a-p1.warc.gz"
    assert int(within[0][1]["warc-refers-to-file-offset"]) == moved[first.offset]
    for name in ("a-p1.warc.gz", "b-p1.warc.gz"):
        assert list(verify_records(tmp_path / name)) == []
