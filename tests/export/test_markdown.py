"""Articles as Markdown files: facts in front, the text as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harbincrawl.errors import DestinationError
from harbincrawl.export.formats.markdown import _write_pictures, escape
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from tests.support.export_cases import hard_archive, stored_records


def test_an_article_is_a_file_with_its_record_in_front(tmp_path: Path) -> None:
    folder = hard_archive(tmp_path / "archive")
    run_job(folder, ExportJob(str(tmp_path / "notes"), format="markdown"))
    assert sorted(path.relative_to(tmp_path / "notes").as_posix() for path in (tmp_path / "notes").glob("*/*")) == [
        "2013/2013-05-09-201.md",
        "2014/2014-01-02-202.md",
        "2020/2020-02-20-203.md",
        "2020/2020-03-01-204.md",
        "undated/undated-205.md",
    ]
    _, front, text = (tmp_path / "notes/2014/2014-01-02-202.md").read_text().split("---\n", 2)
    found = {name: json.loads(value) for name, _, value in (line.partition(": ") for line in front.splitlines())}
    wanted = next(record for record in stored_records(folder) if record["id"] == "harbin-today:202")
    assert found == {name: value for name, value in wanted.items() if name != "body"}
    assert (
        "\n# Ice 🧊 and 雪 – “quoted”\n\nFirst paragraph.\n\n\\- a list, it seems\n\n\\# no heading\n\n2020\\. A year"
        in text
    )
    assert '![图片10.jpg](<http://e.my399.com/i/图片10.jpg>)\nA "view" \\[Photo/VCG\\]\n' in text


@pytest.mark.parametrize(
    ("text", "shown"), [("5 items", "5 items"), ("1) one", "1\\) one"), ("a*b_c", "a\\*b\\_c"), ("+ more", "\\+ more")]
)
def test_text_stays_text(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_addresses_and_captions_of_pictures_stay_what_they_are() -> None:
    image = {"file_name": "a]b", "url": "http://e.my399.com/a> b\\(c).jpg", "caption": "one\n# two", "credit": None}
    (shown,) = _write_pictures([image])
    assert shown == "![a\\]b](<http://e.my399.com/a%3E%20b%5C(c).jpg>)\none # two"


def test_no_line_of_a_text_becomes_a_heading_or_a_list() -> None:
    assert escape("one\n# two\n- three") == "one\n\\# two\n\\- three"


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    folder = hard_archive(tmp_path / "archive")
    with pytest.raises(DestinationError, match=r"contains articles\.db"):
        run_job(folder, ExportJob(str(folder), format="markdown"))
