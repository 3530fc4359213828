"""A pipe, a device, a link or a folder in the place of a file of an archive: each command names it, and none waits."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, USER
from harbincrawl.archive.media import write_media
from harbincrawl.archive.user import change_user
from tests.support.crawling import crawl
from tests.support.every_command import Call, list_calls
from tests.support.families import sample
from tests.support.forge import forge
from tests.support.runs import tell
from tests.support.trees import read_tree
from tests.support.twin import Server, make_twin, serve

ALARM = "import signal; signal.alarm(100)\n"
"""Whoever waits for a pipe is ended by it."""
KINDS = {
    "pipe": "a named pipe",
    "socket": "a socket",
    "link": "a symbolic link",
    "link to a device": "a symbolic link",
    "folder": "a folder",
}
FIXED = (
    *(f"{FILE}{ending}" for ending in ("", "-wal", "-shm", "-journal")),
    *("lock", "watch.lock", "config.toml", USER, f"{USER}-journal", "warc", "media"),
)
"""Parts of which every command that opens an archive makes sure."""
PARTS = (*FIXED, "warc/*", "warc/*.open", "media/*")
"""`*` is the name of the first file there; `warc/*.open` is another one that a killed crawl might have left."""
# `demo` makes an archive of its own.
CALLS = [call for call in list_calls() if "--help" not in call.words and call.words[0] not in ("--version", "demo")]


@dataclass
class Stage:
    """An archive with a picture and a saved search, its backup, and another archive's WARC file."""

    folder: Path
    server: Server
    number: int
    usual: dict[Call, int] = field(default_factory=dict)

    def copy(self, to: Path) -> Path:
        return Path(shutil.copytree(self.folder / "archive", to))

    def run(self, call: Call, archive: Path, new: Path) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)."""
        places = {"url": self.server.url, "warc": self.folder / "other.warc.gz", "backup": self.folder / "backup"}
        words = [word.format(**places, new=new, id=self.number) for word in call.words]
        path = f"os.environ['PATH'] = {str(self.folder)!r} + ':/usr/bin:/bin'\n"
        return forge().start(["--archive", str(archive), *words], ALARM + path).wait()

    def run_as_usual(self, call: Call, folder: Path) -> int:
        """The exit code of the call on an archive that has nothing special; it is asked for once."""
        if call not in self.usual:
            self.usual[call] = self.run(call, self.copy(folder / "usual"), folder / "usual-new")[0]
        return self.usual[call]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("special")
    (folder / "crontab").write_text("#!/bin/sh\ncat > /dev/null\n")
    (folder / "crontab").chmod(0o755)
    twin = make_twin(3, 2, sections=("news",))
    archive = folder / "archive"
    with serve(twin) as server:
        for name in ("archive", "other"):
            crawl(folder / name, server)
        (warc,) = (folder / "other" / "warc").glob("*.gz")
        warc.rename(folder / "other.warc.gz")
        stage = Stage(folder, server, twin.listing("news")[0].number)
        add = Call(("watch", "add", "all", "--section", "news"))
        assert stage.run(add, archive, folder)[0] == 0
        name = write_media(archive, b"picture", "jpg")
        with change_user(archive) as user:
            user.execute("UPDATE saved_searches SET printed = 0")
        tell(archive, "UPDATE images SET media = ? WHERE url IS NOT NULL", name)
        (archive / "config.toml").write_text("full_after_days = 30\n")
        assert stage.run(Call(("backup", str(folder / "backup"))), archive, folder)[0] == 0
        yield stage


def replace(folder: Path, part: str, kind: str, outside: Path) -> Path:
    """Puts something special in the place of a part; the part itself is moved outside. Returns its path."""
    place = folder / part
    if part.endswith("*"):
        place = min(place.parent.iterdir())
    elif part.endswith("*.open"):
        place = place.parent / "left-20240101000000-00000.warc.gz.open"
    outside.mkdir()
    moved = outside / "moved"
    if place.exists():
        place.rename(moved)
    else:
        moved.write_text("dear")
    place.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            here = Path.cwd()
            os.chdir(place.parent)  # the path of a socket must be short
            try:
                one.bind(place.name)
            finally:
                os.chdir(here)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(moved if kind == "link" else "/dev/zero")
    return place


def is_special(part: str, kind: str) -> bool:
    return kind != "folder" or part not in ("warc", "media")


@pytest.mark.parametrize(
    ("part", "kind"), sample([(part, kind) for part in FIXED for kind in KINDS if is_special(part, kind)], 21)
)
def test_what_opens_an_archive_names_what_is_no_file_of_one(stage: Stage, tmp_path: Path, part: str, kind: str) -> None:
    archive = stage.copy(tmp_path / "archive")
    place = replace(archive, part, kind, tmp_path / "outside")
    before = read_tree(tmp_path)
    wanted = "a folder" if part in ("warc", "media") else "a file"
    for words in (("status",), ("search", "the"), ("verify", "--workers", "1"), ("backup", str(tmp_path / "new"))):
        code, printed, said = stage.run(Call(words), archive, tmp_path / "new")
        line = f"harbincrawl: {place} is {KINDS[kind]}, not {wanted}: put a real one in its place, or move it away.\n"
        assert (code, printed, said) == (7, "", line)
    assert read_tree(tmp_path) == before


@pytest.mark.parametrize(
    ("part", "kind"), sample([(part, kind) for part in ("warc/*", "media/*") for kind in KINDS], 4)
)
def test_what_reads_captures_and_pictures_names_what_is_none(
    stage: Stage, tmp_path: Path, part: str, kind: str
) -> None:
    archive = stage.copy(tmp_path / "archive")
    place = replace(archive, part, kind, tmp_path / "outside")
    before = read_tree(tmp_path / "outside")
    calls = [("verify", "--workers", "1"), ("backup", str(tmp_path / "new"))]
    if part == "warc/*":
        raw, purge = ("show", "{id}", "--raw"), ("purge", "--yes", "{id}")
        calls += [raw, purge, ("explain", "{id}"), ("export", str(tmp_path / "new.wacz"))]
    for words in calls:
        code, printed, said = stage.run(Call(words), archive, tmp_path / "new")
        assert code == 7, (words, said)
        assert place.name in printed + said
        assert f"is {KINDS[kind]}, not a file" in printed + said
        assert "Traceback" not in said
    assert read_tree(tmp_path / "outside") == before


@pytest.mark.parametrize("kind", sample(KINDS, 2))
def test_a_special_file_that_nothing_refers_to_is_named_by_verify(stage: Stage, tmp_path: Path, kind: str) -> None:
    for folder, name in (("warc", "more.warc.gz"), ("warc", "more.warc.gz.open"), ("media", "more.jpg")):
        archive = stage.copy(tmp_path / f"archive-{name}")
        (archive / folder / "kept").mkdir()
        (archive / folder / "kept").rename(tmp_path / f"kept-{name}")
        place = archive / folder / name
        place.parent.joinpath("zzz").write_text("")
        place.parent.joinpath("zzz").rename(place)
        special = replace(archive, f"{folder}/{name}", kind, tmp_path / f"outside-{name}")
        code, printed, said = stage.run(Call(("verify", "--workers", "1")), archive, tmp_path / "new")
        assert code == 7, said
        assert f"{folder}/{special.name}" in printed
        assert f"is {KINDS[kind]}, not a file" in printed


@pytest.mark.parametrize(
    ("call", "part", "kind"),
    sample(
        [
            (call, part, kind)
            for call in CALLS
            for part in PARTS
            for kind in KINDS
            if call.needs_archive and is_special(part, kind)
        ],
        622,
    ),
    ids=str,
)
def test_no_command_waits_for_what_is_no_file_or_follows_a_link(
    stage: Stage, tmp_path: Path, call: Call, part: str, kind: str
) -> None:
    archive = stage.copy(tmp_path / "archive")
    place = replace(archive, part, kind, tmp_path / "outside")
    before = read_tree(tmp_path / "outside")
    code, printed, said = stage.run(call, archive, tmp_path / "new")
    assert "Traceback" not in said
    assert read_tree(tmp_path / "outside") == before
    if code == 7:
        assert place.name.removesuffix(".open") in printed + said
    else:
        # It had no need of that part.
        assert code == stage.run_as_usual(call, tmp_path)


@pytest.mark.parametrize(
    ("part", "kind"),
    sample(
        [
            (part, kind)
            for part in PARTS
            for kind in KINDS
            if is_special(part, kind) and part not in ("lock", "watch.lock", "warc/*.open")
        ],
        19,
    ),
)
def test_a_backup_with_what_is_no_file_is_named_and_not_restored(
    stage: Stage, tmp_path: Path, part: str, kind: str
) -> None:
    backup = Path(shutil.copytree(stage.folder / "backup", tmp_path / "backup"))
    place = replace(backup, part, kind, tmp_path / "outside")
    before = read_tree(tmp_path / "outside")
    code, _, said = stage.run(Call(("restore", str(backup))), tmp_path / "restored", tmp_path / "new")
    assert code == 2
    assert f"{place} is {KINDS[kind]}, not a" in said
    assert not (tmp_path / "restored" / FILE).exists()
    if not part.endswith("*"):
        code, _, said = stage.run(Call(("backup", str(backup))), stage.copy(tmp_path / "archive"), tmp_path / "new")
        assert code == 2
        assert f"{place} is {KINDS[kind]}, not a" in said
    assert read_tree(tmp_path / "outside") == before


def test_a_warc_file_that_is_named_is_a_file_or_a_link_to_one(stage: Stage, tmp_path: Path) -> None:
    ingest = ("ingest", "--workers", "1")
    os.mkfifo(tmp_path / "pipe.warc.gz")
    for name, kind in ((str(tmp_path / "pipe.warc.gz"), "a named pipe"), ("/dev/zero", "a device"), (".", "a folder")):
        code, _, said = stage.run(Call((*ingest, name)), tmp_path / "new", tmp_path)
        assert (code, said.count("\n")) == (2, 1)
        assert f"{name} is {kind}, and a WARC file is read more than once: save it to a file first." in said
    (tmp_path / "newest.warc.gz").symlink_to(stage.folder / "other.warc.gz")
    code, _, said = stage.run(
        Call((*ingest, "--site-url", stage.server.url, str(tmp_path / "newest.warc.gz"))), tmp_path / "new", tmp_path
    )
    assert code == 0, said


def test_the_folder_of_an_archive_may_be_a_link(stage: Stage, tmp_path: Path) -> None:
    stage.copy(tmp_path / "disk")
    (tmp_path / "archive").symlink_to(tmp_path / "disk")
    for words in (("verify", "--workers", "1"), ("backup", str(tmp_path / "new")), ("purge", "--yes", "{id}")):
        code, _, said = stage.run(Call(words), tmp_path / "archive", tmp_path)
        assert code == 0, said
