"""How an archive of others is asked: paced, waited for longer and longer, given up after an hour."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Reply, RequestError
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.rescue.manners import Manners

GOOD = Reply(200, "OK", (), b"good")
BUSY = Reply(429, "", (), b"")
CAPTURED_503 = Reply(503, "", (("memento-datetime", "Thu, 01 May 2014 02:03:04 GMT"),), b"")
REFUSED = RequestError("unreachable", "Connection refused")
LATE = RequestError("timeout", "no whole answer")

Run = Callable[..., tuple[list[Any], list[float]]]


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

        async def sleep(_: Manners, seconds: float) -> None:
            if seconds > 0.001:
                waits.append(round(seconds, 1))

        async def main() -> None:
            manners = Manners(Client(), Stop(tmp_path), is_local=False, go_on="harbincrawl rescue")  # type: ignore[arg-type]
            while left:
                try:
                    found.append((await manners.ask("http://a/", pause, 100)).status)
                except (RequestError, SiteError) as error:
                    found.append(error)

        monkeypatch.setattr(Manners, "_sleep", sleep)
        asyncio.run(main())
        return found, waits

    return ask_all


def test_turned_away_it_waits_a_minute_then_twice_as_long_up_to_an_hour_then_gives_up(run: Run) -> None:
    found, waits = run(*[BUSY] * 8)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600]
    assert isinstance(found[0], SiteError)
    assert "HTTP 429" in str(found[0]) and "harbincrawl rescue" in str(found[0])


def test_a_good_answer_begins_the_waits_anew(run: Run) -> None:
    assert run(BUSY, BUSY, GOOD, REFUSED, GOOD) == ([200, 200], [60, 120, 60])


def test_what_was_never_reached_is_tried_twice_and_named(run: Run) -> None:
    found, waits = run(REFUSED, REFUSED)
    assert isinstance(found[0], SiteError)
    assert "cannot be reached (Connection refused)" in str(found[0])
    assert waits == [5]
    assert run(REFUSED, GOOD, REFUSED, GOOD) == ([200, 200], [5, 60])


def test_retry_after_is_kept_up_to_an_hour(run: Run) -> None:
    asked = Reply(503, "", (("Retry-After", "600"),), b"")
    forever = Reply(503, "", (("Retry-After", "99999"),), b"")
    assert run(asked, forever, GOOD) == ([200], [600, 3600])
    assert run(Reply(503, "", (("Retry-After", "9" * 400),), b""), GOOD) == ([200], [3600])


def test_errors_are_tried_four_times_and_then_are_the_pages_own(run: Run) -> None:
    found, waits = run(*[Reply(500, "", (), b"")] * 4, GOOD)
    assert (str(found[0]), found[1], waits) == ("HTTP 500", 200, [5, 10, 20])


def test_many_pages_without_an_answer_count_as_being_turned_away(run: Run) -> None:
    found, waits = run(*[LATE] * 20, GOOD)
    assert [type(each) for each in found] == [RequestError] * 4 + [int]
    assert waits[-1] == 60


def test_a_captured_error_is_an_answer(run: Run) -> None:
    assert run(CAPTURED_503) == ([503], [])


def test_requests_are_paced(run: Run) -> None:
    assert run(GOOD, GOOD, GOOD, pause=2.5)[1] == [2.5, 2.5]


def test_an_interrupt_ends_a_wait_at_once(tmp_path: Path) -> None:
    class Client:
        async def ask(self, *_: object) -> Reply:
            return BUSY

    async def main() -> None:
        stop = Stop(tmp_path)
        manners = Manners(Client(), stop, is_local=False, go_on="")  # type: ignore[arg-type]
        asyncio.get_running_loop().call_later(0.05, stop.interrupt)
        with pytest.raises(InterruptedRequestError):
            await asyncio.wait_for(manners.ask("http://a/", 0, 100), 5)

    asyncio.run(main())
