"""A WACZ of ours in ReplayWeb.page, in real Chromium: the pages are seen as the site showed them."""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.support.crawling import crawl, execute, records
from tests.support.twin import make_twin, serve

REPLAY = Path(os.environ.get("REPLAYWEBPAGE", ""))
"""The npm package `replaywebpage`, unpacked: `make web` puts it there."""
PATIENCE = 120_000
"""Milliseconds."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """The origin of a web server for the files of `folder`."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def read_replay(page: Any, origin: str, package: str, address: str) -> tuple[str, str]:
    """(title, text) of `address` as ReplayWeb.page shows it out of `package`."""
    source = quote(f"{origin}/{package}", safe="")
    page.goto(f"{origin}/index.html?source={source}#view=resources&url={quote(address, safe='')}")
    for _ in range(PATIENCE // 250):
        for frame in page.frames:
            if address in frame.url and "mp_/" in frame.url and frame.query_selector("body"):
                return frame.title(), frame.inner_text("body")
        page.wait_for_timeout(250)
    raise AssertionError(f"{address} is not shown; frames: {[frame.url for frame in page.frames]}")


def export(archive: Path, package: Path, *options: str) -> None:
    execute(archive, "export", package, *options, code=0)


def test_pages_are_replayed_after_a_crawl_and_after_one_that_found_nothing_new(tmp_path: Path, browser: Any) -> None:
    archive, web = tmp_path / "archive", tmp_path / "web"
    shutil.copytree(REPLAY, web)
    twin = make_twin(61, 12, sections=("news",))
    story = next(story for story in twin.listing("news") if story.page_count == 1 and story.printed_title)
    with serve(twin) as server:
        crawl(archive, server)
        export(archive, web / "first.wacz")
        crawl(archive, server, "--recheck", "all")
        address, port = f"{server.url}{story.path}", server.port
    with serve(twin, port=port, conditional=False) as server:
        crawl(archive, server, "--recheck", "all")
    export(archive, web / "again.wacz")
    stored = records(archive)[story.number]
    with serve_folder(web) as origin:
        page = browser.new_page()
        for package in ("first.wacz", "again.wacz"):
            title, text = read_replay(page, origin, package, address)
            assert stored["title"] in f"{title} {text}"
            assert all(paragraph in " ".join(text.split()) for paragraph in stored["body"])
