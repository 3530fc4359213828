"""A dataset to share holds no hash of a text, no words in addresses, no titles unless wanted, and names its licence."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import DestinationError
from harbincrawl.export.job import run_job
from harbincrawl.export.profiles import is_bare
from harbincrawl.export.task import ExportJob
from harbincrawl.identity import normal_form
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.crawling import ask
from tests.support.export_cases import STORY, read_rows, share


def read_all(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


HASHES: list[Callable[[bytes], Any]] = [hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b]


def test_nothing_in_it_is_a_hash_of_a_text(tmp_path: Path) -> None:
    articles = [
        {"number": at, "title": f"Heron number {at} seen", "body": f"{STORY} {at}", "summary": f"Short {STORY} {at}"}
        | {"capture": {"warc": "a.warc.gz", "offset": at, "digest": f"sha1:{at:032}"}}
        for at in range(1, 9)
    ]
    archive = build_archive(tmp_path / "archive", articles)
    for profile in ("features", "none"):
        folder = share(archive, profile, profile=profile)
        rows, everything = read_rows(folder), read_all(folder)
        for name in ("body_hash", "fingerprint", "minhash", "similarity", "title", "summary", "body"):
            assert all(name not in row for row in rows), name
        (table,) = json.loads((folder / "croissant.json").read_bytes())["recordSet"]
        assert [field["name"] for field in table["field"]] == list(rows[0])
        assert all(list(row["capture"]) == ["warc", "offset", "fetched_at", "source", "host"] for row in rows)
        # Where records begin tells how long the pages are.
        assert all(row["capture"]["warc"] is None and row["capture"]["offset"] is None for row in rows)
        assert b"a.warc.gz" not in everything
        assert b"digest" not in everything
        stored = ask(archive, "SELECT title, summary, body, fingerprint FROM articles")
        for *texts, fingerprint in stored:
            assert fingerprint.encode() not in everything
            for text in texts:
                forms = (text, normal_form(text), text.casefold())
                assert not any(
                    make(form.encode()).hexdigest().encode() in everything for make in HASHES for form in forms
                )


def test_titles_are_in_it_where_they_are_wanted_and_no_body_has_them(tmp_path: Path) -> None:
    articles = [
        {"number": 1, "title": "Heron seen", "body": STORY, "url": "http://e.my399.com/news/heron-seen-on-ice/1.html"},
        {"number": 2, "title": "Stood on the frozen pond", "url": "http://e.my399.com/news/stood-on-the-frozen-pond"},
        {"number": 3, "title": None, "body": "Nothing.", "url": "http://e.my399.com/news/3.html"},
    ]
    archive = build_archive(tmp_path / "archive", articles)
    bare, titled = share(archive, "bare"), share(archive, "titled", titles=True)
    assert [row["url"] for row in read_rows(bare)] == [None, None, "http://e.my399.com/news/3.html"]
    assert b"eron seen" not in read_all(bare)
    assert [(row["title"], row["url"]) for row in read_rows(titled)] == [
        ("Heron seen", "http://e.my399.com/news/heron-seen-on-ice/1.html"),
        (None, None),
        (None, "http://e.my399.com/news/3.html"),
    ]
    assert "It has no title, no hash" in (bare / "README.md").read_text()
    assert "It has no hash" in (titled / "README.md").read_text()


@pytest.mark.parametrize(
    ("address", "title", "bare"),
    [
        ("http://e.my399.com/culture/music/2020-09-23/5370.html", "Culture and music", True),
        ("http://e.my399.com/culture/music/content_5370.htm?page=2", "Ice", True),
        ("http://e.my399.com/culture/music/harbin-opens-its-new-park.html", "An ice park", False),
        ("http://e.my399.com/culture/music/haerbinbingxuedashijie.html", "冰雪大世界", False),
        ("http://e.my399.com/culture/music/%E5%86%B0%E9%9B%AA%E5%A4%A7%E4%B8%96%E7%95%8C%E5%BC%80", None, False),
        ("http://e.my399.com/culture/music/IcePark.html", "Ice park opens", False),
        ("http://e.my399.com/culture/music/thaw.html", "Thaw", False),
        ("http://e.my399.com/culture/music/5370.html?t=ice+park", "New ice park", False),
        ("http://e.my399.com/culture/music/5370.html#ice-park", "New ice park", False),
    ],
)
def test_an_address_with_words_is_told_from_one_of_numbers(address: str, title: str | None, *, bare: bool) -> None:
    assert is_bare(address, "culture/music", title) is bare


def test_pictures_missing_articles_sources_and_queries_bring_no_words_in(tmp_path: Path) -> None:
    pictures = [
        {"url": "http://e.my399.com/i/1.jpg", "caption": "A heron", "credit": "By Wu", "file_name": "heron.jpg"},
        {"url": "http://e.my399.com/i/heron-on-a-frozen-pond.jpg", "caption": None, "credit": None, "file_name": None},
    ]
    articles = [{"number": 1, "body": STORY, "images": pictures, "source": "stood on the frozen pond all"}]
    archive = build_archive(tmp_path / "archive", articles)
    with sqlite3.connect(archive / FILE) as connection:
        for number, slug in ((8, "8.html"), (9, "a-word-that-nobody-knows/9.html")):
            row = ("news", str(number), number, f"http://e.my399.com/news/{slug}", "t", None, None, 1, 1)
            connection.execute("INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)", row)
    connection.close()
    folder = share(archive, filters=Filters(query='"heron stood on the frozen pond"'))
    (row,) = read_rows(folder)
    nothing = {"caption": None, "credit": None, "file_name": None}
    assert row["images"] == [{"url": "http://e.my399.com/i/1.jpg"} | nothing, {"url": None} | nothing]
    assert row["source"] is None
    everything = read_all(folder)
    assert not [word for word in (b"frozen pond", b"frozen-pond", b"By Wu", b"nobody-knows") if word in everything]
    card = (folder / "README.md").read_text()
    assert "words of a query, 6 in number" in card
    assert "- 2 listed articles could not be fetched" in card


def test_an_archive_whose_ids_are_titles_is_shared_with_titles_only(tmp_path: Path) -> None:
    ids = ("heron-seen-on-ice", "3f2abcde-12ab-4cde-abcd-12ab34cd56ef", "WS6478ab12a31033ad3f7b1c2d")
    for at, id in enumerate(ids):
        articles = [{"number": 2**31 + at, "id": id, "title": "Heron seen on ice", "body": STORY}]
        archive = build_archive(tmp_path / str(at) / "archive", articles)
        if at == 0:
            with pytest.raises(DestinationError, match="heron-seen-on-ice may be a title"):
                share(archive)
            assert not (archive.parent / "shared").exists()
        assert read_rows(share(archive, titles=at == 0))[0]["id"] == f"harbin-today:{id}"


def test_texts_and_titles_are_refused_where_they_make_no_sense(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"number": 1, "body": STORY}])
    for job in (
        ExportJob("b", share=True, profile="full"),
        ExportJob("b", titles=True),
        ExportJob("b.jsonl", share=True),
        ExportJob("b.db", share=True),
        ExportJob("b.wacz", share=True),
        ExportJob("b.jsonl", share=True, revisions=True),
    ):
        with pytest.raises(DestinationError):
            run_job(archive, job)
    command = [sys.executable, "-m", "harbincrawl", "--archive", str(archive), "export", "b", "--titles"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "--titles goes with --share" in done.stderr) == (2, True)
