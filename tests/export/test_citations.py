"""How an article is cited in each form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harbincrawl.export.citations import as_bibtex, as_citation, as_csl, as_ris

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
    "capture": {"source": "site", "host": "e.my399.com"},
}
EMPTY = RECORD | {"title": None, "updated": None, "created": None, "authors": [], "source": None}


def test_the_line_for_people_names_all_that_is_known() -> None:
    assert as_citation(RECORD) == (
        "Wang Wei, Li Na. (23 September 2020). “Metro & tram: 50% more”. Xinhua. Harbin Today. "
        "http://e.my399.com/news/2020-09-23/5370.html. accessed 2 January 2026."
    )


def test_nothing_is_invented_where_nothing_is_known() -> None:
    assert as_citation(EMPTY).startswith("(no date). “untitled”. Harbin Today. ")
    assert "year" not in as_bibtex(EMPTY)
    assert "issued" not in json.loads(as_csl(EMPTY))[0]
    assert not any(line.startswith(("TI", "AU", "PY", "DA", "PB")) for line in as_ris(EMPTY).splitlines())


def test_a_date_whose_bytes_were_changed_is_shown_as_it_stands() -> None:
    assert "(2020-99-99)" in as_citation(RECORD | {"updated": "2020-99-99"})


def test_ris_begins_with_its_type_and_ends_with_its_end_in_lines_of_windows() -> None:
    lines = as_ris(RECORD | {"title": "One\r\nER  - two"}).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-2:] == ["ER  - ", ""]
    assert "TI  - One ER - two" in lines
    assert [line for line in lines if line.startswith("AU")] == ["AU  - Wang Wei", "AU  - Li Na"]


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
    record = RECORD | {"capture": {"source": source, "host": host}}
    forms = (as_citation(record), as_bibtex(record), as_csl(record), as_ris(record))
    if answerer is None:
        assert forms == (as_citation(RECORD), as_bibtex(RECORD), as_csl(RECORD), as_ris(RECORD))
    else:
        assert all(f"captured from {answerer}" in form for form in forms)
    assert as_citation(RECORD | {"capture": None}) == as_citation(RECORD)
