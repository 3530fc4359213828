"""The log of version 1.0: this version rebuilds it to the same export, and takes its proof."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.operations.proof import verify_proof
from tests.support.crawling import execute
from tests.support.first_log import EXPORT, FOLDER, KNOWN, LOG, PROOF, read_records, run


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / KNOWN).read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by `rebuild` of the WARC files alone."""
    folder = tmp_path_factory.mktemp("first") / "archive"
    shutil.copytree(FOLDER / LOG, folder / "warc")
    run(folder, "rebuild")
    return folder


def test_it_rebuilds_to_the_same_export(archive: Path, tmp_path: Path, known: dict[str, Any]) -> None:
    run(archive, "export", tmp_path / EXPORT)
    records = read_records(tmp_path / EXPORT)
    assert records == read_records(FOLDER / EXPORT)
    assert {record["id"]: record["status"] for record in records}[f"harbin-today:{known['gone']}"] == "gone"
    assert {record["revision"] for record in records} == {1, 2}
    assert known["purged"] not in {record["title"] for record in records}


def test_it_is_whole_up_to_its_seal(archive: Path, known: dict[str, Any]) -> None:
    run(archive, "verify", "--seal", known["seal"])
    changed = known["seal"][:-1] + ("0" if known["seal"][-1] != "0" else "1")
    execute(archive, "verify", "--seal", changed, code=7)


@pytest.mark.parametrize("is_old", [True, False])
def test_its_proof_is_taken_by_the_verifier_of_then_and_of_today(
    tmp_path: Path, known: dict[str, Any], is_old: bool
) -> None:
    with zipfile.ZipFile(FOLDER / PROOF) as packed:
        packed.extractall(tmp_path)
    (then,) = tmp_path.rglob("verify_proof.py")
    verifier = then if is_old else Path(verify_proof.__file__)
    told = [sys.executable, str(verifier), str(FOLDER / PROOF), "--seal"]
    assert subprocess.run([*told, known["seal"]], capture_output=True).returncode == 0
    assert subprocess.run([*told, "0" * 64], capture_output=True).returncode != 0
