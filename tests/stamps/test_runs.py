"""Runs are stamped, and whatever an authority does, they end as they have; what is stored outlives all that follows."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from harbincrawl import posting
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.runs.seals import StoredStamp, find_stamp, list_stamps
from harbincrawl.cli.main import main
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import list_files
from tests.support.authority import (
    Authority,
    Manner,
    judge,
    needs_openssl,
    time_stamp_authority,
    write_settings,
)
from tests.support.crawling import ask, crawl, launch, start_crawl
from tests.support.families import sample
from tests.support.forge import wait_for
from tests.support.twin import make_twin, serve

pytestmark = needs_openssl


def run(archive: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """(exit code, stderr) of a command on an archive."""
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), *words])
    return int(ended.value.code or 0), capsys.readouterr().err


def seal_again(archive: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Makes another run, which has to end with 0; the lines of its stderr."""
    code, said = run(archive, capsys, "reparse", "--apply", "--workers", "1")
    assert code == 0, said
    return said.splitlines()


def read_stamps(archive: Path) -> list[StoredStamp]:
    with closing(open_reader(archive)) as connection:
        return list(list_stamps(connection))


def check(archive: Path, server: Authority, capsys: pytest.CaptureFixture[str]) -> str:
    """What `verify` prints of a whole archive whose stamps are all proven, as openssl has it, too."""
    with pytest.raises(SystemExit) as ended:
        main(["--archive", str(archive), "verify", "--workers", "1", "--tsa-certificates", str(server.root)])
    printed, said = capsys.readouterr()
    assert (ended.value.code or 0) == 0, printed + said
    assert "unproven: timestamps" not in said
    for stamp in read_stamps(archive):
        assert judge(stamp.token, stamp.seal, server.root, archive.parent, datetime.fromisoformat(stamp.at))
    return printed + said


def test_the_seal_of_each_run_is_stamped(
    archive: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seal_again(archive, capsys) == []
    seals = ask(archive, "SELECT run, seal FROM runs ORDER BY run")
    stamps = read_stamps(archive)
    assert [(each.run, each.seal) for each in stamps] == seals
    assert {each.authority for each in stamps} == {authority.address}
    assert len(authority.asked) == 1
    said = check(archive, authority, capsys)
    assert f"seal of run 3 existed at {stamps[2].at[:10]} {stamps[2].at[11:19]} UTC, says Test Stamps (http://" in said
    assert "timestamps 3" in said


def list_log(archive: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, values) of the events of the log."""
    for path in list_files(archive / "warc").values():
        for each in list_records(path):
            if isinstance(each, RecordSummary) and each.event is not None:
                yield each.ordinal, json.loads(each.text or "")


def list_seals(archive: Path) -> list[dict[str, Any]]:
    return [values for _, values in list_log(archive) if values["event"] == "seal"]


def list_told_stamps(archive: Path) -> list[tuple[int, list[Any]]]:
    """(number of the event, row) of the stamps that the log tells."""
    return [(at, row) for at, values in list_log(archive) for row in values.get("rows", {}).get("timestamps", ())]


def test_a_seal_covers_the_stamp_of_the_one_before(archive: Path) -> None:
    """The stamp is in the log, behind its seal and before the next."""
    place = "SELECT ordinal FROM log WHERE name = '{}'"
    assert ask(archive, place.format("sealed"))[0][0] < ask(archive, place.format("position"))[0][0]
    covered = {values["run"]: values["last"] for values in list_seals(archive)}
    told = {stamp[0]: ordinal for ordinal, stamp in list_told_stamps(archive)}
    assert sorted(told) == [1, 2]
    sealed = {values["run"]: values["first"] for values in list_seals(archive)}
    assert covered[1] < sealed[2] <= told[1] <= covered[2] < told[2]


FAULTS: list[tuple[Manner, str]] = [
    ("garbage", "its answer is no stamp of it: "),
    ("rejected", "its answer is no stamp of it: no time stamp was granted"),
    ("other seal", "its answer is no stamp of it: it is of something else than this seal"),
    ("other nonce", "its answer is no stamp of it: it answers another request (nonce)"),
    ("broken signature", "its answer is no stamp of it: its signature is broken"),
    ("cut", "its answer is no stamp of it: it cannot be read"),
    ("empty", "its answer is no stamp of it: "),
    ("endless", "its answer has more than 65,536 bytes"),
    ("redirect", "HTTP 302, a redirect"),
    ("error", "HTTP 503"),
    ("hang", "no whole answer in time"),
    ("drip", "no whole answer in time"),
    ("drip head", "no whole answer in time"),
]


@pytest.mark.parametrize(("manner", "reason"), sample(FAULTS))
def test_an_authority_that_fails_fails_no_run(
    archive: Path,
    authority: Authority,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    manner: Manner,
    reason: str,
) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 1.0)
    authority.manner = manner
    (note,) = seal_again(archive, capsys)
    assert note.startswith(f"harbincrawl: {authority.address} has not stamped the seal of run 3 ({reason}")
    assert note.endswith("); the next run's stamp covers it, too")
    assert len(authority.asked) == 1
    assert [each.run for each in read_stamps(archive)] == [1, 2]
    authority.manner = "honest"
    seal_again(archive, capsys)
    with closing(open_reader(archive)) as connection:
        covering = find_stamp(connection, 3)
    assert covering is not None
    assert covering.run == 4
    check(archive, authority, capsys)


@pytest.mark.attack
@pytest.mark.parametrize("manner", ["hang", "drip", "drip head"])
def test_no_run_waits_longer_than_ten_seconds(
    archive: Path, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str], manner: Manner
) -> None:
    authority.manner = manner
    with time_stamp_authority(tmp_path / "one") as one, time_stamp_authority(tmp_path / "two") as two:
        one.manner = "hang"
        write_settings(archive, one.address, authority.address, two.address)
        began = time.monotonic()
        seal_again(archive, capsys)
        assert 10 < time.monotonic() - began < 13
        assert [each.authority for each in read_stamps(archive)[2:]] == [two.address]


def test_a_crawl_is_stamped_and_none_fails_for_an_authority(authority: Authority, tmp_path: Path) -> None:
    write_settings(tmp_path, authority.address)
    with serve(make_twin(5, 4, sections=("news",))) as site:
        authority.manner = "garbage"
        first = crawl(tmp_path, site)
        authority.manner = "honest"
        second = crawl(tmp_path, site)
    assert (first.report["exit_code"], first.report["timestamps"]) == (0, [])
    assert f"{authority.address} has not stamped the seal of run 1 (its answer is no stamp of it" in first.words
    assert "Traceback" not in first.words
    (stamp,) = second.report["timestamps"]
    assert (stamp["run"], stamp["seal"]) == (2, second.report["seal"])
    assert "stamped" not in second.words


def test_an_interrupt_ends_the_waiting_of_a_crawl(authority: Authority, tmp_path: Path) -> None:
    write_settings(tmp_path, authority.address)
    authority.manner = "hang"
    with serve(make_twin(5, 4, sections=("news",))) as site:
        running = start_crawl(tmp_path, site)
        wait_for(lambda: bool(authority.asked), "the authority is asked")
        began = time.monotonic()
        running.send(signal.SIGINT)
        code, _, said = running.wait()
    assert time.monotonic() - began < 5
    assert (code, "(interrupted)" in said) == (0, True), said


def test_what_is_killed_between_seal_and_stamp_is_stamped_by_the_next_run(
    archive: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    authority.manner = "hang"
    running = launch(archive, "reparse", "--apply", "--workers", "1")
    wait_for(lambda: bool(authority.asked), "the authority is asked")
    running.send(signal.SIGKILL)
    running.wait()
    authority.manner = "honest"
    assert ask(archive, "SELECT outcome, seal IS NOT NULL FROM runs WHERE run = 3") == [("complete", 1)]
    check(archive, authority, capsys)
    seal_again(archive, capsys)
    assert [each.run for each in read_stamps(archive)] == [1, 2, 4]
    check(archive, authority, capsys)
