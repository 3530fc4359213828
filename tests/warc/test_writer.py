"""What the writer puts on disk, revisits too, as its own reader and warcio see it."""

from __future__ import annotations

import errno
import gzip
import os
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from harbincrawl.errors import WarcFullError
from harbincrawl.warc.heads import digest_of, find_field
from harbincrawl.warc.reader import read_record
from tests.support.families import examples
from tests.support.warc_cases import ADDRESS, PAGE, make_304, make_exchange, make_writer, read_warcio


def test_a_capture_is_a_warcinfo_a_request_and_a_response(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(make_exchange(ADDRESS + "?a=1&b=%E5"))
    (info, asked, answered) = read_warcio(tmp_path / place.file)
    assert [info[0], asked[0], answered[0]] == ["warcinfo", "request", "response"]
    assert info[1]["warc-filename"] == place.file
    assert b"software: harbincrawl\r\n" in info[3]
    assert asked[2].statusline == "/news/2024-05-06/7200.html?a=1&b=%E5 HTTP/1.1"
    assert asked[2].get_header("Host") == "e.my399.com"
    assert asked[1]["warc-concurrent-to"] == answered[1]["warc-record-id"]
    assert answered[1]["warc-target-uri"] == ADDRESS + "?a=1&b=%E5"
    assert answered[1]["warc-date"] == "2024-05-06T07:08:09Z"
    assert answered[1]["warc-ip-address"] == "192.0.2.7"
    assert answered[1]["warc-payload-digest"] == place.digest == digest_of(PAGE)
    assert answered[3] == PAGE


def test_a_file_is_open_until_closed_and_rows_may_use_its_final_name(tmp_path: Path) -> None:
    writer = make_writer(tmp_path)
    place = writer.write(make_exchange())
    writer.sync()
    assert [path.name for path in tmp_path.iterdir()] == [f"{place.file}.open"]
    assert read_record(tmp_path, place.file, place.offset).body == PAGE
    writer.close()
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [place.file]
    assert read_record(tmp_path, place.file, place.offset).body == PAGE


def test_sync_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = make_writer(tmp_path)
    place = writer.write(make_exchange())
    synced: list[str] = []
    real = os.fsync

    def note(fd: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
        real(fd)

    monkeypatch.setattr(os, "fsync", note)
    writer.sync()
    assert synced == [str(tmp_path / f"{place.file}.open")]
    writer.close()
    assert synced[-1] == str(tmp_path)


def test_files_rotate_before_they_exceed_their_size(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path, max_bytes=6_000)) as writer:
        places = [writer.write(make_exchange(f"{ADDRESS}?{n}", os.urandom(1_500))) for n in range(9)]
    files = sorted(tmp_path.iterdir())
    assert len(files) > 2
    assert all(path.stat().st_size <= 6_000 for path in files)
    assert all(read_warcio(path)[0][0] == "warcinfo" for path in files)
    assert {place.file for place in places} == {path.name for path in files}
    for number, place in enumerate(places):
        assert read_record(tmp_path, place.file, place.offset).target == f"{ADDRESS}?{number}"


def test_secrets_never_reach_the_disk(tmp_path: Path) -> None:
    asked = [("Cookie", "SECRET"), ("authorization", "SECRET"), ("Proxy-Authorization", "SECRET")]
    asked += [("X", "1"), ("X", "2")]
    answered = [("Set-Cookie", "SECRET"), ("SET-COOKIE2", "SECRET"), ("Via", "a"), ("Via", "b")]
    asked.append(("Referer", "http://user:SECRET@e.my399.com/"))
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(
            make_exchange("http://user:SECRET@e.my399.com/a#SECRET", request_headers=asked, response_headers=answered)
        )
    assert b"SECRET" not in gzip.decompress((tmp_path / place.file).read_bytes())
    _, request, response = read_warcio(tmp_path / place.file)
    assert [value for name, value in request[2].headers if name == "X"] == ["1", "2"]
    assert [value for name, value in response[2].headers if name == "Via"] == ["a", "b"]
    assert response[1]["warc-target-uri"] == "http://e.my399.com/a"


@pytest.mark.parametrize("given", [("Content-Length", "5"), ("Transfer-Encoding", "chunked")])
def test_a_field_that_is_not_true_of_the_stored_payload_is_renamed(tmp_path: Path, given: tuple[str, str]) -> None:
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(make_exchange(response_headers=[("A", "b"), given, ("C", "d")]))
    stored = read_record(tmp_path, place.file, place.offset)
    assert stored.http_headers == (("A", "b"), (f"X-Archive-Orig-{given[0]}", given[1]), ("C", "d"))
    assert stored.body == PAGE


def test_an_http_2_answer_is_a_legal_block_and_says_what_was_spoken(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(make_exchange(protocol="h2"))
    _, request, response = read_warcio(tmp_path / place.file)
    assert response[1]["warc-protocol"] == "h2"
    assert response[2].protocol == "HTTP/1.1"
    assert request[2].statusline.endswith(" HTTP/1.1")


def test_no_value_can_add_a_field_or_a_record(tmp_path: Path) -> None:
    evil = "a\r\nInjected: yes\r\n\r\nWARC/1.1\r\n\x00"
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(
            make_exchange(
                f"http://e.my399.com/{evil}",
                request_headers=[(evil, evil)],
                response_headers=[(evil, evil)],
                reason=evil,
                ip=evil,
                method=evil,
                truncated=evil,
                protocol=evil,
            )
        )
    records = read_warcio(tmp_path / place.file)
    assert [record[0] for record in records] == ["warcinfo", "request", "response"]
    for _, fields, http, _ in records[1:]:
        assert "injected" not in fields
        assert http.get_header("Injected") is None
    assert read_record(tmp_path, place.file, place.offset).body == PAGE


def test_a_full_disk_costs_the_last_record_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = make_writer(tmp_path)
    first = writer.write(make_exchange())
    real = os.write

    def write(fd: int, data: memoryview) -> int:
        if len(data) > 300:
            return real(fd, data[:300])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(WarcFullError) as caught:
        writer.write(make_exchange(body=os.urandom(1_000)))
    assert caught.value.exit_code == 8
    monkeypatch.setattr(os, "write", real)
    last = writer.write(make_exchange(ADDRESS + "?last", b"last"))
    writer.close()
    assert len(read_warcio(tmp_path / first.file)) == 5
    assert read_record(tmp_path, last.file, last.offset).body == b"last"


_NAMES = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_!", min_size=1, max_size=20).map(lambda name: f"X-{name}")


_VALUES = st.text(st.characters(max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=60).map(
    lambda value: value.strip(" \t")
)


@examples(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(st.tuples(_NAMES, _VALUES), max_size=8), body=st.binary(max_size=3_000), coded=st.booleans())
def test_any_headers_and_body_come_back(
    tmp_path: Path, fields: list[tuple[str, str]], body: bytes, coded: bool
) -> None:
    given_fields = [*fields, ("Content-Length", str(len(body)))]
    if coded:
        given_fields.append(("Content-Encoding", "identity"))
    with closing(make_writer(tmp_path)) as writer:
        place = writer.write(make_exchange(body=body, response_headers=given_fields))
    stored = read_record(tmp_path, place.file, place.offset)
    assert stored.http_headers == tuple(given_fields)
    assert stored.payload == stored.body == body
    assert read_warcio(tmp_path / place.file)[-1][3] == body


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
