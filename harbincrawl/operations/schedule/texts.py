"""The texts of systemd units and crontab lines."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from harbincrawl.errors import ScheduleError
from harbincrawl.sites import Site, default_site
from harbincrawl.text import count_text

_EVERY = re.compile(r"(\d{1,4})\s*(min|m|h|d|w)", re.ASCII)
_MINUTES = {"min": 1, "m": 1, "h": 60, "d": 1440, "w": 10080}
_HOURS, _DAYS = (1, 2, 3, 4, 6, 8, 12), (1, 2, 3, 4, 5, 6, 7, 14, 28)
_EVEN: tuple[int, ...] = (15, 20, 30, *(60 * hours for hours in _HOURS), *(1440 * days for days in _DAYS))
_LEAST, _MOST = _EVEN[0], _EVEN[-1]
"""Minutes: the shortest and the longest interval."""
MARK = "# harbincrawl"
"""The comment at the end of our crontab lines; the name of the schedule follows it."""


@dataclass(frozen=True)
class Schedule:
    """Which command to run, and how often."""

    command: tuple[str, ...]
    """The program with its first arguments: `/opt/venv/bin/harbincrawl`."""
    archive: Path
    """Absolute path."""
    minutes: int
    """Interval between two runs."""
    sections: tuple[str, ...] = ()
    section_paths: tuple[str, ...] = ()
    """Sections that the site has, and its table here does not."""
    all_sections: bool = False
    user: bool = False
    """True for the systemd of the user, not of the machine."""
    account: str | None = None
    """The user account of a service of the machine."""
    site: Site = field(default_factory=default_site)

    @property
    def name(self) -> str:
        """Name of the units, one for each archive: `harbincrawl-1a2b3c4d`."""
        return f"harbincrawl-{sha256(str(self.archive).encode()).hexdigest()[:8]}"

    @property
    def site_name(self) -> str:
        """Name of the unit of the web site."""
        return f"{self.name}-serve"

    def name_sections(self) -> str:
        """What is crawled, for people."""
        named = (*self.sections, *self.section_paths) or self.site.default_sections
        return "all sections" if self.all_sections else ", ".join(named)

    @property
    def words(self) -> tuple[str, ...]:
        """The command line of a run."""
        others = tuple(word for path in self.section_paths for word in ("--section-path", path))
        chosen = ("--all",) if self.all_sections else (*self.sections, *others)
        return (*self.command, "--quiet", "--archive", str(self.archive), "crawl", *chosen)


def read_every(text: str) -> int:
    """Minutes of `6h`, `30min`, `1d` or `1w`, shortened to an interval that divides an hour, a day or a month evenly.

    Timers and crontabs use calendar times, not intervals. Raises ScheduleError.
    """
    minutes = _read_minutes(text)
    if not _LEAST <= minutes <= _MOST:
        raise ScheduleError(f"--every {text}: expected 15min to 4w, such as 6h or 1d.")
    return max(each for each in _EVEN if each <= minutes)


def is_even(text: str) -> bool:
    """Whether `read_every` leaves the interval as it is."""
    return _read_minutes(text) in _EVEN


def _read_minutes(text: str) -> int:
    """0 for what is no interval."""
    match = _EVERY.fullmatch(text.strip().lower())
    return int(match[1]) * _MINUTES[match[2]] if match else 0


def service_text(schedule: Schedule) -> str:
    """The service unit: one crawl, which may write only to the archive."""
    line = " ".join(_quote_systemd(word) for word in schedule.words)
    archive = _escape_path(schedule.archive)
    account = f"User={schedule.account}\n" if schedule.account and not schedule.user else ""
    return f"""[Unit]
Description=Crawl of {schedule.site.title} into {_plain(schedule.archive)}
Documentation={schedule.site.home}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{account}ExecStart={line}
# 3: done, but something is amiss: status, notices and metrics tell what. 5: another command holds the archive.
SuccessExitStatus=3 5
TimeoutStartSec=infinity
TimeoutStopSec=120
KillSignal=SIGINT
Nice=10
IOSchedulingClass=idle
MemoryMax=1G
TasksMax=64

NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={archive}
{_hardening(schedule)}"""


def site_text(schedule: Schedule, arguments: Sequence[str]) -> str:
    """The unit of the web site: `serve` with `arguments`, started with the machine and again where it failed."""
    words = (*schedule.command, "--archive", str(schedule.archive), "serve", *arguments)
    line = " ".join(_quote_systemd(word) for word in words)
    account = f"User={schedule.account}\n" if schedule.account and not schedule.user else ""
    return f"""[Unit]
Description=Web site of the archive of {schedule.site.title} in {_plain(schedule.archive)}
After=network.target

[Service]
{account}ExecStart={line}
Restart=on-failure
RestartSec=5
MemoryMax=512M
TasksMax=64

NoNewPrivileges=yes
ProtectSystem=strict
# Readers of a database that is being written share a file beside it.
ReadWritePaths={_escape_path(schedule.archive)}
{_hardening(schedule)}
[Install]
WantedBy={"default" if schedule.user else "multi-user"}.target
"""


def _hardening(schedule: Schedule) -> str:
    """The sandboxing options; the systemd of a user has no rights for most of them."""
    always = "LockPersonality=yes\nRestrictRealtime=yes\nRestrictSUIDSGID=yes\nUMask=0022\n"
    if schedule.user:
        return always
    hidden = Path("/tmp"), Path("/var/tmp")  # noqa: S108 - what PrivateTmp= would hide the archive in
    private = "" if any(schedule.archive.is_relative_to(each) for each in hidden) else "PrivateTmp=yes\n"
    return (
        always
        + private
        + """PrivateDevices=yes
ProtectHome=read-only
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
    )


def timer_text(schedule: Schedule) -> str:
    """The timer unit: it runs a missed crawl after the machine was off, and starts archives at different times."""
    return f"""[Unit]
Description=Crawl {schedule.site.title} every {every_text(schedule.minutes)} into {_plain(schedule.archive)}

[Timer]
OnCalendar={calendar_text(schedule)}
Persistent=true
RandomizedDelaySec={min(900, schedule.minutes * 6)}
AccuracySec=60

[Install]
WantedBy=timers.target
"""


def calendar_text(schedule: Schedule) -> str:
    """When to run, as OnCalendar of systemd.

    Persistent= works only with OnCalendar. The minute depends on the archive, so that not all machines crawl at the
    full hour.
    """
    minutes, minute = schedule.minutes, own_minute(schedule)
    if minutes < 60:
        return f"*-*-* *:{minute % minutes:02d}/{minutes}"
    if minutes < 1440:
        hours = "*" if minutes == 60 else f"00/{minutes // 60}"
        return f"*-*-* {hours}:{minute:02d}"
    if minutes == 10080:
        return f"Mon *-*-* 04:{minute:02d}"
    days = "*" if minutes == 1440 else f"1/{minutes // 1440}"
    return f"*-*-{days} 04:{minute:02d}"


def cron_text(schedule: Schedule) -> str:
    """The crontab line. It needs no lock: a second crawl of an archive ends at once with exit code 5."""
    minutes, minute = schedule.minutes, own_minute(schedule)
    if minutes < 60:
        when = f"{minute % minutes}-59/{minutes} * * * *"
    elif minutes < 1440:
        when = f"{minute} {'*' if minutes == 60 else f'*/{minutes // 60}'} * * *"
    elif minutes == 10080:
        when = f"{minute} 4 * * 1"
    else:
        when = f"{minute} 4 {'*' if minutes == 1440 else f'*/{minutes // 1440}'} * *"
    # cron reads a percent sign as a line break.
    line = shlex.join(schedule.words).replace("%", r"\%")
    return f"{when} {line} {MARK} {schedule.name}\n"


def own_minute(schedule: Schedule) -> int:
    """A minute from 1 to 59 that depends on the path of the archive."""
    return 1 + int(sha256(str(schedule.archive).encode()).hexdigest(), 16) % 59


def every_text(minutes: int) -> str:
    """`6 hours` for 360, `90 minutes` for 90, `day` for 1440."""
    for size, name in ((10080, "week"), (1440, "day"), (60, "hour")):
        if minutes % size == 0:
            count = minutes // size
            return count_text(count, name) if count > 1 else name
    return f"{minutes} minutes"


def with_cron_line(crontab: str, schedule: Schedule) -> str:
    """`crontab` with our line for this archive, once."""
    before = without_cron_line(crontab, schedule)
    return before + ("" if not before or before.endswith("\n") else "\n") + cron_text(schedule)


def without_cron_line(crontab: str, schedule: Schedule) -> str:
    """`crontab` without our line for this archive; other lines do not change."""
    end = f"{MARK} {schedule.name}"
    return "".join(line for line in crontab.splitlines(keepends=True) if not line.rstrip().endswith(end))


def _quote_systemd(word: str) -> str:
    """A word of ExecStart=, with `%` and `$` escaped, in quotes if necessary."""
    escaped = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./-]+", escaped, re.ASCII):
        return escaped
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escape_path(path: Path) -> str:
    return _quote_systemd(str(path)).replace("$$", "$")


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")


def check_schedule(schedule: Schedule) -> Schedule:
    """`schedule` if it can be written into units and crontabs. Raises ScheduleError."""
    for word in schedule.words:
        if not word.isprintable():
            raise ScheduleError(f"{word!r} cannot be written into a unit or a crontab.")
    return schedule
