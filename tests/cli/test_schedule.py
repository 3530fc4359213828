"""The command `schedule`: what it prints where systemd runs, and where it does not."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.operations.schedule import texts
from tests.support.archives import build_archive

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "place" / "archive"


@pytest.fixture
def run(archive: Path, harbincrawl: Run) -> Run:
    """`schedule` with some words: exit code, stdout, stderr."""
    return lambda *words, before=(): harbincrawl(*before, "--archive", archive, "schedule", *words)


def stand_in(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts a program of that name into the PATH, which writes its words to a log; returns the log."""
    log = folder / f"{name}.log"
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$@" >> {log}\n{script}\n')
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service manager of the user's own that runs; returns the log of what it is told."""
    monkeypatch.setattr(texts, "_RUNNING", tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return stand_in(tmp_path, "systemctl", "", monkeypatch)


@pytest.fixture
def cron(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without systemd."""
    monkeypatch.setattr(texts, "_RUNNING", tmp_path / "none")


@pytest.mark.usefixtures("cron")
def test_it_prints_a_crontab_line_where_no_systemd_runs_and_changes_nothing(run: Run, archive: Path) -> None:
    code, line, words = run("--every", "1d", "news, /gallery/", "--user", "--images", "--recheck=all")
    assert code == 0 and "--systemd prints units" in words
    assert not archive.exists()
    assert f"--archive {archive} " in line
    assert line.endswith(" crawl 'news, /gallery/' --images --recheck=all\n")
    assert run("--every", "1d", "--all", "--cron")[1].count("--all") == 1


def test_it_prints_the_units_where_systemd_runs_and_changes_nothing(
    run: Run, archive: Path, systemd: Path, tmp_path: Path
) -> None:
    code, text, _ = run("--user")
    assert code == 0
    assert not (tmp_path / "config").exists() and not systemd.exists() and not archive.exists()
    name = text.partition("/user/")[2].partition(".service")[0]
    folder = tmp_path / "config" / "systemd" / "user"
    assert text.startswith(f"# {folder}/{name}.service\n[Unit]\n")
    assert f"\n\n# {folder}/{name}.timer\n[Unit]\n" in text
    assert f"# {texts.SYSTEM_UNITS}/" in run("--systemd")[1]
    folder.mkdir(parents=True)
    # As the help says.
    awk = ["awk", r"/^# \//{f=substr($0,3)} {print > f}"]
    subprocess.run(awk, input=text, text=True, check=True)
    assert {path.name for path in folder.iterdir()} == {f"{name}.service", f"{name}.timer"}
    assert "OnCalendar=" in (folder / f"{name}.timer").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("--every", "nonsense"),
        ("--every", "7h"),
        ("two\nlines",),
        ("--no-such",),
        ("--recheck", "some"),
        ("nwes",),
        ("--metrics", "x.prom"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_wrong_usage(run: Run, archive: Path, words: tuple[str, ...]) -> None:
    code, out, said = run(*words)
    assert (code, out) == (2, "")
    assert "harbincrawl: " in said
    assert not archive.exists()


@pytest.mark.usefixtures("cron")
def test_without_a_word_it_crawls_what_the_archive_has_walked(run: Run, archive: Path) -> None:
    build_archive(archive, [{}])
    with closing(open_writer(archive)) as connection:
        for number, (path, walk) in enumerate(
            [("gallery", "full"), ("news", "to-floor"), ("culture/art", "full"), ("about", "absent"), ("--all", "full")]
        ):
            connection.execute("INSERT INTO sections(path, floor, total) VALUES (?, ?, 5)", (path, number))
            connection.execute("INSERT INTO walks VALUES (1, ?, ?, 1, 5, 5, 0, NULL)", (path, walk))
    code, line, _ = run("--user")
    assert code == 0
    assert line.split(" crawl ")[1].strip() == "news gallery --section-path culture/art"
    assert run("--user", "--all")[1].split(" crawl ")[1].strip() == "--all"
    assert run("--user", "about")[1].split(" crawl ")[1].strip() == "about"
    assert run("--user", "--full")[1].split(" crawl ")[1].strip() == "--full news gallery --section-path culture/art"
