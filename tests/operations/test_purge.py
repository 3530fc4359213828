"""Take-downs: nothing of the article is left in any file, and nothing of it ever comes back."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive import purged
from harbincrawl.archive.database import FILE, open_writer
from harbincrawl.archive.media import write_media
from harbincrawl.cli.main import main
from harbincrawl.errors import NotFoundError
from harbincrawl.export.job import ExportJob, run_job
from harbincrawl.operations.purge import Purge, purge
from harbincrawl.operations.verify import verify
from harbincrawl.search.filters import Filters
from harbincrawl.sites import HARBIN_TODAY
from harbincrawl.twin import Twin, changes, make_twin, serve
from tests.support.crawling import ask, check_whole, crawl, listing_requests, records
from tests.support.warc_cases import read_warcio


def contents(archive: Path) -> Iterator[bytes]:
    """The bytes of every file of the archive, members of gzip files and packed payloads unpacked."""
    for path in sorted(archive.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        yield data
        at = 0
        while path.name.endswith((".gz", ".open")) and at < len(data):
            member = zlib.decompressobj(31)
            record = member.decompress(data[at:])
            yield record
            begin = record.find(b"\x1f\x8b\x08")
            if begin >= 0:
                yield zlib.decompressobj(31).decompress(record[begin:])
            at = len(data) - len(member.unused_data)


def sentences(record: dict[str, Any]) -> list[str]:
    """What must be nowhere: title, summary, sentences of the body."""
    split = [part for text in record["body"] for part in re.split(r"(?<=[.!?])\s+", text)]
    return [text for text in (record["title"], record["summary"], *split) if text and len(text) >= 24]


def find_left(archive: Path, words: list[str]) -> list[str]:
    """Those of `words` that stand in any file, in either coding of the site."""
    whole = list(contents(archive))
    return [
        word for word in words if any(word.encode(codec) in data for codec in ("utf-8", "gb18030") for data in whole)
    ]


def run(archive: Path, *numbers: int, copies: bool = False) -> Purge:
    return purge(archive, numbers, copies=copies, progress=lambda *_: None)


def problems(archive: Path) -> list[object]:
    return list(verify(archive, HARBIN_TODAY, quick=False, progress=lambda *_: None).problems)


@pytest.fixture
def twin() -> Twin:
    return make_twin(7, 40)


@pytest.fixture
def target(twin: Twin) -> int:
    """The newest article of all, which the feature box of every page may show."""
    return int(twin.listing("news")[0].number)


def test_nothing_of_it_is_left_and_nothing_comes_back(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin, gzip=True) as server:
        crawl(tmp_path, server, "--all")
        before = records(tmp_path)[target]
        changes.edit(twin, target, "body")
        changes.change_feature_box(twin)
        crawl(tmp_path, server, "--all", "--recheck", "all")
        words = list(dict.fromkeys([*sentences(before), *sentences(records(tmp_path)[target])]))
        assert len(find_left(tmp_path, words)) == len(words), "the test sees them where they are"
        done = run(tmp_path, target)
        assert (done.numbers, done.copies) == ([target], [])
        assert done.records >= 4
        assert find_left(tmp_path, words) == []
        assert problems(tmp_path) == []
        check_whole(tmp_path)
        server.clear()
        again = crawl(tmp_path, server, "--all", "--recheck", "all")
        assert not any(f"/{target}." in request.path for request in server.requests)
        assert target not in records(tmp_path)
        assert find_left(tmp_path, words) == []
        assert again.report["sections"]["news"]["gap"] == 0
        server.clear()
        quiet = crawl(tmp_path, server, "--all")
        assert quiet.report["wanted"] == 0
        assert len([path for path in listing_requests(server) if path.startswith("/news")]) == 1
    check_whole(tmp_path)


def test_no_table_knows_it_but_the_list_of_purged_ones(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    run(tmp_path, target)
    tables = [
        name
        for (name,) in ask(tmp_path, "SELECT m.name FROM sqlite_master AS m WHERE m.type = 'table'")
        if any(row[1] == "number" for row in ask(tmp_path, f"PRAGMA table_info({name})"))
    ]
    assert {"articles", "images", "revisions", "listed", "queue", "signatures", "duplicates", "purged"} <= set(tables)
    found = [name for name in tables if ask(tmp_path, f"SELECT 1 FROM {name} WHERE number = ?", target)]
    assert found == ["purged"]
    assert ask(tmp_path, "SELECT 1 FROM duplicates WHERE original = ?", target) == []
    kind, arguments = ask(tmp_path, "SELECT kind, arguments FROM runs ORDER BY run DESC LIMIT 1")[0]
    assert (kind, json.loads(arguments)) == ("purge", {"numbers": [target]})


def test_the_other_records_are_still_proved_by_their_captures(tmp_path: Path, twin: Twin) -> None:
    old = twin.listing("news")[-1].number
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
        # Captured again byte for byte: revisits that refer to records whose file is rewritten.
        changes.edit(twin, twin.listing("news")[3].number)
        crawl(tmp_path, server, "--all", "--recheck", "all")
    (before,) = ask(tmp_path, "SELECT count(*) FROM captures WHERE warc IS NOT NULL AND digest IS NOT NULL")[0]
    done = run(tmp_path, old)
    (after,) = ask(tmp_path, "SELECT count(*) FROM captures WHERE warc IS NOT NULL AND digest IS NOT NULL")[0]
    assert 0 < before - after <= done.records
    assert problems(tmp_path) == []
    names = {name for (name,) in ask(tmp_path, "SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
    assert names == {path.name for path in (tmp_path / "warc").iterdir()}
    assert any("-p1.warc.gz" in name for name in names)


def test_what_was_said_to_a_304_goes_with_its_page(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
        crawl(tmp_path, server, "--all", "--recheck", "all")
    path = twin.stories[target].path

    def tell() -> list[tuple[str, bool]]:
        """Type of each record of the page, and whether it still says something."""
        return [
            (kind, "warc-removed" not in fields)
            for file in sorted((tmp_path / "warc").iterdir())
            for kind, fields, _, _ in read_warcio(file)
            if fields.get("warc-target-uri", "").endswith(path)
        ]

    assert tell() == [(kind, True) for kind in ("request", "response", "request", "metadata", "revisit")]
    run(tmp_path, target)
    assert tell() == [("metadata", False)] * 5
    kept = [record for file in (tmp_path / "warc").iterdir() for record in read_warcio(file)]
    assert [fields for kind, fields, _, _ in kept if kind == "metadata" and "warc-refers-to" in fields], "others stay"
    assert problems(tmp_path) == []


def test_a_tombstone_tells_who_follows_the_changes(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    (cursor,) = ask(tmp_path, "SELECT max(change) FROM articles")[0]
    run(tmp_path, target)
    receipt = run_job(tmp_path, ExportJob(str(tmp_path / "x.jsonl"), filters=Filters(changed_since=cursor)))
    last = json.loads((tmp_path / "x.jsonl").read_text().splitlines()[-1])
    assert last == {"id": f"harbin-today:{target}", "status": "purged"}
    assert receipt.purged == 1
    assert receipt.cursor > cursor


def test_a_copy_that_stays_is_named_and_goes_when_asked(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    links = ask(tmp_path, "SELECT number, original FROM duplicates WHERE similarity = 1.0")
    assert links, "the twin tells one story twice"
    number, original = links[0]
    done = run(tmp_path, original)
    assert done.copies == [number]
    assert done.exit_code == 3
    assert run(tmp_path, number).exit_code in (0, 3)
    assert not {number, original} & records(tmp_path).keys()


def test_copies_go_together(tmp_path: Path, twin: Twin) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    number, original = ask(tmp_path, "SELECT number, original FROM duplicates WHERE similarity = 1.0")[0]
    words = sentences(records(tmp_path)[original])
    done = run(tmp_path, number, copies=True)
    assert {number, original} <= set(done.numbers)
    assert done.holders or find_left(tmp_path, words) == []


def test_pictures_go_unless_another_article_shows_them(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    own, shared = (write_media(tmp_path, data, "jpg") for data in (b"own", b"shared"))
    other = next(number for number in records(tmp_path) if number != target)
    with closing(open_writer(tmp_path)) as connection:
        for number, place, name in ((target, 98, own), (target, 99, shared), (other, 99, shared)):
            url = f"http://e.my399.com/{name}"
            row = (number, place, url, name)
            connection.execute("INSERT INTO images(number, position, url, media) VALUES (?,?,?,?)", row)
    run(tmp_path, target)
    assert [path.name for path in (tmp_path / "media").iterdir()] == [shared]


def test_leftovers_that_may_hold_it_go(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    copy = tmp_path / "articles-version-0-20250101T000000Z.db"
    copy.write_bytes((tmp_path / FILE).read_bytes())
    run(tmp_path, target)
    assert not copy.exists()


@pytest.mark.parametrize("place", ["write_files", "move_captures", "finish_purge"])
def test_a_purge_that_dies_is_undone_or_done_by_the_next_writer(
    tmp_path: Path, twin: Twin, target: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
        words = sentences(records(tmp_path)[target])
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            if place == "write_files":
                patch.setattr("harbincrawl.operations.purge.write_files", die)
            elif place == "move_captures":
                patch.setattr(purged, "move_captures", die)
            else:
                done = purged.finish_purge
                calls: list[int] = []

                def die_second(connection: sqlite3.Connection, folder: Path) -> bool:
                    calls.append(1)
                    return done(connection, folder) if len(calls) == 1 else bool(die())

                patch.setattr(purged, "finish_purge", die_second)
            run(tmp_path, target)
        crawl(tmp_path, server, "--all")
        assert problems(tmp_path) == []
        assert ask(tmp_path, "SELECT 1 FROM facts WHERE name = 'purging'") == []
        names = {name for (name,) in ask(tmp_path, "SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
        assert names == {path.name for path in (tmp_path / "warc").iterdir()}
    if place == "finish_purge":
        assert find_left(tmp_path, words) == []
    else:
        assert target in records(tmp_path), "nothing was committed, nothing is gone"
        run(tmp_path, target)
        assert find_left(tmp_path, words) == []


def test_twice_is_once_and_an_unknown_article_is_told(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    run(tmp_path, target)
    done = run(tmp_path, target)
    assert (done.records, done.exit_code) == (0, 0)
    with pytest.raises(NotFoundError, match="999999"):
        run(tmp_path, 999999)


def test_it_is_never_ingested_again(tmp_path: Path, twin: Twin, target: int) -> None:
    with serve(twin) as server:
        crawl(tmp_path / "a", server, "--all")
        crawl(tmp_path / "b", server, "news")
        words = sentences(records(tmp_path / "a")[target])
    run(tmp_path / "a", target)
    files = [str(path) for path in (tmp_path / "b" / "warc").iterdir()]
    with pytest.raises(SystemExit):
        main(["-q", "--archive", str(tmp_path / "a"), "ingest", "--site-url", server.url, *files])
    assert target not in records(tmp_path / "a")
    assert find_left(tmp_path / "a", words) == []


def test_the_command_takes_ids_and_addresses(
    tmp_path: Path, twin: Twin, target: int, capsys: pytest.CaptureFixture[str]
) -> None:
    second = twin.listing("news")[1].number
    with serve(twin) as server:
        crawl(tmp_path, server, "--all")
    address = records(tmp_path)[second]["url"]
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(tmp_path), "purge", f"harbin-today:{target}", address, "--json"])
    assert ended.value.code in (0, 3)
    assert json.loads(capsys.readouterr().out)["purged"] == sorted([target, second])
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(tmp_path), "purge", "nonsense"])
    assert ended.value.code == 2
