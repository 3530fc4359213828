"""WARC and WACZ files under the field's own tools; each test is skipped where its tool is not installed."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harbincrawl.warc.wacz import WaczPage, write_wacz
from harbincrawl.warc.writer import Exchange, RecordPlace, WarcWriter
from tests.support.field_tools import run

pytestmark = pytest.mark.interop

MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
LATER = datetime(2024, 6, 7, 8, 9, 10, tzinfo=UTC)
SITE = "http://e.my399.com"
PAGE = "<html><body><p>Harbin 哈尔滨 ramps up childcare services.</p></body></html>".encode()
ADDRESSES = [
    f"{SITE}/news/2024-05-06/7200.html",
    f"{SITE}/news/2024-05-06/7200_2.html",
    f"{SITE}/SPE/sh/WF/index.html",
    f"{SITE}/news/",
    f"{SITE}/search?b=2&a=1&Q=%E5%93%88",
    "https://www.my399.com:8443/a/b/",
]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Files of the writer that hold each kind of record."""
    writer = WarcWriter(tmp_path / "warc", info={"software": "harbincrawl"}, now=lambda: MOMENT)
    asked = [("User-Agent", "harbincrawl"), ("Accept", "*/*"), ("If-None-Match", '"7"')]
    html = ("Content-Type", "text/html; charset=utf-8")
    coded = [html, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    plain = [html, ("X-Text", "caf\xe9")]

    def write(
        address: str, body: bytes, fields: list[tuple[str, str]], status: int, of: RecordPlace | None = None
    ) -> int:
        moment = LATER if of else MOMENT
        exchange = Exchange(address, "GET", asked, status, "Said So", fields, body, "192.0.2.7", moment, refers=of)
        return writer.write(exchange).offset

    for number, address in enumerate(ADDRESSES):
        body = PAGE + str(number).encode()
        write(address, gzip.compress(body) if number % 2 else body, coded if number % 2 else plain, 200)
    offset = write(f"{SITE}/original.html", PAGE, plain, 200)
    write(f"{SITE}/again.html", PAGE, plain, 200)
    name = next((tmp_path / "warc").iterdir()).name.removesuffix(".open")
    write(f"{SITE}/original.html", b"", [("ETag", '"7"')], 304, RecordPlace(name, offset))
    write(f"{SITE}/moved.html", b"moved", [("Location", f"{SITE}/news/")], 301)
    write(f"{SITE}/gone.html", b"gone", plain, 404)
    write(f"{SITE}/empty.html", b"", plain, 200)
    writer.close()
    return sorted((tmp_path / "warc").iterdir())


@pytest.fixture
def package(tmp_path: Path, files: list[Path]) -> Path:
    """All of it as a WACZ."""
    pages = [WaczPage(address, MOMENT, "A page", "Its words") for address in ADDRESSES]
    path = tmp_path / "harbin.wacz"
    write_wacz(path, files, pages, created=MOMENT, software="harbincrawl", title="Harbin Today")
    return path


def test_cdxj_indexer_makes_the_same_index(files: list[Path], package: Path) -> None:
    done = run("cdxj-indexer", "-s", *files)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(package) as zipped:
        ours = gzip.decompress(zipped.read("indexes/index.cdx.gz")).decode().splitlines()

    def parse(line: str) -> tuple[str, str, dict[str, str]]:
        key, moment, about = line.split(" ", 2)
        return key, moment, json.loads(about)

    assert [parse(line) for line in ours] == [parse(line) for line in done.stdout.splitlines()]
