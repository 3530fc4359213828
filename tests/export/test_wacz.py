"""A WACZ holds the chosen articles as pages, and the WARC files that they were captured in."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.errors import NotFoundError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from harbincrawl.warc.writer import Exchange, WarcWriter
from tests.support.archives import build_archive

MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
URL = "http://e.my399.com/news/2024-05-06/1.html"


def captured_archive(folder: Path) -> Path:
    """Two articles, the first of them captured."""
    with WarcWriter(folder / "warc", info={"software": "harbincrawl"}, now=lambda: MOMENT) as writer:
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


def test_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    for name in ("a.wacz", "b.wacz"):
        run_job(folder, ExportJob(str(tmp_path / name)))
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()


def test_no_capture_is_nothing_found(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    with pytest.raises(NotFoundError):
        run_job(folder, ExportJob(str(tmp_path / "a.wacz"), filters=Filters(query="bare")))
    assert not (tmp_path / "a.wacz").exists()


def test_pages_have_the_address_that_was_asked(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    db = sqlite3.connect(folder / "articles.db")
    db.execute("UPDATE facts SET value = 'http://127.0.0.1:8000' WHERE name = 'site_url'")
    db.execute("UPDATE captures SET source = 'mirror', host = '127.0.0.1:8000'")
    db.commit()
    db.close()
    run_job(folder, ExportJob(str(tmp_path / "a.wacz")))
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        assert b'"http://127.0.0.1:8000/news/2024-05-06/1.html"' in package.read("pages/pages.jsonl")
