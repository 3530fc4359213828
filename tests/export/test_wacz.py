"""A WACZ holds all WARC files of the archive, and each wording of its articles as a page."""

from __future__ import annotations

import json
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.warc.writer import Exchange, WarcWriter
from tests.support.archives import build_archive
from tests.support.crawling import change, crawl, execute
from tests.support.twin import changes, make_twin, serve

MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
URL = "http://e.my399.com/news/2024-05-06/1.html"


def captured_archive(folder: Path) -> Path:
    """Two articles, the first of them captured."""
    with closing(WarcWriter(folder / "warc", info={"software": "harbincrawl"}, now=lambda: MOMENT)) as writer:
        place = writer.write(
            Exchange(URL, "GET", [], 200, "OK", [("Content-Type", "text/html")], b"<p>Ice</p>", "192.0.2.7", MOMENT)
        )
    name = next((folder / "warc").iterdir()).name
    capture = {"warc": name, "offset": place.offset, "fetched_at": "2024-05-06T07:08:09Z"}
    return build_archive(folder, [{"url": URL, "title": "Ice", "body": "Cold.", "capture": capture}, {"title": "Bare"}])


def test_captured_articles_are_the_pages(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    receipt = run_job(folder, ExportJob(str(tmp_path / "a.wacz")))
    assert receipt.articles == 1
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]
        held = [name for name in package.namelist() if name.startswith("archive/")]
    assert [(page["url"], page["title"], page["ts"], page["text"]) for page in pages] == [
        (URL, "Ice", "2024-05-06T07:08:09Z", "Cold.")
    ]
    assert len(held) == 1


@pytest.mark.parametrize(
    "words", [("--query", "ice"), ("1",), ("--section", "news"), ("--fields", "id"),
              ("--changed-since", "1")],
)  # fmt: skip
def test_it_is_of_the_whole_archive_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = captured_archive(tmp_path / "archive")
    code, _, said = execute(folder, "export", tmp_path / "a.wacz", *words)
    assert (code, "a WACZ has all captured pages of the archive" in said) == (2, True), said
    assert "prove ID" in said
    assert not (tmp_path / "a.wacz").exists()


def test_every_file_goes_in_as_it_is_and_each_wording_is_a_page(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    twin = make_twin(3, 12, sections=("news",))
    story = next(story for story in twin.listing("news") if story.printed_title)
    with serve(twin) as server:
        crawl(archive, server)
        changes.edit(twin, story.number, "body")
        # Pages of a WACZ are told apart by their second.
        time.sleep(1)
        crawl(archive, server, "--recheck", "all")
    for name, count in (("both.wacz", 2), ("one.wacz", 1)):
        run_job(archive, ExportJob(str(tmp_path / name)))
        with zipfile.ZipFile(tmp_path / name) as package:
            held = {each.rpartition("/")[2]: package.read(each) for each in package.namelist() if "archive/" in each}
            pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]
        assert held == {path.name: path.read_bytes() for path in (archive / "warc").iterdir()}
        assert [page["url"] for page in pages].count(f"{server.url}{story.path}") == count
        lost = "INSERT OR IGNORE INTO lost_captures SELECT capture, 1, 'damaged' FROM revisions WHERE number = ?"
        change(archive, lost, values=(story.number,))


def test_pages_have_the_address_that_was_asked(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    change(
        folder,
        "UPDATE facts SET value = 'http://127.0.0.1:8000' WHERE name = 'site_url'",
        "UPDATE captures SET source = 'mirror', host = '127.0.0.1:8000'",
    )
    run_job(folder, ExportJob(str(tmp_path / "a.wacz")))
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        assert b'"http://127.0.0.1:8000/news/2024-05-06/1.html"' in package.read("pages/pages.jsonl")
