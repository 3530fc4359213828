"""An archive that is written to in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(tmp_path)) as opened:
        opened.execute("BEGIN")
        yield opened
        opened.execute("COMMIT")
