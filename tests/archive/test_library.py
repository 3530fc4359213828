"""What migrates user.db loads no pandas, and hides none from whoever wants it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MAKING = """
import sys
from pathlib import Path
from harbincrawl.archive.user import change_user
with change_user(Path(sys.argv[1])):
    pass
assert "sqlite_utils.db" in sys.modules
print("before:", "pandas" in sys.modules)
import pandas
print("after:", pandas.NAME)
"""


def test_migrates_without_pandas(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("NAME = 'a stand-in'\nclass Timestamp: ...\n", "utf-8")
    archive = tmp_path / "archive"
    archive.mkdir()
    paths = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    made = subprocess.run(
        [sys.executable, "-c", MAKING, archive],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout == "before: False\nafter: a stand-in\n"
