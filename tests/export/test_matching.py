"""Queries of an export, of counts and of data frames find what `search` finds, stems or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harbincrawl import open_archive
from harbincrawl.cli.main import cli
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.export_cases import read_jsonl

ARTICLES = [
    {"number": 1, "title": "Metro", "body": "The line opens."},
    {"number": 2, "title": "Metros", "body": "Lines open."},
    {"number": 3, "title": "Opened", "body": "A metro was opened."},
]


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--archive", str(folder), *words])


@pytest.mark.parametrize(("facts", "exact"), [({"stemmer": "none"}, False), ({}, True)])
@pytest.mark.parametrize(
    ("query", "found"),
    [("metro", [1, 3]), ("metros", [2]), ("open*", [1, 2, 3]), ('"metro was"', [3]), ("opens OR lines -metro", [1, 2])],
)
def test_words_as_they_are_written(
    tmp_path: Path, facts: dict[str, str], exact: bool, query: str, found: list[int]
) -> None:
    folder = build_archive(tmp_path / "archive", ARTICLES, facts=facts)
    ids = [f"harbin-today:{number}" for number in found]
    filters = Filters(query=query, exact=exact)
    assert run_job(folder, ExportJob(str(tmp_path / "a.jsonl"), filters=filters)).articles == len(found)
    assert [record["id"] for record in read_jsonl((tmp_path / "a.jsonl").read_bytes())] == ids
    flags = ["--exact"] if exact else []
    said = run(folder, "export", str(tmp_path / "b.jsonl"), "--query", query, *flags).stdout
    assert said.startswith(f"{len(found)} article")
    assert run(folder, "search", query, *flags, "--count").stdout == f"{len(found)}\n"
    with open_archive(folder) as archive:
        assert sorted(article.id for article in archive.search(query, exact=exact)) == ids
        assert archive.count(query=query, exact=exact) == len(found)
        # Two at a time, of different words, on one connection.
        one, other = archive.records(query=query, exact=exact), archive.records(query="lines", exact=True)
        assert [next(one)["id"], next(other)["id"]] == [ids[0], "harbin-today:2"]
        assert [record["id"] for record in one] == ids[1:]
