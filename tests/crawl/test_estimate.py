"""`crawl --dry-run`: what would be asked for, from the archive alone; `--wait`: until the archive is free."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.database.lock import hold
from harbincrawl.crawl.estimate import describe_duration, describe_estimate, estimate_crawl
from harbincrawl.spiders.options import Options
from tests.support.crawling import command, crawl, crawl_command
from tests.support.forge import forge
from tests.support.twin import changes, make_twin, serve


def test_a_dry_run_asks_for_nothing_and_says_what_the_next_run_asks_for(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    twin = make_twin(61, 30, sections=("news",))
    with serve(twin) as server:
        words = crawl_command(archive, server.url, "--dry-run")[3:]
        code, out, _ = forge().start(words).wait()
        assert (code, server.requests, archive.exists()) == (0, [], False)
        assert json.loads(out)["lists"] == [{"section": "news", "walk": "first", "pages": None, "lines": 0}]
        first = crawl(archive, server)
        asked = len(server.requests)
        before = sorted((path.name, path.stat().st_mtime_ns) for path in archive.rglob("*.gz"))
        words += ["--full", "--recheck", "all"]
        code, out, said = forge().start([word for word in words if word != "--json"]).wait()
        told = json.loads(forge().start(words).wait()[1])
        assert len(server.requests) == asked
        assert sorted((path.name, path.stat().st_mtime_ns) for path in archive.rglob("*.gz")) == before
        again = crawl(archive, server, "--full", "--recheck", "all")
        elsewhere = forge().start(["--archive", str(archive), "crawl", "--dry-run"]).wait()
        assert (elsewhere[0], elsewhere[1]) == (2, ""), "what the crawl itself refuses is not promised"
        assert f"was crawled from {server.url}, not from " in elsewhere[2]
    assert (code, said) == (0, "")
    pages = again.report["sections"]["news"]["listing_pages"]
    assert told["lists"] == [{"section": "news", "walk": "full", "pages": pages, "lines": 30}]
    assert (told["wanted"], told["rechecks"]) == (0, again.report["wanted"]) == (0, first.report["new"])
    assert told["requests"] == 1 + pages + 30
    assert f"news (Harbin Today): to its end, about {pages} list pages (30 lines known)" in out
    assert out.splitlines()[-1].startswith(f"at least {told['requests']} requests, 0 seconds;")


def test_an_estimate_counts_by_delay_limit_and_day(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    twin = make_twin(61, 30, sections=("news",))
    with serve(twin) as server:
        crawl(archive, server)
        changes.edit(twin, next(iter(twin.stories)), "body")
    now = datetime.now(UTC)
    connection = open_reader(archive)
    plain = estimate_crawl(connection, Options(archive), now)
    assert ([each.walk for each in plain.lists], plain.rechecks) == (["to-floor"], 0)
    assert plain.seconds == plain.requests == 2
    tomorrow = estimate_crawl(connection, Options(archive, limit=10, delay=2), now + timedelta(days=2))
    assert (tomorrow.rechecks, tomorrow.seconds) == (10, 24)
    assert estimate_crawl(connection, Options(archive, recheck="all", since=now.date()), now).rechecks < 30
    assert plain.site_articles is None
    new = estimate_crawl(None, Options(archive), now)
    (line,) = [line for line in describe_estimate(new, Options(archive)) if "whole site" in line]
    assert (new.site_articles, line) == (
        6400,
        "  the whole site has some 6,400 articles: a first crawl of all takes 2 hours",
    )
    assert not any("at least 2 requests" in line for line in describe_estimate(new, Options(archive)))
    assert estimate_crawl(None, Options(archive, limit=5), now).site_articles is None
    assert estimate_crawl(None, Options(archive, site_url="http://127.0.0.1:9"), now).site_articles is None
    later = estimate_crawl(connection, Options(archive), now + timedelta(days=31))
    assert [each.walk for each in later.lists] == ["full"]
    connection.close()


def test_a_duration_is_said_in_few_words() -> None:
    told = [describe_duration(seconds) for seconds in (0, 1, 99, 100, 5_939, 6_000, 7_200, 90_000)]
    assert told == [
        "0 seconds", "1 second", "99 seconds", "2 minutes", "99 minutes", "1 hour 40 minutes", "2 hours", "25 hours",
    ]  # fmt: skip


def test_a_crawl_that_waits_begins_when_the_archive_is_free(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    twin = make_twin(61, 3, sections=("news",))
    with serve(twin) as server:
        with hold(archive, "rebuild"):
            assert crawl(archive, server, code=5).words.count("held by `rebuild`") == 1
            running = forge().start(crawl_command(archive, server.url, "--wait")[3:])
            stopped = threading.Event()
            assert not stopped.wait(0.5) and running.is_alive()
            assert server.requests == []
        code, out, said = running.wait()
    assert (code, json.loads(out)["new"]) == (0, 3)
    assert said.startswith("waiting, for the archive")
    assert forge().start(command(archive, "status", "-q")[3:]).wait()[0] == 0
