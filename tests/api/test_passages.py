"""Passages in Python are those of the command, with days, and may be looked for in several archives."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harbincrawl import Archive, open_archive
from harbincrawl.cli.main import cli
from harbincrawl.errors import ClosedArchiveError, FilterError
from tests.support.archives import build_archive

_DICE = random.Random(5)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_text(words: int) -> str:
    """Words that nobody else writes."""
    return " ".join("".join(_DICE.choices(LETTERS, k=8)) for _ in range(words))


SHARED = write_text(20)


def make_articles(first: int, *, shared: bool) -> list[dict[str, Any]]:
    """Six articles, of which the first has the passage that is shared."""
    return [
        {"number": first + at, "created": f"2020-0{at + 1}-01", "source": "Xinhua",
         "body": f"{write_text(40)} {SHARED if shared and at in (0, 3) else ''} {write_text(30)}"}
        for at in range(6)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(build_archive(tmp_path_factory.mktemp("own"), make_articles(1, shared=True))) as opened:
        yield opened


def test_passages_are_those_of_the_command_with_days(archive: Archive) -> None:
    done = CliRunner().invoke(cli, ["-q", "--archive", str(archive.folder), "passages", "--format", "json"])
    told = json.loads(done.stdout)
    rows = archive.passages()
    assert rows.describe() == "1 passage"
    assert [row._replace(date=str(row.date), other_date=str(row.other_date))._asdict() for row in rows] == told
    (row,) = rows
    assert (row.article, row.other, row.earlier) == ("harbin-today:4", "harbin-today:1", "other")
    assert (row.date, row.other_date) == (date(2020, 4, 1), date(2020, 1, 1))
    assert (row.text, row.other_text, row.words, row.similarity) == (SHARED, SHARED, 20, 1.0)
    body = archive[row.article].body
    assert body[row.start : row.end] == SHARED


def test_passages_of_one_article_are_those_of_it(archive: Archive) -> None:
    (row,) = archive.passages(1)
    assert (row.article, row.other, row.earlier) == ("harbin-today:1", "harbin-today:4", "article")
    assert archive.passages(2) == archive.passages(since="2020-05") == archive.passages(least=21) == []
    assert archive.passages(limit=0).describe() == "0 of 1 passages (limit=0)"
    assert archive.standing_lines() == []


def test_passages_are_looked_for_in_other_archives(archive: Archive, tmp_path: Path) -> None:
    own = [{"number": 71, "created": "2019-05-05", "body": f"{write_text(50)} {SHARED}", "title": "Theirs"}]
    other = build_archive(tmp_path, own, facts={"site": "other-paper"})
    with open_archive(other) as theirs:
        found = archive.passages(1, others=[theirs])
        assert {row.other for row in found} == {"harbin-today:4", "other-paper:71"}
        assert [row.earlier for row in found if row.other == "other-paper:71"] == ["other"]
        assert len(archive.passages(others=[theirs])) == 3
    with pytest.raises(ClosedArchiveError, match="was closed"):
        archive.passages(1, others=[theirs])


def test_mistakes_name_what_is_legal(archive: Archive) -> None:
    anything: Any = archive
    with pytest.raises(KeyError, match="the archive has no article 99: expected a number"):
        archive.passages(99)
    with pytest.raises(FilterError, match="least=3: expected a whole number from 6 on"):
        archive.passages(least=3)
    with pytest.raises(TypeError, match=r"others='x': expected archives, as open_archive\(\) gives them"):
        anything.passages(others=["x"])
    with pytest.raises(TypeError, match="there is no filter 'other'; did you mean 'others'"):
        anything.passages(other=archive)
