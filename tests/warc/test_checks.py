"""Digests that agree, and those that do not."""

from __future__ import annotations

import base64
import gzip
import hashlib
from pathlib import Path

import pytest

from harbincrawl.warc import inventory
from tests.support.warc_cases import (
    PAGE,
    make_exchange,
    make_record,
    make_response,
    make_writer,
    sha1,
    verify_records,
)


@pytest.fixture(params=["in memory", "in pieces"], autouse=True)
def read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are read whole, or as those that are too large for that."""
    if request.param == "in pieces":
        monkeypatch.setattr(inventory, "MAX_UNPACKED", 0)


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
