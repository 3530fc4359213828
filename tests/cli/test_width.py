"""What people read on a terminal of 80 columns: no line of a table is wider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harbincrawl.text import display_width
from tests.support.crawling import ask

Run = Callable[..., tuple[int, str, str]]
COLUMNS = 80
TABLES = (
    ("search", "the"), ("search", "the", "--facet", "section", "--facet", "source"),
    ("status",), ("stats",), ("trends", "the", "of", "--by", "month"), ("concordance", "the"),
    ("concordance", "the", "--sort", "left"), ("keywords", "snow OR ice OR metro"), ("similar", "{id}"),
    ("edits",), ("words", "--by", "section"), ("collocations", "the"),
    ("show", "{id}"), ("show", "{id}", "--revisions"), ("show", "{id}", "--captures"), ("watch", "list"),
    ("sites",), ("sites", "layouts"), ("config",),
)  # fmt: skip


@pytest.mark.parametrize("words", TABLES, ids=" ".join)
def test_a_table_fits_a_screen_of_80_columns(
    archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    ((id,),) = ask(archive, "SELECT id FROM articles WHERE body IS NOT NULL ORDER BY length(title) DESC LIMIT 1")
    if words[0] == "watch":
        name, query = "a-name-that-is-rather-long", ("the", "section:news", "date:2011-01-31..")
        assert harbincrawl("--archive", archive, "watch", "add", name, *query)[0] == 0
    code, out, said = harbincrawl("--archive", archive, *(word.format(id=id) for word in words))
    assert code in (0, 3), said
    assert out
    # A path is as long as it is, and is to be copied whole.
    assert [line for line in find_wide(out) if str(archive) not in line] == []


def find_wide(text: str) -> list[str]:
    return [line for line in text.splitlines() if display_width(line) > COLUMNS]
