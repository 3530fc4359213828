"""The wheel in an environment of its own, outside the checkout: what is in it, the command, the demo, its types."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harbincrawl import __version__
from tests.test_image import list_context

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.interop
USER_SCRIPT = """
from harbincrawl import Archive, Article, open_archive


def titles(archive: Archive) -> list[str | None]:
    return [article.title for article in archive.search("snow")]


with open_archive("demo/archive") as archive:
    first: Article = next(iter(archive))
    print(len(archive), first.updated, titles(archive)[:1])
"""


def run(*words: str | Path, folder: Path) -> str:
    """What a command prints that knows nothing of the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MYPY"))}
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, folder=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path) -> Path:
    """The Python of a bare environment with the wheel and what it needs, nothing else."""
    bare = wheel.parent / "bare"
    run(sys.executable, "-m", "venv", bare, folder=wheel.parent)
    python = bare / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet")
    run(*pip, "install", "--constraint", ROOT / "constraints.txt", wheel, folder=wheel.parent)
    return python


def test_the_wheel_holds_the_package_its_types_and_its_license(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    inside = f"harbincrawl-{__version__}.dist-info"
    assert {"harbincrawl/py.typed", f"{inside}/licenses/LICENSE"} <= set(names)
    for folder in (
        "harbincrawl/serve/templates/",
        "harbincrawl/export/dataset/templates/",
        "harbincrawl/operations/schedule/templates/",
    ):
        templates = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert templates == {name for name in names if name.startswith(folder)}
    assert {name.partition("/")[0] for name in names} == {"harbincrawl", inside}


def test_what_an_image_is_built_from_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    context = tmp_path / "context"
    for name in list_context(ROOT, ROOT / ".containerignore"):
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, context / name)
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, context, folder=tmp_path)
    (path,) = tmp_path.glob("*.whl")
    assert zipfile.ZipFile(path).namelist() == zipfile.ZipFile(wheel).namelist()


def test_module_and_command_say_their_version(python: Path) -> None:
    said = f"harbincrawl, version {__version__}\n"
    assert run(python, "-m", "harbincrawl", "--version", folder=python.parent) == said
    assert run(python.with_name("harbincrawl"), "--version", folder=python.parent) == said


def test_the_demo_runs_and_a_script_reads_its_archive(python: Path, tmp_path: Path) -> None:
    run(python.with_name("harbincrawl"), "demo", folder=tmp_path)
    (tmp_path / "script.py").write_text(USER_SCRIPT)
    assert run(python, "script.py", folder=tmp_path).startswith("123 2011-")


def test_a_script_that_uses_the_package_is_clean_under_mypy_strict(python: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(USER_SCRIPT)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--python-executable", python)
    assert "no issues found" in run(*mypy, "script.py", folder=tmp_path)
