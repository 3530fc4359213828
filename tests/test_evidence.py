"""Captured pages: `show --raw`, and where the captures are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.cli.main import main
from harbincrawl.evidence import site_as_read
from tests.support.archives import build_archive
from tests.support.crawling import ask, crawl
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import Twin, make_twin, serve

Show = Callable[..., tuple[Any, bytes, str]]


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(5, 30, sections=("news", "gallery"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, twin: Twin) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(twin, gzip=True) as server:
        crawl(folder, server, "news", "gallery")
        crawl(folder, server, "news", "gallery", "--recheck", "all")
    return folder


@pytest.fixture
def show(archive: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Show:
    def run(*arguments: str, archive: Path = archive) -> tuple[Any, bytes, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(archive), "show", *arguments])
        printed = capfdbinary.readouterr()
        return ended.value.code, printed.out, printed.err.decode()

    return run


def test_raw_is_what_the_site_sent_byte_for_byte(show: Show, twin: Twin) -> None:
    charsets = set()
    for story in twin.stories.values():
        charsets.add(story.charset)
        for page in range(1, story.page_count + 1):
            code, out, _ = show(str(story.number), "--raw", "--page", str(page))
            assert (code, out) == (0, twin.render(story.page_path(page)).body)
    assert len(charsets) > 1


def test_an_article_says_when_and_from_where_it_was_captured(show: Show, archive: Path, twin: Twin) -> None:
    story = next(story for story in twin.stories.values() if story.page_count > 1)
    _, out, _ = show(str(story.number))
    lines = [f"captured {line}" for line in re.split(r" ?captured (?=\d)", " ".join(out.decode().split()))[1:]]
    assert len(lines) == story.page_count
    for page, line in enumerate(lines, 1):
        address = f"http://e.my399.com{story.page_path(page)}"
        ((moment, host, warc, offset),) = ask(
            archive, 'SELECT fetched_at, host, warc, "offset" FROM captures WHERE address = ? AND status = 200', address
        )
        assert host.startswith("127.0.0.1:")
        place = f"a mirror at {host} in place of {address}"
        assert line == f"captured {moment} from {place} (warc/{warc} at byte {offset})"


def test_what_was_not_kept_says_so(show: Show, tmp_path: Path) -> None:
    folder = build_archive(tmp_path, [{"number": 7, "capture": {"warc": None}}, {"number": 8}])
    code, _, err = show("7", "--raw", archive=folder)
    assert (code, "names a purged article" in err) == (9, True)
    assert b"no record was kept" in b" ".join(show("7", archive=folder)[1].split())
    assert show("8", "--raw", archive=folder)[0] == 9


def test_a_mirror_counts_as_the_site_for_the_pages_that_it_gave() -> None:
    page = "http://127.0.0.1:8000/news/2024-05-06/7200.html"
    assert site_as_read(HARBIN_TODAY, page) == replace(HARBIN_TODAY, mirror="http://127.0.0.1:8000")
    assert site_as_read(HARBIN_TODAY, "https://e.my399.com/news/") == HARBIN_TODAY
    assert site_as_read(HARBIN_TODAY, "http://[broken") == HARBIN_TODAY
