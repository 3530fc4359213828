"""Texts that are markup, formulas and escape sequences stay texts in whatever shows them: commands, pages, tables."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import lxml.etree
import lxml.html
import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import add_article
from tests.support.every_command import Call
from tests.support.hostile_archives import list_reads
from tests.support.web_site import BAD, Site, build_hostile, running

Run = Callable[..., tuple[int, str, str]]
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
SIGNS = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULAS = (
    '=cmd|"/c calc"!A1', '+HYPERLINK("http://evil.example","x")', "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u202e=1+1", "\x1b=1+1", "\ufeff=1+1", "\uff1d1+1",
    '="a","b"\n=1+1', "'=1+1", "-5",
)  # fmt: skip
NUMBERS = {"word_count", "revision", "similarity", "log_likelihood", "frequency", "per_million", "against_frequency",
           "log_ratio"}  # fmt: skip
ASKED = "q=%3Cscript%3Ealert(1)%3C/script%3E"
PAGES = (
    "/", "/search", "/search?q=snow", f"/search?{ASKED}", "/search?q=%1b%5b31m%e2%80%ae",
    "/search?section=%22%3E%3Cscript%3E&source=%22onfocus=%22&author=%27%3E%3Cimg+src=x+onerror=a%3E&q=x",
    "/articles/harbin-today:1", "/articles/harbin-today:2", "/articles/harbin-today:1?q=script+OR+alert",
    "/articles/harbin-today:1/revisions", "/articles/harbin-today:1/revisions/0",
    "/articles/harbin-today:1/revisions/0..1", "/articles/harbin-today:1/captures", "/articles/%3Cscript%3E",
    "/captures/2", "/captures/%22%3E%3Cscript%3E", "/sections", "/authors", "/sources", "/status",
    f"/questions/trends?{ASKED}&q=x", "/questions/concordance?q=alert", "/questions/keywords?q=alert",
    "/questions/words?limit=%3Cscript%3E", "/questions/edits", "/questions/duplicates", "/questions/captures",
    "/questions/revisions", "/questions/similar?q=1", "/questions/stats",
)  # fmt: skip
FORMS = (
    "/search.atom", "/search.json?q=snow", "/search.csv", "/articles/harbin-today:1.json",
    "/articles/harbin-today:1.bib", "/articles/harbin-today:1/revisions/0.csl", "/questions/concordance.json?q=alert",
)  # fmt: skip
TABLES = (
    "/search.csv?q=snow&copies=1", "/search.csv?copies=1", "/questions/concordance.csv?q=snow&sort=left",
    "/questions/concordance.csv?q=1", "/questions/keywords.csv?q=snow",
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which every text is an attack; article 101 + n is made of the formula n."""
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    build_hostile(folder)
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for number, text in enumerate(FORMULAS, 101):
            add_article(connection, number, {
                "number": number, "title": text, "author": text, "authors": [text], "source": text, "section": text,
                "section_path": f"s{number}", "summary": text, "body": f"{text} snow {text}",
                "created": f"20{number % 12 + 10}-05-01", "word_count": 7,
                "images": [{"url": text, "caption": f"{text} snow", "credit": text, "file_name": text}],
            })  # fmt: skip
        add_article(connection, 199, {"number": 199, "title": "Other", "body": "Nothing but rain."})
        connection.execute("INSERT INTO duplicates VALUES (102, 101, -0.5, 'near')")
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


@pytest.mark.parametrize("call", list_reads(), ids=str)
def test_no_command_prints_what_steers_a_terminal(
    call: Call, archive: Path, tmp_path: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = (
        word.format(id=1, new=tmp_path / "new", url="http://127.0.0.1:9", warc="", backup="") for word in call.words
    )
    code, printed, said = harbincrawl("--archive", archive, *words)
    assert code in (0, 2, 3, 7, 9), said
    assert not STEERING.search((printed + said).replace("\r", ""))


def test_colours_are_our_own(archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    printed = harbincrawl("--archive", archive, "search", "snow")[1]
    assert "\x1b[1;33mSnow\x1b[0m" in printed
    assert not STEERING.search(re.sub(r"\x1b\[(?:0|1|2|3[36]|1;33)m", "", printed))


def list_elements(page: str) -> list[tuple[str, dict[str, str]]]:
    """(name, attributes) of every element of a page."""
    return [(str(each.tag), dict(each.attrib)) for each in lxml.html.fromstring(page).iter(lxml.etree.Element)]


@pytest.mark.parametrize("path", PAGES)
def test_no_text_is_markup_on_a_page(site: Site, path: str) -> None:
    page = site.ask(path).text
    for name, attributes in list_elements(page):
        assert name != "script"
        assert not [each for each in attributes if each.startswith("on") or each == "style"]
        address = str(attributes.get("href") or attributes.get("src") or "").strip().lower()
        assert not address.startswith(("javascript", "http://evil"))
    assert not STEERING.search(page)


@pytest.mark.parametrize("path", FORMS)
def test_no_text_is_an_escape_in_another_form(site: Site, path: str) -> None:
    text = site.ask(path).text
    assert not STEERING.search(text.replace("\r\n", "\n"))
    assert "atom" not in path or "<script" not in text


def read_rows(site: Site, path: str) -> list[dict[str, str]]:
    # What is no line end of the table is one of a cell.
    return list(csv.DictReader(io.StringIO(site.ask(path).text, newline="")))


@pytest.mark.parametrize("path", TABLES)
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
    first = rows["harbin-today:101"]
    for name in ("title", "author", "source", "section", "summary"):
        assert first[name] == "'" + FORMULAS[0]
    assert (first["word_count"], rows["harbin-today:102"]["similarity"]) == ("7", "-0.5")
    assert rows["harbin-today:199"]["title"] == "Other"


def test_the_table_of_a_command_is_for_programs_and_has_the_text_as_it_is(archive: Path, harbincrawl: Run) -> None:
    printed = harbincrawl("--archive", archive, "search", "--section", "s101", "--format", "csv")[1]
    assert next(csv.DictReader(io.StringIO(printed)))["title"] == FORMULAS[0]


def test_what_a_program_reads_is_the_text_itself(site: Site) -> None:
    assert site.json("/articles/harbin-today:1.json")["title"] == BAD
