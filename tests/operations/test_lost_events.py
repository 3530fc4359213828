"""A damaged record of a run that fetched nothing: what it said is lost, and no row with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harbincrawl.operations.projection.told import READ
from harbincrawl.operations.purge import purge
from harbincrawl.operations.rebuild import rebuild
from harbincrawl.warc.inventory import RecordSummary, list_records
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.purging import check
from tests.support.rebuilding import find_differences
from tests.support.twin import make_twin, serve

PURGES = 3
RECORDS = 14
"""Of the last purge: what begins its file, decisions, removals, pages that named it as they are without its words."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(21, 30, sections=("news", "gallery"))
    with serve(twin, gzip=True) as server:
        crawl(folder, server, "news", "gallery")
    live = [number for number, story in twin.stories.items() if not story.gone and story.listed]
    for number in live[:PURGES]:
        purge(folder, [str(number)], copies=False, everywhere=True, progress=lambda *_: None)
    return folder


@pytest.mark.parametrize("at", sample(list(range(RECORDS)), RECORDS))
def test_no_row_is_lost_with_a_record_of_a_purge(crawled: Path, tmp_path: Path, at: int) -> None:
    archive = Path(shutil.copytree(crawled, tmp_path / "archive"))
    before = {table: ask(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in READ}
    path = max((archive / "warc").glob("harbincrawl-purge-*"))
    records = [each for each in list_records(path) if isinstance(each, RecordSummary)]
    assert len(records) == RECORDS
    begin = records[at].offset + 12
    end = (records[at + 1].offset if at + 1 < RECORDS else path.stat().st_size) - 8
    data = bytearray(path.read_bytes())
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)
    assert check(archive).problems
    rebuild(archive, give_up=True, progress=lambda *_: None, workers=1)
    assert {table: ask(archive, f"SELECT * FROM {table} ORDER BY 1, 2") for table in READ} == before
    assert check(archive).problems == []
    assert find_differences(archive, tmp_path / "made") == []
