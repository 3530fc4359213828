"""An archive whose seals are stamped, and the authority that did it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.authority import Authority, time_stamp_authority, write_settings
from tests.support.crawling import crawl
from tests.support.twin import make_twin, serve


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with time_stamp_authority(tmp_path_factory.mktemp("authority")) as started:
        yield started


@pytest.fixture(scope="session")
def stamped(server: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two crawls, to be read only."""
    folder = tmp_path_factory.mktemp("stamped") / "archive"
    write_settings(folder, server.address)
    with serve(make_twin(5, 8, sections=("news",))) as site:
        for _ in range(2):
            report = crawl(folder, site, "--recheck", "all").report
            assert [each["run"] for each in report["timestamps"]] == [report["run"]]
    return folder


@pytest.fixture
def authority(server: Authority) -> Iterator[Authority]:
    """The authority, honest at the begin of a test, and asked nothing yet."""
    server.manner = "honest"
    server.asked.clear()
    yield server
    server.manner = "honest"


@pytest.fixture
def archive(stamped: Path, authority: Authority, tmp_path: Path) -> Path:
    """A copy of it."""
    assert authority.asked == []
    return shutil.copytree(stamped, tmp_path / "archive")
