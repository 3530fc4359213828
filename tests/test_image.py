"""What an image is built from: the code and what its install needs, nothing of an archive, its settings or secrets."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
IGNORES = (".containerignore", ".dockerignore")
PLANTED = (
    "config.toml", ".env", ".envrc", "notes.txt", "key.pem", "id_rsa", "articles.db", "articles.db-wal", "watch.told",
    "archive/articles.db", "archive/articles.db-wal", "archive/config.toml", "archive/lock", "archive/media/ab.jpg",
    "archive/warc/2024.warc.gz", "archive/README.md", "archive/deep/er/articles.db",
    "myarchive/articles.db", "myarchive/config.toml", "myarchive/warc/x.warc.gz.open", "otter/archive/articles.db",
    "demo/archive/articles.db", "demo/articles.jsonl", "backup/articles.db",
    "harbin-today/data/jsonl/articles-2019.jsonl", "harbin-today/CITATION.cff",
    ".git/config", ".git/objects/ab/cdef", ".venv/bin/python", ".venv/lib/site.py", "venv/pyvenv.cfg",
    ".mypy_cache/x.json", ".pytest_cache/v/x", ".hypothesis/x", ".coverage.1", "dist/harbincrawl-1.0.0.whl",
    "build/lib/x.py", "harbincrawl.egg-info/PKG-INFO", "docs/_build/index.html", "tests/pages/golden/a.html",
    "Containerfile", "Makefile", "harbincrawl.toml", "README.md.orig",
    "harbincrawl/.env", "harbincrawl/config.toml", "harbincrawl/sites/config.toml", "harbincrawl/articles.db",
    "harbincrawl/archive/articles.db", "harbincrawl/archive/articles.db-shm", "harbincrawl/warc/1.warc.gz",
    "harbincrawl/warc/1.warc.gz.open", "harbincrawl/a.wacz", "harbincrawl/.git/config", "harbincrawl/.idea/x.xml",
    "harbincrawl/__pycache__/x.cpython-313.pyc", "harbincrawl/pages/__pycache__/y.txt", "harbincrawl/x.pyc",
)  # fmt: skip
"""What may lie in the folder of somebody who builds an image."""


def write_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of an ignore file, from the context's root: `*` and `?` within a name, `**` for any folders."""
    parts = re.split(r"(\*\*/?|\*|\?|\[[^\]]+\])", str(PurePosixPath(pattern.strip("/"))))
    told = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(told.get(p) or (p if p.startswith("[") else re.escape(p)) for p in parts))


def list_context(folder: Path, ignore: Path) -> set[str]:
    """The files that a build sees: of the patterns that a path or a folder above it matches, the last one decides."""
    lines = [line.strip() for line in ignore.read_text(encoding="utf-8").splitlines()]
    patterns = [(line.startswith("!"), write_pattern(line.lstrip("!"))) for line in lines if line and line[0] != "#"]

    def is_seen(path: PurePosixPath) -> bool:
        seen = True
        for is_exception, pattern in patterns:
            if any(pattern.fullmatch(str(each)) for each in (path, *path.parents[:-1])):
                seen = is_exception
        return seen

    files = (PurePosixPath(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in files if is_seen(path)}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with what somebody's work left in it."""
    folder = tmp_path_factory.mktemp("image") / "harbincrawl"
    shutil.copytree(ROOT / "harbincrawl", folder / "harbincrawl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    for name in PLANTED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("secret")
    return folder


def list_code() -> set[str]:
    files = (path.relative_to(ROOT) for path in (ROOT / "harbincrawl").rglob("*") if path.is_file())
    return {path.as_posix() for path in files if "__pycache__" not in path.parts}


@pytest.mark.parametrize("name", IGNORES)
def test_an_image_is_built_from_the_code_and_what_its_install_needs_alone(checkout: Path, name: str) -> None:
    seen = list_context(checkout, ROOT / name)
    assert seen == list_code() | {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"}
