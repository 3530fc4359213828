"""The interrupts that come while a command runs, also those that SQLite swallows."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


@contextmanager
def note_interrupts() -> Iterator[list[int]]:
    """While it lasts, the numbers of the interrupts that came.

    One that comes while SQLite calls a function of ours is swallowed, and SQLite says that the function failed.
    """
    came: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    # Who ignores interrupts, as `nohup` has it, or has other plans for them, goes on doing so.
    if before is not signal.default_int_handler:
        yield came
        return
    # Another thread than the main one is never interrupted.
    with suppress(ValueError):
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield came
    finally:
        # A crawl keeps its own to the end of the process.
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.signal(signal.SIGINT, before)
