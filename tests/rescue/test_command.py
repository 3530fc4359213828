"""The command and its manners: plan, status, what it prints, how an archive of others is asked and waited for."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Reply, RequestError
from harbincrawl.fetch.stop import Stop
from harbincrawl.rescue.manners import Manners
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


GOOD = Reply(200, "OK", (), b"good")
BUSY = Reply(429, "", (), b"")
BROKEN = Reply(500, "", (), b"")
CAPTURED_503 = Reply(503, "", (("memento-datetime", "Thu, 01 May 2014 02:03:04 GMT"),), b"")
LATE = RequestError("timeout", "no whole answer")
UNREACHABLE = "it cannot be reached (no whole answer): try again later."
SILENT = (
    "it does not answer any more (HTTP 429), though we waited for an hour. What was fetched is stored:"
    " run it again later to go on."
)

Run = Callable[..., tuple[list[Any], list[float]]]


def wait_on_request(seconds: str) -> Reply:
    return Reply(503, "", (("Retry-After", seconds),), b"")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Asks until the answers are used up; returns what came of it, and the waits in seconds."""

    def ask_all(*answers: Reply | RequestError, pause: float = 0.0) -> tuple[list[Any], list[float]]:
        left, waits, found = list(answers), [], []

        class Client:
            async def ask(self, *_: object) -> Reply:
                answer = left.pop(0)
                if isinstance(answer, RequestError):
                    raise answer
                return answer

        async def sleep(_: Stop, seconds: float) -> None:
            if seconds > 0.001:
                waits.append(round(seconds, 1))

        async def main() -> None:
            manners = Manners(Client(), Stop(tmp_path), is_local=False)  # type: ignore[arg-type]
            while left:
                try:
                    found.append((await manners.ask("http://a/", pause, 100)).status)
                except (RequestError, SiteError) as error:
                    found.append(str(error))

        monkeypatch.setattr(Stop, "pause", sleep)
        asyncio.run(main())
        return found, waits

    return ask_all


@pytest.mark.parametrize(
    ("answers", "found", "waits"),
    [
        ([BUSY] * 7, [SILENT], [60, 120, 240, 480, 960, 1920]),
        ([BUSY, BUSY, GOOD, BUSY, GOOD], [200, 200], [60, 120, 60]),
        ([LATE], [UNREACHABLE], []),
        ([GOOD, *[LATE] * 5], [200, *["no whole answer"] * 4, UNREACHABLE], []),
        ([GOOD, LATE, GOOD, *[LATE] * 4, GOOD], [200, "no whole answer", 200, *["no whole answer"] * 4, 200], []),
        ([wait_on_request("600"), wait_on_request("99999"), GOOD], [200], [600, 3600]),
        ([wait_on_request("9" * 400), GOOD], [200], [3600]),
        ([BROKEN, GOOD], [500, 200], []),
        ([CAPTURED_503], [503], []),
    ],
)
def test_it_waits_where_it_is_turned_away_and_asks_for_nothing_else_again(
    run: Run, answers: list[Reply | RequestError], found: list[Any], waits: list[float]
) -> None:
    assert run(*answers) == (found, waits)
