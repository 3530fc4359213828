"""Archives and foreign WARC files that the tests of reading again share."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from harbincrawl.operations.reparse import ReparseReport, reparse
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.ingest import ingest
from harbincrawl.reread.intake import IngestReport
from tests.support.crawling import ask, change, execute
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import Twin, changes
from tests.support.warc_cases import make_record, make_response, read_warcio, sha1

SITE = "http://e.my399.com"
THEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
EMPTIED = ("articles", "images", "revisions", "duplicates", "_signatures", "_bands")


def quiet(*_: int) -> None:
    """No progress."""


def run_reparse(archive: Path, *, apply: bool = False, executor: Executor | None = None) -> ReparseReport:
    return reparse(archive, HARBIN_TODAY, apply=apply, executor=executor or Executor(), progress=quiet)


def run_ingest(archive: Path, *files: Path, executor: Executor | None = None, **more: Any) -> IngestReport:
    return ingest(archive, files, HARBIN_TODAY, executor=executor or Executor(), progress=quiet, **more)


def damage_capture(archive: Path) -> tuple[int, str, int]:
    """(article, WARC file, place) of a live article's capture, of which a byte is another one now."""
    ((number, name, offset),) = ask(
        archive,
        'SELECT a.number, warc, "offset" FROM articles AS a JOIN captures AS c ON c.id = a.capture'
        " WHERE a.status = 'live' LIMIT 1",
    )
    path = archive / "warc" / name
    data = bytearray(path.read_bytes())
    data[offset + 300] ^= 1
    path.write_bytes(data)
    return number, name, offset


def everything(archive: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the archive says of its articles, but for the counter of changes."""
    columns = [name for _, name, *_ in ask(archive, "PRAGMA table_info(articles)") if name != "change"]
    tables = {table: ask(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in EMPTIED[1:]}
    return tables | {"articles": ask(archive, f"SELECT {', '.join(columns)} FROM articles ORDER BY number")}


def present(archive: Path) -> list[tuple[Any, ...]]:
    """The records of the articles, without times and places, which differ between two ways to the same pages."""
    return ask(
        archive,
        "SELECT number, key, url, section, section_path, title, updated, created, author, authors, source, summary,"
        " body, captions, word_count, revision, status, fingerprint, parser, (SELECT json_group_array(json_array(url,"
        " caption, credit, file_name)) FROM (SELECT * FROM images AS i WHERE i.number = a.number ORDER BY position))"
        " FROM articles AS a ORDER BY number",
    )


def empty(archive: Path, *more: str) -> None:
    """Takes the articles out, and all that follows from them."""
    change(archive, *(f"DELETE FROM {table}" for table in (*EMPTIED, *more)))
    change(archive, "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")


def check_index(archive: Path) -> None:
    change(archive, "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")


def capture(twin: Twin, path: str, moment: datetime, **more: Any) -> bytes:
    """A record of the twin's page at `path` as of `moment`."""
    return response(f"{SITE}{path}", twin.render(path).body, moment, **more)


def capture_day(twin: Twin, day: int) -> list[bytes]:
    """Records of all pages and of two lists, so many days later, when another seventh of the titles was edited."""
    moment = THEN + timedelta(days=day)
    for number in [number for number, story in twin.stories.items() if not story.gone][day::7]:
        changes.edit(twin, number, "title")
    paths = [story.page_path(page) for story in twin.stories.values() for page in range(1, story.page_count + 1)]
    return [capture(twin, path, moment) for path in ("/news/", "/gallery/", *paths)]


def response(target: str, body: bytes, moment: datetime, *http: str, **more: Any) -> bytes:
    """A response record, dated."""
    record = make_record(make_response(body, *http), target=target, packed=False, **more)
    dated = record.replace(b"WARC-Date: 2024-05-06T07:08:09Z", f"WARC-Date: {moment:%Y-%m-%dT%H:%M:%SZ}".encode())
    assert dated != record or moment == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    return dated


def write(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path


def plain_story(twin: Twin) -> Any:
    return next(story for story in twin.stories.values() if story.page_count == 1 and story.printed_title)


def long_story(twin: Twin) -> Any:
    return next(story for story in twin.stories.values() if story.page_count > 2)


def write_odd_files(folder: Path, records: Sequence[bytes], seed: int) -> list[Path]:
    """Files with the plain `records` that were damaged, each in another way, a copy, and files that are no WARC."""
    dice = Random(seed)
    records = [_add_digest(record) for record in records]
    plain, each, whole = b"".join(records), b"".join(map(gzip.compress, records)), gzip.compress(b"".join(records))

    def put(data: bytes, more: bytes, lost: int = 0) -> bytes:
        at = dice.randrange(len(data) // 4, len(data))
        return data[:at] + more + data[at + lost :]

    forged = make_record(
        b"", kind="revisit", target=f"{SITE}/news/2020-01-01/77.html", packed=False,
        fields=(("WARC-Payload-Digest", sha1(b"elsewhere")), ("WARC-Refers-To-Target-URI", f"{SITE}/news/")),
    )  # fmt: skip
    foreign = response("http://elsewhere.example/news/2020-01-01/77.html", b"<p>Another site.</p>", THEN)
    shortened = (("WARC-Truncated", "length"),)
    cut_short = response(f"{SITE}/news/2020-01-01/77.html", b"<p>Cut sh", THEN, fields=shortened)
    contents = {
        "copy.warc": plain,
        "others.warc.gz": b"".join(map(gzip.compress, (forged, foreign, cut_short, *records[:3]))),
        "garbage.warc": put(plain, dice.randbytes(3000)),
        "lost.warc": put(plain, b"", 5000),
        "longer.warc": plain.replace(b"Content-Length: 1", b"Content-Length: 3", 2),
        "zeros.warc.gz": put(each, bytes(7_000)),
        "garbage.warc.gz": put(each, b"\x1f\x8b\x08" + dice.randbytes(3000)),
        "flipped.warc.gz": put(whole, b"damage", 6),
        "lost.warc.gz": put(whole, b"", 900),
        "torn.warc.gz": whole[: len(whole) // 2],
        "plain-called.warc.gz": plain,
        "empty.warc": b"",
        "text.warc": b"This is no WARC file.\n" * 99,
        "noise.warc.gz": dice.randbytes(9_999),
    }
    return [write(folder / f"{seed}-{name}", content) for name, content in contents.items()]


def _add_digest(record: bytes) -> bytes:
    head, _, block = record.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
    return head + f"\r\nWARC-Block-Digest: {sha1(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def run_wget(folder: Path, addresses: list[str]) -> None:
    """Captures the addresses in site.warc.gz."""
    (folder / "list").write_text("\n".join(addresses))
    subprocess.run(
        ["wget", "-q", "--compression=auto", "--warc-file", "site", "-P", "pages", "-i", "list"],
        cwd=folder,
        check=True,
        env=os.environ | {"no_proxy": "127.0.0.1"},
    )


def read_copies(archive: Path) -> list[tuple[Any, ...]]:
    """The records of the archive's WARC in their order, without ids, places and the date of the file and the seal."""
    left_out = ("warc-record-id", "warc-warcinfo-id", "warc-concurrent-to", "warc-refers-to", "warc-filename")
    found = []
    for path in sorted((archive / "warc").iterdir()):
        for kind, fields, _, content in read_warcio(path):
            if kind not in ("warcinfo", "metadata"):
                kept = {name: value for name, value in fields.items() if name.lower() not in left_out}
                kept = {name: value for name, value in kept.items() if "-refers-to-file" not in name.lower()}
                found.append((kind, kept, content))
    return found


def read_export(archive: Path, target: Path) -> list[dict[str, Any]]:
    execute(archive, "export", target, code=0)
    found = [json.loads(line) for line in target.read_text().splitlines()]
    for one in found:
        del one["capture"]["warc"], one["capture"]["offset"]
    return found


def check_same(one: Path, two: Path) -> None:
    """Two archives are the same but for run times and file places."""
    columns = "id, run, address, fetched_at, status, etag, last_modified, digest, body_hash, origin, first_page"
    question = "SELECT outcome, exit_code, json_remove(report, '$.seconds', '$.seal') FROM runs"
    assert ask(one, question) == ask(two, question)
    assert ask(one, f"SELECT {columns} FROM captures") == ask(two, f"SELECT {columns} FROM captures")
    assert ask(one, "SELECT number, change FROM articles") == ask(two, "SELECT number, change FROM articles")
    assert everything(one) == everything(two)
    assert read_copies(one) == read_copies(two)
    assert read_export(one, one.with_suffix(".jsonl")) == read_export(two, two.with_suffix(".jsonl"))
    check_index(two)
