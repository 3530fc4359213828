"""A database of a stranger has anything in any column: Python gives what can be, or one clear error."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import Archive, Rows, open_archive
from harbincrawl.archive.database.forms import ALL_FORMS
from harbincrawl.errors import HarbincrawlError
from tests.support.archives import build_archive
from tests.support.families import sample
from tests.support.hostile_archives import VALUES, spoil_column

TABLES = ("articles", "revisions", "captures", "duplicates", "images", "facts")
COLUMNS = [(table, column) for table in TABLES for column in ALL_FORMS[table][1]]
WORST = [("articles", "key"), ("articles", "number")]
"""Days and copies hang on these."""
ASKED: dict[str, Callable[[Archive], Any]] = {
    "articles": lambda archive: [article.at("2024") for article in archive],
    "records": lambda archive: list(archive.records()),
    "search": lambda archive: archive.search("owl"),
    "stats": lambda archive: archive.stats(["section", "year"]),
    "captures": lambda archive: archive.captures(),
    "shown": lambda archive: [one.captures() for hit in archive.search("", limit=3) for one in hit.revisions()],
    "revisions": lambda archive: archive.revisions(),
    "edits": lambda archive: archive.edits(),
    "duplicates": lambda archive: archive.duplicates(),
    "concordance": lambda archive: archive.concordance("owl"),
    "passages": lambda archive: archive.passages(least=6),
    "repr": repr,
}


def build(folder: Path) -> Path:
    """An archive with a wording, a response, a picture and a copy for every other article."""
    numbers = range(1, len(VALUES) * 3 // 2)
    image = {"url": "http://e.my399.com/i.jpg", "caption": "An owl", "credit": "Xinhua", "file_name": "i.jpg"}
    articles = [
        {"number": number, "revision": 2, "title": f"Owl {number}", "body": "The owl and the otter.", "images": [image],
         "capture": {"warc": "harbincrawl-20240601080000-00000.warc.gz", "offset": number}}
        for number in numbers
    ]  # fmt: skip
    revisions = [{"number": number, "revision": 1, "title": f"Otter {number}"} for number in numbers]
    copies = [(number, number - 1, 0.9, "near") for number in numbers if number % 2 == 0]
    return build_archive(folder, articles, revisions=revisions, duplicates=copies)


def ask_all(archive: Archive) -> set[str]:
    """What was answered; the others raised an error of ours."""
    answered = set()
    for name, ask in ASKED.items():
        try:
            found = ask(archive)
            if isinstance(found, Rows):
                found.to_arrow()
        except HarbincrawlError as error:
            assert "\n" not in str(error)
        else:
            answered.add(name)
    return answered


def test_an_honest_archive_answers_everything(tmp_path: Path) -> None:
    with open_archive(build(tmp_path)) as archive:
        assert ask_all(archive) == set(ASKED)
        assert len(archive.captures()) == len(archive.edits()) == len(archive) == len(VALUES) * 3 // 2 - 1


@pytest.mark.parametrize(("table", "column"), [*WORST, *sample([each for each in COLUMNS if each not in WORST], 15)])
def test_any_value_in_any_column_is_left_out_or_said(tmp_path: Path, table: str, column: str) -> None:
    archive = build(tmp_path)
    assert spoil_column(archive, table, column) or table == "facts"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            opened = open_archive(archive)
        except HarbincrawlError:
            return
        with opened:
            answered = ask_all(opened)
    if table != "facts":
        assert answered == set(ASKED)
