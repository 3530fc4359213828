"""Who asks for what is being made already waits for the same answer, whatever it is."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serve.test_lanes import HOLD, archive
from tests.support.forge import wait_for
from tests.support.web_site import running

__all__ = ["archive"]  # the fixture
CLIENTS = 12


@pytest.mark.parametrize(
    ("path", "status"),
    [("/articles/4", 301), ("/articles/harbin-today:4", 200), ("/articles/999", 404), ("/search?q=snow", 200),
     ("/search?since=never", 400)],
)  # fmt: skip
def test_twelve_that_ask_the_same_at_once_cost_one_question(
    archive: Path, tmp_path: Path, path: str, status: int
) -> None:
    gate = tmp_path / "gate"
    with running(archive, prelude=HOLD.format(gate=gate)) as site, ThreadPoolExecutor(CLIENTS) as pool:
        address = f"{path}{'&' if '?' in path else '?'}hold=1"
        # Whoever leaves leaves the others their answer.
        with socket.create_connection(("127.0.0.1", site.port)) as leaving:
            leaving.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n\r\n".encode())
            wait_for(lambda: bool(list(tmp_path.glob("gate-*"))), "the question is asked")
        asked = [pool.submit(site.ask, address) for _ in range(CLIENTS)]
        time.sleep(0.5)
        assert len(list(tmp_path.glob("gate-*"))) == 1
        gate.touch()
        replies = [each.result() for each in asked]
        assert {reply.status for reply in replies} == {status}
        assert len({reply.body for reply in replies}) == 1
        assert len({reply.headers["Location"] for reply in replies}) == 1
