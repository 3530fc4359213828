"""Keys, lines and order of the index."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.warc.index import index_file, make_key
from tests.support.warc_cases import ADDRESS, make_304, make_exchange, make_record, make_response, make_writer


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://e.my399.com/news/2024-05-06/7200.html", "com,my399,e)/news/2024-05-06/7200.html"),
        ("https://www.my399.com:443/News/?b=2&a=1&a", "com,my399)/news?a&a=1&b=2"),
        ("http://e.my399.com", "com,my399,e)/"),
        ("http://e.my399.com/a//b/../%257Ec%2F?x=%41", "com,my399,e)/a/~c?x=a"),
        ("http://127.0.0.1:8399/a/", "127.0.0.1:8399)/a"),
        ("http://e.my399.com/哈尔滨.jpg", "com,my399,e)/%e5%93%88%e5%b0%94%e6%bb%a8.jpg"),
    ],
)
def test_keys_are_surts(address: str, key: str) -> None:
    assert make_key(address) == key


def test_damage_and_records_of_no_use_to_a_replay_are_passed_over(tmp_path: Path) -> None:
    good = make_record(make_response())
    bad = [
        make_record(make_response(), target=None),
        make_record(make_response(), length=9_999),
        make_record(make_response(), target="http://e.my399.com:port/"),
        make_record(b"no http"),
    ]
    path = tmp_path / "a.warc.gz.open"
    path.write_bytes(b"".join([*bad, good]))
    ((line, end),) = index_file(path, "a.warc.gz")
    about = json.loads(line.split(" ", 2)[2])
    assert (about["url"], about["filename"], about["length"]) == (ADDRESS, "a.warc.gz", str(len(good)))
    assert end == path.stat().st_size == int(about["offset"]) + len(good)


def test_a_304_is_listed_as_a_capture_of_its_page_and_its_note_is_not(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        first = writer.write(make_exchange())
        writer.write(make_304(first))
    lines = [line for line, _ in index_file(tmp_path / first.file, first.file) if line]
    told = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert [(each["mime"], each.get("status"), each["digest"]) for each in told] == [
        ("text/html", "200", first.digest),
        ("warc/revisit", None, first.digest),
    ]
