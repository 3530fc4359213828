"""What is cited says the same everywhere: all metadata files of a bundle, and the citations of an article."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.export.citations import Cited, as_bibtex, as_citation, as_csl
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


RECORD: dict[str, Any] = {
    "id": "harbin-today:5370",
    "url": "http://e.my399.com/news/2020-09-23/5370.html",
    "section": "Harbin Today",
    "title": "Metro & tram: 50% more",
    "updated": "2020-09-23",
    "created": "2020-09-22",
    "authors": ["Wang Wei", "Li Na"],
    "source": "Xinhua",
    "last_seen": "2026-01-02T03:04:05Z",
    "revision": 2,
    "capture": {
        "source": "site", "host": "e.my399.com", "digest": f"sha256:{'0a' * 32}", "fetched_at": "2025-06-01T08:00:09Z"
    },
}  # fmt: skip
CITED = Cited(3, 17, (4, "5ea1" * 16), "https://news.example.org/articles/harbin-today:5370/revisions/2")


def test_the_line_for_people_names_all_that_is_known() -> None:
    assert as_citation(RECORD, CITED) == (
        "Wang Wei and Li Na, “Metro & tram: 50% more” (23 September 2020), Xinhua, Harbin Today, "
        "http://e.my399.com/news/2020-09-23/5370.html, accessed 2 January 2026. "
        f"This is revision 2 of 3, captured on 1 June 2025, 08:00:09 UTC (capture 17, sha256:{'0a' * 32}), "
        f"under seal {'5ea1' * 16} of run 4, kept at https://news.example.org/articles/harbin-today:5370/revisions/2."
    )


def test_all_forms_name_the_wording_its_response_its_seal_and_where_it_is_kept() -> None:
    forms = (as_citation(RECORD, CITED), as_bibtex(RECORD, CITED), as_csl(RECORD, CITED))
    for named in ("revision 2", "capture 17", "0a" * 32, "5ea1" * 16, "run 4", "today:5370/revisions/2", RECORD["url"]):
        assert all(named in form for form in forms), named
    assert json.loads(forms[2])[0]["URL"] == RECORD["url"]


def test_bibliographies_name_the_newspaper_and_the_agency_beside_it() -> None:
    cited = CITED._replace(newspaper="Harbin {Today} & 冰城 20% \\")
    entry = as_bibtex(RECORD, cited)
    assert r"  organization = {Harbin \textbraceleft{}Today\textbraceright{} \& 冰城 20\% \textbackslash{}}," in entry
    assert "  note = {source: Xinhua; capture 17; " in entry
    # Without it, who wrote for it speaks; braces close whatever a page prints, as BibTeX counts escaped ones.
    assert "  organization = {Xinhua}," in as_bibtex(RECORD)
    assert "source:" not in as_bibtex(RECORD)
    assert as_bibtex(RECORD | {"title": "a { b } } c"}, cited).count("{") == as_bibtex(RECORD, cited).count("{") + 3
    item = json.loads(as_csl(RECORD, cited))[0]
    assert (item["container-title"], item["section"], item["publisher"]) == (cited.newspaper, "Harbin Today", "Xinhua")


AUTHORS = ([], ["Li Na"], ["Li Na", "Wang Wei"], ["Ann", "Bo", "Cy"], ["Li Na Jr."], ["(Li Na)"], ["."], ["", "李娜"])
SOURCES = (None, "Xinhua", "chinadaily.com.cn", "(Xinhua)", "[", "China Daily.", "..", "\u201cXinhua\u201d")
HEADINGS = (
    None, "Snow falls", "Snow falls.", "Snow falls..", "Snow?",
    "Snow falls!", "Snow . . . ", "[Photo] Snow", "...", " ",
    "(no date)", "Snow\nfalls. ", "\u202eSnow", "Is it “snow?”",
)  # fmt: skip


@pytest.mark.parametrize("authors", AUTHORS)
@pytest.mark.parametrize("source", SOURCES)
def test_a_citation_is_two_full_sentences_whatever_the_page_prints(authors: list[str], source: str | None) -> None:
    for title, day, section, cited in product(HEADINGS, (None, "2020-09-23"), ("Harbin Today", "?"), (CITED, Cited())):
        record = RECORD | {"authors": authors, "source": source, "title": title, "section": section}
        line = as_citation(record | {"updated": day, "created": None}, cited)
        assert line[0].isalnum(), line
        assert line.endswith(".")
        assert not re.search(r"\.\s*\.|\.\s+[a-z]|[.?!],|,\s*,|\s{2}|\(\s*\)|[\n\u202e]", line), line
        assert line.count(". ") == 1 + ("Jr. " in line), line
        if title in ("Snow?", "Snow falls!"):
            assert f"\u201c{title}\u201d" in line


@pytest.mark.parametrize(
    ("source", "host", "answerer"),
    [
        ("site", "e.my399.com", None),
        ("site", "www.e.my399.com", None),
        ("ingest", "e.my399.com", None),
        ("ingest", "127.0.0.1:8000", "127.0.0.1:8000"),
        ("mirror", "127.0.0.1:8000", "a mirror at 127.0.0.1:8000"),
        ("wayback", "web.archive.org", "wayback at web.archive.org"),
        ("ingest", "a\n\x1b[2J\u202eb", "a [2Jb"),
    ],
)
def test_who_answered_in_the_place_of_the_site_is_named(source: str, host: str, answerer: str | None) -> None:
    record = RECORD | {"capture": RECORD["capture"] | {"source": source, "host": host}}
    forms = (as_citation(record), as_bibtex(record), as_csl(record))
    if answerer is None:
        assert forms == (as_citation(RECORD), as_bibtex(RECORD), as_csl(RECORD))
    else:
        assert all(f"captured from {answerer}" in form for form in forms)


def test_two_wordings_of_an_article_stand_in_one_bibliography() -> None:
    wordings = [RECORD | {"revision": revision} for revision in (1, 2, 3)]
    keys = [re.match(r"@online\{(.*),\n", as_bibtex(each)) for each in wordings]
    assert [key and key[1] for key in keys] == ["harbin-today-5370", "harbin-today-5370-2", "harbin-today-5370-3"]
    assert len({json.loads(as_csl(each))[0]["id"] for each in wordings}) == 3
