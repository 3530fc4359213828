"""What is cut out of the log, put in, moved or written anew with all digests made again is named."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.seals import put_seal
from harbincrawl.errors import DatabaseError
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.warc.captures import pack_record
from harbincrawl.warc.heads import parse_head
from harbincrawl.warc.log import list_files
from harbincrawl.warc.notices import make_filler, pack_notice
from harbincrawl.warc.records import Record, read_members
from tests.support.crawling import ask, change, crawl
from tests.support.families import sample
from tests.support.purging import check
from tests.support.purging import run as purge
from tests.support.twin import changes, make_twin, serve
from tests.support.warc_cases import join_member

Records = list[bytes]
"""The gzip members of a file."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three crawls, each with a file of its own."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(11, 12, sections=("news",))
    with serve(twin) as server:
        for _ in range(3):
            crawl(folder, server, "--recheck", "all")
            changes.edit(twin, twin.listing("news")[0].number, "body")
    return folder


def list_members(path: Path) -> list[Record]:
    return [each for each in read_members(path) if isinstance(each, Record)]


def rewrite(path: Path, forge: Callable[[Records], Records]) -> None:
    data = path.read_bytes()
    path.write_bytes(b"".join(forge([data[each.offset : each.end] for each in list_members(path)])))


def write_anew(member: Record, pattern: bytes, replacement: bytes) -> bytes:
    """The record with something in its head or block changed, and all its digests made again."""
    head, block = (re.sub(pattern, replacement, each) for each in (member.head, member.block))
    assert (head, block) != (member.head, member.block)
    _, fields = parse_head(head, encoding="utf-8")
    made = ("WARC-Block-Digest", "Content-Length")
    return pack_record([each for each in fields if each[0] not in made], block).data


def write_as_long(member: Record, old: bytes, new: bytes) -> bytes:
    """As `write_anew`, filled up to the length that it had, for another one would move all others."""
    _, fields = parse_head(member.head, encoding="utf-8")
    _, lines = parse_head(b"\r\n" + re.sub(old, new, member.block))
    made = ("WARC-Block-Digest", "Content-Length")
    # What nobody asks for makes room.
    lines = tuple(each for each in lines if each[0] != "conformsTo")
    packed = pack_notice([each for each in fields if each[0] not in made], lines, member.end - member.offset)
    assert packed is not None
    return packed


def end(records: Records) -> Records:
    """The run's end and its seal: behind them no row refers to a record."""
    return records[-2:]


FORGERIES: dict[str, Callable[[Path, Path, Path], None]] = {
    "an event is left out": lambda first, *_: rewrite(first, lambda records: [*records[:-2], records[-1]]),
    "a seal is left out": lambda first, *_: rewrite(first, lambda records: records[:-1]),
    "all that a run says of its end is left out": lambda first, *_: rewrite(first, lambda records: records[:-2]),
    "two are swapped": lambda first, *_: rewrite(first, lambda records: [*records[:-2], *end(records)[::-1]]),
    "one stands there twice": lambda first, *_: rewrite(first, lambda records: [*records, records[-1]]),
    "one of another file is put in": lambda first, second, _: rewrite(
        first, lambda records: [*records, first_event(second)]
    ),
    "one of nowhere is put in": lambda first, *_: rewrite(
        first, lambda records: [*records, pack_record([("WARC-Type", "metadata")], b"x: y\r\n").data]
    ),
    "an event is written anew": lambda first, *_: replace_last(first, -2, rb'"complete",0', b'"complete",3'),
    "a head is written anew": lambda first, *_: replace_last(first, -2, rb"WARC-Date: 20", b"WARC-Date: 19"),
    "a seal is written anew": lambda first, *_: replace_last(first, -1, rb'("previous":"0*)[^0]', rb"\g<1>0"),
    "a listed digest is written anew": lambda first, *_: replace_last(first, -1, rb'("digests":\["0*)[^0]', rb"\g<1>0"),
    "a file is gone": lambda _, second, __: second.unlink(),
    "the last file is gone": lambda _, __, third: third.unlink(),
    "the last file is of the run before": lambda _, second, third: shutil.copy(second, third) and None,
    "two files changed their names": lambda first, second, _: swap_names(first, second),
}


def first_event(path: Path) -> bytes:
    member = list_members(path)[1]
    return path.read_bytes()[member.offset : member.end]


def replace_last(path: Path, at: int, pattern: bytes, replacement: bytes) -> None:
    changed = write_anew(list_members(path)[at], pattern, replacement)

    def forge(records: Records) -> Records:
        records[at] = changed
        return records

    rewrite(path, forge)


def swap_names(first: Path, second: Path) -> None:
    other = first.with_name("other")
    for source, target in ((first, other), (second, first), (other, second)):
        source.rename(target)


def test_what_nobody_forged_is_proven(archive: Path) -> None:
    findings = check(archive)
    assert findings.problems == []
    assert (findings.seals, findings.checked["files"]) == (3, 3)


@pytest.mark.parametrize("name", sample(FORGERIES, 15))
def test_a_forged_log_is_named(archive: Path, name: str) -> None:
    first, second, third = list_files(archive / "warc").values()
    FORGERIES[name](first, second, third)
    problems = check(archive).problems
    assert {each.kind for each in problems} & {"warc", "seal"}, problems


@pytest.mark.parametrize("name", sample(FORGERIES, 5))
def test_of_a_forged_log_no_database_is_made(archive: Path, name: str) -> None:
    first, second, third = list_files(archive / "warc").values()
    FORGERIES[name](first, second, third)
    before = (archive / FILE).read_bytes()
    done = rebuild(archive, give_up=False, progress=lambda *_: None, workers=1)
    assert done.unread
    assert (done.is_placed, (archive / FILE).read_bytes()) == (False, before)


def test_an_event_of_another_form_is_one_line(archive: Path) -> None:
    first, *_ = list_files(archive / "warc").values()
    at = next(at for at, each in enumerate(list_members(first)) if b'"event":"decided"' in each.block)
    replace_last(first, at, rb'"rows":\{', b'"rows":["x",{')
    with pytest.raises(DatabaseError, match=r"an event in .* has another form than harbincrawl writes"):
        rebuild(archive, give_up=True, progress=lambda *_: None, workers=1)


@pytest.mark.parametrize("at", sample([1, 0, 2]))
def test_who_writes_an_event_and_all_seals_anew_has_another_seal(archive: Path, at: int) -> None:
    """Without a seal that was kept elsewhere nobody could tell: with one, it is told at once."""
    kept = ask(archive, "SELECT seal FROM runs ORDER BY run")
    forge_all(archive, at)
    for number, (seal,) in enumerate(kept):
        found = check(archive, seal=seal)
        assert (found.problems == []) == (number < at), found.problems


def forge_all(archive: Path, at: int) -> None:
    """Says in the log that the run of a file ended otherwise, and makes all digests and seals from there on again."""
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        before = b""
        for place, path in enumerate(list_files(archive / "warc").values()):
            members = list_members(path)
            if place < at:
                before = hashlib.sha256(join_member(members[-1])).digest()
                continue
            run = place + 1
            data = path.read_bytes()
            records = [data[each.offset : each.end] for each in members]
            if place > at:
                old = re.search(rb"record-before: sha256:(\w+)", members[0].block)
                assert old is not None
                records[0] = write_as_long(members[0], old[1], before.hex().encode())
            else:
                records[-2] = write_anew(members[-2], rb'\\"retries\\": 0', rb'\\"retries\\": 1')
            seal_values = json.loads(members[-1].block)
            unpacked = [unpack(each) for each in records]
            leaves = ([before] if before else []) + [hashlib.sha256(each).digest() for each in unpacked[:-1]]
            connection.execute("UPDATE runs SET seal = NULL WHERE run >= ?", (run,))
            seal = put_seal(connection, run, b"".join(leaves), seal_values["last"])
            values = seal_values | seal
            text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            records[-1] = write_anew(members[-1], re.escape(members[-1].block), text.replace(b"\\", rb"\\"))
            path.write_bytes(b"".join(records))
            before = hashlib.sha256(unpack(records[-1])).digest()
            connection.execute(
                "UPDATE runs SET report = json_set(report, '$.seal', ?, '$.retries', ?) WHERE run = ?",
                (seal["seal"], int(place == at), run),
            )
            connection.execute('UPDATE log SET digest = ?, "end" = ?', (before.hex(), len(b"".join(records))))
            connection.execute('UPDATE _seals SET "offset" = ? WHERE run = ?', (len(b"".join(records[:-1])), run))


def unpack(member: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(member)


@pytest.mark.parametrize(
    "forgery",
    sample([
        "UPDATE log SET digest = lower(hex(randomblob(32))) WHERE name = 'position'",
        "UPDATE log SET ordinal = ordinal + 1 WHERE name = 'position'",
        "UPDATE log SET digest = lower(hex(randomblob(32))) WHERE name = 'sealed'",
        "DELETE FROM log WHERE name = 'sealed'",
        "UPDATE log SET file = file - 1 WHERE name = 'position'",
        """UPDATE log SET "end" = "end" + 1 WHERE name = 'sealed'""",
        "UPDATE log_files SET name = 'x.warc.gz' WHERE number = 2",
        "DELETE FROM log_files WHERE number = 2",
        "INSERT INTO log_files(number, name) VALUES (4, 'x-00004.warc.gz')",
        "UPDATE runs SET seal = lower(hex(randomblob(32))) WHERE run = 2",
    ], 5),
)  # fmt: skip
def test_a_forged_row_of_the_log_is_named(archive: Path, forgery: str) -> None:
    change(archive, forgery)
    assert {each.kind for each in check(archive).problems} & {"warc", "seal"}


def test_a_database_of_last_month_is_named(archive: Path, tmp_path: Path) -> None:
    old = shutil.copytree(archive, tmp_path / "old")
    with serve(make_twin(11, 12, sections=("news",))) as server:
        crawl(archive, server, "--full", code=None)
    kept = ask(archive, "SELECT seal FROM runs ORDER BY run DESC LIMIT 1")[0][0]
    for ending in ("", "-wal", "-shm"):
        (archive / f"{FILE}{ending}").unlink(missing_ok=True)
    shutil.copy(old / FILE, archive / FILE)
    found = check(archive, seal=kept)
    assert any(each.kind == "seal" for each in found.problems)
    assert any("that the database has not" in note.what for note in check(archive).notes)


def test_after_a_purge_the_log_is_whole_and_what_is_gone_is_named_by_its_run(archive: Path) -> None:
    kept = ask(archive, "SELECT seal FROM runs ORDER BY run DESC LIMIT 1")[0][0]
    number = ask(archive, "SELECT number FROM articles ORDER BY number LIMIT 1")[0][0]
    purge(archive, number)
    found = check(archive, seal=kept)
    assert found.problems == []
    path = max(list_files(archive / "warc").values(), key=lambda each: "-p1" in each.name)
    notice = next(each for each in list_members(path) if b"WARC-Removed" in each.head)
    data = path.read_bytes()
    # Another record is made such a notice: no run says that it removed that one.
    other = next(each for each in list_members(path) if each.type == "request" and each.offset > notice.offset)

    filler = make_filler(other.end - other.offset, datetime.now(UTC))
    assert filler is not None
    path.write_bytes(data[: other.offset] + filler + data[other.end :])
    problems = check(archive).problems
    assert [each.what for each in problems] == ["a record was removed here, and no run says that it removed one"]
    assert f"at byte {other.offset}" in problems[0].where
