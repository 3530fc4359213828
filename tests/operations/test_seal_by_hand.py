"""A seal made again by a program that knows the documentation alone: docs/evidence.md, the log and seals."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from tests.support.crawling import crawl
from tests.support.purging import run as purge
from tests.support.twin import make_twin, serve


def list_records(folder: Path) -> list[bytes]:
    """All records of the log, unpacked, in the order of their numbers."""
    records = []
    for path in folder.glob("*.warc.gz"):
        data = path.read_bytes()
        while data:
            member = zlib.decompressobj(31)
            records.append(member.decompress(data))
            data = member.unused_data
    return sorted(records, key=lambda record: int(find(record, "Harbincrawl-Ordinal") or 0))


def find(record: bytes, name: str) -> str | None:
    """A field of a record's head."""
    match = re.search(rf"\r\n{name}: (.*)\r\n".encode(), record.partition(b"\r\n\r\n")[0] + b"\r\n")
    return match[1].decode() if match else None


def hash_tree(entries: list[bytes]) -> bytes:
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    cut = 1
    while 2 * cut < len(entries):
        cut *= 2
    return hashlib.sha256(b"\1" + hash_tree(entries[:cut]) + hash_tree(entries[cut:])).digest()


def test_a_seal_is_what_the_documentation_says(tmp_path: Path) -> None:
    twin = make_twin(17, 12, sections=("news",))
    with serve(twin) as server:
        crawl(tmp_path, server)
        crawl(tmp_path, server, "--recheck", "all")
    records = list_records(tmp_path / "warc")
    assert [find(each, "Harbincrawl-Ordinal") for each in records] == [str(at + 1) for at in range(len(records))]
    seals = [at for at, each in enumerate(records) if find(each, "Harbincrawl-Event") == "seal"]
    purge(tmp_path, max(twin.stories))
    with closing(sqlite3.connect(tmp_path / "articles.db")) as connection:
        (previous,) = connection.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
        begin = 0
        rows = connection.execute("SELECT seal FROM runs ORDER BY run").fetchall()
        for at, (stored,) in zip(seals, rows, strict=False):
            digests = [hashlib.sha256(each).digest() for each in records[begin:at]]
            assert hash_tree([previous.encode(), *digests]).hex() == stored
            event = json.loads(records[at].partition(b"\r\n\r\n")[2])
            assert (event["seal"], event["digests"]) == (stored, [each.hex() for each in digests])
            previous, begin = stored, at
    assert len(seals) == 2
    assert gzip.decompress(next((tmp_path / "warc").glob("*.gz")).read_bytes()).startswith(b"WARC/1.1")
