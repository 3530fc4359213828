"""Installing and removing a schedule: systemd units, or a crontab line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from harbincrawl.disk import check_full
from harbincrawl.errors import ScheduleError
from harbincrawl.files import write_whole

from .texts import Schedule, with_cron_line, without_cron_line, write_unit

SYSTEM_UNITS = Path("/etc/systemd/system")
_RUNNING = Path("/run/systemd/system")


def has_systemd(*, user: bool) -> bool:
    """Whether systemd runs: that of the machine, or with `user` that of the user."""
    if not _RUNNING.is_dir() or shutil.which("systemctl") is None:
        return False
    return not user or "XDG_RUNTIME_DIR" in os.environ


def unit_folder(*, user: bool) -> Path:
    """The folder for the units."""
    if not user:
        return SYSTEM_UNITS
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def install_units(schedule: Schedule, folder: Path) -> list[Path]:
    """Writes service and timer, and starts the timer. Raises ScheduleError."""
    paths = _write_units(
        folder, {f"{schedule.name}.{kind}": write_unit(f"crawl.{kind}", schedule) for kind in ("service", "timer")}
    )
    _control(schedule, "daemon-reload")
    _control(schedule, "enable", "--now", paths[1].name)
    return paths


def install_site(schedule: Schedule, folder: Path, arguments: Sequence[str]) -> Path:
    """Writes the unit of the web site, and starts it anew. Raises ScheduleError."""
    text = write_unit("serve.service", schedule, arguments)
    (path,) = _write_units(folder, {f"{schedule.site_name}.service": text})
    _control(schedule, "daemon-reload")
    _control(schedule, "enable", path.name)
    _control(schedule, "restart", path.name)
    return path


def _write_units(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    paths = [folder / name for name in texts]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, texts.values(), strict=True):
            write_whole(path, text.encode())
    except OSError as error:
        check_full(error, folder)
        raise ScheduleError(
            f"{folder} cannot be written ({error.strerror}): run as root, or use --user for your own schedule."
        ) from error
    return paths


def remove_units(schedule: Schedule, folder: Path) -> list[Path]:
    """Removes service, timer and web site; returns the deleted files. Raises ScheduleError."""
    started = [folder / f"{schedule.name}.timer", folder / f"{schedule.site_name}.service"]
    existing = [path for path in (*started, folder / f"{schedule.name}.service") if path.exists()]
    if not existing:
        return []
    for path in started:
        if path in existing:
            _control(schedule, "disable", "--now", path.name)
    try:
        for path in existing:
            path.unlink()
    except OSError as error:
        raise ScheduleError(
            f"{folder} cannot be written ({error.strerror}): run as the user who installed it."
        ) from error
    _control(schedule, "daemon-reload")
    return existing


def _control(schedule: Schedule, *words: str) -> None:
    _run(("systemctl", *(("--user",) if schedule.user else ()), *words))


def install_cron(schedule: Schedule) -> None:
    """Adds our line to the user's crontab. Raises ScheduleError."""
    _write_crontab(with_cron_line(_read_crontab(), schedule))


def remove_cron(schedule: Schedule) -> bool:
    """Removes our line from the user's crontab; False if there was none. Raises ScheduleError."""
    if shutil.which("crontab") is None:
        return False
    before = _read_crontab()
    after = without_cron_line(before, schedule)
    if after == before:
        return False
    _write_crontab(after)
    return True


def _read_crontab() -> str:
    if shutil.which("crontab") is None:
        raise ScheduleError(
            "neither systemd nor cron runs on this machine: `schedule print` shows what to install elsewhere."
        )
    done = subprocess.run(("crontab", "-l"), capture_output=True, text=True, check=False)  # noqa: S607 - from the PATH
    if done.returncode and "no crontab" not in done.stderr:
        raise ScheduleError(f"the crontab cannot be read: {done.stderr.strip()}")
    return done.stdout if not done.returncode else ""


def _write_crontab(text: str) -> None:
    _run(("crontab", "-"), text)


def _run(words: Sequence[str], text: str | None = None) -> None:
    try:
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise ScheduleError(f"{words[0]} cannot be run: {error.strerror}.") from error
    if done.returncode:
        raise ScheduleError(f"`{' '.join(words)}` failed: {done.stderr.strip()}")
