"""How an article is cited in each form."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from harbincrawl.export.citations import Cited, as_bibtex, as_citation, as_csl

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


NAMES = ([], ["Li Na"], ["Li Na", "Wang Wei"], ["Ann", "Bo", "Cy"], ["Li Na Jr."], ["(Li Na)"], ["."], ["", "李娜"])
SOURCES = (None, "Xinhua", "chinadaily.com.cn", "(Xinhua)", "[", "China Daily.", "..", "\u201cXinhua\u201d")
HEADINGS = (
    None, "Snow falls", "Snow falls.", "Snow falls..", "Snow?",
    "Snow falls!", "Snow . . . ", "[Photo] Snow", "...", " ",
    "(no date)", "Snow\nfalls. ", "\u202eSnow", "Is it “snow?”",
)  # fmt: skip


@pytest.mark.parametrize("authors", NAMES)
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
