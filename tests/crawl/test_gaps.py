"""The site's own count of a list beside the lines that its pages show: said in numbers, judged, accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harbincrawl.config import FILE
from tests.support.crawling import Crawl, article_requests, check_whole, crawl, execute, listing_requests
from tests.support.twin import Fault, PagerLies, Server, Twin, changes, make_twin, serve

TO_ACCEPT = re.compile(r"accept_gap = \{.*\}")


def make_site(count: int = 40, hidden: int = 0, **lies: object) -> Twin:
    twin = make_twin(4, count, sections=("news",))
    twin.hidden["news"] = hidden
    twin.pager_lies["news"] = PagerLies(**lies)
    return twin


def read_status(archive: Path) -> int:
    """Its exit code."""
    code, *_ = execute(archive, "status")
    return code


def broken(run: Crawl) -> list[str]:
    names: list[str] = run.report["health"]["broken"]
    return names


def crawl_quietly(archive: Path, server: Server, code: int | None) -> Crawl:
    """A run that has nothing to do, and does next to nothing."""
    server.clear()
    run = crawl(archive, server, code=code)
    assert article_requests(server) == []
    assert len(listing_requests(server)) <= 2
    return run


@pytest.mark.parametrize(
    ("count", "hidden", "lies", "total", "known", "code"),
    [
        pytest.param(40, 4960, {}, 5000, 40, 3, id="five thousand for forty"),
        pytest.param(40, 1, {}, 41, 40, 0, id="one too many"),
        pytest.param(40, -1, {}, 39, 40, 0, id="one too few", marks=pytest.mark.attack),
        pytest.param(40, 3, {}, 43, 40, 3, id="more than a twentieth", marks=pytest.mark.attack),
        pytest.param(40, 20, {"repeats": True}, 60, 40, 3, id="the last page for ever", marks=pytest.mark.attack),
        pytest.param(40, 9, {"drift": 1}, 49, 40, 3, id="another number on each page", marks=pytest.mark.attack),
        pytest.param(6, 5, {"shown": 1}, None, 6, 0, id="one page prints no number", marks=pytest.mark.attack),
    ],
)
def test_a_wrong_count_is_said_in_both_numbers_run_after_run(
    tmp_path: Path, count: int, hidden: int, lies: dict[str, object], total: int | None, known: int, code: int
) -> None:
    twin = make_site(count, hidden, **lies)
    with serve(twin) as server:
        first = crawl(tmp_path, server, code=code)
        runs = [first, crawl_quietly(tmp_path, server, code)]
        changes.add(twin, 1, "news")
        runs.append(last := crawl(tmp_path, server, code=code))
    assert last.report["new"] == 1
    assert [run.report["failures"] for run in runs] == [[]] * 3
    for run in runs:
        section = run.report["sections"]["news"]
        now = known + (run is last)
        counts = None if total is None else total + (run is last)
        assert (section["known"], section["gap"]) == (now, None if counts is None else counts - now)
        assert section["accepted"] is False
        assert "no gap" not in run.words
        words = f"the site counts {counts}, its pages show {now}" if counts else "the list prints no count"
        assert words in run.last
        assert ("list-gap" in broken(run)) == (code == 3)
    assert read_status(tmp_path) == code


@pytest.mark.attack
@pytest.mark.parametrize("lies", [{"drift": -3}, {"drift": 3}, {"unlinked": 3, "repeats": True}])
def test_there_is_no_gap_where_the_count_is_the_number_of_lines(tmp_path: Path, lies: dict[str, object]) -> None:
    twin = make_site(40, **lies)
    with serve(twin) as server:
        runs = [crawl(tmp_path, server), crawl_quietly(tmp_path, server, 0)]
        changes.add(twin, 20, "news")
        runs.append(crawl(tmp_path, server))
        check_whole(tmp_path, twin)
        server.clear()
        runs.append(crawl(tmp_path, server, "--full"))
        assert article_requests(server) == []
    for run in runs:
        assert "no gap (" in run.last
        assert run.report["sections"]["news"]["gap"] == 0
    assert runs[0].last.startswith("news: 40 new, 0 changed, 0 known, no gap (")
    assert runs[0].report["failures"] == []


def test_the_line_of_the_message_accepts_the_gap_up_to_its_size_and_sign(tmp_path: Path) -> None:
    twin = make_site(40, shown=2)
    with serve(twin) as server:
        first = crawl(tmp_path, server, code=3)
        (message,) = [line for line in first.words.splitlines() if "health: list-gap" in line]
        assert "harbincrawl: exit code 3: health rule list-gap\n" in first.words
        assert message.startswith("health: list-gap: news: the site counts 40, its pages show 16; ")
        assert message.endswith('accept_gap = {"news" = 24}')
        (tmp_path / FILE).write_text(f"[health]\n{TO_ACCEPT.findall(message)[0]}\n")
        assert read_status(tmp_path) == 0, "the last gap is judged by what config.toml says now"
        second = crawl(tmp_path, server)
        assert second.report["sections"]["news"]["accepted"] is True
        assert "the site counts 40, its pages show 16 (accepted)" in second.last
        assert broken(second) == []
        twin.hidden["news"] = 1
        larger = crawl(tmp_path, server, code=3)
        assert larger.report["sections"]["news"]["accepted"] is False
        assert 'accept_gap = {"news" = 25}' in larger.words
        assert read_status(tmp_path) == 3
        twin.hidden["news"] = -30
        other_sign = crawl(tmp_path, server, code=3)
        assert 'accept_gap = {"news" = -6}' in other_sign.words
        (tmp_path / FILE).write_text('[health]\naccept_gap = {"news" = true}\n')
        assert crawl(tmp_path, server).report["sections"]["news"]["accepted"] is True
        (tmp_path / FILE).write_text("")
        assert read_status(tmp_path) == 3


@pytest.mark.attack
def test_a_list_without_a_count_or_without_a_page_has_no_gap_to_judge(tmp_path: Path) -> None:
    twin = make_site(40)
    twin.printed_total["news"] = False
    with serve(twin) as server:
        runs = [crawl(tmp_path, server), crawl(tmp_path, server, "--limit", "5")]
        twin.faults["/news/"] = Fault("500")
        failed = crawl(tmp_path, server, code=3)
    for run in runs:
        assert run.report["sections"]["news"]["gap"] is None
        assert "the list prints no count" in run.last
        (verdict,) = [each for each in run.report["health"]["rules"] if each["rule"] == "list-gap"]
        assert verdict["ok"] is None
    assert failed.report["sections"]["news"]["gap"] is None
    assert "gap" not in failed.last and "count" not in failed.last
