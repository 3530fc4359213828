"""Schedules: units that systemd takes, and crontab lines that cron takes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import OptionsError
from harbincrawl.operations.schedule.texts import (
    Schedule,
    cron_text,
    write_unit,
)

COMMAND = ("/opt/harbin/bin/harbincrawl",)
TIMES = ("15min", "20min", "30min", "1h", "4h", "6h", "12h", "1d", "3d", "1w", "2w")


def make(archive: str = "/srv/harbin", every: str = "6h", **more: Any) -> Schedule:
    return Schedule(COMMAND, Path(archive), every, **more)


def test_times_are_read() -> None:
    minutes = [15, 20, 30, 60, 240, 360, 720, 1440, 4320, 10080, 20160]
    assert [make(every=time).minutes for time in TIMES] == minutes


@pytest.mark.parametrize("time", ["", "6", "5min", "45min", "5h", "5w", "-1h", "1.5h", "6 parsecs"])
def test_times_that_are_none_are_refused(time: str) -> None:
    with pytest.raises(OptionsError, match="--every"):
        make(every=time)


def test_the_service_is_one_crawl_that_may_write_to_the_archive_only() -> None:
    text = write_unit(
        "crawl.service",
        make(arguments=("news", "culture/music"), written=(Path("/var/lib/metrics"),), account="harbin"),
    )
    line = "ExecStart=/opt/harbin/bin/harbincrawl --quiet --archive /srv/harbin crawl news culture/music\n"
    for part in (
        line, "Type=oneshot\n", "User=harbin\n", "NoNewPrivileges=yes\n", "ProtectSystem=strict\n",
        "ReadWritePaths=/srv/harbin\n", "ReadWritePaths=/var/lib/metrics\n", "MemoryMax=1G\n",
        "SuccessExitStatus=3 5\n", "PrivateTmp=yes\n",
    ):  # fmt: skip
        assert part in text


def test_odd_names_survive_units_and_crontabs() -> None:
    schedule = make("/srv/a b%c$d\"e'f")
    assert r'''"/srv/a b%%c$$d\"e'f"''' in write_unit("crawl.service", schedule)
    line = cron_text(schedule)
    fields = line.split(" ", 5)
    command = fields[5].replace(r"\%", "%")
    assert shlex.split(command) == [*schedule.words]
    assert line.count("\n") == 1
    with pytest.raises(OptionsError):
        make("/srv/two\nlines")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("user", [False, True])
def test_systemd_takes_the_units_without_a_word(tmp_path: Path, user: bool) -> None:
    command = tmp_path / "harbincrawl"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    paths = []
    for place in ("/srv/harbin", '/srv/a b%c"d'):
        schedule = Schedule((str(command),), Path(place), "6h", user=user, account="root")
        for ending in ("service", "timer"):
            paths.append(tmp_path / f"{schedule.name}.{ending}")
            paths[-1].write_text(write_unit(f"crawl.{ending}", schedule))
    mode = ["--user"] if user else []
    done = subprocess.run(["systemd-analyze", *mode, "verify", *paths], capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "harbincrawl" in line]
    assert said == []


@pytest.mark.parametrize("time", TIMES)
def test_every_crontab_line_has_five_legal_fields(time: str) -> None:
    fields = cron_text(make(every=time)).split(" ")[:5]
    for field, most in zip(fields, (59, 23, 31, 12, 7), strict=True):
        found = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", field)
        assert found is not None
        assert all(int(number) <= most for number in found.groups() if number)
