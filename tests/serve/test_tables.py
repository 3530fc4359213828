"""Tables of the web site open in a spreadsheet, and nothing of a stranger's text runs there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.forge import forge
from tests.support.web_site import Site, running

SIGNS = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
HOSTILE = (
    '=cmd|"/c calc"!A1', '+HYPERLINK("http://evil.example","x")', "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u202e=1+1", "\x1b=1+1", "\ufeff=1+1", "\uff1d1+1",
    '="a","b"\n=1+1', "'=1+1", "-5",
)  # fmt: skip
NUMBERS = {"word_count", "revision", "similarity", "log_likelihood", "frequency", "per_million", "against_frequency",
           "log_ratio"}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    articles = [
        {"number": number, "title": text, "author": text, "authors": [text], "source": text, "section": text,
         "section_path": f"s{number}", "summary": text, "body": f"{text} snow {text}",
         "status": "live", "created": f"20{10 + number % 12}-05-01",
         "images": [{"url": text, "caption": f"{text} snow", "credit": text, "file_name": text}],
         "word_count": 7}
        for number, text in enumerate(HOSTILE, 1)
    ]  # fmt: skip
    articles.append({"number": 99, "title": "Other", "body": "Nothing but rain.", "created": "2001-01-01"})
    copies = [(2, 1, -0.5, "near")]
    with running(build_archive(tmp_path_factory.mktemp("tables") / "archive", articles, duplicates=copies)) as started:
        yield started


def read_rows(site: Site, path: str) -> list[dict[str, str]]:
    answer = site.ask(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    # What is no line end of the table is one of a cell.
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize(
    "path",
    ["/search.csv?q=snow&copies=1", "/search.csv?copies=1", "/questions/concordance.csv?q=snow&sort=left",
     "/questions/concordance.csv?q=1", "/questions/keywords.csv?q=snow"],
)  # fmt: skip
def test_no_text_of_a_table_is_a_formula(site: Site, path: str) -> None:
    rows = read_rows(site, path)
    assert rows
    for row in rows:
        for name, cell in row.items():
            if name not in NUMBERS:
                assert not cell.startswith(SIGNS), (name, cell)
                assert not cell.lstrip().startswith(SIGNS), (name, cell)


def test_a_text_is_all_there_behind_its_apostrophe_and_numbers_stay_numbers(site: Site) -> None:
    rows = {row["id"]: row for row in read_rows(site, "/search.csv?copies=1")}
    first = rows["harbin-today:1"]
    for name in ("title", "author", "source", "section", "summary"):
        assert first[name] == "'" + HOSTILE[0]
    assert first["word_count"] == "7"
    assert rows["harbin-today:2"]["similarity"] == "-0.5"
    assert rows["harbin-today:99"]["title"] == "Other"
    assert any(float(row["log_likelihood"]) > 0 for row in read_rows(site, "/questions/keywords.csv?q=snow"))


def test_the_commands_table_is_for_programs_and_has_the_text_as_it_is(tmp_path: Path) -> None:
    folder = build_archive(tmp_path / "archive", [{"title": HOSTILE[0]}])
    code, printed, _ = forge().start(["--archive", str(folder), "search", "--format", "csv"]).wait()
    assert code == 0
    assert next(csv.DictReader(io.StringIO(printed)))["title"] == HOSTILE[0]
