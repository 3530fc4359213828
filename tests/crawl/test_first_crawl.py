"""A first crawl of long lists: it stores articles from its first minute, and leaves later wordings for the next run."""

from __future__ import annotations

import json
import random
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.crawling import (
    article_requests,
    ask,
    check_whole,
    crawl,
    crawl_command,
    execute,
    listing_requests,
    records,
    start_crawl,
)
from tests.support.forge import forge
from tests.support.gates import Gate
from tests.support.trees import read_tree
from tests.support.twin import changes, make_twin, serve


def test_a_first_crawl_that_is_interrupted_has_articles_of_the_pages_it_read(tmp_path: Path) -> None:
    twin = make_twin(101, 40, sections=("news",), skins=("tables",))
    read = 3
    gate = Gate(twin, lambda path: path == f"/news/index_{read + 1}.html")
    with serve(twin) as server:
        running = start_crawl(tmp_path, server)
        gate.wait()
        running.send(signal.SIGINT)
        gate.open()
        code, _, words = running.wait()
        assert code == 130, words
        assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("interrupted", 130)]
        stored = records(tmp_path)
        assert stored
        # The page that the gate held came in, too.
        newest = [story.number for story in twin.listing("news")[: 8 * (read + 1)]]
        assert stored.keys() <= set(newest)
        check_whole(tmp_path)
        asked = set(article_requests(server))
        server.clear()
        after = crawl(tmp_path, server)
        check_whole(tmp_path, twin)
        # A page that was in flight may be asked for again, what is stored is not.
        again = {story.path for story in twin.listing("news") if story.number in stored} & set(article_requests(server))
    assert not again
    assert asked
    assert after.report["sections"]["news"]["walk"] == "full"


def test_a_first_crawl_asks_for_the_newest_between_the_list_pages_and_for_each_once(tmp_path: Path) -> None:
    twin = make_twin(101, 32, sections=("news",))
    with serve(twin) as server:
        run = crawl(tmp_path, server)
        paths = [request.path for request in server.requests]
        articles = article_requests(server)
        lists = listing_requests(server)
        server.clear()
        changes.add(twin, 3, "news", updated=twin.today + timedelta(days=1), dice=random.Random(1))
        crawl(tmp_path, server)
        later = [request.path for request in server.requests if request.path != "/robots.txt"]
    assert len(articles) == len(set(articles)) == sum(story.page_count for story in twin.listing("news")[3:])
    assert (run.report["wanted"], run.report["left"]) == (32, 0)
    first = [story.path for story in twin.listing("news")[3:11]]
    assert articles[0] in first, "the first article asked for is of the first list page"
    assert paths.index(articles[0]) < paths.index(lists[1])
    # At any time, what is asked for stands on a page that was read.
    page_of = {story.number: at // 8 + 1 for at, story in enumerate(twin.listing("news")[3:])}
    read = 0
    for path in paths:
        if path in lists:
            read += 1
        elif found := re.search(r"/(\d+)(?:_\d+)?\.html", path):
            assert page_of[int(found[1])] <= read, path
    # With a floor, the lists come first, so that each answer is newer than every line the run read.
    assert [("-" in path) for path in later] == sorted("-" in path for path in later)
    check_whole(tmp_path, twin)


@pytest.mark.attack
@pytest.mark.parametrize("turn", ["/gallery/", "/news/index_3.html"], ids=["another section", "another page"])
def test_a_line_that_is_read_later_with_another_title_leaves_its_article_for_the_next_run(
    tmp_path: Path, turn: str
) -> None:
    twin = make_twin(102, 60, sections=("news", "gallery"))
    twin.dated["gallery"] = True
    for each in twin.stories.values():
        each.also = {}
    # It is the first to be asked for, whether newest means the list's order or the highest number.
    story = max((each for each in twin.listing("news")[:8] if each.printed_title), key=lambda each: each.number)
    before, oldest = story.title, twin.listing("news")[-1].updated
    assert oldest is not None

    def retitle(path: str) -> None:
        """It is shown once more, there or behind it."""
        if path == turn and story.title == before:
            changes.edit(twin, story.number, "title", dice=random.Random(2))
            if turn == "/gallery/":
                changes.list_also(twin, story.number, "gallery")
            else:
                changes.refile(twin, story.number, oldest - timedelta(days=1))

    with serve(twin) as server:
        crawl(tmp_path, server, "gallery")
        server.clear()
        twin.on_request = retitle
        run = crawl(tmp_path, server, "news", "gallery", code=None)
        paths = [request.path for request in server.requests]
        assert paths.index(story.path) < paths.index(turn), "the article was not asked for between the list pages"
        assert paths.count(story.path) == 1 and story.title != before
        assert (run.code in (0, 3), run.report["left"]) == (True, 1), run.words
        assert records(tmp_path)[story.number]["title"] == " ".join(before.split())
        assert ask(tmp_path, "SELECT number FROM queue WHERE wanted") == [(story.number,)]
        after = crawl(tmp_path, server, "news", "gallery")
    assert (after.report["changed"], after.report["left"]) == (1, 0)
    assert records(tmp_path)[story.number]["title"] == " ".join(story.title.split())
    check_whole(tmp_path, twin)


def test_a_dry_run_asks_for_nothing_and_writes_nothing(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with serve(make_twin(61, 30, sections=("news",))) as server:
        words = crawl_command(archive, server.url, "--recheck", "all", "--dry-run")[3:]
        code, out, _ = forge().start(words).wait()
        assert (code, server.requests, archive.exists()) == (0, [], False)
        assert json.loads(out) == {"sections": ["news"], "wanted": 0, "delay": 0.0}
        crawl(archive, server, "--limit", "10")
        asked, before = len(server.requests), read_tree(archive / "warc")
        code, out, _ = forge().start([word for word in words if word != "--json"]).wait()
        assert (len(server.requests), code, read_tree(archive / "warc")) == (asked, 0, before)
        assert re.search(r"ask for \d+ articles that the archive wants", out)
        status = execute(archive, "status")[1]
        assert "run 1 was cut short: crawl again" in status
