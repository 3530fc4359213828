"""`backup` and `restore` write nothing outside their folders, and a restore that ends early leaves no archive."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.media import write_media
from tests.support.crawling import change, crawl
from tests.support.forge import PATIENCE
from tests.support.runs import tell
from tests.support.trees import read_tree, run_command
from tests.support.twin import make_twin, serve

KILLED = """
import os, signal, sys
import harbincrawl.operations.backup as module
from harbincrawl.cli.main import main
setattr(module, {name!r}, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawled archive with settings and a picture."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(3, 12, sections=("news",))) as server:
        crawl(folder, server)
    name = write_media(folder, b"picture", "jpg")
    tell(folder, "UPDATE images SET media = ? WHERE url IS NOT NULL", name)
    (folder / "config.toml").write_text("full_after_days = 9\n")
    return folder


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A folder with a letter, which nobody touches."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter").write_text("dear")
    return tmp_path / "precious"


def back_up(archive: Path, destination: Path, code: int = 0) -> str:
    return run_command("--archive", str(archive), "backup", str(destination), code=code)


def restore(source: Path, archive: Path, code: int = 0) -> str:
    return run_command("--archive", str(archive), "restore", str(source), code=code)


def warc_of(folder: Path) -> Path:
    return next((folder / "warc").iterdir())


@pytest.mark.parametrize("act", ["backup", "restore"])
@pytest.mark.parametrize("column", ["captures.warc", "images.media"])
@pytest.mark.parametrize("name", ["../../evil.txt", "{root}/evil.txt", "..", "a/b", "a\\b", "a\n", "", b"evil.txt", 7])
def test_names_that_lead_out_of_the_folder_are_refused(
    archive: Path, tmp_path: Path, act: str, column: str, name: object
) -> None:
    name = name.format(root=tmp_path) if isinstance(name, str) else name
    for place in (tmp_path / "evil.txt", tmp_path.parent / "evil.txt"):
        place.write_text("good")
    table, field = column.split(".")
    change(archive, f"UPDATE {table} SET {field} = ?", values=(name,))
    before = read_tree(tmp_path)
    line = back_up(archive, tmp_path / "new", 2) if act == "backup" else restore(archive, tmp_path / "new", 2)
    assert line.count("\n") == 1
    after = read_tree(tmp_path)
    # Whoever reads a database in use leaves -shm and -wal beside it.
    others = {path: what for path, what in after.items() if not path.startswith("new")}
    assert {path: what for path, what in others.items() if not path.endswith(("-shm", "-wal"))} == before
    assert not [path for path in after if path.startswith("new") and path.endswith((".txt", FILE))]
    assert (tmp_path.parent / "evil.txt").read_text() == "good"


@pytest.mark.parametrize("name", ["warc", "media", FILE, f"{FILE}.part", "config.toml", "backup.json", "lock"])
def test_a_backup_does_not_write_through_links_in_it(archive: Path, tmp_path: Path, precious: Path, name: str) -> None:
    backup = tmp_path / "backup"
    back_up(archive, backup)
    place = backup / name
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    place.symlink_to(precious if name in ("warc", "media") else precious / "letter")
    assert back_up(archive, backup, code=7 if name == "lock" else 2).count("\n") == 1
    assert place.is_symlink()
    assert read_tree(precious).keys() == {"letter"}
    assert (precious / "letter").read_text() == "dear"


def test_links_in_the_place_of_files_are_replaced_by_the_files(archive: Path, tmp_path: Path, precious: Path) -> None:
    backup = tmp_path / "backup"
    back_up(archive, backup)
    place = warc_of(backup)
    (precious / "letter").write_bytes(b"x" * place.stat().st_size)
    place.unlink()
    place.symlink_to(precious / "letter")
    (place.parent / f"{place.name}.part").symlink_to(precious / "letter")
    (place.parent / "other.warc.gz.open").symlink_to(precious / "letter")
    back_up(archive, backup)
    assert not place.is_symlink()
    assert set((precious / "letter").read_bytes()) == {ord("x")}
    assert {path.name for path in (backup / "warc").iterdir()} == {path.name for path in (archive / "warc").iterdir()}


@pytest.mark.parametrize("name", ["warc", "media", f"{FILE}-wal"])
def test_what_is_left_of_an_archive_is_not_overwritten(archive: Path, tmp_path: Path, name: str) -> None:
    restored = tmp_path / "restored"
    (restored / name).mkdir(parents=True)
    (restored / name / "later.warc.gz").write_text("kept")
    assert f"already contains {name}" in restore(archive, restored, 2)
    assert (restored / name / "later.warc.gz").read_text() == "kept"


@pytest.mark.parametrize("name", ["_write_part", "_copy_user"])
def test_a_restore_that_is_killed_leaves_no_archive(archive: Path, tmp_path: Path, name: str) -> None:
    restored = tmp_path / "restored"
    told = [sys.executable, "-c", KILLED.format(name=name), "--archive", str(restored), "restore", str(archive)]
    assert subprocess.run(told, check=False, timeout=PATIENCE).returncode == -signal.SIGKILL
    assert not (restored / FILE).exists()
    run_command("--archive", str(restored), "status", code=2 if name == "_write_part" else 7)
    shutil.rmtree(restored)
    restore(archive, restored)
    assert {path.name for path in restored.iterdir()} >= {"lock", "warc", "media", FILE, "config.toml"}
