"""The tests of buckets once more, against the server of S3 that others test with (moto)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.field_tools import find_tool

pytestmark = pytest.mark.interop


def test_a_real_server_says_what_ours_says() -> None:
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__).parents[1] / "buckets")]
    environment = os.environ | {"S3_SERVER": find_tool("moto_server")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
