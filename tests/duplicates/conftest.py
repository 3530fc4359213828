"""Archives for the tests of copies."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.archives import build_archive
from tests.support.duplicate_cases import Archive


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def make_archive(template: Path) -> Iterator[Callable[[], Archive]]:
    made: list[sqlite3.Connection] = []

    def make() -> Archive:
        source = sqlite3.connect(template / "articles.db")
        connection = sqlite3.connect(":memory:", isolation_level=None)
        source.backup(connection)
        source.close()
        made.append(connection)
        return Archive(connection)

    yield make
    for connection in made:
        connection.close()


@pytest.fixture
def archive(make_archive: Callable[[], Archive]) -> Archive:
    return make_archive()
