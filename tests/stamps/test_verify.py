"""What `verify` says of time stamps, stored or kept elsewhere, and what `status` and `serve` show."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.support.authority import Authority, needs_openssl
from tests.support.crawling import ask, change, execute
from tests.support.families import sample
from tests.support.runs import tell

pytestmark = needs_openssl


def verify(archive: Path, *words: str | Path) -> tuple[int, dict[str, Any], list[str]]:
    """(exit code, the document, what is summed up on stderr)."""
    code, printed, said = execute(archive, "verify", "--workers", "1", "--json", *words)
    return code, json.loads(printed), said.splitlines()


def keep_token(archive: Path, run: int, file: Path) -> Path:
    """Writes the stamp of a run's seal as a .tsr file."""
    ((text,),) = ask(archive, f"SELECT token FROM timestamps WHERE run = {run}")
    file.write_bytes(b64decode(text))
    return file


def test_a_stamp_without_a_trusted_root_is_unproven_and_no_damage(archive: Path) -> None:
    code, found, said = verify(archive)
    ((reason, count),) = found["unproven"]["timestamps"].items()
    assert (code, count, found["proven"].get("timestamps")) == (0, 2, None)
    assert reason.startswith("no root that is trusted here vouches for it (")
    assert reason.endswith("): name one with --tsa-certificates FILE")
    assert f"unproven: timestamps 2 ({reason})" in said
    assert [(each["run"], each["proven"], each["doubt"]) for each in found["timestamps"]] == [
        (1, False, reason), (2, False, reason),
    ]  # fmt: skip


@pytest.mark.parametrize("how", [(), ("--quick",)])
def test_a_stamp_is_proven_by_its_root(archive: Path, authority: Authority, how: tuple[str, ...]) -> None:
    code, found, said = verify(archive, "--tsa-certificates", authority.root, *how)
    assert (code, found["proven"]["timestamps"], found["unproven"]) == (0, 2, {})
    at = [each["at"] for each in found["timestamps"]]
    lines = [line for line in said if "existed at" in line]
    assert lines == [
        f"seal of run {run} existed at {at[run - 1][:10]} {at[run - 1][11:19]} UTC, says Test Stamps"
        f" ({authority.address})"
        for run in (2, 1)
    ]
    assert authority.asked == []


def test_a_seal_is_covered_by_the_first_stamp_of_it_or_of_a_later_one(archive: Path, authority: Authority) -> None:
    change(archive, "DELETE FROM timestamps WHERE run = 1")
    (first,), (second,) = ask(archive, "SELECT seal FROM runs ORDER BY run")
    for seal in (first, second):
        said = execute(archive, "verify", "--quick", "--seal", seal, "--tsa-certificates", authority.root)[1]
        assert "stamped: seal of run 2 existed at " in said
    change(archive, "DELETE FROM timestamps")
    said = execute(archive, "verify", "--quick", "--seal", second)[1]
    assert "no proven time stamp covers this seal" in said


FORGERIES = {
    "another token": ("UPDATE timestamps SET token = (SELECT token FROM timestamps WHERE run = 2) WHERE run = 1",
                      "it is of something else than this seal"),
    "half a token": ("UPDATE timestamps SET token = substr(token, 1, 400) WHERE run = 1", "it cannot be read"),
    "no base64": ("UPDATE timestamps SET token = 'AAAAA' WHERE run = 1", "token"),
    "another time": ("UPDATE timestamps SET at = '2020-01-01T00:00:00Z' WHERE run = 1", "at"),
    "another seal": ("UPDATE runs SET seal = (SELECT seal FROM runs WHERE run = 2) WHERE run = 1",
                     "it is of something else"),
    "of no run": ("UPDATE timestamps SET run = 77 WHERE run = 1", "not in the log"),
}  # fmt: skip


@pytest.mark.parametrize("name", sample(FORGERIES, 2))
def test_a_forged_stamp_is_damage(archive: Path, authority: Authority, name: str) -> None:
    forgery, said = FORGERIES[name]
    change(archive, forgery)
    code, found, _ = verify(archive, "--quick", "--tsa-certificates", authority.root)
    assert code == 7
    assert any(said in each["what"] for each in found["problems"] if each["kind"] in ("stamp", "timestamps"))
    assert all(each["at"] > "2026" for each in found["timestamps"])
    code, found, _ = verify(archive, "--tsa-certificates", authority.root)
    assert code == 7


@pytest.mark.parametrize("forgery", ["DELETE FROM timestamps WHERE run = 1", FORGERIES["half a token"][0],
                                     "UPDATE timestamps SET authority = 'http://x/' WHERE run = 1"])  # fmt: skip
def test_a_stamp_is_made_again_from_the_log(archive: Path, authority: Authority, forgery: str) -> None:
    before = ask(archive, "SELECT * FROM timestamps ORDER BY run")
    change(archive, forgery)
    code, found, _ = verify(archive, "--tsa-certificates", authority.root)
    assert code == 7
    assert "timestamps" in {each["kind"] for each in found["problems"]}
    execute(archive, "rebuild", "--workers", "1", code=0)
    assert ask(archive, "SELECT * FROM timestamps ORDER BY run") == before
    code, found, _ = verify(archive, "--tsa-certificates", authority.root)
    assert (code, found["proven"]["timestamps"]) == (0, 2)


@pytest.mark.parametrize("how", [(), ("--quick",)])
def test_a_stamp_with_a_broken_signature_is_damage_whoever_signed_it(
    archive: Path, tmp_path: Path, how: tuple[str, ...]
) -> None:
    token = keep_token(archive, 1, tmp_path / "1.tsr").read_bytes()
    broken = b64encode(token[:-1] + bytes((token[-1] ^ 1,))).decode()
    tell(archive, f"UPDATE timestamps SET token = '{broken}' WHERE run = 1")
    code, found, _ = verify(archive, *how)
    (problem,) = found["problems"]
    assert code == 7
    assert problem["what"].startswith("the time stamp of its seal: its signature is broken (")


def test_a_token_that_was_kept_elsewhere_names_its_seal(archive: Path, authority: Authority, tmp_path: Path) -> None:
    one, two = (keep_token(archive, run, tmp_path / f"{run}.tsr") for run in (1, 2))
    change(archive, "DELETE FROM timestamps")
    for how in ((), ("--quick",)):
        _, found, said = verify(archive, "--token", one, "--token", two, "--tsa-certificates", authority.root, *how)
        assert {Path(name).name: each["run"] for name, each in found["tokens"].items()} == {"1.tsr": 1, "2.tsr": 2}
        assert not [each for each in found["problems"] if each["kind"] == "token"]
        assert [line for line in said if line.startswith(f"{two}: seal of run 2 existed at ")]


def test_a_token_of_another_archive_or_root_ends_with_7(archive: Path, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other.tsr").write_bytes(authority.stamp_seal("5" * 64))
    code, printed, _ = execute(archive, "verify", "--quick", "--token", tmp_path / "other.tsr")
    first, second = printed.splitlines()[:2]
    assert code == 7
    assert "other.tsr: it stamps no seal of this archive: what it stamped was made anew" in first
    assert second.startswith("repair: harbincrawl ")
    code, printed, _ = execute(archive, "verify", "--quick", "--token", keep_token(archive, 2, tmp_path / "2.tsr"))
    assert code == 7
    assert "2.tsr: it is of the seal of run 2, and proves nothing (no root that is trusted here" in printed
