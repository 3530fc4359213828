"""The command: plan, status, sample, what it prints, and options that make no sense."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.crawling import execute
from tests.support.other_archives import serve_face
from tests.support.rescue_cases import check_wordings, make_past


def named(url: str) -> list[str]:
    return ["--api", f"{url}/cdx/search/cdx", "--replay", f"{url}/web/"]


def test_a_plan_asks_for_no_page_and_makes_no_archive(tmp_path: Path) -> None:
    past = make_past(stories=12, rounds=2)
    archive = tmp_path / "archive"
    with serve_face(past.face) as url:
        code, printed, said = execute(archive, "rescue", "--plan", *named(url))
        assert (code, said) == (0, "")
        assert past.face.pages == []
        assert not archive.exists()
        assert f"wayback: {len(past.face.held)} found" in printed
        assert re.search(r"^year +captures$", printed, re.M) and re.search(r"^2024 ", printed, re.M)
        found = json.loads(execute(archive, "rescue", "--plan", "--json", *named(url))[1])
        assert found["articles"] == 12
        assert sum(sum(year.values()) for year in found["years"].values()) == found["captures"]
        assert execute(archive, "rescue", "--workers", "1", *named(url))[0] == 0
        asked = len(past.face.pages)
        again = json.loads(execute(archive, "rescue", "--plan", "--json", *named(url))[1])
        assert len(past.face.pages) == asked
        assert again["here"] == found["captures"]
    check_wordings(archive, past)


@pytest.mark.parametrize("words", [(), ("--json",), ("-q",)], ids=" ".join)
def test_a_plan_that_reaches_nobody_ends_with_6_in_one_line_and_prints_no_count(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    with serve_face(make_past(stories=2, rounds=1).face) as url:
        pass
    code, printed, said = execute(tmp_path / "archive", "rescue", "--plan", *words, *named(url))
    assert (code, printed, len(said.splitlines())) == (6, "", 1)
    assert "cannot be reached" in said and "Connection refused" in said
    assert not (tmp_path / "archive").exists()


def test_what_came_of_it_is_printed_and_told_by_status(tmp_path: Path) -> None:
    past = make_past(stories=8, rounds=2)
    with serve_face(past.face) as url:
        code, printed, said = execute(tmp_path, "rescue", "--workers", "1", "--limit", "9", *named(url))
        assert (code, said) == (0, "")
        assert f"wayback: {len(past.face.held)} found: 9 fetched" in printed
        assert "not asked for yet: run it again" in printed
        status = json.loads(execute(tmp_path, "status", "--json")[1])
        assert status["unknown"] == status["articles"] > 0
        assert "known only from archives of others" in execute(tmp_path, "status")[1]
        assert [each["new"] for each in status["runs"]] == [status["articles"]]
        execute(tmp_path, "rescue", "--workers", "1", *named(url))
        later = json.loads(execute(tmp_path, "status", "--json")[1])
        assert [each["new"] for each in later["runs"]] == [8 - status["articles"], status["articles"]]


@pytest.mark.parametrize(
    "words",
    [("--from", "nowhere"), ("--since", "soon"), ("--rate", "0"), ("--api", "x"), ("--limit", "-1")],
)
def test_options_that_make_no_sense_end_with_2_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, printed, said = execute(tmp_path / "archive", "rescue", *words)
    assert (code, printed) == (2, "")
    assert "Traceback" not in said
    assert not (tmp_path / "archive").exists()


def test_an_address_of_a_cdx_server_names_the_archive(tmp_path: Path) -> None:
    past = make_past(stories=4, rounds=1)
    with serve_face(past.face) as url:
        words = ("--from", f"{url}/cdx/search/cdx", "--replay", f"{url}/web/", "--workers", "1")
        assert execute(tmp_path, "rescue", *words)[0] == 0
        record = json.loads(execute(tmp_path, "show", str(min(past.said)), "--format", "json")[1])
    assert record["capture"]["source"] == f"{url}/cdx/search/cdx"
    assert execute(tmp_path, "verify", "--workers", "1")[0] == 0
