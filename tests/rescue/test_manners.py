"""How an archive of others is asked: paced, waited for longer and longer, given up after an hour."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Reply, RequestError
from harbincrawl.fetch.stop import Stop
from harbincrawl.rescue.manners import Manners

GOOD = Reply(200, "OK", (), b"good")
BUSY = Reply(429, "", (), b"")
BROKEN = Reply(500, "", (), b"")
CAPTURED_503 = Reply(503, "", (("memento-datetime", "Thu, 01 May 2014 02:03:04 GMT"),), b"")
LATE = RequestError("timeout", "no whole answer")
UNREACHABLE = "it cannot be reached (no whole answer): try again later."
SILENT = (
    "it does not answer any more (HTTP 429), though we waited for an hour. What was fetched is stored:"
    " run it again later to go on."
)

Run = Callable[..., tuple[list[Any], list[float]]]


def wait_on_request(seconds: str) -> Reply:
    return Reply(503, "", (("Retry-After", seconds),), b"")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Asks until the answers are used up; returns what came of it, and the waits in seconds."""

    def ask_all(*answers: Reply | RequestError, pause: float = 0.0) -> tuple[list[Any], list[float]]:
        left, waits, found = list(answers), [], []

        class Client:
            async def ask(self, *_: object) -> Reply:
                answer = left.pop(0)
                if isinstance(answer, RequestError):
                    raise answer
                return answer

        async def sleep(_: Stop, seconds: float) -> None:
            if seconds > 0.001:
                waits.append(round(seconds, 1))

        async def main() -> None:
            manners = Manners(Client(), Stop(tmp_path), is_local=False)  # type: ignore[arg-type]
            while left:
                try:
                    found.append((await manners.ask("http://a/", pause, 100)).status)
                except (RequestError, SiteError) as error:
                    found.append(str(error))

        monkeypatch.setattr(Stop, "pause", sleep)
        asyncio.run(main())
        return found, waits

    return ask_all


@pytest.mark.parametrize(
    ("answers", "found", "waits"),
    [
        ([BUSY] * 7, [SILENT], [60, 120, 240, 480, 960, 1920]),
        ([BUSY, BUSY, GOOD, BUSY, GOOD], [200, 200], [60, 120, 60]),
        ([LATE], [UNREACHABLE], []),
        ([GOOD, *[LATE] * 5], [200, *["no whole answer"] * 4, UNREACHABLE], []),
        ([GOOD, LATE, GOOD, *[LATE] * 4, GOOD], [200, "no whole answer", 200, *["no whole answer"] * 4, 200], []),
        ([wait_on_request("600"), wait_on_request("99999"), GOOD], [200], [600, 3600]),
        ([wait_on_request("9" * 400), GOOD], [200], [3600]),
        ([BROKEN, GOOD], [500, 200], []),
        ([CAPTURED_503], [503], []),
    ],
)
def test_it_waits_where_it_is_turned_away_and_asks_for_nothing_else_again(
    run: Run, answers: list[Reply | RequestError], found: list[Any], waits: list[float]
) -> None:
    assert run(*answers) == (found, waits)
