"""Common Crawl: real records out of ranges of its files, and what of them is refused."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from harbincrawl.errors import OptionsError
from tests.rescue.test_rescue import verify
from tests.support.crawling import ask
from tests.support.other_archives import CommonCrawlFace, digest, serve_face
from tests.support.rescue_cases import Past, check_wordings, make_past, run_rescue, small_past
from tests.support.warc_cases import make_record, make_response


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
