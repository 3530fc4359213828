"""WACZ files: all WARC files of the archive, each wording as a page, and the index of a replay tool."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.errors import WarcFullError
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.warc import wacz
from harbincrawl.warc.index import index_file, make_key
from harbincrawl.warc.wacz import WaczPage, write_wacz
from harbincrawl.warc.writer import Exchange, WarcWriter
from tests.support.archives import build_archive
from tests.support.crawling import change, crawl, execute
from tests.support.twin import changes, make_twin, serve
from tests.support.warc_cases import (
    ADDRESS,
    MOMENT,
    PAGE,
    make_304,
    make_exchange,
    make_record,
    make_response,
    make_writer,
)


def write(folder: Path, count: int = 3, **more: int) -> list[Path]:
    with closing(make_writer(folder, **more)) as writer:
        for number in range(count):
            writer.write(make_exchange(f"{ADDRESS}?{number}", PAGE + b"%d" % number))
        writer.write(make_exchange(f"{ADDRESS}?again", PAGE + b"0"))
    return sorted(folder.iterdir())


def pack(dest: Path, files: list[Path], pages: list[WaczPage] | None = None) -> zipfile.ZipFile:
    some = [WaczPage(f"{ADDRESS}?0", MOMENT, "Harbin 哈尔滨", "words")] if pages is None else pages
    write_wacz(dest, files, some, created=MOMENT, software="harbincrawl 1.0.0", title="Harbin Today")
    return zipfile.ZipFile(dest)


def test_everything_is_in_its_place_and_described(tmp_path: Path) -> None:
    files = write(tmp_path / "warc", max_bytes=2_000)
    assert len(files) > 1
    with pack(tmp_path / "a.wacz", files) as package:
        described = json.loads(package.read("datapackage.json"))
        assert (described["profile"], described["wacz_version"]) == ("data-package", "1.1.1")
        assert (described["title"], described["created"]) == ("Harbin Today", "2024-05-06T07:08:09Z")
        names = {resource["path"]: resource for resource in described["resources"]}
        assert set(names) | {"datapackage.json", "datapackage-digest.json"} == set(package.namelist())
        for path, resource in names.items():
            data = package.read(path)
            assert (resource["hash"], resource["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
        digest = json.loads(package.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(package.read('datapackage.json')).hexdigest()}"
        for path in files:
            info = package.getinfo(f"archive/{path.name}")
            assert info.compress_type == zipfile.ZIP_STORED
            assert package.read(info) == path.read_bytes()


def test_each_index_line_leads_to_its_record(tmp_path: Path) -> None:
    files = write(tmp_path / "warc", 700)
    with pack(tmp_path / "a.wacz", files) as package:
        blocks = package.read("indexes/index.cdx.gz")
        meta, *places = package.read("indexes/index.idx").decode().splitlines()
        archived = package.read(f"archive/{files[0].name}")
    assert json.loads(meta.removeprefix("!meta 0 ")) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    assert len(places) == 3
    lines: list[str] = []
    for place in places:
        key, moment, about = place.split(" ", 2)
        where = json.loads(about)
        block = gzip.decompress(blocks[where["offset"] : where["offset"] + where["length"]]).decode().splitlines()
        assert block[0].startswith(f"{key} {moment} {{")
        lines += block
    assert lines == sorted(lines)
    assert len(lines) == 701
    for line in lines:
        _, moment, text = line.split(" ", 2)
        about = json.loads(text)
        offset, length = int(about["offset"]), int(about["length"])
        record = gzip.decompress(archived[offset : offset + length])
        assert f"WARC-Target-URI: {about['url']}\r\n".encode() in record
        assert f"WARC-Payload-Digest: {about['digest']}\r\n".encode() in record
        assert (moment, about["status"], about["filename"]) == ("20240506070809", "200", files[0].name)
        assert about["mime"] == ("warc/revisit" if about["url"].endswith("again") else "text/html")


def test_a_file_still_written_goes_in_to_its_last_whole_record(tmp_path: Path) -> None:
    writer = make_writer(tmp_path / "warc")
    place = writer.write(make_exchange())
    path = tmp_path / "warc" / f"{place.file}.open"
    whole = path.read_bytes()
    with path.open("ab") as stream:
        stream.write(whole[:100])
    with pack(tmp_path / "a.wacz", [path]) as package:
        assert package.read(f"archive/{place.file}") == whole


def test_a_failure_leaves_the_old_package_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write(tmp_path / "warc")
    (tmp_path / "a.wacz").write_bytes(b"old")

    def fail(fd: int) -> None:  # noqa: ARG001 - the signature of os.fsync
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(wacz.os, "fsync", fail)
    with pytest.raises(WarcFullError):
        pack(tmp_path / "a.wacz", files)
    assert (tmp_path / "a.wacz").read_bytes() == b"old"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://e.my399.com/news/2024-05-06/7200.html", "com,my399,e)/news/2024-05-06/7200.html"),
        ("https://www.my399.com:443/News/?b=2&a=1&a", "com,my399)/news?a&a=1&b=2"),
        ("http://e.my399.com", "com,my399,e)/"),
        ("http://e.my399.com/a//b/../%257Ec%2F?x=%41", "com,my399,e)/a/~c?x=a"),
        ("http://127.0.0.1:8399/a/", "127.0.0.1:8399)/a"),
        ("http://e.my399.com/哈尔滨.jpg", "com,my399,e)/%e5%93%88%e5%b0%94%e6%bb%a8.jpg"),
    ],
)
def test_keys_are_surts(address: str, key: str) -> None:
    assert make_key(address) == key


def test_damage_and_records_of_no_use_to_a_replay_are_passed_over(tmp_path: Path) -> None:
    good = make_record(make_response())
    bad = [
        make_record(make_response(), target=None),
        make_record(make_response(), length=9_999),
        make_record(make_response(), target="http://e.my399.com:port/"),
        make_record(b"no http"),
    ]
    path = tmp_path / "a.warc.gz.open"
    path.write_bytes(b"".join([*bad, good]))
    ((line, end),) = index_file(path, "a.warc.gz")
    about = json.loads(line.split(" ", 2)[2])
    assert (about["url"], about["filename"], about["length"]) == (ADDRESS, "a.warc.gz", str(len(good)))
    assert end == path.stat().st_size == int(about["offset"]) + len(good)


def test_a_304_is_listed_as_a_capture_of_its_page_and_its_note_is_not(tmp_path: Path) -> None:
    with closing(make_writer(tmp_path)) as writer:
        first = writer.write(make_exchange())
        writer.write(make_304(first))
    lines = [line for line, _ in index_file(tmp_path / first.file, first.file) if line]
    told = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert [(each["mime"], each.get("status"), each["digest"]) for each in told] == [
        ("text/html", "200", first.digest),
        ("warc/revisit", None, first.digest),
    ]


URL = "http://e.my399.com/news/2024-05-06/1.html"


def captured_archive(folder: Path) -> Path:
    """Two articles, the first of them captured."""
    with closing(WarcWriter(folder / "warc", info={"software": "harbincrawl"}, now=lambda: MOMENT)) as writer:
        place = writer.write(
            Exchange(URL, "GET", [], 200, "OK", [("Content-Type", "text/html")], b"<p>Ice</p>", "192.0.2.7", MOMENT)
        )
    name = next((folder / "warc").iterdir()).name
    capture = {"warc": name, "offset": place.offset, "fetched_at": "2024-05-06T07:08:09Z"}
    return build_archive(folder, [{"url": URL, "title": "Ice", "body": "Cold.", "capture": capture}, {"title": "Bare"}])


def test_captured_articles_are_the_pages(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    receipt = run_job(folder, ExportJob(str(tmp_path / "a.wacz")))
    assert receipt.articles == 1
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]
        held = [name for name in package.namelist() if name.startswith("archive/")]
    assert [(page["url"], page["title"], page["ts"], page["text"]) for page in pages] == [
        (URL, "Ice", "2024-05-06T07:08:09Z", "Cold.")
    ]
    assert len(held) == 1


@pytest.mark.parametrize(
    "words", [("--query", "ice"), ("1",), ("--section", "news"), ("--fields", "id"),
              ("--changed-since", "1")],
)  # fmt: skip
def test_it_is_of_the_whole_archive_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = captured_archive(tmp_path / "archive")
    code, _, said = execute(folder, "export", tmp_path / "a.wacz", *words)
    assert (code, "a WACZ has all captured pages of the archive" in said) == (2, True), said
    assert "prove ID" in said
    assert not (tmp_path / "a.wacz").exists()


def test_every_file_goes_in_as_it_is_and_each_wording_is_a_page(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    twin = make_twin(3, 12, sections=("news",))
    story = next(story for story in twin.listing("news") if story.printed_title)
    with serve(twin) as server:
        crawl(archive, server)
        changes.edit(twin, story.number, "body")
        # Pages of a WACZ are told apart by their second.
        time.sleep(1)
        crawl(archive, server, "--recheck", "all")
    for name, count in (("both.wacz", 2), ("one.wacz", 1)):
        run_job(archive, ExportJob(str(tmp_path / name)))
        with zipfile.ZipFile(tmp_path / name) as package:
            held = {each.rpartition("/")[2]: package.read(each) for each in package.namelist() if "archive/" in each}
            pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]
        assert held == {path.name: path.read_bytes() for path in (archive / "warc").iterdir()}
        assert [page["url"] for page in pages].count(f"{server.url}{story.path}") == count
        lost = "INSERT OR IGNORE INTO lost_captures SELECT capture, 1, 'damaged' FROM revisions WHERE number = ?"
        change(archive, lost, values=(story.number,))


def test_pages_have_the_address_that_was_asked(tmp_path: Path) -> None:
    folder = captured_archive(tmp_path / "archive")
    change(
        folder,
        "UPDATE facts SET value = 'http://127.0.0.1:8000' WHERE name = 'site_url'",
        "UPDATE captures SET source = 'mirror', host = '127.0.0.1:8000'",
    )
    run_job(folder, ExportJob(str(tmp_path / "a.wacz")))
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        assert b'"http://127.0.0.1:8000/news/2024-05-06/1.html"' in package.read("pages/pages.jsonl")
