"""Why records are read and written by code of our own: what the field's library makes of the same files and heads."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harbincrawl.warc.records import Damage, read_members
from tests.support.warc_cases import ADDRESS, PAGE, make_exchange, make_writer, read_warcio


def test_a_cut_file_is_whole_to_warcio(tmp_path: Path) -> None:
    with make_writer(tmp_path) as writer:
        path = tmp_path / writer.write(make_exchange()).file
    path.write_bytes(path.read_bytes()[:-12])
    # The last record lacks its checksum, and so any proof that it is what was written.
    assert [kind for kind, *_ in read_warcio(path)] == ["warcinfo", "request", "response"]
    assert isinstance(list(read_members(path))[-1], Damage)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("caf\xe9", b"X-Name: caf%C3%A9\r\n"),  # the bytes that the server sent are gone
        ("a\r\nInjected: yes", b"X-Name: a\r\nInjected: yes\r\n"),  # a field that no server sent
    ],
)
def test_warcio_does_not_write_a_head_as_it_was_sent(value: str, written: bytes) -> None:
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    head = StatusAndHeaders("200 OK", [("X-Name", value)], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(ADDRESS, "response", io.BytesIO(PAGE), len(PAGE), http_headers=head))
    assert written in gzip.decompress(file.getvalue())
