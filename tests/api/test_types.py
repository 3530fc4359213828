"""A user's script is checked by mypy as strictly as it can, and its mistakes are found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
from datetime import date, datetime

import harbincrawl
from harbincrawl import Archive, Article, Capture, Image, Keyword, Revision, Rows, Similar, TrendRow, open_archive
from harbincrawl.errors import ClosedArchiveError, FilterError, NoArchiveError


def read_titles(archive: Archive, section: str) -> list[str | None]:
    return [article.title for article in archive.search("snow", section=section, since=date(2020, 1, 1))]


def read_article(article: Article) -> tuple[str, list[str], datetime, str]:
    images: tuple[Image, ...] = article.images
    return f"{article.id} {len(images)}", article.paragraphs, article.first_seen, article.status


with open_archive("archive") as archive:
    print(archive, len(archive), 5370 in archive, "harbin-today:5370" in archive)
    first: Article = next(iter(archive))
    again: Article = archive[first.url]
    words: int = len(again.body.split()) + len(first.body.split())
    revisions: list[Revision] = first.revisions()
    capture: Capture = first.capture()
    captures: list[Capture] = revisions[0].captures()
    print(captures[0].address, [capture.status for capture in captures])
    page: bytes = capture.read()
    related: Rows[Similar] = first.related()
    print(read_titles(archive, "news"), read_article(first), revisions[-1].seen.year, len(page), related[:1], words)
    print(archive.count(sections=["news", "culture"], authors="Wang Wei", until="2020-05", status="gone"))
    print(archive.count("metro", status="unknown", exact=True))
    rows: list[TrendRow] = archive.trends("metro")
    best: list[Keyword] = archive.keywords(section="news", limit=10)
    print(rows[:1], best[:1])
    for row in archive.trends("metro", "tram", by="month", source="Xinhua"):
        share: float | None = row.per_1000
        print(row.query, row.period, row.hits, share)
    for line in archive.concordance("met*", sort="left", query="line"):
        print(line.left.rjust(60), line.word, line.right)
    for word in archive.keywords(since="2020", against={"until": "2019", "section": "news"}):
        print(word.word, word.log_likelihood, word.frequency, word.against_frequency)
    print(archive.similar(first.id, limit=3), archive.to_pandas(section="news"), harbincrawl.__version__)
try:
    archive.count()
except (ClosedArchiveError, FilterError, NoArchiveError) as error:
    print(error)
"""
MISTAKES = """
from harbincrawl import open_archiv
from harbincrawl import open_archive

archive = open_archive("archive")
archive.count(sektion="news")
archive.count(section=7)
archive.trends("metro", by="day")
archive.keywords(against={"sinc": "2020"})
archive["x"].body.paragraphs
"""


def check(script: str, folder: Path) -> list[str]:
    """What mypy --strict says of a script outside the repository, without its settings."""
    (folder / "script.py").write_text(script, "utf-8")
    words = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--no-error-summary",
        "--config-file=",
    ]
    words += ["--cache-dir", str(ROOT / ".mypy_cache" / "outside"), "script.py"]
    environment = os.environ | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_types_tell_a_users_script_from_its_mistakes(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    assert check(SCRIPT, tmp_path) == []
    found = check(MISTAKES, tmp_path)
    errors = [line for line in found if " error: " in line]
    assert [int(line.split(":")[1]) for line in errors] == [2, 6, 7, 8, 9, 10], "\n".join(found)
