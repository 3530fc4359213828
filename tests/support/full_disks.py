"""Every command that writes, on a disk that is full at one moment after the other: of bytes, or of files."""

from __future__ import annotations

import random
import shutil
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from harbincrawl.archive.user import change_user
from tests.support.crawling import ask, change, crawl, execute, launch
from tests.support.disks import leave_room
from tests.support.other_archives import serve_face
from tests.support.purging import problems
from tests.support.rescue_cases import make_past
from tests.support.scrapy_commands import start_scrapy
from tests.support.twin import changes, make_twin, serve

ENDS_WELL = (0, 3, 9)
_MOST_MOMENTS = 60
_LEFTOVERS = ("*.part", "*.new", "*.open", "*.tmp", "*-journal", ".*.part")


@dataclass(frozen=True)
class Writing:
    """A command that writes. {disk}: the small disk, {ready}: what was made before; {url}, {face}, {number}."""

    words: str
    prepare: str = ""
    """What is done to the archive before, with room: one of PREPARED, or a statement on its database."""
    well: Sequence[int] = ENDS_WELL
    """What it may end with where there is room."""


def _damage(archive: Path) -> None:
    path = next((archive / "warc").iterdir())
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 4, len(data), len(data) // 4):
        data[at] ^= 255
    path.write_bytes(data)


def _watch(archive: Path) -> None:
    execute(archive, "watch", "add", "all", "the", code=0)
    with change_user(archive) as user:
        user.execute("UPDATE saved_searches SET printed = 0, notified = 0")


def _copy(archive: Path) -> None:
    shutil.copytree(archive, archive.parent / "copy")
    shutil.copytree(archive.parent.parent / "ready" / "backup", archive.parent / "copy", dirs_exist_ok=True)


PREPARED: dict[str, Callable[[Path], object]] = {
    "remove": shutil.rmtree, "damage": _damage, "watch": _watch, "copy": _copy,
}  # fmt: skip
_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
WRITING = {name: Writing(**given) for name, given in _TABLE.items()}


@dataclass
class Scene:
    """An archive made before, a site that has changed since, and a small disk on which commands run."""

    ready: Path
    disk: Path
    values: dict[str, object]

    def run(self, writing: Writing, prelude: str = "") -> tuple[int, str]:
        """Exit code and stderr of a command; its temporary files are on the disk, too."""
        values = {**self.values, "disk": str(self.disk), "ready": str(self.ready)}
        words = [word.format(**values) for word in writing.words.split()]
        before = f"""
import tempfile
tempfile.tempdir = {str(self.disk)!r}
os.environ["SQLITE_TMPDIR"] = tempfile.tempdir
"""
        before += prelude
        if words[0] == "scrapy":
            running = start_scrapy(*words[1:], prelude=before)
        else:
            running = launch(self.disk / "archive", *words, prelude=before)
        code, _, said = running.wait()
        return code, said

    def prepare(self, writing: Writing) -> None:
        """Puts the disk back to how it is before the command, with room."""
        leave_room(self.disk)
        for path in self.disk.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "ballast":
                path.unlink()
        shutil.copytree(self.ready / "archive", self.disk / "archive")
        if made := PREPARED.get(writing.prepare):
            made(self.disk / "archive")
        elif writing.prepare:
            change(self.disk / "archive", writing.prepare)

    def check_failed(self, code: int, said: str) -> None:
        """It ended as without room: with 8, and one line that says so."""
        assert code == 8, (code, said)
        lines = [line for line in said.splitlines() if line.startswith("harbincrawl: ")]
        assert len(lines) == 1 and "no space left" in lines[0], said
        assert "Traceback" not in said
        assert said.splitlines()[-1] == lines[0]

    def check_again(self, writing: Writing) -> None:
        """With room, the same command ends well, nothing is left over, and the archive is whole."""
        leave_room(self.disk)
        code, said = self.run(writing)
        assert code in writing.well and "Traceback" not in said, (code, said)
        archive = self.disk / "archive"
        left = [path for pattern in _LEFTOVERS for path in self.disk.rglob(pattern)]
        assert left == []
        for folder in (archive, *(self.disk / name for name in ("copy",) if writing.words.startswith("backup"))):
            found = problems(folder)
            assert found == [], found[:3]


def list_moments() -> Iterator[int]:
    """Numbers of pages that are left: close together at first, then farther and farther apart."""
    last = -1
    for at in count():
        moment = int(4 * at * (1 + at / 12) ** 2)
        if moment != last:
            yield moment
        last = moment


def try_moments(scene: Scene, writing: Writing, kind: str) -> int:
    """Runs the command with ever more room (`pages` or `files`) until it is enough; returns how often it was not.

    After every third one it is run again with room: that takes most of the time.
    """
    for failed, moment in enumerate(list_moments() if kind == "pages" else count()):
        assert failed < _MOST_MOMENTS, "it never has room enough"
        scene.prepare(writing)
        leave_room(scene.disk, **{kind: moment})
        code, said = scene.run(writing)
        if code in writing.well:
            leave_room(scene.disk)
            return failed
        scene.check_failed(code, said)
        if failed % 3 == 0:
            scene.check_again(writing)
    raise AssertionError


@contextmanager
def make_scene(folder: Path) -> Iterator[Scene]:
    """A scene in `folder`, whose small disk is yet to be mounted."""
    ready, disk = folder / "ready", folder / "disk"
    ready.mkdir()
    disk.mkdir()
    twin = make_twin(61, 10, sections=("news",))
    past = make_past(stories=6, rounds=2)
    with serve(twin) as server, serve_face(past.face) as face:
        crawl(ready / "archive", server, "--images")
        execute(ready / "archive", "backup", ready / "backup", code=0)
        for seed in range(6):
            changes.churn(twin, 4, dice=random.Random(seed))
        crawl(ready / "other", server, "--images")
        shutil.copy(next((ready / "other" / "warc").iterdir()), ready / "other.warc.gz")
        number = ask(ready / "archive", "SELECT number FROM articles ORDER BY number")[3][0]
        yield Scene(ready, disk, {"url": server.url, "face": face, "number": number})
