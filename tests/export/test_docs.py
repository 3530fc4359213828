"""docs/export.md and docs/python.md cannot lie: tables are those of the code, the example runs."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from harbincrawl.export.fields import FEATURE_NAMES, PARTS, profile_fields
from harbincrawl.export.formats.table import ENDINGS
from harbincrawl.fields import Field
from tests.support.archives import build_archive

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "export.md"
ARTICLES = [
    {"number": 5370, "created": "2020-09-23", "title": "Harbin, Russia trade index launched", "body": "An index."},
    {
        "number": 7001,
        "created": "2024-01-05",
        "title": "Ice festival opens",
        "body": ["The ice festival opened on Friday.", "It is cold."],
        "images": [{"url": "http://e.my399.com/1.jpg", "caption": "A lantern of ice"}],
        "source": "Xinhua",
    },
    {"number": 7002, "created": "2024-02-01", "title": "Spring", "section_path": "gallery", "body": None},
]


def table(fields: tuple[Field, ...]) -> str:
    lines = ["| field | kind | meaning |", "| --- | --- | --- |"]
    for field in fields:
        lines.append(f"| `{field.name}` | {field.kind} | {field.meaning} |")
        lines += [
            f"| `{field.name}.{part.name}` | {part.kind} | {part.meaning} |" for part in PARTS.get(field.kind, ())
        ]
    return "\n".join(lines)


@pytest.mark.parametrize("mark", ["fields", "features"])
def test_the_tables_are_those_of_the_code(mark: str) -> None:
    fields = profile_fields("full")
    if mark == "features":
        fields = tuple(field for field in profile_fields("features") if field.name in FEATURE_NAMES)
    found = re.search(rf"<!-- {mark} -->\n\n(.*?)\n\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == table(fields)


def test_every_ending_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = {"jsonl": ".jsonl", "csv": ".csv", "parquet": ".parquet", "db": ".db", "wacz": ".wacz"}
    assert all(f"| `{names[name]}` |" in text for name in ENDINGS.values())


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_archive(tmp_path / "archive", ARTICLES)
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(DOCS / "python.md"), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert tried > 5
    assert failed == 0
