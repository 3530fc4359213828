"""A clock that went back, stood still, or was once far ahead: the archive stays whole."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.walk.articles import ArticleState, Rhythm, is_asked, next_state
from tests.support import purging
from tests.support.clocks import DAY, HOUR, YEAR, set_clock
from tests.support.crawling import ask, check_whole, crawl, execute, live_records
from tests.support.twin import changes, make_twin, serve

CENTURY = 100 * YEAR
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NONE = timedelta(0)


def run(archive: Path, *words: str, prelude: str = "") -> tuple[int, str]:
    code, printed, said = execute(archive, *words, prelude=prelude)
    return code, printed + said


def check(archive: Path) -> dict[str, Any]:
    """`verify` finds the archive whole; returns what `status` says."""
    found = purging.check(archive)
    assert found.problems == []
    return dict(json.loads(run(archive, "status", "--json")[1]))


HISTORIES = {
    "back by an hour": (NONE, -HOUR, NONE),
    "ahead by a century at first": (CENTURY, NONE, NONE),
    "ahead by a century in between": (NONE, CENTURY, NONE),
    "at the beginning of time": (NONE, -40 * YEAR, NONE),
    "ever more behind": (NONE, -HOUR, -DAY, -YEAR),
    "ahead by less than a wait": (100 * DAY, NONE, 50 * DAY, NONE),
}


@pytest.mark.attack
@pytest.mark.parametrize("name", HISTORIES)
def test_whatever_the_clock_says_the_archive_is_whole_and_has_what_the_site_has(tmp_path: Path, name: str) -> None:
    twin = make_twin(5, 14, sections=("news", "gallery"))
    dice = random.Random(name)
    archive, other = tmp_path / "archive", tmp_path / "other"
    with serve(twin) as server:
        crawl(other, server, "news", "gallery")
        (file,) = (other / "warc").iterdir()
        offsets = HISTORIES[name]
        for at, by in enumerate(offsets):
            clock = set_clock(by)
            if at:
                changes.churn(twin, 4, dice=dice)
            flags = dice.choice(([], ["--images"], ["--full"]))
            assert crawl(
                archive, server, "news", "gallery", "--recheck", "all", *flags, code=None, prelude=clock
            ).code in (0, 3)
            check(archive)
            number = dice.choice(ask(archive, "SELECT number FROM articles ORDER BY number"))[0]
            words = dice.choice(
                (
                    ["reparse", "--apply", "--workers", "1"],
                    ["ingest", "--workers", "1", "--site-url", server.url, str(file)],
                    ["watch", "add", f"w{at}", "the"],
                    ["backup", str(tmp_path / "copy")],
                    ["export", str(tmp_path / "bundle")],
                    ["purge", "--yes", str(number)] if at == len(offsets) - 1 else ["rebuild"],
                )
            )
            code, said = run(archive, *words, prelude=clock)
            assert code in (0, 3), said
            check(archive)
            if words[0] == "purge":
                return
        # A clock that is right again finds all that is on the site, once it has looked at everything.
        # What was removed is gone for good when it was missing twice.
        for _ in range(2):
            crawl(archive, server, "news", "gallery", "--recheck", "all", code=None)
        check(archive)
        check_whole(archive)
        # What a list alone has lost stays live while its page answers.
        assert [each for each in live_records(archive) if twin.stories[each["number"]].listed] == twin.truth()
        latest = ask(archive, "SELECT started FROM runs ORDER BY run DESC LIMIT 1")[0][0]
        assert ask(archive, "SELECT count(*) FROM articles WHERE status = 'live' AND last_seen < ?", latest) == [(0,)]


@pytest.mark.attack
def test_a_clock_that_goes_back_or_stands_within_a_run(tmp_path: Path) -> None:
    twin = make_twin(6, 12, sections=("news",))
    with serve(twin) as server:
        slow = ["--delay", "0.15", "--recheck", "all", "--full"]
        crawl(tmp_path, server, *slow, prelude=set_clock(stands=True))
        check(tmp_path)
        for by in (-YEAR, CENTURY):
            crawl(tmp_path, server, *slow, code=None, prelude=set_clock(then=by))
            check(tmp_path)


def test_what_was_put_off_by_a_clock_far_ahead_is_asked_for_again(tmp_path: Path) -> None:
    twin = make_twin(7, 8, sections=("news",))
    with serve(twin) as server:
        crawl(tmp_path, server, prelude=set_clock(CENTURY))
        status = check(tmp_path)
        assert abs(datetime.fromisoformat(status["next_due"]) - datetime.now(UTC)) < HOUR
        changes.edit(twin, twin.listing("news")[2].number, "body", dice=random.Random(1))
        ended = crawl(tmp_path, server, code=None)
        assert ended.report["changed"] == 1
        assert ended.report["sections"]["news"]["walk"] == "full"
        # And once it was, it has its usual rhythm.
        assert crawl(tmp_path, server).report["same"] == 0
        status = check(tmp_path)
        assert timedelta(hours=23) < datetime.fromisoformat(status["next_due"]) - datetime.now(UTC) < 31 * DAY


def test_an_older_capture_goes_before_what_was_seen_while_the_clock_was_ahead(tmp_path: Path) -> None:
    twin = make_twin(8, 8, sections=("news",))
    number = twin.listing("news")[1].number
    archive, other = tmp_path / "archive", tmp_path / "other"
    with serve(twin) as server:
        crawl(other, server)
        (file,) = (other / "warc").iterdir()
        changes.edit(twin, number, "body", dice=random.Random(1))
        crawl(archive, server, prelude=set_clock(CENTURY))
        changes.edit(twin, number, "body", dice=random.Random(2))
        crawl(archive, server, "--recheck", "all", code=None)
        code, said = run(archive, "ingest", "--workers", "1", "--site-url", server.url, str(file))
        assert code == 0, said
        assert ask(archive, "SELECT revision FROM articles WHERE number = ?", number) == [(3,)]
        check(archive)
        check_whole(archive, twin)


def test_an_article_is_asked_for_whose_time_is_beyond_any_wait() -> None:
    ahead = ArticleState("1", "/1", recheck_at=NOW + CENTURY, first_seen=NOW + CENTURY, checked_at=NOW + CENTURY)
    assert is_asked(ahead, NOW)
    assert not is_asked(ArticleState("1", "/1", recheck_at=NOW + 180 * DAY), NOW)
    assert is_asked(ArticleState("1", "/1", wanted=True, due=NOW + CENTURY), NOW)
    assert not is_asked(ArticleState("1", "/1", wanted=True, due=NOW + 30 * DAY), NOW)
    after = next_state(ahead, "same", 2, NOW)
    assert after.first_seen == NOW and after.recheck_at == NOW + DAY


@pytest.mark.parametrize("wrong", [CENTURY, -CENTURY])
def test_the_rhythm_of_a_section_outlives_a_wrong_clock(wrong: timedelta) -> None:
    rhythm = Rhythm()
    state = ArticleState("1", "/1", checked_at=NOW, recheck_at=NOW)
    rhythm = rhythm.with_check(state, "same", NOW + wrong)
    assert 0 <= rhythm.days <= 360
