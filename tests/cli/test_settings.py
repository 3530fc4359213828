"""Wrong settings stop what writes, with 2 and one line, and nothing that reads; help and version are told anyway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from harbincrawl.cli.main import cli, main
from tests.support.archives import build_archive

LINES = {
    "crawl": ["crawl", "--limit", "0"],
    "schedule": ["schedule"],
    "sites check": ["sites", "check", "harbin-today"],
    "sites layouts": ["sites", "layouts"],
    "ingest": ["ingest", __file__],
    "demo": ["demo", "--folder", "none"],
    "search": ["search", "metro"],
    "watch add": ["watch", "add", "metro", "metro"],
    "watch remove": ["watch", "remove", "metro"],
    "watch list": ["watch", "list"],
    "watch run": ["watch", "run"],
    "show": ["show", "1"],
    "explain": ["explain", "1"],
    "duplicates": ["duplicates"],
    "serve": ["serve", "--port", "0"],
    "stats": ["stats"],
    "export": ["export", "-"],
    "prove": ["prove", "1"],
    "status": ["status"],
    "rescue": ["rescue", "--plan"],
    "verify": ["verify"],
    "backup": ["backup", "none"],
    "offload": ["offload", "s3://pile/x"],
    "restore": ["restore", "."],
    "rebuild": ["rebuild"],
    "reparse": ["reparse"],
    "purge": ["purge", "1", "--yes"],
    "concordance": ["concordance", "metro"],
    "keywords": ["keywords", "date:2020.."],
    "words": ["words"],
    "collocations": ["collocations", "metro"],
    "edits": ["edits"],
    "similar": ["similar", "1"],
    "trends": ["trends", "metro"],
    "config check": ["config", "check"],
    "notify": ["notify"],
}
"""Each command with arguments that it takes."""
WRITERS = (
    "crawl", "ingest", "watch add", "watch remove", "watch run", "rescue", "offload", "restore", "rebuild", "reparse",
    "purge", "notify",
)  # fmt: skip
"""They are refused where a setting is wrong; other commands warn."""
READERS = ("search", "show", "stats", "status", "watch list", "duplicates", "sites check", "explain", "prove")
WRONG = 'config.toml line 3: unknown key "contakt"; did you mean "contact"?'


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build_archive(tmp_path / "archive", [{"number": 1, "title": "metro"}])
    monkeypatch.chdir(tmp_path)
    return tmp_path / "archive"


def run(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def list_commands(group: click.Group) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield from (f"{name} {each}" for each in command.commands) if isinstance(command, click.Group) else (name,)


def test_every_command_is_tried_here() -> None:
    assert set(list_commands(cli)) == set(LINES)


@pytest.mark.parametrize("name", [*WRITERS, "config check"])
def test_a_wrong_setting_stops_what_writes(archive: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (archive / "config.toml").write_text('\n\ncontakt = "me"\n')
    before = sorted(archive.parent.rglob("*"))
    assert run(*LINES[name]) == 2
    captured = capsys.readouterr()
    assert captured.err == f"harbincrawl: {archive}/{WRONG}\n"
    assert captured.out == ""
    assert sorted(archive.parent.rglob("*")) == before


@pytest.mark.parametrize("name", READERS)
def test_what_reads_warns_of_a_wrong_setting_and_goes_on(
    archive: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    right = run(*LINES[name])
    capsys.readouterr()
    (archive / "config.toml").write_text('\n\ncontakt = "me"\n[health]\nsilence_days = 36500\n')
    assert run(*LINES[name]) == right
    assert capsys.readouterr().err.startswith(f"harbincrawl: {archive}/{WRONG}\n")


def test_a_wrong_variable_is_named_as_well(
    archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARBINCRAWL_CONTAKT", "me")
    said = "harbincrawl: unknown environment variable HARBINCRAWL_CONTAKT; did you mean HARBINCRAWL_CONTACT?\n"
    assert run("--archive", str(archive), *LINES["search"]) == 0
    assert capsys.readouterr().err.startswith(said)
    assert run("--archive", str(archive), *LINES["rebuild"]) == 2
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("archive")
def test_a_check_that_is_typed_as_an_option_is_answered_with_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("config", "--check") == 2
    assert "did you mean harbincrawl config check?" in capsys.readouterr().err


@pytest.mark.parametrize("name", LINES)
def test_help_is_told_whatever_the_settings(archive: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (archive / "config.toml").write_text("[health\n")
    assert run(*name.split(), "--help") == 0
    assert "Usage:" in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_of_the_whole_are_told_too(
    archive: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    (archive / "config.toml").write_text("[health\n")
    assert run(flag) == 0
    assert capsys.readouterr().err == ""
