"""kill -9 at any moment, as often as you like: one undisturbed run later nothing tells that it happened."""

from __future__ import annotations

import random
import re
import signal
from pathlib import Path

import pytest

from tests.support.crawling import (
    article_requests,
    ask,
    check_whole,
    crawl,
    execute,
    kept,
    revisions,
    start_crawl,
)
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.gates import Gate, hold_articles
from tests.support.twin import Server, Twin, changes, make_twin, serve
from tests.support.warc_cases import make_record, make_response

SECTIONS = ("news", "gallery", "civilization")
MOST = 20
SMALL_BATCHES = f"import harbincrawl.pipelines.batches\nharbincrawl.pipelines.batches.MOST = {MOST}\n"
"""Kills fall before, between and behind the commits of a few dozen articles."""


def kill_after(archive: Path, server: Server, requests: int, *arguments: str) -> None:
    """Starts a crawl and kills it when it has asked so often, or lets it end before that."""
    server.clear()
    running = start_crawl(archive, server, *arguments, prelude=SMALL_BATCHES)
    wait_for(lambda: len(server.requests) > requests or not running.is_alive(), "requests")
    running.send(signal.SIGKILL)
    running.wait()


def kill_behind_commit(archive: Path, server: Server, gate: Gate) -> None:
    """A crawl that is killed while a page hangs, once what came in before is committed."""
    running = start_crawl(archive, server)
    gate.wait()
    wait_for(lambda: ask(archive, "SELECT count(*) FROM outcomes") != [(0,)], "a commit")
    running.send(signal.SIGKILL)
    running.wait()
    gate.open()


@pytest.mark.parametrize(("kills", "articles"), [(4, 24), pytest.param(12, 90, marks=pytest.mark.attack)])
def test_an_archive_killed_a_dozen_times_equals_one_left_in_peace(tmp_path: Path, kills: int, articles: int) -> None:
    killed, calm = tmp_path / "killed", tmp_path / "calm"
    twin = make_twin(51, articles, sections=SECTIONS, skins=("tables",))
    dice = random.Random(51)
    with serve(twin) as server:
        for _ in range(kills - kills // 4):
            kill_after(killed, server, dice.randint(0, 30), *SECTIONS)
        # The last ones while the site changes, so that updates and revisions are cut off, too.
        crawl(calm, server, *SECTIONS)
        crawl(killed, server, *SECTIONS)
        for _ in range(kills // 4):
            for number in dice.sample(sorted(twin.stories), 8):
                changes.edit(twin, number, dice.choice(("title", "body", "source")), dice=dice)
            crawl(calm, server, *SECTIONS, "--recheck", "all")
            kill_after(killed, server, dice.randint(10, articles), *SECTIONS, "--recheck", "all")
            crawl(killed, server, *SECTIONS, "--recheck", "all")
    check_whole(killed, twin)
    check_whole(calm, twin)
    assert kept(killed) == kept(calm)
    assert len(revisions(killed)) > 5 * (kills // 4)
    assert ask(killed, "SELECT count(*) FROM runs WHERE outcome = 'aborted'")[0][0] >= kills // 2
    assert ask(killed, "SELECT count(*) FROM runs WHERE outcome = 'running'") == [(0,)]


@pytest.fixture
def twin() -> Twin:
    return make_twin(53, 20, sections=("news",), skins=("tables",))


@pytest.mark.parametrize("place", sample(["end", "middle", None]))
def test_a_hole_of_zeros_that_a_power_cut_left_in_the_warc_is_cut_off(
    tmp_path: Path, twin: Twin, place: str | None
) -> None:
    with serve(twin) as server:
        kill_behind_commit(tmp_path, server, hold_articles(twin, 8))
        (left,) = (tmp_path / "warc").glob("*.open")
        whole = left.read_bytes()
        record = make_record(make_response())
        if place is not None:
            left.write_bytes(whole + record[:100] + bytes(8192) + (record if place == "middle" else b""))
        (tmp_path / "warc" / "x.warc.gz.part").touch()
        crawl(tmp_path, server)
    check_whole(tmp_path, twin)
    (mended,) = (tmp_path / "warc").glob(left.stem)
    assert mended.read_bytes() == whole
    execute(tmp_path, "verify", code=0)
    assert not list((tmp_path / "warc").glob("*.part"))


def test_at_most_one_batch_is_fetched_twice(tmp_path: Path) -> None:
    def articles_asked(server: Server) -> set[str]:
        return {re.sub(r"(_\d+)?\.html", "", path) for path in article_requests(server)}

    twin = make_twin(52, 45, sections=("news",), skins=("tables",))
    with serve(twin) as server:
        kill_after(tmp_path, server, 40)
        before = articles_asked(server)
        server.clear()
        crawl(tmp_path, server)
    # The batch that waited for its commit, and the one article that was on its way.
    assert len(before & articles_asked(server)) <= MOST + 1
    check_whole(tmp_path, twin)
