"""The command `schedule`: what it prints, puts in place and takes away, with a systemd and a cron of our own."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.cli.commands import schedule
from harbincrawl.operations.schedule import install
from tests.support.archives import build_archive
from tests.support.stand_ins import stand_in, stand_in_crontab

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "place" / "archive"


@pytest.fixture
def run(archive: Path, harbincrawl: Run) -> Run:
    """`schedule` with some words: exit code, stdout, stderr."""
    return lambda *words, before=(): harbincrawl(*before, "--archive", archive, "schedule", *words)


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service manager of the user's own that runs; returns the log of what it is told."""
    monkeypatch.setattr(install, "_RUNNING", tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return stand_in(tmp_path, "systemctl", "", monkeypatch)


@pytest.fixture
def crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cron on a machine without systemd; returns the file of its table."""
    monkeypatch.setattr(install, "_RUNNING", tmp_path / "none")
    return stand_in_crontab(tmp_path, monkeypatch)


def units(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "config" / "systemd" / "user").iterdir())


def test_print_shows_what_install_puts_into_the_crontab(run: Run, archive: Path, crontab: Path) -> None:
    code, line, words = run("print", "--every", "1d", "--sections", "news, /gallery/", "--user")
    assert (code, words) == (0, "")
    assert not crontab.exists() and not archive.exists()
    assert f"--archive {archive} " in line
    assert "crawl news gallery" in line
    run("install", "--every", "1d", "--sections", "news, /gallery/", "--user")
    assert crontab.read_text() == line
    assert run("print", "--every", "1d", "--all", "--cron")[1].count("--all") == 1
    assert run("print", "--every", "7h")[2] == "7h is no even part of a day or a week: every 6 hours\n"
    assert run("print", "--every", "7h", before=("-q",))[2] == ""


def test_print_shows_the_units_where_systemd_runs(run: Run, archive: Path, systemd: Path, tmp_path: Path) -> None:
    code, text, _ = run("print", "--user")
    assert code == 0
    assert not (tmp_path / "config").exists() and not systemd.exists() and not archive.exists()
    run("install", "--user")
    service, timer = units(tmp_path)
    assert text == f"# {service}\n{service.read_text()}\n# {timer}\n{timer.read_text()}"
    assert f"# {install.SYSTEM_UNITS}/" in run("print", "--systemd")[1]


def test_units_are_installed_replaced_and_removed(run: Run, archive: Path, systemd: Path, tmp_path: Path) -> None:
    code, words, said = run("install", "--every", "2h", "--user")
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith(f"nobody is told when a crawl goes wrong: set notify.urls in {archive}/config.toml")
    (archive / "config.toml").write_text('[notify]\nurls = ["https://switch.example.org/1"]\n')
    assert run("install", "--every", "2h", "--user") == (0, words, "")
    assert archive.is_dir(), "a unit may only be given what exists"
    service, timer = units(tmp_path)
    assert words == f"{archive} (news) is crawled every 2 hours: {service} and {timer}\n"
    before = timer.read_text()
    assert run("install", "--every", "1d", "--user", before=("-q",)) == (0, "", "")
    assert units(tmp_path) == [service, timer]
    assert timer.read_text() != before
    assert systemd.read_text().splitlines() == ["--user daemon-reload", f"--user enable --now {timer.name}"] * 3
    assert run("remove", "--user") == (0, f"removed: {timer}, {service}\n", "")
    assert units(tmp_path) == []
    assert run("remove", "--user") == (9, "", f"{archive} has no schedule\n")


@pytest.mark.usefixtures("systemd")
def test_the_arguments_of_serve_may_begin_with_dashes(run: Run, tmp_path: Path) -> None:
    code, words, _ = run("print", "--serve=--port 8400 --base-path /news")
    assert code == 0
    assert "serve --port 8400 --base-path /news" in words
    assert run("print", "--serve=--no-such")[0] == 2
    assert run("install", "--serve=--port 8400", "--user")[0] == 0
    assert "--port 8400" in next(path for path in units(tmp_path) if "serve" in path.read_text()).read_text()


def test_a_crontab_line_is_installed_replaced_and_removed(run: Run, archive: Path, crontab: Path) -> None:
    assert run("install")[:2] == (0, f"{archive} (news) is crawled every 6 hours: the crontab\n")
    run("install", "--every", "12h")
    assert len(crontab.read_text().splitlines()) == 1
    assert run("remove") == (0, "removed: its line of the crontab\n", "")
    assert crontab.read_text() == ""
    assert run("remove", before=("-q",)) == (9, "", "")


@pytest.mark.parametrize("words", [("--every", "nonsense"), ("--every", "1min"), ("--sections", "two\nlines")])
def test_a_schedule_that_makes_no_sense_is_wrong_usage(
    run: Run, archive: Path, crontab: Path, words: tuple[str, ...]
) -> None:
    code, out, said = run("install", *words)
    assert (code, out) == (2, "")
    assert said.startswith("harbincrawl: ")
    assert not crontab.exists() and not archive.exists()


def test_an_archive_that_cannot_be_made_is_named(run: Run, archive: Path, crontab: Path) -> None:
    archive.parent.touch()
    code, _, words = run("install")
    assert code == 7
    assert str(archive) in words
    assert not crontab.exists()


def test_a_timer_calls_the_command_by_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert schedule.find_command() == (sys.executable, "-m", "harbincrawl")
    for folder in ("path", "bin"):
        command = tmp_path / folder / "harbincrawl"
        command.parent.mkdir()
        command.touch(0o755)
        assert schedule.find_command() == (str(command),)


def test_the_account_is_that_of_the_archives_owner(tmp_path: Path) -> None:
    assert schedule.find_account(tmp_path) == tmp_path.owner()
    assert schedule.find_account(tmp_path / "none") == getpass.getuser()


@pytest.mark.usefixtures("crontab")
def test_without_a_word_it_crawls_what_the_archive_has_walked(run: Run, archive: Path) -> None:
    build_archive(archive, [{}])
    with closing(open_writer(archive)) as connection:
        for number, (path, walk) in enumerate(
            [("gallery", "full"), ("news", "to-floor"), ("culture/art", "full"), ("about", "absent"), ("--all", "full")]
        ):
            connection.execute("INSERT INTO sections(path, floor, total) VALUES (?, ?, 5)", (path, number))
            connection.execute("INSERT INTO walks VALUES (1, ?, ?, 1, 5, 5, 0, NULL)", (path, walk))
    code, line, _ = run("print", "--user")
    assert code == 0
    assert line.split(" crawl ")[1].split(" #")[0] == "news gallery --section-path culture/art"
    code, words, _ = run("install")
    assert words == f"{archive} (news, gallery, culture/art) is crawled every 6 hours: the crontab\n"
    assert run("print", "--user", "--all")[1].split(" crawl ")[1].split(" #")[0] == "--all"
    assert run("print", "--user", "--sections", "about")[1].split(" crawl ")[1].split(" #")[0] == "about"


@pytest.mark.usefixtures("crontab")
def test_a_schedule_of_an_archive_that_cannot_be_read_is_refused_in_a_line_and_removed_all_the_same(
    run: Run, archive: Path
) -> None:
    archive.mkdir(parents=True)
    assert run("install")[0] == 0
    (archive / FILE).write_bytes(b"no database at all, but long enough to look at" * 100)
    code, out, words = run("install")
    assert (code, out, len(words.splitlines())) == (7, "", 1)
    assert run("remove")[0] == 0


def test_a_schedule_of_a_mirrors_archive_crawls_the_mirror(run: Run, archive: Path, crontab: Path) -> None:
    build_archive(archive, [{"number": 1}])
    with closing(open_writer(archive)) as connection:
        assert "--site-url" not in run("print")[1]
        connection.execute("UPDATE facts SET value = 'http://mirror.example.org' WHERE name = 'site_url'")
    for words in ([], ["--all"], ["--sections", "gallery"]):
        assert " --site-url http://mirror.example.org " in run("print", *words)[1]
    assert not crontab.exists()
