"""Whatever leaves the archive says which host answered, where it was not the site itself."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harbincrawl import open_archive
from harbincrawl.export.fields import VOLATILE
from harbincrawl.export.job import run_job
from harbincrawl.export.task import ExportJob
from harbincrawl.fields import CAPTURE_KEYS, KEYS
from harbincrawl.text import name_host
from harbincrawl.warc.writer import Exchange, WarcWriter
from tests.support.crawling import ask, crawl, execute
from tests.support.export_cases import read_jsonl, read_parquet
from tests.support.twin import changes, make_twin, serve
from tests.support.web_site import running

MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An archive crawled with --site-url, and the host of that."""
    folder = tmp_path_factory.mktemp("mirrored") / "archive"
    with serve(make_twin(3, 6, sections=("news",))) as server:
        crawl(folder, server)
        return folder, f"127.0.0.1:{server.port}"


def run(archive: Path, *words: str) -> str:
    return execute(archive, *words, code=0)[1]


def newest(archive: Path) -> str:
    return str(ask(archive, "SELECT id FROM articles ORDER BY key DESC LIMIT 1")[0][0])


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://e.my399.com/news/", "e.my399.com"),
        ("HTTP://E.My399.com:80", "e.my399.com"),
        ("https://e.my399.com:443/a", "e.my399.com"),
        ("https://e.my399.com:80/a", "e.my399.com:80"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("http://user@mirror.example/x", "mirror.example"),
        ("nonsense", ""),
        ("http://[", ""),
        ("http://a:99999/", ""),
    ],
)
def test_a_host_has_its_port_where_that_is_not_the_schemes_own(address: str, host: str) -> None:
    assert name_host(address) == host


def test_every_record_says_that_a_mirror_answered_and_which(mirrored: tuple[Path, str], tmp_path: Path) -> None:
    archive, host = mirrored
    assert ask(archive, "SELECT DISTINCT source, host FROM captures") == [("mirror", host)]
    shown = json.loads(run(archive, "show", newest(archive), "--format", "json"))["capture"]
    assert (shown["source"], shown["host"], tuple(shown)) == ("mirror", host, CAPTURE_KEYS)
    for ending in ("jsonl", "csv", "parquet", "db"):
        run(archive, "export", str(tmp_path / f"a.{ending}"))
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as stream:
        in_csv = [json.loads(row["capture"]) for row in csv.DictReader(stream)]
    told = [record["capture"] for record in read_jsonl((tmp_path / "a.jsonl").read_bytes())]
    assert told == in_csv == [record["capture"] for record in read_parquet(tmp_path / "a.parquet")]
    assert len(told) == 6 and all((each["source"], each["host"]) == ("mirror", host) for each in told)
    with open_archive(archive) as opened:
        capture = opened[newest(archive)].capture()
        assert (capture.source, capture.host) == ("mirror", host)
        assert {(each["source"], each["host"]) for each in opened.to_arrow()["capture"].to_pylist()} == {
            ("mirror", host)
        }


def test_every_text_says_so(mirrored: tuple[Path, str], tmp_path: Path) -> None:
    archive, host = mirrored
    words = f"a mirror at {host}"
    for form in ("text", "bibtex", "csl", "cite"):
        assert words in run(archive, "show", newest(archive), "--format", form), form
    run(archive, "export", str(tmp_path / "bundle"))
    for name in ("CITATION.cff", "croissant.json", "README.md"):
        assert f"6 articles from {words}" in (tmp_path / "bundle" / name).read_text("utf-8"), name
    run(archive, "export", str(tmp_path / "a.wacz"))
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        assert words in json.loads(package.read("datapackage.json"))["description"]
    (capture,) = ask(archive, f"SELECT capture FROM articles WHERE id = '{newest(archive)}'")[0]
    with running(archive) as site:
        article = site.ask(f"/articles/{newest(archive)}").headers["Location"]
        for address in (article, f"/captures/{capture}", f"/captures/{capture}/page"):
            assert words in site.ask(address).text, address


def write_warc(folder: Path, origin: str, pages: dict[str, bytes]) -> Path:
    with closing(WarcWriter(folder, info={"software": "another"}, now=lambda: MOMENT)) as writer:
        for path, body in pages.items():
            fields = [("Content-Type", "text/html; charset=utf-8")]
            writer.write(Exchange(f"{origin}{path}", "GET", [], 200, "OK", fields, body, "192.0.2.7", MOMENT))
    return next(folder.iterdir())


@pytest.mark.attack
def test_an_ingest_stays_an_ingest_with_the_host_of_the_addresses(tmp_path: Path) -> None:
    twin = make_twin(3, 6, sections=("news",))
    pages = {story.page_path(1): twin.render(story.page_path(1)).body for story in twin.listing("news")}
    pages = {path: body for path, body in pages.items() if twin.stories[int(path[-9:-5].strip("/"))].page_count == 1}
    for name, origin, options in (
        ("own", "http://e.my399.com", []),
        ("mirror", "http://mirror.example:8080", ["--site-url", "http://mirror.example:8080"]),
    ):
        warc = write_warc(tmp_path / f"{name}-warc", origin, pages)
        archive = tmp_path / name
        run(archive, "ingest", *options, str(warc))
        assert ask(archive, "SELECT DISTINCT source, host FROM captures") == [("ingest", urlsplit(origin).netloc)]
        text = run(archive, "show", newest(archive))
        assert ("mirror.example:8080 in place of" in text) == (name == "mirror")
        run(archive, "export", str(archive / "bundle"))
        cited = (archive / "bundle" / "CITATION.cff").read_text("utf-8")
        assert ("Not captured from the site itself" in cited) == (name == "mirror")
        run(archive, "verify")


FIELDS = tuple(name for name in KEYS if name != VOLATILE)
AGAIN = ("--recheck", "all")


@dataclass(frozen=True)
class Made:
    """What was exported of an archive before all of its pages were asked for again, and after."""

    archive: Path
    before: Path
    after: Path
    edited: int
    back: int


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One article was edited, one was gone and came back; then each page has another box."""
    folder = tmp_path_factory.mktemp("first")
    archive = folder / "archive"
    twin = make_twin(5, 8, sections=("news",))
    edited, back, *_ = (story.number for story in twin.listing("news"))
    with serve(twin) as server:
        crawl(archive, server)
        changes.edit(twin, edited)
        changes.remove(twin, back)
        crawl(archive, server, *AGAIN, code=None)
        crawl(archive, server, *AGAIN, code=None)
        assert ask(archive, "SELECT status FROM articles WHERE number = ?", back) == [("gone",)]
        changes.restore(twin, back)
        crawl(archive, server, *AGAIN)
        export_all(archive, folder / "before")
        captures = ask(archive, "SELECT number, capture FROM articles ORDER BY number")
        for _ in range(2):
            changes.change_feature_box(twin)
            crawl(archive, server, *AGAIN)
        assert not {*captures} & {*ask(archive, "SELECT number, capture FROM articles ORDER BY number")}
    export_all(archive, folder / "after")
    return Made(archive, folder / "before", folder / "after", edited, back)


def export_all(archive: Path, folder: Path) -> None:
    folder.mkdir()
    for name in ("lines.jsonl", "table.csv", "table.parquet"):
        run_job(archive, ExportJob(str(folder / name), fields=FIELDS))
        run_job(archive, ExportJob(str(folder / f"revisions-{name}"), revisions=True))
    for name in ("tables.db", "bundle"):
        run_job(archive, ExportJob(str(folder / name)))
    run_job(archive, ExportJob(str(folder / "pages.wacz")))


def first_times(archive: Path) -> dict[tuple[int, int], str]:
    """By article and revision, when the capture that first showed it came."""
    return {
        (number, revision): moment
        for number, revision, moment in ask(
            archive,
            "SELECT w.number, w.revision, c.fetched_at FROM"
            " (SELECT number, revision, first_capture, last_changed AS seen FROM articles"
            " UNION ALL SELECT number, revision, first_capture, seen FROM revisions) AS w"
            " JOIN captures AS c ON c.id = w.first_capture AND c.fetched_at = w.seen",
        )
    }


@pytest.mark.parametrize(
    "name", [f"{kind}{name}" for kind in ("", "revisions-") for name in ("lines.jsonl", "table.csv", "table.parquet")]
)
def test_asking_again_changes_no_byte_of_a_file_without_last_seen(made: Made, name: str) -> None:
    assert (made.before / name).read_bytes() == (made.after / name).read_bytes()


def test_asking_again_changes_no_data_of_a_bundle(made: Made) -> None:
    before, after = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*.*")}
        for root in (made.before / "bundle/data", made.after / "bundle/data")
    )
    assert before
    assert before == after


def test_each_record_names_the_capture_that_first_showed_it(made: Made) -> None:
    first = first_times(made.archive)
    assert len(first) == len(ask(made.archive, "SELECT 1 FROM articles UNION ALL SELECT 1 FROM revisions"))
    records = [json.loads(line) for line in (made.after / "lines.jsonl").read_text().splitlines()]
    table = list(csv.DictReader(io.StringIO((made.after / "table.csv").read_text())))
    for record, row in zip(records, table, strict=True):
        number = int(record["id"].partition(":")[2])
        assert record["capture"]["fetched_at"] == first[number, record["revision"]]
        assert json.loads(row["capture"]) == record["capture"]
    (wording,) = map(json.loads, (made.after / "revisions-lines.jsonl").read_text().splitlines())
    assert wording["id"].endswith(f":{made.edited}")
    assert wording["capture"]["fetched_at"] == first[made.edited, 1]
