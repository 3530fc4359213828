"""Pages that would lead the crawl astray, fill its memory or keep it for ever: each ends in a failure with a name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_whole, crawl, execute, records
from tests.support.families import sample
from tests.support.hostile_servers import Speak, list_hostile
from tests.support.hostile_sites import list_hostile_sites
from tests.support.listening import serve_raw
from tests.support.twin import Fault, changes, make_twin, serve
from tests.support.twin.server import Told

LEAVES = (
    "http://127.0.0.1:{other}/news/2020-01-01/300.html",
    "http://localhost:{other}/news/",
    "//127.0.0.1:{other}/news/",
    "http://127.0.0.1:{own}@127.0.0.1:{other}/news/",
    "http://10.0.0.1/news/2020-01-01/300.html",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:{other}/news/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{other}/news/",
    "data:text/html,Updated : 2020-01-01",
    "javascript:alert(1)",
    "http://[not-an-address/",
)


def test_redirects_that_leave_the_site_are_refused_and_never_followed(tmp_path: Path) -> None:
    twin = make_twin(41, 20, sections=("news",))
    with serve(make_twin(42, 10)) as other, serve(twin) as server:
        stories = twin.listing("news")[: len(LEAVES)]
        for story, to in zip(stories, LEAVES, strict=True):
            twin.faults[story.path] = Fault("redirect", to=to.format(other=other.port, own=server.port))
        run = crawl(tmp_path, server, code=3)
        assert other.requests == []
        elsewhere = [one.path for one in server.requests if not one.path.startswith(("/news/", "/robots.txt"))]
        assert elsewhere == []
    assert run.report["failed"] == len(LEAVES)
    assert {failure["class"] for failure in run.report["failures"]} == {"refused"}
    assert len(records(tmp_path)) == 20 - len(LEAVES)


def test_redirects_within_the_site_are_followed_to_the_article_and_no_further(tmp_path: Path) -> None:
    twin = make_twin(43, 20, sections=("news", "gallery"))
    moved, loop, other, deep = twin.listing("news")[1:5]
    old = moved.path
    changes.move(twin, moved.number, "gallery")
    twin.faults[old] = Fault("redirect", status=301, to=moved.path)
    listed = twin.render("/news/")
    twin.faults[loop.path] = Fault("redirect", to=loop.path)
    twin.faults[other.path] = Fault("redirect", to=deep.path)
    twin.faults[deep.path] = Fault("redirect", to="/")
    assert listed.status == 200

    def keep_old_line(path: str) -> Told | None:
        made = twin.answer(path)
        return made.status, made.headers, made.body

    with serve(None, told=keep_old_line) as server:
        run = crawl(tmp_path, server, "--all", code=3)
    reasons = {int(re.findall(r"\d+", failure["address"])[-1]): failure["reason"] for failure in run.report["failures"]}
    assert reasons.keys() == {loop.number, other.number, deep.number}
    assert "more than 5 redirects" in reasons[loop.number]
    assert "redirects to another page" in reasons[deep.number]
    assert moved.number in records(tmp_path)


def test_bodies_without_end_or_measure_are_cut_off_by_name(tmp_path: Path) -> None:
    twin = make_twin(44, 20, sections=("news",))
    bomb, endless = (story.path for story in twin.listing("news")[:2])
    twin.faults[bomb] = Fault("bomb", megabytes=300)
    twin.faults[endless] = Fault("endless")
    twin.faults["/news/index_2.html"] = Fault("bomb", 1, megabytes=100)

    with serve(twin) as server:
        run = crawl(tmp_path, server, code=3, prelude="resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))")
        assert {failure["class"] for failure in run.report["failures"]} == {"too-large"}
        assert len(run.report["failures"]) == 3
        twin.faults.clear()
        crawl(tmp_path, server)
    check_whole(tmp_path, twin)


@pytest.mark.attack
def test_list_pagers_without_end_are_left_after_a_while(tmp_path: Path) -> None:
    twin = make_twin(45, 30, sections=("news", "gallery"))
    asked = []

    def answer(path: str) -> Told | None:
        asked.append(path)
        if not (found := re.fullmatch(r"/news/(?:index_(\d+)\.html)?", path)):
            return None
        n = int(found[1] or 1)
        line = f'<div><a href="/news/2020-01-01/{3000 + n}.html">Story {n}</a> 2020-01-01<br>Text {n}</div>'
        pager = f'<div><a title="Total record"><b>20</b></a> <b>{n}</b> <a href="index_{n + 1}.html">下一页</a></div>'
        return 200, {"Content-Type": "text/html; charset=utf-8"}, f"<html><body>{line}{pager}</body></html>".encode()

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server, "news", "gallery", "--limit", "1", code=None)
        del asked[:]
        run = crawl(tmp_path, server, "news", "gallery", "--recheck", "none", code=3)
    assert "endless pager" in run.report["sections"]["news"]["reason"]
    assert run.report["sections"]["news"]["walk"] == "partial"
    assert run.report["sections"]["gallery"]["walk"] == "full"
    assert sum(path.startswith("/news/index") for path in asked) < 100


@pytest.mark.parametrize("leads", sample(["on", "back", "to itself", "to another article", "off the site"]))
def test_article_pagers_that_lead_nowhere_are_named(tmp_path: Path, leads: str) -> None:
    twin = make_twin(46, 16, sections=("news",))
    story = twin.listing("news")[4]
    other = twin.listing("news")[5]
    stem = story.path.removesuffix(".html")

    def answer(path: str) -> Told | None:
        if not (found := re.fullmatch(re.escape(stem) + r"(?:_(\d+))?\.html", path)):
            return None
        n = int(found[1] or 1)
        to = {
            "on": f"{stem}_{n + 1}.html",
            "back": f"{stem}.html" if n > 1 else f"{stem}_2.html",
            "to itself": path,
            "to another article": other.page_path(1).replace(".html", "_2.html"),
            "off the site": "http://127.0.0.1:9/news/2020-01-01/1_2.html",
        }[leads]
        pager = f'{n}/900 <b>{n}</b> <a href="{to}">下一页</a> <a href="{stem}_900.html">尾页</a>'
        body = (
            '<html><body><p><a href="/news/">Harbin Today</a></p><h1>A story</h1>'
            "<p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p>"
            f"<p>Page {n} says this.</p><p>{pager}</p></body></html>"
        )
        return 200, {"Content-Type": "text/html; charset=utf-8"}, body.encode()

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server, code=3)
        pages = sum(request.path.startswith(stem) for request in server.requests)
    (failure,) = run.report["failures"]
    assert failure["class"] == "pages"
    assert pages <= 101
    assert story.number not in records(tmp_path)
    assert len(records(tmp_path)) == 15


def test_lines_and_pictures_off_the_site_are_never_asked_for(tmp_path: Path) -> None:
    twin = make_twin(47, 24, sections=("news",))
    with serve(make_twin(1, 10)) as other:
        body = (
            "<html><body>"
            '<div><a href="http://127.0.0.1:{p}/news/2020-01-01/999.html">Guest</a> 2024-06-01<br>Off.</div>'
            '<div><a href="file:///etc/2020-01-01/998.html">File</a> 2024-06-01<br>Off.</div>'
            '<div><a href="/news/2020-01-01/997.html">Own</a> 2020-01-01<br>On.</div></body></html>'
        ).replace("{p}", str(other.port))
        article = (
            "<html><body><h1>Own</h1><p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p><p>Words.</p>"
            f'<img src="http://127.0.0.1:{other.port}/d/file/x.jpg"><img src="file:///etc/passwd"></body></html>'
        )

        def answer(path: str) -> Told | None:
            html = {"Content-Type": "text/html; charset=utf-8"}
            if path == "/news/":
                return 200, html, body.encode()
            return (200, html, article.encode()) if path.endswith("/997.html") else None

        with serve(twin, told=answer) as server:
            run = crawl(tmp_path, server, "--images", code=None)
        assert other.requests == []
    assert records(tmp_path).keys() == {997}
    assert run.report["elsewhere"] >= 1
    assert ask(tmp_path, "SELECT count(*) FROM listed WHERE address LIKE 'file:%' AND number IS NOT NULL") == [(0,)]


@pytest.mark.attack
def test_odd_characters_and_broken_markup_never_end_a_crawl(tmp_path: Path) -> None:
    twin = make_twin(48, 40, sections=("news",), hostile=True)
    story = twin.listing("news")[3]
    poison = (
        "<html><body><h1>&#xD800;&#0;&#x110000;\udc80 title</h1><p>Updated : 2020-01-01</p><p>By ( e.my399.com )</p>"
        + "<p>Words \x00 and &#xDFFF; more.</p>"
        + "<div>" * 3000
        + "</body></html>"
    ).encode("utf-8", "surrogatepass")

    def answer(path: str) -> Told | None:
        if path == story.path:
            return 200, {"Content-Type": "text/html; charset=utf-8", "ETag": '"\xff\x80"'}, poison
        return None

    with serve(twin, told=answer) as server:
        run = crawl(tmp_path, server, code=None)
        assert run.code in (0, 3)
        crawl(tmp_path, server, "--recheck", "all", code=None)
    assert len(records(tmp_path)) >= 39
    check_whole(tmp_path)


MOST_MEMORY = 400 << 10
"""KB."""
HASTE = """
import harbincrawl.middlewares.retry as retry, harbincrawl.settings
retry.back_off, harbincrawl.settings.DOWNLOAD_TIMEOUT = lambda *_: 0.01, 1.0
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
crawl = main

def main(arguments):
    try:
        crawl(arguments)
    finally:
        print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.parametrize(("name", "speak"), sample([*list_hostile(), *list_hostile_sites()], 40))
def test_a_hostile_server_is_a_failure_with_a_name(tmp_path: Path, name: str, speak: Speak) -> None:
    archive = tmp_path / "archive"
    with serve_raw(speak) as server:
        run = crawl(archive, server.url, code=None, prelude=HASTE)
    assert run.code in (0, 3, 6), f"{name}: {run.words}"
    assert "Traceback" not in run.words, name
    assert run.report["outcome"], name
    assert int(run.words.split()[-2]) < MOST_MEMORY, name
    if archive.exists():
        execute(archive, "verify", code=0)
