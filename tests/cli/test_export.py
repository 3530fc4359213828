"""The command `export`: what it prints where, its exit codes, and what it leaves behind when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.support.crawling import execute, launch
from tests.support.export_cases import hard_archive, read_jsonl, stored_records
from tests.support.families import sample
from tests.support.forge import wait_for

COMMAND = [sys.executable, "-c", "from harbincrawl.cli.main import main; main()"]
NEVER_NAMED = "import pathlib, time; pathlib.Path.rename = pathlib.Path.replace = lambda *_: time.sleep(600)"
"""Holds a command between its last written byte and the name that the file is to have."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hard_archive(tmp_path_factory.mktemp("archive"))


def run(archive: Path, *words: str, cwd: Path = Path()) -> subprocess.CompletedProcess[bytes]:
    code, out, err = execute(archive, *words, prelude=f"os.chdir({str(cwd)!r})")
    return subprocess.CompletedProcess(words, code, out.encode(), err.encode())


def test_results_go_to_stdout_and_the_cursor_to_stderr(archive: Path) -> None:
    done = run(archive, "export", "-")
    assert (done.returncode, done.stderr) == (0, b"5 articles; cursor: 5\n")
    assert read_jsonl(done.stdout) == stored_records(archive)
    assert run(archive, "-q", "export", "-", "--format", "csv").stderr == b""


def test_exactly_the_named_articles_are_written(archive: Path, tmp_path: Path) -> None:
    ids = [each["id"] for each in read_jsonl(run(archive, "export", "-").stdout)]
    done = run(archive, "export", "-", ids[2], ids[0].partition(":")[2])
    assert (done.returncode, [each["id"] for each in read_jsonl(done.stdout)]) == (0, [ids[0], ids[2]])
    written = tmp_path / "some.jsonl"
    search = [*COMMAND, "--archive", str(archive), "search", "--limit", "2", "--page", "2", "--sort", "oldest"]
    found = subprocess.run([*search, "--format", "ids"], capture_output=True, check=True).stdout
    piped = [*COMMAND, "--archive", str(archive), "export", str(written), "-"]
    subprocess.run(piped, input=found, capture_output=True, check=True)
    assert sorted(each["id"] for each in read_jsonl(written.read_bytes())) == sorted(found.decode().split())
    assert len(read_jsonl(written.read_bytes())) == 2


def test_names_that_are_no_articles_are_named(archive: Path, tmp_path: Path) -> None:
    done = run(archive, "export", "-", "202", "99999")
    assert (done.returncode, [each["id"] for each in read_jsonl(done.stdout)]) == (3, ["harbin-today:202"])
    assert b"the archive has no article 99999." in done.stderr
    for names, code in (("99999", 9), ("zeppelin", 2)):
        assert run(archive, "export", str(tmp_path / "x.csv"), names).returncode == code
    nothing = subprocess.run(
        [*COMMAND, "--archive", str(archive), "export", str(tmp_path / "x.csv"), "-"],
        input=b"", capture_output=True, check=False,
    )  # fmt: skip
    assert (nothing.returncode, nothing.stderr) == (9, b"harbincrawl: no article was named.\n")
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["a.xlsx"], 2),
        (["-", "--since", "soon"], 2),
        (["-", "--fields", "id,nonsense"], 2),
        (["-", "--since", "2031"], 9),
        (["none/a.jsonl"], 2),
        (["-", "--changed-since", "-1"], 2),
    ],
)
def test_exit_codes(archive: Path, tmp_path: Path, words: list[str], code: int) -> None:
    done = run(archive, "export", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "how"),
    sample(product(["a.jsonl", "a.parquet", "a.db", "bundle"], [signal.SIGKILL, signal.SIGINT])),
)
def test_stopped_half_way_nothing_stands_under_the_name(
    archive: Path, tmp_path: Path, name: str, how: signal.Signals
) -> None:
    destination = tmp_path / "out"
    destination.mkdir()
    process = launch(archive, "export", destination / name, prelude=NEVER_NAMED)
    wait_for(lambda: any(destination.iterdir()), "a first byte")
    process.send(how)
    code, _, _ = process.wait()
    assert not (destination / name).exists()
    assert how == signal.SIGKILL or (code, list(destination.iterdir())) == (130, [])
    assert run(archive, "export", str(destination / name)).returncode == 0
    assert list(destination.iterdir()) == [destination / name]


def test_an_interrupt_amid_a_function_that_sqlite_calls_is_no_damage(archive: Path, tmp_path: Path) -> None:
    interrupting = (
        "import signal\nfrom harbincrawl.export import selection\n"
        "selection._shortest = lambda _: signal.raise_signal(signal.SIGINT)"
    )
    process = launch(archive, "export", tmp_path / "a.jsonl", prelude=interrupting)
    code, _, error = process.wait()
    assert (code, "cannot be used" in error, list(tmp_path.glob("a*"))) == (130, False, [])


def test_without_pyarrow_the_extra_is_named_and_a_bundle_has_the_other_formats(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('no pyarrow here')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [*COMMAND, "--archive", str(archive), "export", str(tmp_path / "a.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2
    assert "harbincrawl[parquet]" in done.stderr
    assert not (tmp_path / "a.parquet").exists()
    command[-1] = str(tmp_path / "bundle")
    subprocess.run(command, capture_output=True, env=environment, check=True)
    assert sorted(path.name for path in (tmp_path / "bundle" / "data").iterdir()) == ["csv", "jsonl"]


def test_bytes_do_not_hang_on_time_zone_or_locale(archive: Path, tmp_path: Path) -> None:
    for zone, hashing in (("Asia/Shanghai", "1"), ("America/Lima", "2")):
        environment = os.environ | {"TZ": zone, "LC_ALL": "C", "PYTHONHASHSEED": hashing}
        command = [*COMMAND, "--archive", str(archive), "export", "--share", str(tmp_path / hashing)]
        subprocess.run(command, capture_output=True, env=environment, check=True)
    subprocess.run(["diff", "-r", str(tmp_path / "1"), str(tmp_path / "2")], check=True)


def test_a_bundle_to_share_is_replaced_only_by_one_to_share(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ds"
    assert run(archive, "export", str(folder), "--share", "--titles").returncode == 0
    kept = (folder / "README.md").read_bytes()
    for more in ((), ("--text", "none"), ("--format", "text")):
        done = run(archive, "export", str(folder), *more)
        assert (done.returncode, (folder / "README.md").read_bytes()) == (2, kept)
        assert str(folder).encode() in done.stderr and len(done.stderr.splitlines()) == 1
    assert b"shareable bundle" in run(archive, "export", str(folder)).stderr
    assert run(archive, "export", str(folder), "--share", "--text", "none").returncode == 0
    whole = tmp_path / "whole"
    assert [run(archive, "export", str(whole)).returncode for _ in range(2)] == [0, 0]
