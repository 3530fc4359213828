"""Whatever one flipped byte breaks is named, and made again; what is whole passes."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.main import main
from harbincrawl.operations.rebuild import rebuild
from tests.support.crawling import ask, change, crawl
from tests.support.families import sample
from tests.support.honest_histories import History
from tests.support.purging import check
from tests.support.rebuilding import find_differences
from tests.support.shown_wordings import find_misshown
from tests.support.twin import make_twin, serve

Verify = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(11, 20, sections=("news", "gallery")), gzip=True) as server:
        crawl(folder, server, "news", "gallery", "--images")
        crawl(folder, server, "news", "gallery", "--recheck", "all")
    return folder


@pytest.fixture
def verify(archive: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(archive), "verify", "--json", *arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return code, json.loads(capsys.readouterr().out)

    return run


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def find_telling(path: Path, at: int) -> int:
    """The first byte from `at` on whose flip changes what the file unpacks to: some bits of gzip say nothing."""
    data = path.read_bytes()
    for place in range(at, len(data)):
        try:
            if gzip.decompress(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]) != gzip.decompress(data):
                return place
        except (OSError, EOFError, zlib.error):
            return place
    raise ValueError(f"no byte behind {at} says anything")


def run_rebuild(archive: Path) -> None:
    assert rebuild(archive, give_up=False, progress=lambda *_: None, workers=1).unread == []


def kinds(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["kind"], each["where"]) for each in found["problems"]]


def test_a_whole_archive_passes(archive: Path, verify: Verify) -> None:
    code, found = verify()
    assert (code, found["problems"], found["whole"]) == (0, [], True)
    assert found["checked"]["articles"] == 20
    assert found["checked"]["captures"] == ask(archive, "SELECT count(*) FROM captures")[0][0]
    assert found["checked"]["media"] > 10
    assert verify("--quick")[0] == 0


@pytest.mark.attack
def test_any_flipped_byte_of_a_warc_is_named(archive: Path, verify: Verify) -> None:
    path = max((archive / "warc").iterdir())
    size = path.stat().st_size
    # The operating system's byte in a gzip head says nothing of the content, nor do time and flags of speed.
    for at in (find_telling(path, place) for place in (2, size // 3, size // 2, size - 5)):
        flip(path, at)
        code, found = verify()
        assert code == 7
        assert {each["kind"] for each in found["problems"]} == {"warc"}
        assert all(each["where"].startswith(f"warc/{path.name}") for each in found["problems"])
        flip(path, at)
    assert verify()[0] == 0


def test_a_flipped_byte_of_the_index_is_named_and_made_again(archive: Path, verify: Verify) -> None:
    blocks = ask(archive, "SELECT id, block FROM articles_fts_data WHERE id > 100 ORDER BY id")
    identity, block = blocks[len(blocks) // 2]
    data = bytearray(block)
    # The lowest bit of a length only marks what a merge of the index would drop: flipped alone, it changes no answer.
    data[len(data) // 2] ^= 0x54
    change(archive, "UPDATE articles_fts_data SET block = ? WHERE id = ?", values=(bytes(data), identity))
    code, found = verify()
    assert (code, kinds(found)) == (7, [("index", "articles_fts")])
    run_rebuild(archive)
    assert verify()[0] == 0


def test_an_index_that_lacks_an_article_is_named_even_by_the_quick_check(archive: Path, verify: Verify) -> None:
    change(archive, "DELETE FROM articles_fts_docsize WHERE id = (SELECT max(key) FROM articles)")
    code, found = verify("--quick")
    assert (code, kinds(found)) == (7, [("index", "articles_fts")])


def test_missing_and_short_warc_files_are_named(archive: Path, verify: Verify) -> None:
    first, *_ = sorted((archive / "warc").iterdir())
    whole = first.read_bytes()
    first.write_bytes(whole[: len(whole) // 2])
    assert {kind for kind, _ in kinds(verify("--quick")[1])} == {"warc"}
    assert verify()[0] == 7
    first.unlink()
    code, found = verify("--quick")
    assert (code, ("warc", f"warc/{first.name}") in kinds(found)) == (7, True)


def test_pictures_that_are_missing_or_other_are_named_and_made_again(archive: Path, verify: Verify) -> None:
    first, second, *_ = sorted((archive / "media").iterdir())
    first.unlink()
    second.write_bytes(b"other")
    code, found = verify()
    assert (code, kinds(found)) == (7, [("media", f"media/{first.name}"), ("media", f"media/{second.name}")])
    run_rebuild(archive)
    assert verify()[0] == 0


def test_what_is_left_over_is_no_damage(archive: Path, verify: Verify) -> None:
    for name in ("warc/x.warc.gz.open", "warc/y.warc.gz", "media/z.jpg"):
        (archive / name).write_bytes(b"")
    assert verify()[0] == 0


def test_a_file_that_is_no_database_is_named(archive: Path, verify: Verify) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray((archive / FILE).read_bytes())
    data[4096:8192] = b"\xaa" * 4096
    (archive / FILE).write_bytes(data)
    code, found = verify()
    assert code == 7
    assert found["problems"][0]["kind"] in ("database", "index")


def test_verify_reads_while_another_process_writes(archive: Path, verify: Verify) -> None:
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE articles SET body = 'half written'")
        assert verify()[0] == 0
        writer.execute("ROLLBACK")


@pytest.mark.parametrize("seed", sample(range(3)))
def test_an_honest_history_leaves_nothing_damaged(seed: int, tmp_path: Path) -> None:
    history = History(tmp_path, seed)
    done = list(history.run(6))
    assert check(history.archive).problems == [], done
    assert find_differences(history.archive, tmp_path / "made") == [], done
    assert find_misshown(history.archive) == [], done
