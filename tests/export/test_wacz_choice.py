"""A WACZ of chosen articles holds all that was captured of them, and no record of any other."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from harbincrawl.archive.database.connection import FILE
from harbincrawl.errors import DamagedError, NotFoundError
from harbincrawl.export.job import run_job
from harbincrawl.export.selection import Sample
from harbincrawl.export.task import ExportJob
from harbincrawl.search.filters import Filters
from harbincrawl.twin import Fault, Twin, changes, make_twin, serve
from harbincrawl.twin.newsroom.model import Picture
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.forge import forge

ARTICLES = 24
ANSWERS = ("response", "revisit")


class Kept(NamedTuple):
    """A record in a WACZ."""

    type: str
    target: str
    moment: str
    fields: dict[str, str]
    file: str
    offset: int
    raw: bytes
    """Its gzip member."""


class Made(NamedTuple):
    """An archive of two crawls with all kinds of captures, and its twin."""

    archive: Path
    twin: Twin
    edited: int
    gone: int


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Edited, moved and removed articles, 304s, answers with the same bytes, pictures, several WARC files."""
    archive = tmp_path_factory.mktemp("chosen") / "archive"
    twin = make_twin(3, ARTICLES, sections=("news", "gallery"))
    first, second, third, *_ = (story.number for story in twin.listing("news") if story.printed_title)
    with serve(twin) as server:
        crawl(archive, server, "--all", "--images")
        changes.edit(twin, first, "body")
        changes.edit(twin, first, "title")
        changes.move(twin, second, "gallery")
        changes.remove(twin, third)
        # Pages of a WACZ are told apart by their second.
        time.sleep(1)
        crawl(archive, server, "--all", "--recheck", "all", "--images", code=None)
        port = server.port
    with serve(twin, port=port, conditional=False) as server:
        crawl(archive, server, "--all", "--recheck", "all", code=None)
    return Made(archive, twin, first, third)


def export(archive: Path, filters: Filters, dest: Path, sample: Sample | None = None) -> zipfile.ZipFile:
    run_job(archive, ExportJob(str(dest), filters=filters, sample=sample))
    return zipfile.ZipFile(dest)


def read_records(package: zipfile.ZipFile) -> Iterator[Kept]:
    for name in package.namelist():
        if name.startswith("archive/"):
            data = package.read(name)
            records = ArchiveIterator(io.BytesIO(data), check_digests="raise")
            for record in records:
                record.content_stream().read()
                fields = dict(record.rec_headers.headers)
                offset, length = records.get_record_offset(), records.get_record_length()
                target, moment = fields.get("WARC-Target-URI", ""), fields["WARC-Date"]
                raw = data[offset : offset + length]
                yield Kept(record.rec_type, target, moment, fields, name.removeprefix("archive/"), offset, raw)


def list_paths(twin: Twin, number: int, archive: Path) -> set[str]:
    """The paths of an article's pages, at every address that it had, and of its pictures."""
    story = twin.stories[number]
    pages = {
        urlsplit(address).path
        for (address,) in ask(archive, "SELECT DISTINCT address FROM captures")
        if urlsplit(address).path.rpartition("/")[2].split(".")[0].split("_")[0] == str(number)
        and "/d/file/" not in address
    }
    assert story.path in pages
    return pages | {block.src for block in story.blocks if isinstance(block, Picture) and block.src}


def read_pages(package: zipfile.ZipFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()][1:]


@pytest.mark.parametrize("at", sample(range(ARTICLES), 12))
def test_of_one_article_it_holds_all_captures_and_no_record_of_anything_else(
    made: Made, tmp_path: Path, at: int
) -> None:
    number = sorted(made.twin.stories)[at]
    with export(made.archive, Filters(ids=(str(number),)), tmp_path / "one.wacz") as package:
        records = list(read_records(package))
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        described = {each["path"] for each in json.loads(package.read("datapackage.json"))["resources"]}
        assert described | {"datapackage.json", "datapackage-digest.json"} == set(package.namelist())
    paths = list_paths(made.twin, number, made.archive)
    assert {urlsplit(each.target).path for each in records if each.type != "warcinfo"} <= paths
    # Of one page, two may be of one second.
    captured = sorted(
        (urlsplit(address).path, moment)
        for address, moment in ask(made.archive, "SELECT address, fetched_at FROM captures WHERE warc IS NOT NULL")
        if urlsplit(address).path in paths
    )
    answers = [each for each in records if each.type in ANSWERS]
    assert sorted((urlsplit(each.target).path, each.moment) for each in answers) == captured
    assert len(captured) >= 3
    # Each answer with its request, and each 304 with its header.
    ids = {each.fields["WARC-Record-ID"] for each in answers}
    assert {each.fields["WARC-Concurrent-To"] for each in records if each.type == "request"} == ids
    originals = {(each.target, each.moment) for each in answers if each.type == "response"}
    for each in answers:
        if each.type == "revisit":
            assert (each.fields["WARC-Refers-To-Target-URI"], each.fields["WARC-Refers-To-Date"]) in originals
    indexed = {(about["filename"], int(about["offset"]), int(about["length"])) for about in map(read_line, index)}
    assert indexed == {(each.file, each.offset, len(each.raw)) for each in answers}
    whole = b"".join(path.read_bytes() for path in (made.archive / "warc").iterdir())
    new = [each for each in records if each.raw not in whole]
    # What was a revisit of another article's answer, with the same bytes.
    assert bool(new) == (number == made.gone)
    assert all(each.type == "response" and each.fields["WARC-Payload-Digest"] for each in new)
    assert {each.type for each in records} <= {"warcinfo", "request", "response", "revisit", "metadata"}


def read_line(line: str) -> dict[str, str]:
    about: dict[str, str] = json.loads(line.split(" ", 2)[2])
    return about


def test_a_query_gives_the_pages_of_its_article_alone_in_both_wordings(made: Made, tmp_path: Path) -> None:
    ((title,),) = ask(made.archive, f"SELECT title FROM articles WHERE number = {made.edited}")
    dest = tmp_path / "one.wacz"
    told = ["--archive", str(made.archive), "export", str(dest), "--query", f'title:"{title}"']
    code, words, _ = forge().start(told).wait()
    assert (code, "1 article to" in words) == (0, True), words
    wordings = ask(
        made.archive,
        f"SELECT title, body FROM revisions WHERE number = {made.edited} UNION ALL"
        f" SELECT title, body FROM articles WHERE number = {made.edited}",
    )
    assert len(wordings) == 2
    with zipfile.ZipFile(dest) as package:
        pages = read_pages(package)
        answers = {(each.target, each.moment) for each in read_records(package) if each.type in ANSWERS}
    assert [(page["title"], page["text"]) for page in pages] == wordings
    assert {(page["url"], page["ts"]) for page in pages} <= answers
    assert len({page["ts"] for page in pages}) == 2


@pytest.mark.parametrize("filters", [Filters(sections=("gallery",)), Filters(since="1990"), Filters(status="gone")])
def test_any_filter_chooses(made: Made, tmp_path: Path, filters: Filters) -> None:
    with export(made.archive, filters, tmp_path / "some.wacz") as package:
        targets = {urlsplit(each.target).path for each in read_records(package) if each.type == "response"}
    where = {"gallery": "section_path = 'gallery'", "1990": "1", "gone": "status = 'gone'"}
    (which,) = [each for each in (*filters.sections, filters.since, filters.status) if each]
    numbers = [number for (number,) in ask(made.archive, f"SELECT number FROM articles WHERE {where[which]}")]
    assert numbers
    expected = set().union(*(list_paths(made.twin, number, made.archive) for number in numbers))
    assert targets and targets <= expected
    assert not any("index" in path or path.endswith(("/", ".txt")) for path in targets)


def test_a_sample_chooses(made: Made, tmp_path: Path) -> None:
    with export(made.archive, Filters(), tmp_path / "some.wacz", Sample(1)) as package:
        assert len({page["url"].rpartition("/")[2] for page in read_pages(package)}) == 1
        assert not any(each.target.endswith("/robots.txt") for each in read_records(package))


def test_without_filters_every_file_goes_in_as_it_is(made: Made, tmp_path: Path) -> None:
    with export(made.archive, Filters(), tmp_path / "all.wacz") as package:
        held = {name.removeprefix("archive/"): package.read(name) for name in package.namelist() if "archive/" in name}
    assert held == {path.name: path.read_bytes() for path in (made.archive / "warc").iterdir()}
    assert len(held) == 3


def test_an_empty_choice_is_nothing_found(made: Made, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        export(made.archive, Filters(since="2090"), tmp_path / "none.wacz")
    assert not list(tmp_path.iterdir())


def test_the_same_choice_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    for name in ("a.wacz", "b.wacz"):
        export(made.archive, Filters(sections=("news",)), tmp_path / name).close()
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()


@pytest.mark.parametrize("damaged", ["the article", "a record beside it"])
def test_damage_of_a_chosen_record_is_named_and_damage_beside_it_does_not_matter(
    made: Made, tmp_path: Path, damaged: str
) -> None:
    archive = shutil.copytree(made.archive, tmp_path / "archive")
    ((warc, offset),) = ask(
        archive,
        f'SELECT c.warc, c."offset" FROM captures AS c JOIN articles AS a ON a.capture = c.id'
        f" WHERE a.number = {made.edited}",
    )
    ((before,),) = ask(archive, f'SELECT max("offset") FROM captures WHERE warc = \'{warc}\' AND "offset" < {offset}')
    with (archive / "warc" / warc).open("r+b") as stream:
        stream.seek((offset if damaged == "the article" else before) + 200)
        stream.write(b"\0" * 20)
    dest = tmp_path / "one.wacz"
    if damaged == "the article":
        with pytest.raises(DamagedError, match=rf"{warc} at byte {offset}.*verify"):
            export(archive, Filters(numbers=(made.edited,)), dest)
        assert not dest.exists()
        return
    with export(archive, Filters(numbers=(made.edited,)), dest) as package:
        assert len(read_pages(package)) == 2


def test_what_was_purged_or_given_up_is_left_out(made: Made, tmp_path: Path) -> None:
    archive = shutil.copytree(made.archive, tmp_path / "archive")
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO lost_captures SELECT capture, 1, 'damaged' FROM revisions WHERE number = ?", (made.edited,)
        )
    with export(archive, Filters(numbers=(made.edited,)), tmp_path / "one.wacz") as package:
        assert len(read_pages(package)) == 1


def test_it_can_be_ingested_with_both_wordings(made: Made, tmp_path: Path) -> None:
    with export(made.archive, Filters(numbers=(made.edited,)), tmp_path / "one.wacz") as package:
        names = [name for name in package.namelist() if name.startswith("archive/")]
        paths = [package.extract(name, tmp_path) for name in names]
    ((origin,),) = ask(made.archive, "SELECT value FROM facts WHERE name = 'site_url'")
    code, _, words = forge().start(["--archive", str(tmp_path / "new"), "ingest", "--site-url", origin, *paths]).wait()
    assert code == 0, words
    select = "SELECT title, body, fingerprint, revision FROM articles"
    assert ask(tmp_path / "new", select) == ask(made.archive, f"{select} WHERE number = {made.edited}")
    assert forge().start(["--archive", str(tmp_path / "new"), "verify"]).wait()[0] == 0


def test_a_picture_that_is_a_page_of_another_article_brings_that_into_no_export(made: Made, tmp_path: Path) -> None:
    """A page may call any address of the site a picture of its own: another article, a list."""
    archive = tmp_path / "archive"
    shutil.copytree(made.archive, archive)
    ((number, other),) = ask(
        archive,
        "SELECT i.number, a.url FROM images AS i JOIN articles AS a ON a.number <> i.number"
        " WHERE a.status = 'live' LIMIT 1",
    )
    listed = other.rpartition("/")[0].rpartition("/")[0] + "/"
    for address in (other, listed):
        with closing(sqlite3.connect(archive / FILE)) as connection, connection:
            connection.execute("UPDATE images SET url = ? WHERE number = ? AND position = 1", (address, number))
        assert ask(archive, "SELECT 1 FROM captures WHERE address = ?", address)
        with export(archive, Filters(ids=(str(number),)), tmp_path / "one.wacz") as package:
            targets = {urlsplit(each.target).path for each in read_records(package)}
        assert urlsplit(address).path not in targets


def test_what_a_picture_redirects_to_is_in_the_export_of_its_article(tmp_path: Path) -> None:
    archive, twin = tmp_path / "archive", make_twin(3, 12, sections=("gallery",))
    story, other = [
        story
        for story in twin.stories.values()
        if any(isinstance(block, Picture) and block.src for block in story.blocks)
    ][:2]
    source, target = (
        next(block.src for block in each.blocks if isinstance(block, Picture) and block.src) for each in (story, other)
    )
    twin.faults[source] = Fault("redirect", to=target)
    with serve(twin) as server:
        crawl(archive, server, "--all", "--images", code=None)
    for number, are_there in ((story.number, True), (other.number, False)):
        with export(archive, Filters(ids=(str(number),)), tmp_path / f"{number}.wacz") as package:
            paths = [urlsplit(each.target).path for each in read_records(package) if each.type in ANSWERS]
        assert target in paths
        assert (source in paths) == are_there


def test_an_article_whose_address_redirects_to_another_one_brings_that_into_no_export(tmp_path: Path) -> None:
    archive, twin = tmp_path / "archive", make_twin(3, 6, sections=("news",))
    story, other, *_ = twin.stories.values()
    with serve(twin) as server:
        crawl(archive, server, "--all")
        twin.faults[story.path] = Fault("redirect", to=other.path)
        crawl(archive, server, "--all", "--recheck", "all", code=None)
    for number, path, status in ((story.number, story.path, 302), (other.number, other.path, 200)):
        assert ask(archive, "SELECT 1 FROM captures WHERE address LIKE ? AND status = ?", f"%{path}", status)
        with export(archive, Filters(ids=(str(number),)), tmp_path / f"{number}.wacz") as package:
            paths = {urlsplit(each.target).path for each in read_records(package) if each.type != "warcinfo"}
        mine, others = list_paths(twin, number, archive), list_paths(twin, other.number, archive)
        assert path in paths <= mine
        assert number == other.number or not paths & others
