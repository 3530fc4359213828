"""Payloads that are on record already: revisits of identical ones, and what a 304 confirms."""

from __future__ import annotations

import gzip
from contextlib import closing
from pathlib import Path

from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reader import read_record
from tests.support.warc_cases import ADDRESS, PAGE, make_304, make_exchange, make_writer, read_warcio


def test_a_payload_seen_before_is_a_revisit_of_the_first(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        first = writer.write(make_exchange())
        second = writer.write(make_exchange(ADDRESS + "?again"))
        third = writer.write(make_exchange(ADDRESS + "?more"))
    assert (first.kind, second.kind, third.kind) == ("response", "revisit", "revisit")
    assert first.digest == second.digest
    records = read_warcio(tmp_path / first.file)
    for record in (records[4], records[6]):
        assert record[1]["warc-profile"].endswith("/1.1/revisit/identical-payload-digest")
        assert record[1]["warc-refers-to-target-uri"] == ADDRESS
        assert record[1]["warc-refers-to-date"] == "2024-05-06T07:08:09Z"
        assert record[3] == b""
    stored = read_record(tmp_path, second.file, second.offset)
    assert (stored.type, stored.target, stored.body) == ("revisit", ADDRESS + "?again", PAGE)


def test_a_revisit_never_refers_to_a_revisit_nor_to_another_payload(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        other = writer.write(make_exchange(body=b"other"))
        writer.write(make_exchange())
        revisit = writer.write(make_exchange())
    for wrong in (revisit, other):
        with closing(make_writer(tmp_path, lambda _, wrong=wrong: (wrong.file, wrong.offset))) as writer:
            assert writer.write(make_exchange()).kind == "response"
    for file, offset in (("none.warc.gz", 0), (revisit.file, 5), ("../x.warc.gz", 0), (revisit.file, -1)):
        with closing(make_writer(tmp_path, lambda _, file=file, offset=offset: (file, offset))) as writer:
            assert writer.write(make_exchange()).kind == "response"


def test_empty_and_cut_bodies_are_nobodys_original(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        kinds = [writer.write(make_exchange(body=b"")).kind for _ in range(2)]
        kinds += [writer.write(make_exchange(truncated="disconnect")).kind for _ in range(2)]
        cut = writer.write(make_exchange(truncated="length"))
        kinds.append(writer.write(make_exchange()).kind)
    assert kinds == ["response"] * 5
    assert ("WARC-Truncated", "length") in read_record(tmp_path, cut.file, cut.offset).headers


def test_a_304_is_a_revisit_of_the_page_it_confirms(tmp_path: Path) -> None:
    body = gzip.compress(PAGE)
    with closing(make_writer(tmp_path)) as writer:
        first = writer.write(make_exchange(body=body, response_headers=[("Content-Encoding", "gzip")]))
    with closing(make_writer(tmp_path)) as writer:
        second = writer.write(make_304(first))
    assert (second.kind, second.digest) == ("revisit", first.digest)
    note, record = read_warcio(tmp_path / second.file)[2:4]
    assert record[1]["warc-profile"].endswith("/1.1/revisit/server-not-modified")
    assert record[1]["warc-refers-to-target-uri"] == ADDRESS
    # Without a block of its own it is replayed as the page; what the server said is beside it.
    assert record[1]["content-length"] == "0"
    assert (note[0], note[1]["warc-refers-to"]) == ("metadata", record[1]["warc-record-id"])
    assert note[1]["warc-target-uri"] == ADDRESS
    assert note[3] == b'httpStatusLine: HTTP/1.1 304 Not Modified\r\nhttpHeader: ETag: "7"\r\n'
    stored = read_record(tmp_path, second.file, second.offset)
    assert (stored.type, stored.http_status, stored.body) == ("revisit", 200, PAGE)
    assert find_field(stored.http_headers, "Content-Encoding") == "gzip"
