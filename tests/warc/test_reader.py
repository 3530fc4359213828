"""Reading captures of the archive back, and refusing what is none or was changed."""

from __future__ import annotations

import base64
import gzip
import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import (
    DamagedError,
    TooLargeError,
    UndecodableError,
    WarcError,
)
from harbincrawl.warc import inventory, reader
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reader import read_record
from tests.support.warc_cases import (
    ADDRESS,
    PAGE,
    make_exchange,
    make_record,
    make_response,
    make_writer,
    sha1,
    verify_records,
)

FILE = "a.warc.gz"


def store(folder: Path, *records: bytes, file: str = FILE) -> list[int]:
    """Writes `records` as a file and gives their offsets."""
    (folder / file).write_bytes(b"".join(records))
    return [sum(map(len, records[:number])) for number in range(len(records))]


def make_revisit(
    digest: str = "", *, place: tuple[str, int] | None = (FILE, 0), head: bytes = make_response(b"")
) -> bytes:
    fields = [("WARC-Refers-To-Target-URI", ADDRESS), ("WARC-Refers-To-Date", "2024-05-06T07:08:09Z")]
    if place is not None:
        fields += [("WARC-Refers-To-Filename", place[0]), ("WARC-Refers-To-File-Offset", str(place[1]))]
    return make_record(head, kind="revisit", fields=(*fields, ("WARC-Payload-Digest", digest or sha1(PAGE))))


def test_a_missing_file_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WarcError, match="no such file"):
        read_record(tmp_path, FILE, 0)
    for content in (b"no warc at all, only text", gzip.compress(b"<html>\r\n\r\n"), b"\x1f\x8b\x08"):
        store(tmp_path, content)
        with pytest.raises(DamagedError):
            read_record(tmp_path, FILE, 0)


def test_flipped_bytes_never_give_a_page(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(make_exchange())
    path = tmp_path / place.file
    whole = path.read_bytes()
    unpacked = gzip.decompress(whole)
    for at in range(place.offset, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        try:
            stored = read_record(tmp_path, place.file, place.offset)
        except WarcError:
            continue
        assert stored.body == PAGE, at
        # Only what says nothing may change unnoticed: the gzip head's own fields, and the bits that fill up the last
        # byte of the packed data, right before the checksum and the length.
        assert at < place.offset + 10 or (at == len(whole) - 9 and gzip.decompress(path.read_bytes()) == unpacked)


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED", 1_000_000)
    bomb = gzip.compress(bytes(50_000_000))
    store(tmp_path, make_record(make_response(bomb, "Content-Encoding: gzip")))
    with pytest.raises(TooLargeError, match="unpack to more than the 1000000 allowed"):
        read_record(tmp_path, FILE, 0)
    store(tmp_path, make_record(make_response(bytes(2_000_000))))
    with pytest.raises(TooLargeError, match="more than the allowed 1000000"):
        read_record(tmp_path, FILE, 0)


def test_a_body_that_is_not_what_it_says_is_named(tmp_path: Path) -> None:
    store(tmp_path, make_record(make_response(gzip.compress(PAGE)[:-9], "Content-Encoding: gzip")))
    with pytest.raises(UndecodableError, match="gzip body is incomplete"):
        read_record(tmp_path, FILE, 0)


@pytest.mark.parametrize("head", [b"", b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\n\r\n'], ids=["none", "its own"])
def test_a_304_is_read_with_and_without_a_head(tmp_path: Path, head: bytes) -> None:
    packed = gzip.compress(PAGE)
    answer = make_response(packed, "Content-Encoding: gzip")
    digest = ("WARC-Payload-Digest", sha1(packed))
    _, second = store(tmp_path, make_record(answer, fields=(digest,)), make_revisit(sha1(packed), head=head))
    stored = read_record(tmp_path, FILE, second)
    assert (stored.type, stored.payload, stored.body) == ("revisit", packed, PAGE)
    assert stored.http_status == (304 if head else 200)
    assert find_field(stored.http_headers, "Content-Encoding") == (None if head else "gzip")


@pytest.mark.parametrize("place", [None, (FILE, 0), (FILE, 7), ("gone.warc.gz", 0), ("../x.warc.gz", 0), "itself"])
def test_a_revisit_whose_original_is_not_where_it_says_is_named(tmp_path: Path, place: Any) -> None:
    other = make_record(make_response(b"other"), fields=(("WARC-Payload-Digest", sha1(b"other")),))
    named = (FILE, len(other)) if place == "itself" else place
    _, second = store(tmp_path, other, make_revisit(place=named))
    with pytest.raises(WarcError, match=ADDRESS):
        read_record(tmp_path, FILE, second)


@pytest.mark.parametrize("field", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_a_payload_that_was_changed_under_its_digest_is_named(tmp_path: Path, field: str) -> None:
    block = make_response()
    digest = sha1(block if field == "WARC-Block-Digest" else PAGE)
    record = make_record(block, fields=((field, digest),), packed=False)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(record))
    assert list(verify_records(path)) == []
    path.write_bytes(gzip.compress(record.replace(b"childcare", b"childwear")))
    (broken,) = verify_records(path)
    assert (broken.offset, digest in (broken.fault or "")) == (0, True)


def test_an_answer_that_is_too_large_to_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, make_record(make_response()))
    monkeypatch.setattr(inventory, "MAX_UNPACKED", 10)
    (broken,) = verify_records(tmp_path / FILE)
    assert "more than the allowed 10" in (broken.fault or "")


def test_digests_of_other_tools_are_understood(tmp_path: Path) -> None:
    raw = hashlib.sha256(PAGE).digest()
    path = tmp_path / "a.warc"
    forms = [
        f"sha-256:{raw.hex()}",
        f"SHA256:{base64.b32encode(raw).decode()}",
        f"sha256:{base64.b64encode(raw).decode()}",
        f"md5:{hashlib.md5(PAGE, usedforsecurity=False).hexdigest()}",
        "blake3:unknown",
    ]
    for form in forms:
        path.write_bytes(make_record(make_response(), fields=(("WARC-Payload-Digest", form),), packed=False))
        assert list(verify_records(path)) == [], form
    path.write_bytes(make_record(make_response(), fields=(("WARC-Payload-Digest", forms[0][:-1] + "x"),)))
    assert len(list(verify_records(path))) == 1


def test_the_torn_end_of_a_file_is_broken_unless_it_is_still_written(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    place = writer.write(make_exchange())
    path = tmp_path / f"{place.file}.open"
    assert list(verify_records(path)) == []
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert list(verify_records(path)) == []
    writer.close()
    (broken,) = verify_records(tmp_path / place.file)
    assert (broken.file, broken.offset) == (place.file, place.offset)
    assert broken.fault is not None
