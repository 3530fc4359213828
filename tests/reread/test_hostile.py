"""Ingest of files that were made to harm it: each is refused by name, in little memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crawling import execute
from tests.support.forge import PATIENCE
from tests.support.hostile_warcs import list_hostile

MOST_MEMORY = 400 << 10
"""KB."""
RUN = """
import sys
from harbincrawl.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.attack
def test_hostile_files_are_held_in_bounded_memory(tmp_path: Path) -> None:
    paths = []
    for name, content in list_hostile():
        (tmp_path / name).write_bytes(content)
        paths.append(str(tmp_path / name))
    arguments = ["--archive", str(tmp_path / "archive"), "ingest", "--json", "--workers", "1", *paths]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert len(json.loads(done.stdout)["files"]) == len(paths) > 60
    assert int(done.stderr.split()[-2]) < MOST_MEMORY
    execute(tmp_path / "archive", "verify", code=0)
