"""pyright agrees with mypy: the examples of the documents have no mistake of types, and rows and frames have types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.test_types import MISTAKES, REVEALED, ROOT, SCRIPT, shorten_type, write_reveals
from tests.support.doc_scripts import list_scripts

FRAMES = {'archive.search("x").to_pandas()': "DataFrame", "archive.to_pandas()": "DataFrame"}
"""As REVEALED, of what has no types for mypy without stubs."""
pytestmark = pytest.mark.interop


def check(folder: Path, **scripts: str) -> dict[str, list[tuple[str, int, str]]]:
    """(severity, line, message) of all that pyright says of each script outside the repository."""
    pytest.importorskip("pyright")
    for name, text in scripts.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    # A bare expression is how a notebook shows a value.
    settings = {"reportUnusedExpression": False, "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    words = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    told: list[dict[str, Any]] = json.loads(done.stdout)["generalDiagnostics"]
    found: dict[str, list[tuple[str, int, str]]] = {name: [] for name in scripts}
    for each in told:
        line = each["range"]["start"]["line"] + 1
        found[Path(each["file"]).stem].append((each["severity"], line, each["message"]))
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, int, str]]]:
    """What it says of all scripts; it is started once, as that takes seconds."""
    scripts = {Path(name).stem: text for name, text in list_scripts().items()}
    folder = tmp_path_factory.mktemp("scripts")
    return check(folder, script=SCRIPT, mistakes=MISTAKES, reveals=write_reveals([*REVEALED, *FRAMES]), **scripts)


def test_examples_and_a_users_script_have_no_mistake(found: dict[str, list[tuple[str, int, str]]]) -> None:
    others = {name: told for name, told in found.items() if name not in ("mistakes", "reveals")}
    assert {"README", "python", "research", "script"} <= set(others)
    assert others == {name: [] for name in others}


def test_mistakes_are_found(found: dict[str, list[tuple[str, int, str]]]) -> None:
    assert {line for severity, line, _ in found["mistakes"] if severity == "error"} == {2, *range(6, 15)}


def test_rows_and_frames_have_types(found: dict[str, list[tuple[str, int, str]]]) -> None:
    types = [message.partition('" is "')[2].rstrip('"') for _, _, message in found["reveals"]]
    assert list(map(shorten_type, types)) == [*REVEALED.values(), *FRAMES.values()]
