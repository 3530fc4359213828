"""No output replaces or is written to a device, a pipe, a socket, a link or an archive's database."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from harbincrawl.errors import DestinationError
from harbincrawl.files import check_file, is_file_name, write_whole
from tests.support.archives import build_archive
from tests.support.crawling import crawl
from tests.support.trees import read_tree, run_command

KINDS = ("link", "pipe", "socket", "database")
COMMANDS = {
    "metrics": ("run.prom", ["crawl", "--metrics", "{place}"]),
    "JSON lines": ("all.jsonl", ["export", "{place}"]),
    "packed": ("all.csv.gz", ["export", "{place}"]),
    "Parquet": ("all.parquet", ["export", "{place}"]),
    "database": ("all.db", ["export", "{place}"]),
    "bundle": ("bundle", ["export", "{place}"]),
    "text": ("texts", ["export", "--format", "text", "{place}"]),
}


def make(kind: str, place: Path, archive: Path) -> None:
    if kind == "link":
        place.symlink_to(archive / "letter")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(os.path.relpath(place))
    else:
        place.write_bytes((archive / "articles.db").read_bytes())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", COMMANDS)
def test_no_output_replaces_what_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, kind: str
) -> None:
    name, arguments = COMMANDS[what]
    archive, folder = build_archive(tmp_path / "archive", [{"number": 1, "body": "Ice."}]), tmp_path / "out"
    (archive / "letter").write_text("dear")
    folder.mkdir()
    monkeypatch.chdir(folder)
    make(kind, folder / name, archive)
    before = read_tree(tmp_path)
    told = [each.format(place=folder / name, folder=folder) for each in arguments]
    if told[0] == "crawl":
        words = crawl(archive, "http://127.0.0.1:9", *told[1:], code=2).words
    else:
        words = run_command("--archive", str(archive), *told, code=2)
    assert words.count("\n") == 1
    after = read_tree(tmp_path)
    assert {path: after[path] for path in before} == before
    assert not [path for path in after.keys() - before.keys() if path.startswith("out")]


def test_a_file_is_written_in_one_step_by_a_name_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "a"
    (tmp_path / "letter").write_text("dear")
    (tmp_path / f".a.{os.getpid()}.part").symlink_to(tmp_path / "letter")
    write_whole(place, b"one")
    write_whole(place, b"two")
    assert place.read_bytes() == b"two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "letter"]
    assert (tmp_path / "letter").read_text() == "dear"
    with pytest.raises(DestinationError, match="is no regular file"):
        check_file(tmp_path)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a\\b", "a\0", "a\n", None, 1, b"a"])
def test_names_with_a_path_are_no_names_of_files(name: object) -> None:
    assert not is_file_name(name)
    assert is_file_name("harbin-20260102.warc.gz")
