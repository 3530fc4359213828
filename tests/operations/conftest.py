"""What tests of operations share: a copy of the archive that a file's `crawled` makes once, for each test to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    """A copy of `crawled`."""
    return shutil.copytree(crawled, tmp_path / "archive")
