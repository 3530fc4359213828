"""Wrong settings stop what writes, with 2 and one line, and nothing that reads; help and version are told anyway."""

from __future__ import annotations

from pathlib import Path

import pytest

from harbincrawl.cli.main import main
from tests.support.archives import build_archive

WRITERS = (
    "crawl --limit 0", "ingest other.warc", "watch add metro metro", "watch remove metro", "watch run", "rescue --plan",
    "offload s3://pile/x", "restore .", "rebuild", "reparse", "purge 1 --yes", "notify", "config check",
)  # fmt: skip
"""They are refused where a setting is wrong; other commands warn."""
READERS = (
    "search metro", "show 1", "stats", "status", "watch list", "duplicates", "sites check harbin-today", "explain 1",
    "prove 1",
)  # fmt: skip
WRONG = 'config.toml line 3: unknown key "contakt"; did you mean "contact"?'


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build_archive(tmp_path / "archive", [{"number": 1, "title": "metro"}])
    (tmp_path / "other.warc").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "archive"


def run(words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    return ended.value.code


@pytest.mark.parametrize("words", WRITERS)
def test_a_wrong_setting_stops_what_writes(archive: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    (archive / "config.toml").write_text('\n\ncontakt = "me"\n')
    before = sorted(archive.parent.rglob("*"))
    assert run(words) == 2
    captured = capsys.readouterr()
    assert captured.err == f"harbincrawl: {archive}/{WRONG}\n"
    assert captured.out == ""
    assert sorted(archive.parent.rglob("*")) == before


@pytest.mark.parametrize("words", READERS)
def test_what_reads_warns_of_a_wrong_setting_and_goes_on(
    archive: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    right = run(words)
    capsys.readouterr()
    (archive / "config.toml").write_text('\n\ncontakt = "me"\n[health]\nsilence_days = 36500\n')
    assert run(words) == right
    assert capsys.readouterr().err.startswith(f"harbincrawl: {archive}/{WRONG}\n")


@pytest.mark.usefixtures("archive")
def test_a_wrong_variable_is_named_as_well(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARBINCRAWL_CONTAKT", "me")
    said = "harbincrawl: unknown environment variable HARBINCRAWL_CONTAKT; did you mean HARBINCRAWL_CONTACT?\n"
    assert run("search metro") == 0
    assert capsys.readouterr().err.startswith(said)
    assert run("rebuild") == 2
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("archive")
def test_a_check_that_is_typed_as_an_option_is_answered_with_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("config --check") == 2
    assert "did you mean harbincrawl config check?" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["--help", "--version", "crawl --help", "watch add --help"])
def test_help_and_version_are_told_whatever_the_settings(
    archive: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    (archive / "config.toml").write_text("[health\n")
    assert run(words) == 0
    captured = capsys.readouterr()
    assert captured.out and captured.err == ""
