"""Pages too large to read fail by that name."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.pages.article.asked import MAX_PICTURES
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.html.collector import MOST_LINES
from harbincrawl.pages.html.document import MOST_BYTES
from harbincrawl.pages.listing.page import read_listing
from tests.support.crawling import check_whole, crawl, records
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import make_twin, serve
from tests.support.twin.server import Told

ARTICLE, LIST = f"{SITE.base}/news/2020-01-01/7.html", f"{SITE.base}/news/"
TOP = "<p>Updated : 2020-01-01</p><p>By Li Na ( Harbin Daily )</p><p>Words of a body that is long enough.</p>"


def pad(page: bytes, size: int) -> bytes:
    """`page` with a comment behind it that makes it `size` bytes."""
    return page + b"<!--" + b"x" * (size - len(page) - 7) + b"-->"


def test_a_page_of_the_most_bytes_is_read_and_one_more_is_too_large() -> None:
    assert read_article(pad(TOP.encode(), MOST_BYTES), ARTICLE, SITE, today=date(2024, 6, 20)).body
    assert not read_listing(pad(TOP.encode(), MOST_BYTES), LIST, SITE).lines
    for page in (pad(TOP.encode(), MOST_BYTES + 1), TOP + "哈" * (MOST_BYTES // 3)):
        with pytest.raises(PageTooLargeError, match="5,000,000 bytes"):
            read_article(page, ARTICLE, SITE)
        with pytest.raises(PageTooLargeError, match="5,000,000 bytes"):
            read_listing(page, LIST, SITE)
    assert issubclass(PageTooLargeError, NotAnArticle)
    assert issubclass(PageTooLargeError, ValueError)


@pytest.mark.parametrize(
    ("piece", "most", "words"),
    [
        pytest.param("<p>x", MOST_LINES, f"more than {MOST_LINES:,} lines", marks=pytest.mark.attack),
        ("<img src=a.jpg>", MAX_PICTURES, "20,000 pictures"),
    ],
)
def test_too_many_lines_or_pictures_are_too_large(piece: str, most: int, words: str) -> None:
    assert read_article(TOP + piece * (most - 10), ARTICLE, SITE, today=date(2024, 6, 20)).body
    with pytest.raises(PageTooLargeError, match=words):
        read_article(TOP + piece * (most + 10), ARTICLE, SITE)


def test_pages_that_are_too_large_together_are_not_fetched_to_their_end(tmp_path: Path) -> None:
    twin = make_twin(48, 12, sections=("news",))
    story = twin.listing("news")[2]
    stem = story.path.removesuffix(".html")
    asked = []

    def answer(path: str) -> Told | None:
        if not (found := re.fullmatch(re.escape(stem) + r"(?:_(\d+))?\.html", path)):
            return None
        n = int(found[1] or 1)
        asked.append(n)
        pager = f"<p>{n}/9 <b>{n}</b> <a href={stem}_{n + 1}.html>下一页</a> <a href={stem}_9.html>尾页</a></p>"
        return 200, {"Content-Type": "text/html; charset=utf-8"}, (TOP + "<p>" + "word " * 400_000 + pager).encode()

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server, code=3)
    (failure,) = run.report["failures"]
    assert failure["class"] == "too-large"
    assert "5,000,000 characters" in failure["reason"]
    assert asked == [1, 2, 3]
    check_whole(tmp_path)


def test_too_large_pages_fail_by_name_and_the_others_are_read(tmp_path: Path) -> None:
    twin = make_twin(47, 16, sections=("news", "gallery"))
    story = twin.listing("news")[2]
    large = {story.path, "/gallery/"}

    def answer(path: str) -> Told | None:
        made = twin.render(path)
        return (200, made.headers, pad(made.body, MOST_BYTES + 1)) if path in large else None

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server, "news", "gallery", code=3)
        found = {failure["address"].removeprefix(SITE.base): failure for failure in run.report["failures"]}
        assert {path: failure["class"] for path, failure in found.items()} == dict.fromkeys(large, "too-large")
        assert "5,000,000 bytes" in found[story.path]["reason"]
        assert story.number not in records(tmp_path)
        large.clear()
        crawl(tmp_path, server, "news", "gallery")
    check_whole(tmp_path, twin)


MEASURE = """
import sys
from tests.support.hostile_pages import KINDS
from harbincrawl.errors import NotAnArticle
from harbincrawl.fetch.answers import CAPTURE
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing
from tests.support.sites import HARBIN_TODAY as SITE
page = KINDS[sys.argv[1]](4_900_000).encode()
for read, address in ((read_article, "/news/2020-01-01/7.html"), (read_listing, "/news/")):
    try:
        read(page, SITE.base + address, SITE)
    except (NotAnArticle, ValueError):
        pass
# Of this program; what getrusage says includes the process that it was forked from.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.attack
@pytest.mark.parametrize("kind", ["null characters", "links over many lines"])
def test_the_largest_page_takes_bounded_memory(kind: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", MEASURE, kind], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert int(ended.stdout) * 1024 < 350_000_000
