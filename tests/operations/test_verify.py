"""Whatever one flipped byte breaks is named, with the command that mends it; what is whole passes."""

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
from harbincrawl.operations.verify.checks.captures import names_address
from harbincrawl.sites import default_site
from harbincrawl.twin import make_twin, serve
from harbincrawl.warc.records import walk_records
from tests.support.archives import build_archive
from tests.support.crawling import crawl
from tests.support.reread_cases import change, check_index, rows, run_reparse

Verify = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(11, 20, sections=("news", "gallery")), gzip=True) as server:
        crawl(folder, server, "--all", "--images")
        crawl(folder, server, "--all", "--recheck", "all")
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


def kinds(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["kind"], each["where"]) for each in found["problems"]]


def test_a_whole_archive_passes(archive: Path, verify: Verify) -> None:
    code, found = verify()
    assert (code, found["problems"], found["whole"]) == (0, [], True)
    assert found["checked"]["articles"] == 20
    assert found["checked"]["captures"] == rows(archive, "SELECT count(*) FROM captures")[0][0]
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


def test_a_row_with_a_wrong_offset_is_reported(archive: Path, verify: Verify) -> None:
    ((capture, address, name, offset),) = rows(
        archive, 'SELECT id, address, warc, "offset" FROM captures WHERE status = 304 ORDER BY id LIMIT 1'
    )
    with (archive / "warc" / name).open("rb") as stream:
        before = [record.offset for record in walk_records(stream, name) if record.offset < offset]
    for at in before[-2:]:
        change(archive, f'UPDATE captures SET "offset" = {at} WHERE id = {capture}')
        code, found = verify()
        assert (code, kinds(found)) == (7, [("capture", f"{capture} ({address})")])
        assert found["problems"][0]["what"] == "offset: not what the log says"


def test_a_broken_capture_is_fetched_again_after_mending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a"

    def run(*arguments: str) -> dict[str, Any]:
        with pytest.raises(SystemExit):
            main(["--archive", str(folder), "verify", "--json", *arguments])
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    def find_present() -> str:
        name: str = rows(
            folder,
            f"SELECT warc FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE a.number = {number}",
        )[0][0]
        return name

    with serve(make_twin(11, 20, sections=("news",))) as server:
        crawl(folder, server, "--all")
        ((number, name, offset),) = rows(
            folder, 'SELECT a.number, warc, "offset" FROM articles AS a JOIN captures AS c ON c.id = a.capture LIMIT 1'
        )
        flip(folder / "warc" / name, offset + 400)
        (problem,) = run()["problems"]
        assert problem["where"] == f"warc/{name} at byte {offset}"
        assert str(number) in problem["what"]
        assert "verify --mend" in problem["mend"]
        assert run("--mend")["mended"] == [
            "1 damaged record replaced by notices",
            "1 capture given up as lost",
            "the next crawl fetches 1 article again",
        ]
        assert run()["problems"] == []
        assert crawl(folder, server, "--all").report["same"] == 1
        assert find_present() != name
    report = run_reparse(folder)
    assert (report.same, report.reasons) == (20, [])


def test_a_flipped_letter_of_a_body_is_named_and_mended(archive: Path, verify: Verify) -> None:
    ((number, body),) = rows(archive, "SELECT number, body FROM articles WHERE body IS NOT NULL LIMIT 1 OFFSET 7")
    # In the file itself, as a failing disk would do it.
    path = archive / FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    at = path.read_bytes().find(body.encode()[:40])
    assert at > 0
    flip(path, at + 7)
    code, found = verify()
    assert code == 7
    assert ("article", str(number)) in kinds(found)
    assert next(each["mend"] for each in found["problems"] if each["kind"] == "article") == "harbincrawl verify --mend"
    assert verify("--mend")[0] == 7
    assert rows(archive, f"SELECT body FROM articles WHERE number = {number}") == [(body,)]
    assert verify()[0] == 0
    check_index(archive)


def test_a_body_that_is_no_text_any_more_is_named_and_mended(archive: Path, verify: Verify) -> None:
    change(archive, "UPDATE articles SET body = CAST(x'ff' || body AS TEXT) WHERE number ="
           " (SELECT min(number) FROM articles WHERE body IS NOT NULL)")  # fmt: skip
    assert verify()[0] == 7
    run_reparse(archive, apply=True)
    assert verify()[0] == 0


def test_a_flipped_byte_of_the_index_is_named_and_mended(archive: Path, verify: Verify) -> None:
    blocks = rows(archive, "SELECT id, block FROM articles_fts_data WHERE id > 100 ORDER BY id")
    identity, block = blocks[len(blocks) // 2]
    data = bytearray(block)
    # The lowest bit of a length only marks what a merge of the index would drop: flipped alone, it changes no answer.
    data[len(data) // 2] ^= 0x54
    change(archive, "UPDATE articles_fts_data SET block = ? WHERE id = ?", values=(bytes(data), identity))
    code, found = verify()
    assert (code, kinds(found)) == (7, [("index", "articles_fts")])
    assert found["problems"][0]["mend"] == "harbincrawl verify --mend"
    code, found = verify("--mend")
    assert (code, found["mended"]) == (7, ["the index was rebuilt"])
    assert verify()[0] == 0


def test_an_index_that_lacks_an_article_is_named_even_by_the_quick_check(archive: Path, verify: Verify) -> None:
    change(archive, "DELETE FROM articles_fts_docsize WHERE id = (SELECT max(key) FROM articles)")
    code, found = verify("--quick")
    assert (code, kinds(found)) == (7, [("index", "articles_fts")])


def test_inconsistent_columns_are_reported(archive: Path, verify: Verify) -> None:
    change(archive, "UPDATE articles SET word_count = word_count + 1 WHERE number = (SELECT min(number) FROM articles)")
    code, found = verify()
    assert code == 7
    assert found["problems"][0]["what"].startswith("word_count")
    run_reparse(archive, apply=True)
    assert verify()[0] == 0


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM captures WHERE id = (SELECT max(capture) FROM articles)", "1 article with a missing capture"),
        (
            "UPDATE articles SET revision = 3 WHERE number = (SELECT min(number) FROM articles)",
            "1 article with missing revisions",
        ),
        ("INSERT INTO images(number, position) VALUES (1, 1)", "1 number with pictures but without an article"),
        ("INSERT INTO duplicates VALUES (1, 2, 1.0, 'exact')", "1 link to a copy or an original"),
        ("DELETE FROM queue WHERE number = (SELECT max(number) FROM queue)", "1 listed article missing in the queue"),
    ],
)
def test_missing_rows_are_reported(archive: Path, verify: Verify, statement: str, what: str) -> None:
    change(archive, statement)
    for how in ((), ("--quick",)):
        code, found = verify(*how)
        assert code == 7
        assert any(what in each["what"] for each in found["problems"] if each["kind"] == "counts")


def test_missing_and_short_warc_files_are_named(archive: Path, verify: Verify) -> None:
    first, *_ = sorted((archive / "warc").iterdir())
    whole = first.read_bytes()
    first.write_bytes(whole[: len(whole) // 2])
    assert any("has only" in each["what"] for each in verify("--quick")[1]["problems"])
    assert verify()[0] == 7
    first.unlink()
    code, found = verify("--quick")
    assert (code, kinds(found)) == (7, [("warc", f"warc/{first.name}")])


def test_pictures_that_are_missing_or_other_are_named_and_wanted_again(archive: Path, verify: Verify) -> None:
    first, second, *_ = sorted((archive / "media").iterdir())
    first.unlink()
    second.write_bytes(b"other")
    code, found = verify("--mend")
    assert (code, kinds(found)) == (7, [("media", f"media/{first.name}"), ("media", f"media/{second.name}")])
    code, found = verify()
    assert (code, [each["kind"] for each in found["notes"]]) == (0, ["leftover"])


def test_what_is_left_over_is_a_note_and_no_damage(archive: Path, verify: Verify) -> None:
    for name in ("warc/x.warc.gz.open", "warc/y.warc.gz", "media/z.jpg"):
        (archive / name).write_bytes(b"")
    code, found = verify()
    assert (code, {each["where"] for each in found["notes"]}) == (
        0,
        {"warc/x.warc.gz.open", "warc/y.warc.gz", "media/z.jpg"},
    )


def test_an_ending_that_many_articles_share_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = ["Harbin ramps up childcare services", "The city will open forty more nurseries this year."]
    articles = [{"body": [f"Text {number} of its own.", *box]} for number in range(4)]
    others = [{"body": [f"Another text {number}.", f"It ends with words {number} of its own."]} for number in range(9)]
    build_archive(tmp_path, [*articles, *others])
    with pytest.raises(SystemExit):
        main(["--archive", str(tmp_path), "verify", "--json"])
    notes = [each for each in json.loads(capsys.readouterr().out)["notes"] if each["kind"] == "tail"]
    assert len(notes) == 1
    assert notes[0]["where"] == "1, 2, 3, 4"
    assert notes[0]["what"].startswith("4 articles end with the same text: Harbin ramps up childcare services / ")


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


def test_people_read_what_is_broken_and_how_to_mend_it(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(archive, "UPDATE articles SET title = 'x' WHERE number = (SELECT min(number) FROM articles)")
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "verify"])
    printed = capsys.readouterr()
    assert ended.value.code == 7
    cure = f"mend: harbincrawl --archive {archive} verify --mend"
    assert f"title: not what its capture says\n  {cure}" in printed.out
    assert "broken things" in printed.out


@pytest.mark.parametrize(
    ("address", "target", "same"),
    [
        ("/d/a b.jpg", "/d/a%20b.jpg", True),
        ("/d/太.jpg", "/d/%E5%A4%AA.jpg", True),
        ("/d/a%20b.jpg", "/d/a%20b.jpg", True),
        ("/d/a b.jpg", "/d/a_b.jpg", False),
        ("/news/", "/gallery/", False),
    ],
)
def test_a_capture_names_what_was_asked_for_as_it_is_written_or_escaped(address: str, target: str, same: bool) -> None:
    site = default_site()
    assert names_address(site, site.base + address, site.base + target) is same
