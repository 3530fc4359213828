"""A file appears under its name only when it is whole, and no name leads out of its folder."""

from __future__ import annotations

import contextlib
import errno
import io
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.places import list_places
from harbincrawl.cli.main import main
from harbincrawl.errors import DestinationError, NoSpaceError, WarcError
from harbincrawl.export.files import write_atomic_file, write_atomic_folder
from harbincrawl.files import is_file_name
from tests.support.archives import build_archive
from tests.support.families import sample
from tests.support.forge import PATIENCE
from tests.support.trees import read_tree

SLOW = """
import sys, time
from pathlib import Path
from harbincrawl.export.files import write_atomic_{what}
with write_atomic_{what}(Path(sys.argv[1])) as path:
    (path if path.is_file() else path / "part").write_text("half")
    print("writing", flush=True)
    # Short ones: a signal right before a sleep would wait for its end.
    while True:
        time.sleep(0.1)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start_slow(what: str, destination: Path) -> subprocess.Popen[str]:
    code = SLOW.format(what=what)
    process = subprocess.Popen([sys.executable, "-c", code, str(destination)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    process.send_signal(how)
    process.wait(PATIENCE)
    assert process.stdout is not None
    process.stdout.close()


def test_a_whole_file_takes_its_name(tmp_path: Path) -> None:
    with write_atomic_file(tmp_path / "a.txt") as path:
        path.write_text("all")
        assert not (tmp_path / "a.txt").exists()
    assert names(tmp_path) == ["a.txt"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ZeroDivisionError), write_atomic_file(tmp_path / "a.txt") as path:
        path.write_text("half")
        raise ZeroDivisionError
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_kill_leaves_nothing_under_the_name_and_the_next_export_clears_up(tmp_path: Path, what: str) -> None:
    destination = tmp_path / "dest"
    end(start_slow(what, destination), signal.SIGKILL)
    assert not destination.exists()
    with write_atomic_file(destination) if what == "file" else write_atomic_folder(destination) as path:
        (path if path.is_file() else path / "a").write_text("all")
    assert names(tmp_path) == ["dest"]
    assert destination.is_file() or names(destination) == ["a"]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_where_the_unfinished_export_goes_leads_nowhere(tmp_path: Path, what: str) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter").write_text("dear")
    target = tmp_path / "precious" if what == "folder" else tmp_path / "precious" / "letter"
    (tmp_path / ".dest.part").symlink_to(target)
    act = write_atomic_file if what == "file" else write_atomic_folder
    with pytest.raises(DestinationError, match="name another one"), act(tmp_path / "dest"):
        pytest.fail("it would be written through the link")
    assert (tmp_path / "precious" / "letter").read_text() == "dear"


def test_a_full_disk_and_a_missing_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoSpaceError) as full, write_atomic_file(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert full.value.exit_code == 8
    with pytest.raises(DestinationError) as missing, write_atomic_file(tmp_path / "none" / "a"):
        pytest.fail("there is no such folder")
    assert missing.value.exit_code == 2


@pytest.mark.parametrize("what", ["file", "folder"])
def test_an_export_that_is_refused_leaves_the_other_one_alone(tmp_path: Path, what: str) -> None:
    act = write_atomic_file if what == "file" else write_atomic_folder
    with act(tmp_path / "dest") as first:
        (first / "a" if what == "folder" else first).write_text("mine")
        with pytest.raises(DestinationError, match="another export"), act(tmp_path / "dest"):
            pytest.fail("two exports to one name")
    assert (tmp_path / "dest").exists()
    assert ((tmp_path / "dest" / "a") if what == "folder" else tmp_path / "dest").read_text() == "mine"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_two_exports_to_one_name_do_not_mix(tmp_path: Path, what: str) -> None:
    process = start_slow(what, tmp_path / "dest")
    act = write_atomic_file if what == "file" else write_atomic_folder
    with pytest.raises(DestinationError, match="another export"), act(tmp_path / "dest"):
        pytest.fail("two at once")
    end(process, signal.SIGINT)


OUTWARD = (
    "../../evil", "..", ".", "/etc/evil", "a/b", "a\\b", "..\\evil", "a\0b", "a\nb", "a\x1b[2Jb", "a\u202eb",
    "a\ud800b",
    "x" * 300, "雪" * 80, "",
)  # fmt: skip
DAYS = ("../../2020", "/etc", "..", "20/20", "2020\0", "２０２０-01-01", "2020/../../..", "x" * 300, "20201-01-01")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What an export must not touch: it lies around where it writes."""
    for place in (tmp_path, tmp_path / "in"):
        place.mkdir(exist_ok=True)
        for name in ("evil.md", "evil", "2020-01-01-evil.md"):
            (place / name).write_text("mine")
    return tmp_path


def forge(archive: Path, column: str, value: str) -> None:
    """Puts a value where no crawl would, checks or not."""
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        if column == "id":
            connection.execute("UPDATE _ids SET id = CAST(? AS TEXT)", (value.encode("utf-8", "surrogatepass"),))
        sql = f"UPDATE articles SET {column} = CAST(? AS TEXT)"
        connection.execute(sql, (value.encode("utf-8", "surrogatepass"),))


CASES = [
    *(("id", value, form) for value in OUTWARD for form in ("text", "bundle")),
    *(("created", value, "text") for value in DAYS),
    *(("created", value, "bundle") for value in DAYS if "/" in value[:4]),
]


@pytest.mark.parametrize(("column", "value", "form"), sample(CASES, 2))
def test_no_export_writes_outside_of_its_folder(outside: Path, column: str, value: str, form: str) -> None:
    archive = build_archive(outside / "in" / "archive", [{"id": "x1", "number": 1 << 31, "created": "2020-01-01"}])
    forge(archive, column, value)
    before = {path: what for path, what in read_tree(outside).items() if "archive" not in path}
    out = outside / "in" / "out"
    code = export(archive, out, form)
    after = {path: what for path, what in read_tree(outside).items() if "archive" not in path}
    inside = {path for path in after if path == "in/out" or path.startswith("in/out/")}
    assert {path: after[path] for path in after.keys() - inside} == before
    if code:
        assert not inside
    for path in inside:
        assert is_file_name(Path(path).name)


def export(archive: Path, out: Path, form: str) -> int:
    """The exit code; it may leave the article out, or refuse all of it, in a line."""
    with contextlib.redirect_stderr(io.StringIO()) as said, pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "export", "--format", form, str(out)])
    assert (ended.value.code or 0) in (0, 3, 7, 9)
    assert all(line.isprintable() for line in said.getvalue().splitlines())
    return int(ended.value.code or 0)


def test_an_id_that_leads_out_is_named(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive", [{"id": "x1", "number": 1 << 31, "created": "2020-01-01"}])
    for column, value in (("id", "../../evil"), ("created", "../../2020")):
        forge(archive, column, value)
        assert export(archive, tmp_path / "out", "text") in (7, 9)
        assert not (tmp_path / "out").exists()


def test_two_articles_never_share_a_file(tmp_path: Path) -> None:
    ids = ("Ab", "aB", "ab", "AB", "a-b")
    articles = [{"id": id, "number": (1 << 31) + at, "created": "2020-01-01"} for at, id in enumerate(ids)]
    archive = build_archive(tmp_path / "archive", articles)
    assert export(archive, tmp_path / "out", "text") == 0
    names = [path.name for path in (tmp_path / "out").glob("*.txt")]
    assert len({name.casefold() for name in names}) == len(ids)
    assert {"2020-01-01-ab.txt", "2020-01-01-a-b.txt"} < set(names)
    assert export(archive, tmp_path / "again", "text") == 0
    assert read_tree(tmp_path / "again") == read_tree(tmp_path / "out")


@pytest.mark.parametrize("name", ["../../evil.warc.gz", "/etc/evil.warc.gz", "..", "a\u202eb.warc.gz"])
def test_a_row_of_a_bucket_names_a_file_of_the_folder(tmp_path: Path, name: str) -> None:
    # `rebuild --give-up` brings the object back under this name.
    archive = build_archive(tmp_path / "archive", [{}])
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute("INSERT INTO places VALUES (?, 's3://bucket/x', ?, 1)", (name, "0" * 64))
        with pytest.raises(WarcError, match="names no object"):
            list_places(connection)
