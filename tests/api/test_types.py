"""A user's script is checked by mypy as strictly as it can, and its mistakes are found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.doc_scripts import list_scripts

# mypy takes as long as a dozen crawls.
pytestmark = pytest.mark.attack
ROOT = Path(__file__).parents[2]
SCRIPT = """
from datetime import date

import harbincrawl
from harbincrawl import Archive, Article, Capture, Image, Keyword, Revision, Rows, Similar, TrendRow, open_archive
from harbincrawl.errors import ClosedArchiveError, FilterError, NoArchiveError


def read_titles(archive: Archive, section: str) -> list[str | None]:
    return [article.title for article in archive.search("snow", section=section, since=date(2020, 1, 1))]


def read_article(article: Article) -> tuple[str, list[str], str, str]:
    images: tuple[Image, ...] = article.images
    return f"{article.id} {len(images)}", article.paragraphs, article.first_seen, article.status


with open_archive("archive") as archive:
    print(archive, len(archive), 5370 in archive, "harbin-today:5370" in archive)
    first: Article = next(iter(archive))
    again: Article = archive[first.url]
    words: int = len(again.body.split()) + len(first.body.split())
    revisions: list[Revision] = first.revisions()
    capture: Capture = first.capture()
    print(capture.address, capture.status)
    page: bytes = capture.read()
    related: Rows[Similar] = first.related()
    print(read_titles(archive, "news"), read_article(first), revisions[-1].seen[:4], len(page), related[:1], words)
    print(archive.count(section=["news", "culture"], author="Wang Wei", until="2020-05", status="gone"))
    print(archive.count("metro", status="unknown", exact=True))
    rows: list[TrendRow] = archive.trends("metro")
    best: list[Keyword] = archive.keywords(section="news", limit=10)
    print(rows[:1], best[:1])
    for row in archive.trends("metro", "tram", by="month", source="Xinhua"):
        share: float | None = row.per_1000
        print(row.query, row.period, row.hits, share)
    for line in archive.concordance("met*", sort="left", query="line"):
        print(line.left.rjust(60), line.word, line.right)
    for word in archive.keywords(since="2020", against="date:..2019 section:news"):
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
archive.keywords(against={"since": "2020"})
archive["x"].body.paragraphs
archive.stats(by="sektion")
archive.search("x").to_panda()
archive.search("x", limit="3")
archive.concordance("x")[0].date.upper()
"""
REVEALED = {
    'archive.collocations("x")[0].log_dice': "float",
    'archive["x"].at("2020")': "Revision | None",
    'archive.search("x")': "Rows[Hit]",
    'archive.search("x")[0].score': "float | None",
    "archive.similar(5)[0].shared_words": "tuple[str, ...]",
    'archive["x"].revisions()': "Rows[Revision]",
    'archive.stats(by="section")': "Rows[StatRow]",
    'archive.concordance("x")': "Rows[ConcordanceLine]",
    "archive.to_polars()": "DataFrame",
    'archive.trends("x").to_polars()': "DataFrame",
}
"""Expressions with their types, without the modules of these."""


def write_reveals(expressions: Iterable[str] = REVEALED) -> str:
    """A script that asks a checker for their types."""
    lines = (f"reveal_type({each})" for each in expressions)
    return "\n".join(["from harbincrawl import open_archive", 'archive = open_archive("archive")', *lines])


def shorten_type(text: str) -> str:
    """The name of a type without its modules; of a NamedTuple without its fields, which mypy shows."""
    text = re.sub(r"tuple\[(?:[^\[\]]|\[[^\]]*\])*, fallback=([\w.]+)\]", r"\1", text)
    return re.sub(r"\b[\w.]+\.(?=\w)", "", text)


def check(folder: Path, **scripts: str) -> dict[str, list[str]]:
    """What mypy --strict says of each script outside the repository, without its settings."""
    for name, script in scripts.items():
        (folder / f"{name}.py").write_text(script, "utf-8")
    settings = folder / "settings.ini"
    # Whoever has no stubs of pandas is told so about every script with it.
    settings.write_text("[mypy]\n[mypy-pandas.*,polars.*]\nignore_missing_imports = True\n", "utf-8")
    words = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-error-summary"]
    words += ["--config-file", str(settings), "--cache-dir", str(ROOT / ".mypy_cache" / "outside")]
    environment = os.environ | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(
        [*words, *(f"{name}.py" for name in scripts)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    return {name: [line for line in lines if line.startswith(f"{name}.py:")] for name in scripts}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What it says of all scripts; it is started once, as that takes a second."""
    pytest.importorskip("mypy")
    scripts = {Path(name).stem: text for name, text in list_scripts().items()}
    folder = tmp_path_factory.mktemp("scripts")
    return check(folder, script=SCRIPT, mistakes=MISTAKES, reveals=write_reveals(), **scripts)


def test_types_tell_a_users_script_from_its_mistakes(found: dict[str, list[str]]) -> None:
    assert found["script"] == []
    errors = [line for line in found["mistakes"] if " error: " in line]
    assert {int(line.split(":")[1]) for line in errors} == {2, *range(6, 15)}, "\n".join(errors)


def test_rows_and_frames_have_types(found: dict[str, list[str]]) -> None:
    types = [line.partition('Revealed type is "')[2].rstrip('"') for line in found["reveals"]]
    expected = list(REVEALED.values())
    if find_spec("polars") is None:
        expected = [each if each != "DataFrame" else "Any" for each in expected]
    assert list(map(shorten_type, types)) == expected


def test_the_examples_of_the_documents_have_no_mistake_of_types(found: dict[str, list[str]]) -> None:
    others = {name: told for name, told in found.items() if name not in ("mistakes", "reveals")}
    assert {"README", "python", "research"} <= set(others)
    assert others == {name: [] for name in others}
