"""Rescues from software of others: pywb as a CDX server, its index as Common Crawl's; clients of others as judges."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.fetch.client import Client
from harbincrawl.fetch.stop import Stop
from harbincrawl.rescue.lists import CaptureSelection, read_lists
from harbincrawl.rescue.manners import Manners
from harbincrawl.rescue.sources import ArchiveSource, choose_source
from tests.support.crawling import execute
from tests.support.field_tools import find_tool, serve_pywb
from tests.support.other_archives import CommonCrawlFace, WaybackFace, serve_face, surt
from tests.support.rescue_cases import SITE, Past, check_wordings, make_past, run_rescue
from tests.support.sites import HARBIN_TODAY
from tests.support.warc_cases import make_record, make_response

pytestmark = pytest.mark.interop

JUDGE = """
import json, sys
import wayback._client, cdx_toolkit
from wayback import WaybackClient, WaybackSession
url = sys.argv[1]
wayback._client.CDX_SEARCH_URL = f"{url}/cdx/search/cdx"
session = WaybackSession(search_calls_per_second=0, memento_calls_per_second=0)
records = WaybackClient(session).search("e.my399.com/", match_type="prefix", limit=30, resolve_revisits=False)
first = [[f"{each.timestamp:%Y%m%d%H%M%S}", each.url, each.status_code, each.digest, each.length] for each in records]
fetcher = cdx_toolkit.CDXFetcher(source=f"{url}/cdx/search/cdx")
found = fetcher.get("e.my399.com/", matchType="prefix", limit=100_000)
second = [[each["timestamp"], each["url"], int(each["status"]), each["digest"], int(each["length"])] for each in found]
print(json.dumps([sorted(first), sorted(second)]))
"""


@pytest.fixture(scope="module")
def past() -> Past:
    return make_past(stories=16, rounds=3)


@pytest.fixture(scope="module")
def files(past: Past, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two WARC files with the captures of `past`, as a crawler of others may write them."""
    folder = tmp_path_factory.mktemp("warc")
    paths = [folder / "a.warc.gz", folder / "b.warc.gz"]
    records: dict[Path, list[bytes]] = {path: [] for path in paths}
    for at, held in enumerate(past.face.held):
        stamp = held.timestamp
        written = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
        block = make_response(held.body, *(f"{name}: {value}" for name, value in held.fields))
        plain = make_record(block, target=held.original, packed=False)
        records[paths[at % 2]].append(plain.replace(b"2024-05-06T07:08:09Z", written.encode()))
    for path in paths:
        path.write_bytes(b"".join(gzip.compress(record) for record in records[path]))
    return paths


@pytest.fixture(scope="module")
def pywb(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The origin of a pywb that holds the files, and its folder."""
    folder = tmp_path_factory.mktemp("pywb")
    with serve_pywb(folder, files) as origin:
        yield origin, folder


def check_whole(archive: Path, past: Past) -> None:
    check_wordings(archive, past)
    execute(archive, "verify", code=0)


def test_pywb_as_a_plain_cdx_server(tmp_path: Path, past: Past, pywb: tuple[str, Path]) -> None:
    report = run_rescue(tmp_path, "", named=f"{pywb[0]}/harbin/cdx")
    assert (report.exit_code, report.found, report.failed) == (0, len(past.face.held), {})
    check_whole(tmp_path, past)
    again = run_rescue(tmp_path, "", named=f"{pywb[0]}/harbin/cdx")
    assert again.fetched == 0


def test_pywbs_index_of_the_files_as_common_crawls(
    tmp_path: Path, past: Past, pywb: tuple[str, Path], files: list[Path]
) -> None:
    index = pywb[1] / "collections" / "harbin" / "indexes" / "index.cdxj"
    rows: list[dict[str, Any]] = []
    for line in index.read_text().splitlines():
        key, stamp, about = line.split(" ", 2)
        rows.append({"urlkey": key, "timestamp": stamp, **json.loads(about)})
    face = CommonCrawlFace({path.name: path.read_bytes() for path in files}, {"CC-MAIN-2025-05": rows})
    face.size = 50
    with serve_face(face) as url:
        report = run_rescue(tmp_path, url, named="commoncrawl")
    assert (report.exit_code, report.found) == (0, len(past.face.held))
    check_whole(tmp_path, past)


def test_clients_of_others_see_the_list_that_we_see(tmp_path: Path, past: Past) -> None:
    """edgi's wayback, which goes on by resume keys, and cdx-toolkit, which asks once."""
    python = Path(find_tool("cdxt")).parent / "python"
    face = WaybackFace(past.face.held, page=100_000)
    with serve_face(face) as url:
        done = subprocess.run(
            [python, "-c", JUDGE, url], capture_output=True, text=True, timeout=120, check=False,
            env={"NO_PROXY": "127.0.0.1", "HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        source = choose_source("wayback", f"{url}/cdx/search/cdx", f"{url}/web/", None)
        ours = asyncio.run(read_rows(source))
    one, other = json.loads(done.stdout)
    assert len([path for path in face.asked if "resumeKey=" in path]) >= 2
    assert one == other == ours


async def read_rows(source: ArchiveSource) -> list[list[Any]]:
    async with Client(source.hosts, "harbincrawl") as client:
        manners = Manners(client, Stop(Path()), is_local=True)
        lists = read_lists(manners, source, HARBIN_TODAY, CaptureSelection())
        rows = [row async for some in lists for row in some]
    assert all(surt(row.original).startswith(surt(SITE)) for row in rows)
    return sorted([row.timestamp, row.original, 200, row.digest, row.length] for row in rows)
