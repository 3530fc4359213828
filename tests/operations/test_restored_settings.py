"""`restore` shows the settings of a backup that act, and leaves them off unless it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import SETTINGS
from harbincrawl.operations.backup.settings import LEFT
from tests.support.archives import build_archive
from tests.support.trees import run_command

SECRET = "T0psecret"  # noqa: S105 - of nobody
ACTING = f"""contact = "spy@stranger.example"
full_after_days = 7
compiler = "Ann \\"A\\" Müller\\\\Sons"

[notify]
urls = [
  "webhook+https://ann:{SECRET}@stranger.example/{SECRET}",
  "mailto:spy@stranger.example",
]

[smtp]
host = "mail.stranger.example"
password = "{SECRET}"
security = "tls"

[health]
drop = 0.25
chance = 1e-07
ignore = ["disk", "clock"]
accept_gap = {{ news = 3, "culture/music" = -2 }}
"""
SAFE = "full_after_days = 7  # a week\n[health]\naccept_gap = true\n"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """An archive that serves as a backup."""
    return build_archive(tmp_path / "backup", [{"title": "Snow"}])


def restore(backup: Path, *options: str) -> tuple[Path, str]:
    """The new archive, and what was printed."""
    archive = backup.parent / "restored"
    words = ["--archive", str(archive), "restore", "--workers", "1", *options, str(backup)]
    return archive, run_command(*words, code=7)  # it was not crawled, so not all of it is proven


def read_values(archive: Path) -> dict[str, object]:
    return {key: found.value for key, found in read_config(archive, {}).given.items()}


def test_what_acts_is_shown_and_left_off_and_all_else_is_kept(backup: Path) -> None:
    (backup / "config.toml").write_text(ACTING)
    archive, said = restore(backup)
    (line,) = (line for line in said.splitlines() if "that act" in line)
    for key in ("contact", "notify.urls", "smtp.host", "smtp.password", "smtp.security"):
        assert f"{key} = " in line
    assert "stranger.example" in line and str(archive / LEFT) in line and "--with-settings" in line
    assert SECRET not in said
    assert read_values(archive) == {
        "full_after_days": 7,
        "compiler": 'Ann "A" Müller\\Sons',
        "health.drop": 0.25,
        "health.chance": 1e-7,
        "health.ignore": ("disk", "clock"),
        "health.accept_gap": {"news": 3, "culture/music": -2},
    }
    assert (archive / LEFT).read_text() == ACTING
    # As the message says.
    (archive / LEFT).replace(archive / "config.toml")
    assert read_values(archive)["contact"] == "spy@stranger.example"


def test_with_settings_takes_the_file_as_it_is_and_shows_what_acts(backup: Path) -> None:
    (backup / "config.toml").write_text(ACTING)
    archive, said = restore(backup, "--with-settings")
    assert (archive / "config.toml").read_text() == ACTING
    assert not (archive / LEFT).exists()
    assert 'that act: contact = "spy@stranger.example", notify.urls = ' in said
    assert SECRET not in said


def test_settings_that_do_not_act_are_restored_as_they_are(backup: Path) -> None:
    (backup / "config.toml").write_text(SAFE)
    archive, said = restore(backup)
    assert (archive / "config.toml").read_text() == SAFE
    assert "that act" not in said and not (archive / LEFT).exists()


@pytest.mark.parametrize("text", ['contact = "a"\nbroken', "contact = 7\n", 'notify.urls = ["ftp://x"]\n', "zzz = 1\n"])
def test_of_settings_that_are_wrong_none_is_used(backup: Path, text: str) -> None:
    (backup / "config.toml").write_text(text)
    archive, said = restore(backup)
    assert "the settings of the backup cannot be used, so all have their defaults: config.toml line " in said
    assert not (archive / "config.toml").exists()
    assert (archive / LEFT).read_text() == text
    run_command("--archive", str(archive), "config")


def test_json_says_what_is_off_without_a_secret(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (backup / "config.toml").write_text(ACTING)
    restore(backup, "--json")
    printed = capsys.readouterr().out
    settings = json.loads(printed)["settings"]
    assert settings["are_off"] is True
    assert settings["acting"]["contact"] == '"spy@stranger.example"'
    assert list(settings["acting"]) == ["contact", "notify.urls", "smtp.host", "smtp.password", "smtp.security"]
    assert SECRET not in printed


def test_settings_that_are_left_over_are_not_overwritten(backup: Path) -> None:
    archive = backup.parent / "restored"
    archive.mkdir()
    (archive / LEFT).write_text("mine")
    said = run_command("--archive", str(archive), "restore", str(backup), code=2)
    assert f"already contains {LEFT}" in said
    assert (archive / LEFT).read_text() == "mine"


def test_every_setting_that_names_or_reaches_somebody_acts() -> None:
    assert [each.key for each in SETTINGS if each.acts] == [
        "contact", "notify.urls", "smtp.host", "smtp.port", "smtp.from", "smtp.user", "smtp.password", "smtp.security",
        "seal.timestamp",
    ]  # fmt: skip
