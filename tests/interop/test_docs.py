"""The documentation as a site: builds without a warning (broken links are warnings), loads nothing from other hosts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import harbincrawl
from harbincrawl import open_archive
from tests.support.archives import build_archive
from tests.support.doc_scripts import run_notebook
from tests.support.picture import record_demo

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.interop


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_the_data_frame_of_the_python_page_is_made(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(kind)
    build_archive(tmp_path / "archive", [{"number": 7001, "created": "2024-01-05", "title": "Ice festival opens"}])
    blocks = re.findall(r"```python\n(with .*?)```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.DOTALL)
    (code,) = [each for each in blocks if "to_pandas" in each]
    found = {"open_archive": open_archive}
    monkeypatch.chdir(tmp_path)
    exec(code.replace("to_pandas", f"to_{kind}"), found)  # noqa: S102 - the page's own lines
    assert list(found["frame"]["title"]) == ["Ice festival opens"]


@pytest.mark.filterwarnings("default")
def test_the_notebook_makes_frames_of_pandas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    record_demo(tmp_path)
    monkeypatch.chdir(tmp_path)
    names = run_notebook()
    assert isinstance(names["frame"], pandas.DataFrame)
    assert len(names["frame"]) > 50


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("site")
    words = ("-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet")
    done = subprocess.run(
        [sys.executable, *words, "-d", folder / "trees", ROOT / "docs", folder / "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


def test_every_page_is_in_it(site: Path) -> None:
    assert {path.stem for path in (ROOT / "docs").glob("*.md")} <= {path.stem for path in site.glob("*.html")}


def test_the_reference_has_types_and_docstrings(site: Path) -> None:
    text = re.sub(r"<[^>]+>", "", (site / "python.html").read_text("utf-8"))
    assert "open_archive(folder: str | Path" in text
    assert "The paragraphs, a blank line between them" in text
    shown = re.findall(r"[a-z_]\w*(?=[:(])", text)
    for each in (getattr(harbincrawl, name) for name in harbincrawl.__all__ if name[0].isupper()):
        names = {*vars(each), *getattr(each, "__annotations__", ())} - {"count", "index"}
        assert {name for name in names if not name.startswith("_")} <= {*shown}


def test_nothing_is_loaded_from_other_hosts(site: Path) -> None:
    loading = re.compile(
        r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"(?:https?:)?//|<link\b[^>]*href=\"(?:https?:)?//"
    )
    assert [path.name for path in site.rglob("*.html") if loading.search(path.read_text("utf-8"))] == []
    styles = [
        path
        for path in site.rglob("*.css")
        if re.search(r"(?:url\(|@import)\W*(?:https?:)?//", path.read_text("utf-8"))
    ]
    assert styles == []
