"""A Dask scheduler and two workers, started by the very commands of docs/scale.md: the archive of one process."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.buckets import serve_bucket, set_environment
from tests.support.crawling import ask, command
from tests.support.field_tools import find_tool
from tests.support.forge import wait_for
from tests.support.listening import find_port
from tests.support.reread_cases import capture_day, check_index, check_same, present, write, write_odd_files
from tests.support.twin import make_twin

pytestmark = pytest.mark.interop
PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
OTHER_VERSION = """
from distributed import versions
if hasattr(versions._version_cached, "__wrapped__"):  # it is loaded twice
    asked = versions._version_cached
    versions._version_cached = lambda name: "0.0.9" if name == "harbincrawl" else asked(name)
"""


class Cluster:
    """The processes of Dask, each with a log of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = str(find_port())
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, line: str, *more: str) -> None:
        """Starts a command of the page."""
        words = shlex.split(line.replace("8786", self.port))
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [find_tool("dask"), *words, *more], cwd=self.folder, stdout=log, stderr=log
            )

    def wait_for_worker(self, name: str) -> None:
        wait_for(lambda: "Registered to" in (self.folder / f"{name}.log").read_text(), f"the worker {name}")

    def kill_reader(self, name: str) -> bool:
        """Kills the process that reads, which its nanny starts anew; False where that is not done yet."""
        threads = Path(f"/proc/{self.processes[name].pid}/task").glob("*/children")
        children = [child for thread in threads for child in thread.read_text().split()]
        for child in children:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
                return True
        return False

    def stop(self, name: str) -> None:
        """Ends one, and waits until it is gone."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(20)

    def close(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler, and the workers `one` and `two`."""
    lines = re.findall(r"^dask (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(lines) == 3
    found = Cluster(tmp_path)
    try:
        found.start("scheduler", lines[0], "--no-dashboard")
        for line in lines[1:]:
            found.start(line.split()[-1], line, "--no-dashboard")
        for name in ("one", "two"):
            found.wait_for_worker(name)
        yield found
    finally:
        found.close()


def make_pile(folder: Path, days: int = 6) -> list[str]:
    """WARC files of a site that changes, lists, and damaged ones."""
    twin = make_twin(5, 150, sections=("news", "gallery"))
    files = []
    for day in range(days):
        records = capture_day(twin, day)
        files.append(str(write(folder / f"{day}.warc", *records)))
        files += map(str, write_odd_files(folder, records[:20], day))
    return [files[-1], *files[:-1]]


def run(archive: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(command(archive, *words), capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_cluster_whose_workers_are_killed_gives_what_one_process_gives(tmp_path: Path, cluster: Cluster) -> None:
    files = make_pile(tmp_path)
    one, many = tmp_path / "one", tmp_path / "many"
    assert run(one, "ingest", "--workers", "1", *files)[0] == 3
    ended, killed = threading.Event(), []

    def kill() -> None:
        for turn in range(4):
            if ended.wait(4):
                return
            killed.append(cluster.kill_reader(("one", "two")[turn % 2]))

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        code, said = run(many, "ingest", "--workers", cluster.address, *files)
        assert code == 3, said
    finally:
        ended.set()
        killer.join()
    assert any(killed)
    for words in (("verify",), ("reparse", "--apply")):
        assert run(one, *words, "--workers", "1")[0] == 0
        code, said = run(many, *words, "--workers", cluster.address)
        assert code == 0, said
    check_same(one, many)


def test_a_cluster_reads_what_is_in_a_bucket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with serve_bucket() as bucket:
        set_environment(monkeypatch, bucket)
        monkeypatch.setenv("AWS_TIMEOUT", "20s")
        # Its workers have the credentials of the environment that they were started in.
        cluster = request.getfixturevalue("cluster")
        files = make_pile(tmp_path, 2)
        for file in files:
            bucket.put(f"pile/{Path(file).name}", Path(file).read_bytes())
        one, many = tmp_path / "one", tmp_path / "many"
        assert run(one, "ingest", "--workers", "1", "s3://pile/pile")[0] == 3
        code, said = run(many, "ingest", "--workers", cluster.address, "s3://pile/pile")
        assert code == 3, said
        check_same(one, many)
        for archive in (one, many):
            code, said = run(archive, "offload", f"s3://pile/{archive.name}")
            assert code == 0, said
        for words in (("verify",), ("rebuild",)):
            assert run(one, *words, "--workers", "1")[0] == 0
            code, said = run(many, *words, "--workers", cluster.address)
            assert code == 0, said
        assert present(one) == present(many)


def test_workers_of_another_version_are_refused_and_the_scheduler_may_go_away(tmp_path: Path, cluster: Cluster) -> None:
    files = make_pile(tmp_path, 2)
    (tmp_path / "other.py").write_text(OTHER_VERSION)
    cluster.start("odd", f"worker {cluster.address} --nthreads 1 --name odd --no-dashboard --preload other.py")
    cluster.wait_for_worker("odd")
    code, said = run(tmp_path / "one", "ingest", "--workers", cluster.address, *files)
    assert (code, said.count("\n")) == (6, 1), said
    assert re.match(r"harbincrawl: Workers of \S+ lack harbincrawl \S+: tcp://127\.0\.0\.1:\d+\.$", said)
    cluster.stop("odd")
    assert run(tmp_path / "one", "ingest", "--workers", "1", *files)[0] == 3
    archive = tmp_path / "many"
    process = subprocess.Popen(
        command(archive, "ingest", "--workers", cluster.address, *files), stderr=subprocess.PIPE, text=True
    )
    wait_for(lambda: (archive / "articles.db").exists(), "the archive")
    cluster.processes["scheduler"].kill()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 6, said
    assert said.count("\n") == 1
    assert said.startswith(f"harbincrawl: The Dask scheduler at {cluster.address} went away.")
    assert ask(archive, "SELECT outcome, exit_code FROM runs") == [("failed", 6)]
    assert run(archive, "ingest", "--workers", "1", *files)[0] == 3
    assert present(archive) == present(tmp_path / "one")
    check_index(archive)


def test_a_cluster_behind_tls_is_reached_with_keys_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [find_tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert"]
    subprocess.run([*made, *names], cwd=tmp_path, check=True, capture_output=True)
    cert, key = str(tmp_path / "cert"), str(tmp_path / "key")
    keys = f"--tls-ca-file {cert} --tls-cert {cert} --tls-key {key} --no-dashboard"
    cluster = Cluster(tmp_path)
    address = f"tls://127.0.0.1:{cluster.port}"
    try:
        cluster.start("tls-scheduler", f"scheduler --protocol tls --host 127.0.0.1 --port {cluster.port} {keys}")
        cluster.start("tls-worker", f"worker {address} --nthreads 2 {keys}")
        cluster.wait_for_worker("tls-worker")
        file = make_pile(tmp_path, 1)[1]
        code, said = run(tmp_path / "a", "ingest", "--workers", address, file)
        assert (code, said.count("\n")) == (6, 1)
        assert said.startswith(f"harbincrawl: {address} needs keys: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, ")

        def give(ca: str, own: str, secret: str) -> None:
            for name, value in (("CA_FILE", ca), ("CLIENT__CERT", own), ("CLIENT__KEY", secret)):
                monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{name}", value)

        wrong = tmp_path / "wrong"
        wrong.mkdir()
        subprocess.run([*made, *names], cwd=wrong, check=True, capture_output=True)
        for ca in (cert, str(wrong / "cert")):
            # Keys that the scheduler does not take, and a scheduler that these keys do not take.
            give(ca, str(wrong / "cert"), str(wrong / "key"))
            code, said = run(tmp_path / "a", "ingest", "--workers", address, file)
            assert (code, said.count("\n")) == (6, 1)
            assert said.startswith(f"harbincrawl: No Dask scheduler answers at {address} (")
        give(cert, cert, key)
        code, said = run(tmp_path / "a", "ingest", "--workers", address, file)
        assert code in (0, 3), said
        run(tmp_path / "b", "ingest", "--workers", "1", file)
        check_same(tmp_path / "a", tmp_path / "b")
    finally:
        cluster.close()


def test_an_address_at_which_nobody_answers_is_one_clear_line(tmp_path: Path) -> None:
    find_tool("dask")
    (tmp_path / "a.warc").touch()
    address = f"tcp://127.0.0.1:{find_port()}"
    code, said = run(tmp_path / "a", "ingest", "--workers", address, str(tmp_path / "a.warc"))
    assert (code, said.count("\n")) == (6, 1)
    assert said.startswith(f"harbincrawl: No Dask scheduler answers at {address} (OSError: Timed out")
