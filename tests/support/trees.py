"""Commands run within the test, and what stands in a folder: for tests of what a command must not write."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from pathlib import Path

import pytest

from harbincrawl.cli.main import main


def run_command(*arguments: str, code: int = 0) -> str:
    """Its stderr; the command has to end with `code`."""
    with contextlib.redirect_stderr(io.StringIO()) as err, pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert (ended.value.code or 0) == code, err.getvalue()
    return err.getvalue()


def read_tree(folder: Path) -> dict[str, str]:
    """What each path in `folder` is: the hash of a file, the target of a link, else its type."""
    found = {}
    for root, folders, files in os.walk(folder):
        for path in (Path(root) / name for name in (*folders, *files)):
            if path.is_symlink():
                what = f"link to {path.readlink()}"
            elif path.is_file():
                what = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                what = "folder" if path.is_dir() else "special"
            found[str(path.relative_to(folder))] = what
    return found
