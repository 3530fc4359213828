"""`verify --seal`: what a seal that was kept elsewhere vouches for is here, or it is counted that it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.cli.main import main
from harbincrawl.warc.inventory import list_records
from harbincrawl.warc.log import list_files
from tests.support.crawling import crawl
from tests.support.reread_cases import change, rows
from tests.support.twin import make_twin, serve


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    with serve(make_twin(5, 16, sections=("news",))) as server:
        crawl(folder, server)
        crawl(folder, server, "--recheck", "all")
    return folder


def prove(archive: Path, seal: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "verify", "--json", "--seal", seal, *more])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def read_seals(archive: Path) -> list[str]:
    return [seal for (seal,) in rows(archive, "SELECT seal FROM runs WHERE seal IS NOT NULL ORDER BY run")]


def test_each_seal_is_proven_with_its_records(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = read_seals(archive)
    for how in ((), ("--quick",)):
        code, found = prove(archive, first, capsys, *how)
        assert (code, found["seal"], found["seals"]["run"]) == (0, first, 1)
        # All records of the first file, but the seal's own.
        first_file, _ = list_files(archive / "warc").values()
        assert found["seals"]["records"] == len(list(list_records(first_file))) - 1
        assert found["seals"]["removed"] == 0
        code, found = prove(archive, second.upper(), capsys, *how)
        assert (code, found["seals"]["run"]) == (0, 2)
        assert found["seals"]["records"] == found["checked"]["records"] - 1


def test_a_seal_of_no_run_ends_with_7(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for how in ((), ("--quick",)):
        code, found = prove(archive, "0" * 64, capsys, *how)
        assert code == 7
        assert found["problems"][0]["what"] == "no run of this archive ended with this seal"


@pytest.mark.parametrize("seal", ["x", "0" * 63, "g" * 64, ""])
def test_what_is_no_seal_is_wrong_usage(archive: Path, seal: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "verify", "--seal", seal])
    assert ended.value.code == 2
    assert "64 hexadecimal digits" in capsys.readouterr().err


def test_what_is_gone_otherwise_is_damage(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = read_seals(archive)
    ((number,),) = rows(archive, "SELECT min(number) FROM articles")
    change(archive, f"DELETE FROM outcomes WHERE run = 1 AND number = {number}")
    for how in ((), ("--quick",)):
        code, found = prove(archive, first, capsys, *how)
        assert code == 7
        assert f"1, {number}" in {each["where"] for each in found["problems"]}
