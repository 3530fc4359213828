"""Lists in both dialects of CDX, and Common Crawl's records out of ranges of its files."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.errors import OptionsError
from harbincrawl.rescue.cdx import ListFormatError, parse_answer, parse_indexes, parse_pages, read_moment
from tests.rescue.test_rescue import verify
from tests.support.crawling import ask
from tests.support.other_archives import CommonCrawlFace, digest, serve_face
from tests.support.rescue_cases import Past, check_wordings, make_past, run_rescue, small_past
from tests.support.warc_cases import make_record, make_response

HEAD = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = ["com,my399,e)/news", "20140501020304", "http://e.my399.com/news/", "text/html", "200", "A" * 32, "512"]
LINE = {
    "urlkey": "com,my399,e)/news", "timestamp": "20140501020304", "url": "http://e.my399.com/news/",
    "mime": "text/html", "status": "200", "digest": f"sha1:{'A' * 32}", "length": "512",
    "offset": "7", "filename": "a.warc.gz",
}  # fmt: skip


def test_both_dialects_say_the_same() -> None:
    arrays = parse_answer(json.dumps([HEAD, ROW, [], ["com%2Cmy399+2014"]]).encode())
    lines = parse_answer(f"{json.dumps(LINE)}\n{json.dumps(LINE)}\n".encode())
    (one,), two = arrays.rows, lines.rows[0]
    assert (one.original, one.timestamp, one.status, one.digest, one.length) == (
        "http://e.my399.com/news/", "20140501020304", 200, "A" * 32, 512,
    )  # fmt: skip
    assert (two.original, two.timestamp, two.status, two.digest, two.length) == (
        one.original, one.timestamp, one.status, one.digest, one.length,
    )  # fmt: skip
    assert (arrays.resume, lines.resume, two.place, lines.count) == ("com%2Cmy399+2014", None, "7 a.warc.gz", 2)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>sorry</html>", b'[["urlkey","times', b'{"url": "x"', b'[1, 2]', b'[["a"],["b"]]',
        b'{"error": "blocked"}', json.dumps([HEAD, ROW[:3]]).encode(),
        b"\xff\xfe", b"[" * 100_000, b'"text"', b'[["timestamp", 1], ["a"]]',
        json.dumps(LINE).encode() + b"\n5", json.dumps(LINE).encode() + b"\n[1]",
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(ListFormatError):
        parse_answer(body)


def test_rows_that_cannot_be_addresses_are_passed_over() -> None:
    bad: list[dict[str, Any]] = [
        LINE | {"url": "http://e.my399.com/\x00"}, LINE | {"timestamp": "2014-05-01"}, LINE | {"url": "x" * 3000},
        LINE | {"url": 7}, LINE | {"timestamp": ""},
    ]  # fmt: skip
    answer = parse_answer("\n".join(map(json.dumps, [LINE, *bad])).encode())
    assert (len(answer.rows), answer.count) == (1, 6)


@given(st.one_of(st.binary(max_size=300), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*HEAD, *LINE]), inner, max_size=5),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_any_answer_is_rows_or_refused(body: bytes) -> None:
    try:
        for row in parse_answer(body).rows:
            assert row.original and row.timestamp.isdigit()
    except ListFormatError:
        pass
    for parse in (parse_indexes, parse_pages):
        with suppress(ListFormatError):
            parse(body)


@pytest.mark.parametrize(
    ("digits", "is_date"),
    [("20140501020304", True), ("20140001020304", False), ("20000008241731", False), ("2014", False)],
)
def test_digits_that_are_no_date_are_no_moment(digits: str, is_date: bool) -> None:
    assert (read_moment(digits) is not None) == is_date


def make_face(past: Past, *, truncated: str | None = None, wrong: str | None = None) -> CommonCrawlFace:
    """The captures of `past` in two WARC files, each in an index of its own."""
    files: dict[str, bytes] = {}
    indexes: dict[str, list[dict[str, str]]] = {"CC-MAIN-2024-26": [], "CC-MAIN-2025-05": []}
    for at, held in enumerate(past.face.held):
        name = list(indexes)[at % 2]
        file = f"crawl-data/{name}/segments/1.2/warc/part-0.warc.gz"
        stamp = held.timestamp
        written = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
        fields = (("WARC-Truncated", "length"),) if held.original == truncated else ()
        block = make_response(held.body, *(f"{key}: {value}" for key, value in held.fields))
        record = make_record(block, target=held.original, packed=False, fields=fields)
        record = gzip.compress(record.replace(b"2024-05-06T07:08:09Z", written.encode()))
        files.setdefault(file, b"")
        row = {
            "urlkey": held.row[0], "timestamp": "20240101000000" if held.original == wrong else stamp,
            "url": held.original, "mime": "text/html", "status": "200", "digest": digest(held.body),
            "length": str(len(record)), "offset": str(len(files[file])), "filename": file,
        }  # fmt: skip
        files[file] += record
        indexes[name].append(row)
    return CommonCrawlFace(files, indexes)


def test_ranges_come_home_as_the_records_that_they_are(tmp_path: Path) -> None:
    past = make_past(stories=10, rounds=2)
    face = make_face(past)
    with serve_face(face) as url:
        report = run_rescue(tmp_path, url, named="commoncrawl")
        assert (report.exit_code, report.left) == (0, 0)
        check_wordings(tmp_path, past)
        asked = len(face.asked)
        again = run_rescue(tmp_path, url, named="commoncrawl")
    assert again.fetched == 0 and not [path for path in face.asked[asked:] if "crawl-data" in path]
    assert ask(tmp_path, "SELECT DISTINCT source FROM captures") == [("commoncrawl",)]
    verify(tmp_path)


def test_one_index_alone_and_one_that_is_none(tmp_path: Path) -> None:
    past = make_past(stories=6, rounds=1)
    face = make_face(past)
    with serve_face(face) as url:
        report = run_rescue(tmp_path, url, named="commoncrawl", crawls=("CC-MAIN-2025-05",))
        assert report.found == len(face.indexes["CC-MAIN-2025-05"])
        with pytest.raises(OptionsError, match="CC-MAIN-1999-01"):
            run_rescue(tmp_path, url, named="commoncrawl", crawls=("CC-MAIN-1999-01",))


def test_what_was_cut_when_it_was_captured_or_is_another_capture_is_refused(tmp_path: Path) -> None:
    past = small_past()
    one, two = [story for story in past.twin.stories.values() if story.page_count == 1][:2]
    past.capture(one.number)
    past.pass_days(1)
    past.capture(two.number)
    held = past.face.held
    face = make_face(past, truncated=held[0].original, wrong=held[1].original)
    with serve_face(face) as url:
        report = run_rescue(tmp_path, url, named="commoncrawl")
    assert sorted(each["class"] for each in report.failures) == ["damaged", "other"]
    assert ask(tmp_path, "SELECT * FROM articles") == []


def test_what_two_archives_kept_is_one_history(tmp_path: Path) -> None:
    past = small_past()
    story = next(story for story in past.twin.stories.values() if story.page_count == 1)
    past.capture(story.number)
    past.pass_days(50)
    story.title = "A heading that was written later"
    past.twin.box = 1
    past.capture(story.number)
    common = Past(past.twin, said=past.said, moment=past.moment + timedelta(days=50))
    common.face.add(past.face.held[0].original, common.moment, past.face.held[0].body, fields=past.face.held[0].fields)
    past.said[story.number].append(past.said[story.number][0])
    with serve_face(past.face) as url, serve_face(make_face(common)) as other:
        run_rescue(tmp_path, url)
        run_rescue(tmp_path, other, named="commoncrawl")
    check_wordings(tmp_path, past)
    rows = ask(tmp_path, "SELECT source FROM captures ORDER BY fetched_at")
    assert rows == [("wayback",), ("wayback",), ("commoncrawl",)]
    verify(tmp_path)
