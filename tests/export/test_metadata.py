"""All metadata files of a bundle say the same of it: title, creator, version, day, licence, where it is from, seal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from tests.support.crawling import change
from tests.support.export_cases import hard_archive
from tests.support.families import sample
from tests.support.metadata import read_facts

NAMES = (
    'Zhang, {O\'Brien} & "冰城" <b>Lab</b>',
    "Example University Library",
    "a } b { c",
    "100% $x_1^2 #~ \\end{document}",
    "key: value # no comment",
    "- [x] *list* | `code`",
    "  Blanks  and\u00a0more, ",
    "哈尔滨大学图书馆, 数据部",
    "and others and {and}",
)
LICENSES = (None, "CC-BY-4.0", "https://example.org/terms?a=1&b=2")


def make(tmp_path: Path, compiler: str | None, license: str | None, *, share: bool, seal: str = "5ea1" * 16) -> Path:
    archive = hard_archive(tmp_path / "archive")
    lines = [f"compiler = {json.dumps(compiler)}\n"] if compiler else []
    lines += [f'[dataset]\nshare_license = "{license}"\n'] if license else []
    (archive / "config.toml").write_text("".join(lines), "utf-8")
    if seal:
        change(archive, "UPDATE runs SET seal = ? WHERE run = 2", values=(seal,))
    run_job(archive, ExportJob(str(tmp_path / "bundle"), share=share, titles=share))
    return tmp_path / "bundle"


@pytest.mark.parametrize("license", LICENSES)
@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("compiler", sample([None, *NAMES], every=4))
def test_every_metadata_file_says_the_same(
    tmp_path: Path, compiler: str | None, license: str | None, *, share: bool
) -> None:
    facts = read_facts(make(tmp_path, compiler, license, share=share))
    creator = " ".join((compiler or "Harbin Today").split())
    for name, found in facts.items():
        # What is open to everybody is no collection of texts.
        kind = "word counts of " if share else ""
        assert found.title == f"Harbin Today: {kind}articles of e.my399.com", name
        if name != "README.md" or compiler:  # the card names no creator but who compiled it
            assert found.creator == creator, name
        assert found.license == ((license if share else None) or "none"), name
        assert found.home == "http://e.my399.com", name
        assert found.day == "2024-06-01", name
        assert found.seal in (None, "5ea1" * 16), name
    assert len({found.version for found in facts.values()}) == 1
    assert [name for name, found in facts.items() if found.seal is None] == ["croissant.json"]


def test_another_licence_is_another_version(tmp_path: Path) -> None:
    one, two = (
        read_facts(make(tmp_path / name, None, license, share=True))["CITATION.cff"].version
        for name, license in (("one", "CC-BY-4.0"), ("two", "CC0-1.0"))
    )
    assert one != two


def export(archive: Path, folder: Path, **job: Any) -> str:
    """Exports a bundle; returns its version, which all its files must agree on."""
    run_job(archive, ExportJob(str(folder), **job))
    cited = json.loads((folder / "croissant.json").read_text())["citeAs"]
    version = str(cited.rpartition(" version ")[2].removesuffix("."))
    assert f'version: "{version}"' in (folder / "CITATION.cff").read_text()
    assert f"version {version}," in (folder / "README.md").read_text()
    return version


@pytest.mark.parametrize(
    ("statement", "job"),
    [
        ("UPDATE articles SET title = 'x', fingerprint = 'y' WHERE number = 203", {}),
        ("INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions) VALUES (9, 'reparse',"
         " '2024-06-01T09:30:00Z', '2024-06-01T09:30:00Z', 'complete', '{}', '{}')", {}),
        ("UPDATE runs SET seal = 'abc' WHERE run = 2", {}),
        ("SELECT 1", {"filters": Filters(sections=("gallery",))}),
        ("SELECT 1", {"profile": "none"}),
    ],
)  # fmt: skip
def test_two_datasets_of_one_day_never_share_a_version(tmp_path: Path, statement: str, job: dict[str, Any]) -> None:
    archive = hard_archive(tmp_path / "archive")
    first = export(archive, tmp_path / "one")
    assert export(archive, tmp_path / "same") == first
    change(archive, statement)
    second = export(archive, tmp_path / "two", **job)
    assert second != first
    assert second[:10] == first[:10] == "2024-06-01"
