"""The texts of systemd units and crontab lines."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from harbincrawl.errors import OptionsError
from harbincrawl.sites import Site, default_site

_EVERY = {
    **{f"{minutes}min": minutes for minutes in (15, 20, 30)},
    **{f"{hours}h": 60 * hours for hours in (1, 2, 3, 4, 6, 8, 12)},
    **{f"{days}d": 1440 * days for days in range(1, 7)},
    **{f"{weeks}w": 10080 * weeks for weeks in (1, 2, 4)},
}
"""Minutes between two runs, of what divides an hour, a day or a month evenly: timers and crontabs know no other."""
SYSTEM_UNITS = Path("/etc/systemd/system")
_RUNNING = Path("/run/systemd/system")


@dataclass(frozen=True)
class Schedule:
    """Which command to run, and how often."""

    command: tuple[str, ...]
    """The program with its first arguments: `/opt/venv/bin/harbincrawl`."""
    archive: Path
    """Absolute path."""
    every: str
    """Interval between two runs: `6h`, `30min`, `1d` or `1w`."""
    arguments: tuple[str, ...] = ()
    """What follows `crawl`."""
    written: tuple[Path, ...] = ()
    """Folders beside the archive that a run writes to."""
    user: bool = False
    """True for the systemd of the user, not of the machine."""
    account: str | None = None
    """The user account of a service of the machine."""
    site: Site = field(default_factory=default_site)

    def __post_init__(self) -> None:
        """Raises OptionsError for what cannot be written into units and crontabs."""
        if self.every not in _EVERY:
            raise OptionsError(f"--every {self.every}: expected one of {', '.join(_EVERY)}.")
        for word in self.words:
            if not word.isprintable():
                raise OptionsError(f"{word!r} cannot be written into a unit or a crontab.")

    @property
    def minutes(self) -> int:
        """Between two runs."""
        return _EVERY[self.every]

    @property
    def digest(self) -> str:
        """By which archives are told apart, in hexadecimal digits."""
        return sha256(str(self.archive).encode()).hexdigest()

    @property
    def name(self) -> str:
        """Name of the units, one for each archive: `harbincrawl-1a2b3c4d`."""
        return f"harbincrawl-{self.digest[:8]}"

    @property
    def site_name(self) -> str:
        """Name of the unit of the web site."""
        return f"{self.name}-serve"

    @property
    def words(self) -> tuple[str, ...]:
        """The command line of a run."""
        return (*self.command, "--quiet", "--archive", str(self.archive), "crawl", *self.arguments)


def has_systemd(*, user: bool) -> bool:
    """Whether systemd runs: that of the machine, or with `user` that of the user."""
    if not _RUNNING.is_dir() or shutil.which("systemctl") is None:
        return False
    return not user or "XDG_RUNTIME_DIR" in os.environ


def find_unit_folder(*, user: bool) -> Path:
    """The folder that the units belong into."""
    if not user:
        return SYSTEM_UNITS
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def write_unit(template: str, schedule: Schedule, arguments: Sequence[str] = ()) -> str:
    """A unit by its template: `crawl.service`, `crawl.timer`, or `serve.service` with the `arguments` of `serve`."""
    environment = Environment(
        loader=PackageLoader(__package__ or ""),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - units are no HTML: the filters escape what systemd reads otherwise
    )
    environment.filters |= {
        "words": lambda words: " ".join(map(_quote_systemd, words)),
        "path": lambda path: _quote_systemd(str(path)).replace("$$", "$"),
        "plain": lambda path: str(path).replace("%", "%%"),
    }
    return environment.get_template(template).render(
        schedule=schedule,
        serve_words=(*schedule.command, "--archive", str(schedule.archive), "serve", *arguments),
        calendar=find_times(schedule)[0],
        # What PrivateTmp= would hide the archive in.
        is_temporary=any(map(schedule.archive.is_relative_to, ("/tmp", "/var/tmp"))),  # noqa: S108
    )


def find_times(schedule: Schedule) -> tuple[str, str]:
    """When to run: as OnCalendar of systemd, and as the first five fields of a crontab line.

    Persistent= works only with OnCalendar. The minute, from 1 to 59, depends on the path of the archive, so that not
    all machines crawl at the full hour.
    """
    minutes, minute = schedule.minutes, 1 + int(schedule.digest, 16) % 59
    hours, days = minutes // 60, minutes // 1440
    if not hours:
        return f"*-*-* *:{minute % minutes:02d}/{minutes}", f"{minute % minutes}-59/{minutes} * * * *"
    if not days:
        return (
            f"*-*-* {'*' if hours == 1 else f'00/{hours}'}:{minute:02d}",
            f"{minute} {'*' if hours == 1 else f'*/{hours}'} * * *",
        )
    if days == 7:
        return f"Mon *-*-* 04:{minute:02d}", f"{minute} 4 * * 1"
    return (
        f"*-*-{'*' if days == 1 else f'1/{days}'} 04:{minute:02d}",
        f"{minute} 4 {'*' if days == 1 else f'*/{days}'} * *",
    )


def cron_text(schedule: Schedule) -> str:
    """The crontab line. It needs no lock: a second crawl of an archive ends at once with exit code 5."""
    # cron reads a percent sign as a line break.
    line = shlex.join(schedule.words).replace("%", r"\%")
    return f"{find_times(schedule)[1]} {line}\n"


def _quote_systemd(word: str) -> str:
    """A word of ExecStart=, with `%` and `$` escaped, in quotes if necessary."""
    escaped = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./-]+", escaped, re.ASCII):
        return escaped
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'
