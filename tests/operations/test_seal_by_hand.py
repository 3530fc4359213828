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
from typing import Any

from harbincrawl.twin import make_twin, serve
from tests.support.crawling import crawl
from tests.support.purging import run as purge


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


def hash_json(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def list_row_hashes(connection: sqlite3.Connection, after: int, run: int) -> list[str]:
    """The hashes of all rows of the runs behind `after`, up to `run`."""
    connection.row_factory = sqlite3.Row
    site = connection.execute("SELECT value FROM facts WHERE name = 'site'").fetchone()[0]
    found = []
    for kind, select in {
        "run": "SELECT run, kind, started, ended, arguments, outcome FROM runs WHERE run",
        "outcome": "SELECT o.run, o.number AS article, o.outcome, o.hash, c.address, c.fetched_at FROM outcomes AS o"
        " LEFT JOIN captures AS c ON c.id = o.capture WHERE o.run",
        "failure": "SELECT run, address, number AS article, class, reason, at FROM failures WHERE run",
        "capture": "SELECT run, address, fetched_at, status, etag, last_modified, digest, source, host, origin"
        " FROM captures WHERE run",
        "removal": "SELECT removed_by AS run, kind, hash FROM removals WHERE removed_by",
    }.items():
        for row in connection.execute(f"{select} > ? AND {select.rpartition(' ')[2]} <= ?", (after, run)):
            rest = dict(row)
            number, own = rest.pop("article", None), rest.pop("run")
            article = None if number is None else f"{site}:{number}"
            found.append(hash_json({"article": article, "rest": hash_json(rest), "row": kind, "run": own}))
    removed = connection.execute("SELECT hash FROM removals WHERE run > ? AND run <= ?", (after, run))
    return sorted(found + [row[0] for row in removed])


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
        for run, (at, (stored, root)) in enumerate(
            zip(seals, connection.execute("SELECT seal, root FROM runs ORDER BY run").fetchall(), strict=False), 1
        ):
            digests = [hashlib.sha256(each).digest() for each in records[begin:at]]
            assert hash_tree([previous.encode(), *digests]).hex() == root
            lines = ["harbincrawl seal 1", previous, root, *list_row_hashes(connection, run - 1, run)]
            assert hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest() == stored
            event = json.loads(records[at].partition(b"\r\n\r\n")[2])
            assert (event["seal"], event["root"], event["digests"]) == (stored, root, [each.hex() for each in digests])
            previous, begin = stored, at
    assert len(seals) == 2
    assert gzip.decompress(next((tmp_path / "warc").glob("*.gz")).read_bytes()).startswith(b"WARC/1.1")
