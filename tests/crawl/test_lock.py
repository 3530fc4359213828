"""One crawl at a time, and readers at any time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from tests.support.crawling import check_whole, crawl, crawl_command, execute, start_crawl
from tests.support.forge import PATIENCE, forge
from tests.support.gates import hold_articles
from tests.support.twin import make_twin, serve


def test_an_archive_can_be_moved_and_goes_on_elsewhere(tmp_path: Path) -> None:
    with serve(make_twin(74, 12, sections=("news",))) as server:
        crawl(tmp_path / "here", server)
        (tmp_path / "here").rename(tmp_path / "there")
        assert crawl(tmp_path / "there", server).report["wanted"] == 0
    assert not (tmp_path / "here").exists()


def test_a_second_crawl_is_told_who_holds_the_archive_and_asks_the_site_for_nothing(tmp_path: Path) -> None:
    twin = make_twin(71, 40, sections=("news",))
    gate = hold_articles(twin, 0)
    with serve(twin) as server:
        first = start_crawl(tmp_path, server)
        gate.wait()
        code, printed, said = forge().start(crawl_command(tmp_path, server.url)[3:]).wait()
        assert first.is_alive(), "the second one waited for the first"
        assert [request.path for request in server.requests].count("/robots.txt") == 1
        first.send(signal.SIGKILL)
        first.wait()
        gate.open()
        # The holder is dead, and so is its hold.
        crawl(tmp_path, server)
    assert (code, printed) == (5, "")
    assert f"process {first.pid}" in said
    assert "crawl news" in said
    check_whole(tmp_path, twin)


@pytest.mark.attack
def test_readers_see_no_error_and_only_whole_states_while_a_crawl_runs(tmp_path: Path) -> None:
    twin = make_twin(72, 60, sections=("news",), skins=("tables",))
    with serve(twin) as server:
        crawl(tmp_path, server, "--limit", "5", code=None)
        gate = hold_articles(twin, 40)
        running = start_crawl(tmp_path, server)
        counts = []
        searched = 0
        while running.is_alive():
            with closing(open_reader(tmp_path)) as connection:
                (articles,) = connection.execute("SELECT count(*) FROM articles").fetchone()
                (indexed,) = connection.execute(
                    "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'harbin OR the OR a'"
                ).fetchone()
                counts.append((articles, indexed))
            if searched < 3:
                searched += 1
                execute(tmp_path, "search", "the", "--format", "json", code=0)
            time.sleep(0.01)
            if len(counts) == 6:
                gate.open()
        assert running.wait()[0] == 0
    assert len(counts) >= 6
    assert counts == sorted(counts)
    check_whole(tmp_path, twin)


def test_the_first_crawl_shows_readers_no_half_made_archive(tmp_path: Path) -> None:
    watcher = """
import sys
from pathlib import Path
from harbincrawl.archive.database.connection import NoArchiveError, open_reader
seen = 0
while seen < 20:
    try:
        open_reader(Path(sys.argv[1])).close()
        seen += 1
    except NoArchiveError:
        pass
"""
    with serve(make_twin(75, 16, sections=("news",))) as server:
        watching = subprocess.Popen([sys.executable, "-c", watcher, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        crawl(tmp_path, server)
        _, words = watching.communicate(timeout=PATIENCE)
    assert (watching.returncode, words) == (0, "")
